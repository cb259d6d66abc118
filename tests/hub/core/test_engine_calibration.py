"""How a sensor's calibration comes through the engine: shown, asked about, kept, alerted of."""

import pytest
from small_square import CAMERA, RADAR, SECOND, START, Hub, Voice, a_site
from small_square import entries as journalled

from hub.core.effects import Durability, Entry
from hub.core.fusion.calibration_record import CalibrationRecord
from hub.core.site import CalibrationRule
from wire import columns
from wire.actions import FreezeCalibration, ResetCalibration
from wire.feed import CalibrationView
from wire.labels import CalibrationState, Role

STEADY, DRIFTED = CalibrationState.STEADY, CalibrationState.DRIFTED
LEARNING, FROZEN = CalibrationState.LEARNING, CalibrationState.FROZEN


def a_kept(state: CalibrationState, east_m: float) -> Entry:
    record = CalibrationRecord(
        sensor=CAMERA,
        state=state,
        since_us=START,
        errors=(east_m, 0.0, 0.0, 0.0, 0.0),
        sigma=(0.1, 0.1, 0.01, 0.01, 0.02),
        settled=True,
        pair_count=500,
    )
    return Entry(at_us=START, key=CAMERA, durability=Durability.STATE, record=record)


def a_hub(state: CalibrationState = STEADY, east_m: float = 2.0) -> Hub:
    """Return a hub that knows from its journal what its camera is off by."""
    hub = Hub(a_site(rules=(CalibrationRule(id="drift"),)))
    hub.restores([a_kept(state, east_m)], START)
    hub.takes(Voice(CAMERA).about_sensor(START), START)
    return hub


def shown(hub: Hub, sensor: str = CAMERA) -> CalibrationView | None:
    views = {view.id: view for view in hub.engine.snapshot(Role.OPERATOR).sensors}
    return views[sensor].calibration


def kept(hub: Hub) -> list[CalibrationRecord]:
    return [
        entry.record
        for entry in journalled(hub.done)
        if isinstance(entry.record, CalibrationRecord)
    ]


def test_a_calibration_that_was_kept_is_shown_and_corrects_scans() -> None:
    hub = a_hub()
    camera = Voice(CAMERA)

    for step in range(10):
        hub.takes(
            camera.scan(START + step * SECOND // 10, (12.0, 30.0)), START + step * SECOND // 10
        )
    hub.lives(START + 2 * SECOND)

    view = shown(hub)
    assert view is not None
    assert (view.state, view.east_m, view.pair_count) == (STEADY, 2.0, 500)
    assert shown(hub, RADAR) is None
    (track,) = columns.rows(hub.engine.snapshot(Role.OPERATOR).tracks)
    assert track.east_m == pytest.approx(10.0, abs=0.2)


def test_a_freeze_is_journalled_and_survives_a_restart() -> None:
    hub = a_hub()

    assert hub.asks(FreezeCalibration(sensor=CAMERA, frozen=True), START + SECOND) == ""
    hub.lives(START + 3 * SECOND)
    restarted = Hub(a_site())
    restarted.restores(hub.standing(), START + 4 * SECOND)
    restarted.lives(START + 6 * SECOND)

    view = shown(restarted)
    assert view is not None
    assert (view.state, view.held_by, view.east_m) == (FROZEN, "Ann", 2.0)


def test_a_reset_is_journalled_and_survives_a_restart() -> None:
    hub = a_hub()

    assert hub.asks(ResetCalibration(sensor=CAMERA, reason="moved"), START + SECOND) == ""
    hub.lives(START + 3 * SECOND)

    assert kept(hub)[-1].state is LEARNING
    assert kept(hub)[-1].errors[0] == 0.0


def test_an_unknown_sensor_is_refused_in_words() -> None:
    hub = a_hub()

    refusal = hub.asks(ResetCalibration(sensor="ghost", reason="moved"), START + SECOND)

    assert refusal == "the site has no sensor ghost"


def test_a_drift_raises_an_alert_that_ends_when_somebody_freezes_it() -> None:
    hub = a_hub(DRIFTED, east_m=4.0)

    hub.lives(START + 6 * SECOND)
    (alert,) = hub.alerts
    hub.asks(FreezeCalibration(sensor=CAMERA, frozen=True), START + 7 * SECOND)
    hub.lives(START + 9 * SECOND)

    assert alert.summary == (
        "Camera 1 is displaced by 4.0 m east: corrected, but look at its mounting"
    )
    assert not hub.alerts[0].active
