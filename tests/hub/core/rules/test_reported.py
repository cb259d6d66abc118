from msgspec.structs import replace

from hub.core.rules.condition import Condition
from hub.core.rules.reported import REPORT_US, Reported
from wire.ids import ulid
from wire.labels import Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND


def a_condition(key: str = "gas/nose-1", summary: str = "Gas", **changes: object) -> Condition:
    plain = Condition(
        key=key,
        rule="gas",
        rule_kind="gas",
        active=True,
        priority=Priority.HIGH,
        summary=summary,
        observed_us=START,
        cause=ulid(START, bytes(10)),
    )
    return replace(plain, **changes)


def told(conditions: list[Condition]) -> list[tuple[str, bool]]:
    return [(one.key, one.active) for one in conditions]


def test_what_is_so_is_told_after_its_delay_and_taken_back_after_the_other() -> None:
    reported = Reported(stay_min_s=2.0, clear_after_s=3.0)

    assert not reported.is_busy
    assert reported.follow([a_condition()], START) == []
    assert reported.is_busy
    assert reported.next_wake_us == START + 2 * SECOND
    assert told(reported.wake(START + 2 * SECOND)) == [("gas/nose-1", True)]
    assert reported.is_on("gas/nose-1")
    assert told(reported.active()) == [("gas/nose-1", True)]
    assert reported.follow([], START + 4 * SECOND) == []
    assert told(reported.wake(START + 7 * SECOND)) == [("gas/nose-1", False)]
    assert reported.active() == []


def test_each_thing_has_its_own_life() -> None:
    reported = Reported(clear_after_s=5.0)
    first, second = a_condition("a"), a_condition("b")

    assert told(reported.follow([first], START)) == [("a", True)]
    assert told(reported.follow([second], START + SECOND)) == [("b", True)]
    assert told(reported.follow([second], START + 6 * SECOND)) == [("a", False)]
    assert told(reported.active()) == [("b", True)]


def test_what_waits_is_told_in_its_latest_words() -> None:
    reported = Reported(stay_min_s=1.0)
    reported.update("a", a_condition("a", "5 ppm"), START)

    (condition,) = reported.update("a", a_condition("a", "7 ppm"), START + SECOND)

    assert condition.summary == "7 ppm"


def test_other_words_are_told_once_a_second_and_another_priority_at_once() -> None:
    reported = Reported()
    reported.update("a", a_condition("a", "5 ppm"), START)

    same = reported.update("a", a_condition("a", "5 ppm"), START + 9 * REPORT_US)
    (other,) = reported.update("a", a_condition("a", "6 ppm"), START + 9 * REPORT_US)
    soon = reported.update("a", a_condition("a", "7 ppm"), START + 10 * REPORT_US - 1)
    urgent = a_condition("a", "7 ppm", priority=Priority.CRITICAL)
    (now,) = reported.update("a", urgent, START + 10 * REPORT_US - 1)

    assert same == soon == []
    assert other.summary == "6 ppm"
    assert now.priority is Priority.CRITICAL


def test_what_is_no_longer_so_before_it_was_told_leaves_nothing() -> None:
    reported = Reported(stay_min_s=5.0)
    reported.update("a", a_condition("a"), START)

    assert reported.update("a", None, START + SECOND) == []
    assert reported.update("b", None, START + SECOND) == []
    assert reported._latest == {}


def test_an_end_at_once_waits_for_no_delay() -> None:
    reported = Reported(clear_after_s=60.0)
    reported.update("a", a_condition("a"), START)

    (gone,) = reported.end("a", START + SECOND)

    assert (gone.active, gone.observed_us) == (False, START + SECOND)
    assert reported.end("a", START + SECOND) == []


def test_other_delays_hold_from_now_on() -> None:
    reported = Reported(stay_min_s=60.0)
    reported.update("a", a_condition("a"), START)

    reported.adjust(stay_min_s=0.0, clear_after_s=0.0)

    assert told(reported.wake(START + 1)) == [("a", True)]
