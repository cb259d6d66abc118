import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.watch import (
    FRESH_MAX_US,
    FRESH_MIN_US,
    FRESH_UNKNOWN_US,
    PAUSE_MAX_US,
    STEADY_LOOKS,
    STEADY_US,
    Watch,
)
from wire.labels import CueKind, HealthState
from wire.messages import Cue, Fault, Health
from wire.quantities import SECOND_US

START = 1_800_000_000_000_000
ULID = "01JZZZZZZZZZZZZZZZZZZZZZZZ"
BOOT, NEXT_BOOT = "01JZZZZZZZZZZZZZZZZZZZZZZ1", "01JZZZZZZZZZZZZZZZZZZZZZZ2"


def a_health(
    state: HealthState = HealthState.OK, *faults: str, at_us: int = START, boot: str = BOOT
) -> Health:
    return Health(
        id=ULID,
        sender="cam-01",
        boot=boot,
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        state=state,
        faults=tuple(Fault(code=code, text=code) for code in faults),
    )


def a_cue(kind: CueKind, at_us: int = START, boot: str = BOOT) -> Cue:
    return Cue(
        id=ULID,
        sender="cam-01",
        boot=boot,
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        kind=kind,
        confidence=1.0,
    )


def a_watch(looked_us: int = START) -> Watch:
    watch = Watch()
    watch.expect(10.0)
    watch.looked(looked_us, looked_us)
    return watch


def test_a_sensor_watches_while_it_looks() -> None:
    watch = Watch()
    assert watch.objection(START) == "it has not looked yet"

    watch.looked(START, START)

    assert watch.objection(START) is None


@pytest.mark.parametrize(
    ("scan_rate_hz", "fresh_us"),
    [
        (0.0, FRESH_UNKNOWN_US),
        (10.0, FRESH_MIN_US),
        (0.5, 6 * SECOND_US),
        (0.001, FRESH_MAX_US),
    ],
)
def test_a_sensor_that_has_not_looked_for_three_of_its_periods_does_not_watch(
    scan_rate_hz: float, fresh_us: int
) -> None:
    watch = a_watch()
    watch.expect(scan_rate_hz)

    assert watch.objection(START + fresh_us) is None
    assert watch.objection(START + fresh_us + 1) == f"it looked last {fresh_us // SECOND_US} s ago"


def test_a_look_in_the_future_proves_no_more_than_one_now() -> None:
    watch = Watch()

    watch.looked(START + 60 * SECOND_US, START)

    assert watch.looked_us == START


def test_a_look_that_comes_late_makes_nothing_older() -> None:
    watch = a_watch()

    watch.looked(START - 5, START)

    assert watch.looked_us == START


def test_a_sensor_that_looks_elsewhere_has_not_looked_there_yet() -> None:
    watch = a_watch()

    watch.forget()

    assert watch.objection(START) == "it has not looked yet"


@pytest.mark.parametrize(
    ("health", "fault"),
    [
        (a_health(HealthState.OK), None),
        (a_health(HealthState.WARNING), None),
        (a_health(HealthState.WARNING, "fan"), None),
        (a_health(HealthState.WARNING, "fan", "view_covered"), "its view is covered"),
        (a_health(HealthState.WARNING, "view_dark"), "its view is dark"),
        (a_health(HealthState.ERROR), "it reports an error"),
        (a_health(HealthState.GOODBYE), "it said goodbye"),
    ],
)
def test_a_sensor_that_says_that_it_cannot_see_does_not_watch(
    health: Health, fault: str | None
) -> None:
    watch = a_watch()

    watch.health(health)

    assert watch.fault == watch.objection(START) == fault


@pytest.mark.parametrize(
    "kind",
    [CueKind.VIEW_COVERED, CueKind.VIEW_DEFOCUSED, CueKind.VIEW_MOVED, CueKind.VIEW_DARK],
)
def test_a_blocked_view_is_none_until_it_is_restored(kind: CueKind) -> None:
    watch = a_watch()

    watch.cue(a_cue(kind), START + 9 * SECOND_US)
    assert watch.fault is not None
    watch.health(a_health())
    watch.cue(a_cue(CueKind.DOOR_FORCED, START + 1), START + 9 * SECOND_US)
    assert watch.fault is not None
    watch.cue(a_cue(CueKind.VIEW_RESTORED, START + 2), START + 9 * SECOND_US)

    assert watch.fault is None


def test_what_a_sensor_saw_after_its_view_was_blocked_was_not_seen() -> None:
    watch = a_watch(START + 2 * SECOND_US)

    watch.cue(a_cue(CueKind.VIEW_COVERED, START + SECOND_US), START + 9 * SECOND_US)
    watch.looked(START + 3 * SECOND_US, START + 3 * SECOND_US)

    assert watch.looked_us == START + SECOND_US


