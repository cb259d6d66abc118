import numpy as np
import pytest
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.calibration import Standing
from hub.core.rules.registry import Judges, judges
from hub.core.site import (
    Actuator,
    Area,
    CalibrationRule,
    CueRule,
    IntrusionRule,
    Origin,
    Rule,
    Sensor,
    SilenceRule,
    Site,
    Tripwire,
    TripwireRule,
)
from wire.feed import LABELS, CalibrationView
from wire.ids import ulid
from wire.labels import (
    ActuatorKind,
    CalibrationState,
    CueKind,
    EffectClass,
    Label,
    SensorKind,
)
from wire.messages import Cue

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
CAUSE = ulid(START, bytes(10))


def a_site(*rules: Rule) -> Site:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    sensor = Sensor(id="cam-1", kind=SensorKind.CAMERA, name="Camera 1", position=(0.0, 0.0))
    optional = Sensor(
        id="cam-2", kind=SensorKind.CAMERA, name="Camera 2", position=(0.0, 0.0), expected=False
    )
    siren = Actuator(
        id="siren-1",
        kind=ActuatorKind.SIREN,
        name="Siren",
        position=(0.0, 0.0),
        effect=EffectClass.WARN,
    )
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
        zones=(Area(id="stage", name="Stage", purpose="sterile", polygon=corners),),
        tripwires=(Tripwire(id="line", name="Line", start=(5.0, 0.0), end=(5.0, 10.0)),),
        sensors=(sensor, optional),
        actuators=(siren,),
        rules=rules,
    )


ALL_KINDS: tuple[Rule, ...] = (
    IntrusionRule(id="backstage", zone="stage"),
    TripwireRule(id="crossing", tripwire="line"),
    CueRule(id="sound", cues=(CueKind.IMPULSE_SOUND,)),
    SilenceRule(id="quiet"),
)


def some_judges(*rules: Rule) -> Judges:
    return judges(a_site(*rules), lambda _: ("cam-1",))


def a_person_at(east_m: float) -> Tracks:
    rows = Rows()
    add_rows(rows, 1)
    rows.columns.mean[0, :2] = (east_m, 5.0)
    rows.columns.state[0] = CONFIRMED
    rows.columns.label[0] = LABELS.index(Label.PERSON)
    return Tracks(rows)


def a_cue(at_us: int = START) -> Cue:
    return Cue(
        id=ulid(at_us, b"cue       "),
        sender="cam-1",
        boot=CAUSE,
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        kind=CueKind.IMPULSE_SOUND,
        confidence=0.9,
    )


def test_every_kind_of_rule_of_the_plan_is_judged() -> None:
    every = some_judges(*ALL_KINDS)
    every.start(START)

    rows = np.array([0])
    found = every.tracks(a_person_at(2.0), rows, START, CAUSE)
    found += every.tracks(a_person_at(8.0), rows, START + SECOND, CAUSE)
    found += every.cue(a_cue(), (5.0, 5.0), 1.0, START + SECOND)
    found += every.heard(a_cue(), START + SECOND)
    found += every.wake(a_person_at(8.0), START + 15 * SECOND)

    assert [(one.rule, one.active) for one in found] == [
        ("backstage", True),
        ("crossing", True),
        ("sound", True),
        ("quiet", False),
        ("quiet", True),
    ]
    assert found[-1].summary == "Siren has said nothing for 15 s"


def test_the_next_wake_is_the_earliest_of_all() -> None:
    every = some_judges(*ALL_KINDS)
    assert every.next_wake_us is None

    every.start(START)

    assert every.next_wake_us == START + 15 * SECOND


def test_a_silence_rule_without_names_means_actuators_and_expected_sensors() -> None:
    every = some_judges(SilenceRule(id="quiet"))
    every.start(START)

    found = every.wake(a_person_at(0.0), START + 15 * SECOND)

    assert [one.key for one in found] == ["quiet/cam-1", "quiet/siren-1"]


def test_a_silence_rule_with_names_means_these() -> None:
    every = some_judges(SilenceRule(id="quiet", devices=("cam-2",)))
    every.start(START)

    found = every.wake(a_person_at(0.0), START + 15 * SECOND)

    assert [one.key for one in found] == ["quiet/cam-2"]


@pytest.mark.parametrize(("devices", "judged"), [((), ["cam-1", "cam-2"]), (("cam-2",), ["cam-2"])])
def test_a_calibration_rule_means_the_sensors_it_names_or_all(
    devices: tuple[str, ...], judged: list[str]
) -> None:
    every = some_judges(CalibrationRule(id="drift", devices=devices))
    drifted = CalibrationView(state=CalibrationState.DRIFTED, east_m=9.0, since_us=START)
    standings = {name: Standing(calibration=drifted) for name in ("cam-1", "cam-2")}

    found = every.calibration(standings, START + 9 * SECOND)

    assert [one.sensors for one in found] == [(name,) for name in judged]
