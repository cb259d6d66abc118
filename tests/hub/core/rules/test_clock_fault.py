import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.clock_fault import ClockJudge
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, SensorFact
from hub.core.rules.taint import Taint
from hub.core.site import ClockRule, Sensor
from wire.labels import SensorKind

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())
CAMERA = Sensor(id="cam-1", kind=SensorKind.CAMERA, name="Camera 1", position=(3.0, 4.0))


def a_judge(**changes: object) -> ClockJudge:
    plain = {"id": "clock", "stay_min_s": 0.0, "clear_after_s": 0.0}
    return ClockJudge(ClockRule(**(plain | changes)), (CAMERA,))  # type: ignore[arg-type]


def at(
    judge: ClockJudge, second: float, delay_s: float | None, *, silent: bool = False
) -> list[Condition]:
    delay_us = None if delay_s is None else delay_s * SECOND
    fact = SensorFact(delay_us=delay_us, silent=silent, taint=Taint(exercise=True))
    return judge.second(Facts(sensors={"cam-1": fact}), NO_TRACKS, START + round(second * SECOND))


@pytest.mark.parametrize(
    ("delay_s", "words"),
    [
        (-0.6, "Camera 1 says what it sees before it happens: its clock is ahead"),
        (-3.0, "Camera 1 says what it sees 3 s before it happens: its clock is ahead"),
        (61.0, "What Camera 1 says is 61 s old: its clock or its link is behind"),
    ],
)
def test_a_clock_that_is_wrong_is_told_in_words(delay_s: float, words: str) -> None:
    (condition,) = at(a_judge(), 0, delay_s)

    assert condition.summary == words
    assert (condition.key, condition.exercise) == ("clock/cam-1/exercise", True)
    assert condition.evidence[2].value == "-0.5 s to 2 s"


@pytest.mark.parametrize("delay_s", [None, -0.4, 0.1, 1.9])
def test_a_clock_that_is_right_or_unknown_is_not_told(delay_s: float | None) -> None:
    assert at(a_judge(), 0, delay_s) == []


def test_it_ends_well_within_the_limit_and_not_on_it() -> None:
    judge = a_judge()
    at(judge, 0, 2.1)

    # Other words, at most: it is 2 s old all the same.
    assert all(one.active for one in at(judge, 1, 1.9))
    (ended,) = at(judge, 2, 1.5)

    assert not ended.active
    assert judge.active() == []


def test_a_silent_sensors_clock_is_no_longer_known() -> None:
    judge = a_judge()
    at(judge, 0, 9.0)

    (ended,) = at(judge, 1, 9.0, silent=True)

    assert not ended.active
    assert judge.second(Facts(), NO_TRACKS, START + 2 * SECOND) == []


def test_a_stutter_of_the_link_is_no_fault() -> None:
    judge = a_judge(stay_min_s=10.0, clear_after_s=10.0)

    assert at(judge, 0, 9.0) == at(judge, 5, 0.1) == at(judge, 6, 9.0) == []
    assert judge.next_wake_us == START + 16 * SECOND
    assert len(judge.wake(NO_TRACKS, START + 16 * SECOND)) == 1


def test_a_posture_may_allow_less() -> None:
    judge = a_judge()
    assert at(judge, 0, 1.0) == []

    judge.adjust(ClockRule(id="clock", behind_max_s=0.5, stay_min_s=0.0))

    assert len(at(judge, 1, 1.0)) == 1


@given(st.lists(st.floats(1.61, 1.99), max_size=40), st.booleans())
def test_noise_within_the_band_neither_raises_nor_ends(delays: list[float], begun: bool) -> None:  # noqa: FBT001 - it is what is tried.
    judge = a_judge()
    at(judge, 0, 2.5 if begun else 1.0)

    for second, delay_s in enumerate(delays, start=1):
        assert all(one.active for one in at(judge, second, delay_s))

    assert len(judge.active()) == begun