def test_a_word_about_the_view_that_comes_late_takes_nothing_back() -> None:
    watch = a_watch()
    watch.cue(a_cue(CueKind.VIEW_RESTORED, START + 5), START + 9 * SECOND_US)

    watch.cue(a_cue(CueKind.VIEW_COVERED, START + 4), START + 9 * SECOND_US)

    assert watch.fault is None


def test_a_clock_that_was_ahead_does_not_keep_a_view_blocked() -> None:
    watch = a_watch()
    watch.cue(a_cue(CueKind.VIEW_COVERED, START + 3600 * SECOND_US), START)

    watch.cue(a_cue(CueKind.VIEW_RESTORED, START + SECOND_US), START + SECOND_US)

    assert watch.fault is None


def test_a_sensor_that_starts_again_and_is_well_sees_again() -> None:
    watch = a_watch()
    watch.cue(a_cue(CueKind.VIEW_COVERED), START + 9 * SECOND_US)

    watch.health(a_health(boot=NEXT_BOOT, at_us=START + 1))

    assert watch.fault is None


def test_a_sensor_that_starts_again_with_its_view_covered_sees_nothing() -> None:
    watch = a_watch()
    watch.cue(a_cue(CueKind.VIEW_COVERED), START + 9 * SECOND_US)

    watch.health(a_health(HealthState.WARNING, "view_covered", boot=NEXT_BOOT))

    assert watch.fault == "its view is covered"


MOVES = st.lists(
    st.one_of(
        st.builds(a_health, st.sampled_from(HealthState), at_us=st.integers(START, START + 9)),
        st.builds(a_cue, st.sampled_from(CueKind), st.integers(START, START + 9)),
        st.integers(START, START + 9),
    ),
    max_size=20,
)


@given(MOVES)
def test_no_look_counts_that_was_made_with_a_fault(moves: list[Health | Cue | int]) -> None:
    watch = Watch()
    for move in moves:
        before_us = watch.looked_us
        if isinstance(move, Health):
            watch.health(move)
        elif isinstance(move, Cue):
            watch.cue(move, START + 9)
        else:
            watch.looked(move, START + 9)
        if watch.fault is not None:
            assert watch.looked_us <= before_us


# --- Looks that go on: what a clear zone needs ----------------------------------------------------

STEP_US = STEADY_US // 8


def a_steady_watch(until_us: int = START) -> Watch:
    watch = Watch()
    for at_us in range(until_us - STEADY_US, until_us + 1, STEP_US):
        watch.looked(at_us, at_us)
    assert watch.steady_us == until_us
    return watch


def test_one_look_does_not_say_that_nobody_is_there() -> None:
    watch = a_watch()

    assert watch.looked_us == START
    assert watch.steady_us == 0


def test_looks_are_believed_once_they_went_on_for_long_enough() -> None:
    watch = Watch()
    for at_us in range(START, START + STEADY_US, STEP_US):
        watch.looked(at_us, at_us)
        assert watch.steady_us == 0

    watch.looked(START + STEADY_US, START + STEADY_US)

    assert watch.steady_us == START + STEADY_US


def test_few_looks_are_not_believed_however_long_they_went_on() -> None:
    watch = Watch()
    for number in range(STEADY_LOOKS - 1):
        watch.looked(START + number * PAUSE_MAX_US, START + number * PAUSE_MAX_US)
    assert watch.looked_us - START > STEADY_US
    assert watch.steady_us == 0

    watch.looked(watch.looked_us + 1, watch.looked_us + 1)

    assert watch.steady_us == watch.looked_us


def test_a_pause_begins_anew() -> None:
    watch = a_steady_watch()
    watch.looked(START + PAUSE_MAX_US, START + PAUSE_MAX_US)
    assert watch.steady_us == START + PAUSE_MAX_US

    again_us = watch.looked_us + PAUSE_MAX_US + 1
    watch.looked(again_us, again_us)

    assert watch.looked_us == again_us
    assert watch.steady_us == 0


def test_old_looks_that_come_late_do_not_fill_the_time_after_a_pause() -> None:
    watch = a_watch(START)

    for late_us in range(START - STEADY_US, START, STEP_US):
        watch.looked(late_us, START)

    assert watch.steady_us == 0


def test_a_sensor_whose_looks_are_dated_wrongly_must_look_for_a_while_again() -> None:
    watch = a_steady_watch()

    watch.unsteady()
    watch.looked(START + 1, START + 1)

    assert watch.steady_us == 0
    for at_us in range(START + STEP_US, START + STEADY_US + 1, STEP_US):
        watch.looked(at_us, at_us)
    assert watch.steady_us == START + STEADY_US


def test_a_fault_ends_what_was_steady() -> None:
    watch = a_steady_watch()

    watch.health(a_health(HealthState.ERROR, at_us=START + 1))
    watch.health(a_health(HealthState.OK, at_us=START + 2, boot=NEXT_BOOT))
    watch.looked(START + 3, START + 3)

    assert watch.looked_us == START + 3
    assert watch.steady_us == 0
