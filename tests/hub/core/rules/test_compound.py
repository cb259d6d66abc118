from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.compound import MEMBERS_MAX, CompoundJudge
from hub.core.rules.condition import Condition
from hub.core.site import CompoundRule, Place
from wire.ids import ulid
from wire.labels import Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())
HERE = (10.0, 10.0)
FAR = (200.0, 10.0)


def a_condition(
    rule: str,
    place: Place | None = HERE,
    *,
    key: str = "",
    at: float = 0.0,
    active: bool = True,
    simulated: bool = False,
) -> Condition:
    at_us = START + round(at * SECOND)
    return Condition(
        key=key or rule,
        rule=rule,
        rule_kind="cue",
        active=active,
        priority=Priority.HIGH if rule == "bang" else Priority.LOW,
        summary=f"A {rule}",
        zone="stage" if place == HERE else None,
        place=place,
        tracks=(1, 2) if rule == "run" else (2, 3),
        sensors=(f"{rule}-1",),
        observed_us=at_us,
        cause=ulid(at_us, rule.encode().ljust(10)[:10]),
        simulated=simulated,
    )


class Room:
    """One compound rule, and what the others say."""

    def __init__(self, **changes: object) -> None:
        plain = {"id": "attack", "of": ("bang", "run", "door"), "clear_after_s": 0.0}
        self.judge = CompoundJudge(CompoundRule(**(plain | changes)))  # type: ignore[arg-type]
        self.told: list[Condition] = []

    def say(self, *conditions: Condition, at: float = 0.0) -> list[Condition]:
        found = self.wake(at)
        found += self.judge.conditions(conditions, START + round(at * SECOND))
        return found

    def wake(self, at: float) -> list[Condition]:
        found, until_us = [], START + round(at * SECOND)
        while (due_us := self.judge.next_wake_us) is not None and due_us <= until_us:
            found += self.judge.wake(NO_TRACKS, due_us)
        return found


def told(conditions: list[Condition]) -> list[bool]:
    return [one.active for one in conditions]


def test_two_that_agree_are_one_condition() -> None:
    room = Room()

    assert room.say(a_condition("bang")) == []
    (begun,) = room.say(a_condition("run", (30.0, 10.0), at=3.0), at=3.0)

    assert begun.summary == "2 agree: A bang; A run"
    assert (begun.priority, begun.latched) == (Priority.CRITICAL, True)
    assert (begun.place, begun.zone) == (HERE, "stage")  # Of the gravest.
    assert (begun.tracks, begun.sensors) == ((2, 3, 1), ("bang-1", "run-1"))
    assert [(one.name, one.value) for one in begun.evidence] == [
        ("Agree", "2 of 3: bang, run"),
        ("bang", "A bang"),
        ("run", "A run"),
        ("Within", "50 m and 30 s"),
    ]
    assert room.judge.active() == [begun]


def test_a_rule_counts_once_however_much_it_says() -> None:
    room = Room()

    assert room.say(a_condition("bang", key="a"), a_condition("bang", key="b")) == []


def test_what_is_apart_in_space_does_not_agree() -> None:
    room = Room()

    assert room.say(a_condition("bang"), a_condition("run", FAR)) == []
    assert told(room.say(a_condition("door", (220.0, 10.0)))) == [True]


def test_what_has_no_place_is_near_everything() -> None:
    assert told(Room().say(a_condition("bang"), a_condition("door", None))) == [True]
    assert told(Room().say(a_condition("bang", None), a_condition("door", None))) == [True]


def test_before_its_time_it_wakes_for_nothing() -> None:
    room = Room()
    assert room.judge.wake(NO_TRACKS, START) == []
    room.say(a_condition("bang"), a_condition("run"))

    assert room.judge.wake(NO_TRACKS, START + SECOND) == []


def test_what_ended_a_moment_ago_still_counts_and_what_ended_long_ago_does_not() -> None:
    room = Room(within_s=30.0)
    room.say(a_condition("bang"))
    room.say(a_condition("bang", active=False), at=1.0)

    assert told(room.say(a_condition("run"), at=30.9)) == [True]
    assert told(room.wake(31.0)) == [False]
    assert room.say(a_condition("door", FAR), at=40.0) == []


