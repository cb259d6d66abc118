from typing import Any

import pytest

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.calibration import CalibrationJudge
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, Standing
from hub.core.rules.taint import Taint
from hub.core.site import CalibrationRule, Sensor
from wire.feed import CalibrationView
from wire.labels import CalibrationState, Priority, SensorKind
from wire.quantities import SECOND_US

START = 1_800_000_000 * SECOND_US
NO_TRACKS = Tracks(Rows())
CAMERA = Sensor(id="cam-01", kind=SensorKind.CAMERA, name="Camera 1", position=(3.0, 4.0))
DRIFTED = CalibrationState.DRIFTED
UNSETTLED = CalibrationState.UNSETTLED


def a_judge(**changes: Any) -> CalibrationJudge:
    return CalibrationJudge(CalibrationRule(id="drift", **changes), (CAMERA,))


def a_view(state: CalibrationState, **changes: Any) -> CalibrationView:
    return CalibrationView(state=state, **({"pair_count": 99, "since_us": START} | changes))


def after(
    judge: CalibrationJudge, seconds: float, view: CalibrationView, taint: Taint | None = None
) -> list[Condition]:
    standing = Standing(calibration=view, taint=taint or Taint())
    return judge.second(
        Facts(standings={"cam-01": standing}), NO_TRACKS, START + round(seconds * SECOND_US)
    )


def test_a_sensor_that_has_drifted_is_told_after_some_seconds_and_once() -> None:
    judge = a_judge()
    view = a_view(DRIFTED, east_m=3.0, north_m=-2.0, yaw_deg=4.0, clock_ms=-700.0)

    after(judge, 1.0, view)
    early = after(judge, 4.0, view)
    (condition,) = after(judge, 5.0, view)
    again = after(judge, 6.0, view)

    assert early == again == []
    assert condition.active
    assert condition.priority is Priority.MEDIUM
    assert condition.rule_kind == "calibration"
    assert condition.place == (3.0, 4.0)
    assert condition.sensors == ("cam-01",)
    assert condition.summary == (
        "Camera 1 is displaced by 3.6 m south-east, turned by 4.0 degrees clockwise, its clock "
        "0.70 s behind: corrected, but look at its mounting"
    )
    assert [(one.name, one.value) for one in condition.evidence] == [
        ("Sensor", "Camera 1"),
        ("Displaced", "3.6 m south-east"),
        ("Turned", "4.0 degrees clockwise"),
        ("Clock", "0.70 s behind"),
        ("Rests on", "99 measurements in common with others"),
    ]


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({"pitch_deg": -2.0}, "tilted by 2.0 degrees downwards"),
        ({"pitch_deg": 2.0}, "tilted by 2.0 degrees upwards"),
        ({"yaw_deg": -4.0}, "turned by 4.0 degrees anticlockwise"),
        ({"clock_ms": 600.0}, "its clock 0.60 s ahead"),
        ({"north_m": 3.5, "east_m": 0.1}, "displaced by 3.5 m north"),
        ({"east_m": -3.5}, "displaced by 3.5 m west"),
        ({"east_m": 2.9}, "near its limit"),
    ],
)
def test_what_is_wrong_is_said_in_words(errors: dict[str, float], words: str) -> None:
    (condition,) = after(a_judge(), 9.0, a_view(DRIFTED, **errors))

    assert condition.summary == f"Camera 1 is {words}: corrected, but look at its mounting"


def test_a_sensor_that_no_longer_agrees_may_have_been_moved() -> None:
    (condition,) = after(a_judge(), 9.0, a_view(UNSETTLED))

    assert condition.active
    assert (
        condition.summary == "Camera 1 no longer agrees with its neighbours: it may have been moved"
    )


def test_a_sensor_that_never_agreed_is_told_otherwise() -> None:
    (condition,) = after(a_judge(), 9.0, a_view(UNSETTLED, pair_count=0))

    assert (
        condition.summary
        == "Camera 1 does not agree with its neighbours, and no correction makes it"
    )


def test_what_agrees_again_at_once_is_never_told() -> None:
    judge = a_judge()
    after(judge, 0.0, a_view(CalibrationState.STEADY))

    told = after(judge, 1.0, a_view(UNSETTLED, since_us=START + SECOND_US))
    told += after(judge, 4.0, a_view(CalibrationState.STEADY))
    told += after(judge, 7.0, a_view(UNSETTLED, since_us=START + 7 * SECOND_US))

    assert told == []


def test_the_condition_ends_when_the_sensor_is_well_again() -> None:
    judge = a_judge()
    after(judge, 9.0, a_view(DRIFTED, east_m=9.0))

    (condition,) = after(judge, 10.0, a_view(CalibrationState.FROZEN, east_m=9.0))

    assert not condition.active
    assert after(judge, 11.0, a_view(CalibrationState.FROZEN, east_m=9.0)) == []


def test_a_larger_drift_is_told_anew() -> None:
    judge = a_judge()
    after(judge, 9.0, a_view(DRIFTED, east_m=9.0))

    (condition,) = after(judge, 10.0, a_view(DRIFTED, east_m=19.0))

    assert "19.0 m east" in condition.summary


def test_what_a_hub_before_this_one_said_is_ended_at_the_first_judgement() -> None:
    judge = a_judge()

    (condition,) = after(judge, 0.0, a_view(CalibrationState.STEADY))

    assert not condition.active
    assert condition.evidence[0].value == "Camera 1"


def test_a_real_sensor_and_a_simulated_one_under_its_name_are_two_conditions() -> None:
    judge = a_judge()
    view = a_view(DRIFTED, east_m=9.0)
    after(judge, 9.0, view, Taint(simulated=True))

    ended, begun = after(judge, 10.0, view)

    assert (ended.active, ended.simulated) == (False, True)
    assert (begun.active, begun.simulated) == (True, False)
    assert ended.key != begun.key


def test_a_sensor_that_measures_no_places_is_not_judged() -> None:
    assert a_judge().second(Facts(), NO_TRACKS, START) == []


def test_since_when_is_counted_from_the_first_judgement_where_nobody_knows() -> None:
    judge = a_judge()
    view = a_view(DRIFTED, since_us=None, east_m=9.0)

    after(judge, 1.0, view)

    assert after(judge, 5.0, view) == []
    assert len(after(judge, 6.0, view)) == 1


def test_what_is_wrong_is_known_and_a_posture_may_ask_for_longer() -> None:
    judge = a_judge()
    judge.adjust(CalibrationRule(id="drift", stay_min_s=20.0))

    (early,) = after(judge, 9.0, a_view(DRIFTED, east_m=9.0))
    assert (early.active, judge.active()) == (False, [])
    (condition,) = after(judge, 20.0, a_view(DRIFTED, east_m=9.0))

    assert judge.active() == [condition]