def test_it_lasts_as_long_as_its_conditions_and_a_delay() -> None:
    room = Room(within_s=10.0, clear_after_s=5.0)
    room.say(a_condition("bang"), a_condition("run"))

    assert room.say(a_condition("bang", active=False), at=3.0) == []
    assert told(room.wake(17.9)) == []
    assert told(room.wake(18.0)) == [False]


def test_a_third_joins_and_the_same_happening_keeps_its_name() -> None:
    room = Room()
    (first,) = room.say(a_condition("bang"), a_condition("run"))

    (second,) = room.say(a_condition("door", at=9.0), at=9.0)

    assert second.key == first.key
    assert second.summary == "3 agree: A bang; A run; A door"


def test_happenings_at_two_places_are_two_conditions() -> None:
    room = Room()

    found = room.say(
        a_condition("bang", key="a"),
        a_condition("run", key="b"),
        a_condition("bang", FAR, key="c", at=1.0),
        a_condition("run", FAR, key="d", at=1.0),
    )

    assert [(one.active, one.place) for one in found] == [(True, HERE), (True, FAR)]
    assert len({one.key for one in found}) == 2


def test_while_it_lasts_it_asks_again_for_a_person() -> None:
    room = Room(repeat_every_s=60.0)
    (begun,) = room.say(a_condition("bang"), a_condition("run"))

    again = room.wake(180.0)

    assert [one.asks_again for one in again] == [True, True, True]
    assert {one.key for one in again} == {begun.key}
    assert [one.observed_us for one in again] == [START + n * 60 * SECOND for n in (1, 2, 3)]
    room.say(a_condition("bang", active=False), at=181.0)
    assert told(room.wake(600.0)) == [False]
    assert room.judge.next_wake_us is None


def test_real_and_simulated_never_agree_with_each_other() -> None:
    room = Room()

    assert room.say(a_condition("bang"), a_condition("run", simulated=True)) == []
    (played,) = room.say(a_condition("door", simulated=True))
    (real,) = room.say(a_condition("run", key="other", at=1.0), at=1.0)

    assert (played.simulated, real.simulated) == (True, False)
    assert played.key.endswith("/simulated")


def test_other_rules_are_not_meant() -> None:
    assert Room().say(a_condition("drone"), a_condition("run"), a_condition("silence")) == []


def test_a_flood_is_bounded() -> None:
    room = Room()
    for number in range(MEMBERS_MAX + 50):
        room.judge._take(a_condition("bang", key=f"bang/{number}"), START)

    assert len(room.judge._members) == MEMBERS_MAX
    assert "bang/149" in room.judge._members


def test_an_end_of_what_is_not_known_is_nothing() -> None:
    room = Room()

    assert room.say(a_condition("bang", active=False)) == []
    assert room.judge._members == {}


def test_a_posture_may_want_more_to_agree() -> None:
    room = Room()
    room.say(a_condition("bang"), a_condition("run"))

    room.judge.adjust(CompoundRule(id="attack", of=("bang", "run"), at_least=2, within_m=1.0))
    found = room.say(a_condition("run", (30.0, 10.0), at=1.0), at=1.0)

    assert told(found + room.wake(60.0)) == [False]


def test_the_longest_words_fit_on_a_line() -> None:
    long = replace(a_condition("bang"), summary="x" * 200)

    (condition,) = Room().say(long, a_condition("run"))

    assert len(condition.summary) == 200


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["bang", "run", "door", "drone"]),
            st.sampled_from([HERE, (40.0, 10.0), (80.0, 10.0), FAR, None]),
            st.sampled_from("abc"),
            st.booleans(),
            st.booleans(),
            st.integers(0, 40),
        ),
        max_size=30,
    )
)
def test_what_is_told_begins_and_ends_in_turn_and_two_judges_agree(
    steps: list[tuple[str, Place | None, str, bool, bool, int]],
) -> None:
    rooms, active = (Room(clear_after_s=5.0), Room(clear_after_s=5.0)), set[str]()
    at = 0.0
    for rule, place, key, is_active, simulated, wait_s in steps:
        at += wait_s
        condition = a_condition(
            rule,
            place,
            key=f"{rule}/{key}/{simulated}",
            at=at,
            active=is_active,
            simulated=simulated,
        )
        first, second = (room.say(condition, at=at) for room in rooms)
        assert first == second
        for one in first:
            if one.active:
                active.add(one.key)
            else:
                active.remove(one.key)
            assert one.simulated == one.key.endswith("/simulated")
        assert active == {one.key for one in rooms[0].judge.active()}
