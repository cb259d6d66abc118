from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from track_rows import add_rows
from zone_field import Field, Place, seen_by

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.basis import Basis
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, SensorFact, Standing
from hub.core.rules.registry import JUDGES, Judges, judges
from hub.core.rules.round import AT_ONCE, TURN_US, TURNS_MAX
from hub.core.site import (
    Actuator,
    Area,
    CalibrationRule,
    ClockRule,
    CompoundRule,
    CoverageRule,
    CueRule,
    ExpressionRule,
    GasRule,
    IntrusionRule,
    LoiteringRule,
    Origin,
    Rule,
    Sensor,
    Setting,
    SilenceRule,
    Site,
    TamperRule,
    TeamZoneRule,
    Tripwire,
    TripwireRule,
    VehicleApproachRule,
    VehicleZoneRule,
)
from wire.feed import LABELS, CalibrationView
from wire.fields import ZoneCoverageView
from wire.ids import ulid
from wire.labels import (
    ActuatorKind,
    CalibrationState,
    CueKind,
    EffectClass,
    Label,
    Posture,
    Priority,
    SensorKind,
)
from wire.messages import Cue, Fault, Reading

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
CAUSE = ulid(START, bytes(10))
NO_TRACKS = Tracks(Rows())


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


def a_reading(value: float, at_us: int = START) -> Reading:
    return Reading(
        id=ulid(at_us, b"reading   "),
        sender="cam-1",
        boot=CAUSE,
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        channel="co",
        value=value,
        unit="[ppm]",
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

    found = every.second(Facts(standings=standings), NO_TRACKS, START + 9 * SECOND)

    assert [one.sensors for one in found] == [(name,) for name in judged]


def test_a_disabled_rule_has_no_judge() -> None:
    every = some_judges(IntrusionRule(id="backstage", zone="stage", enabled=False))

    assert every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE) == []


# --- Postures ---------------------------------------------------------------------------------


def test_a_posture_of_the_zone_or_the_site_changes_what_is_judged_by() -> None:
    by_posture: dict[Posture, dict[str, Setting]] = {
        Posture.RAISED: {"priority": "critical"},
        Posture.INCIDENT: {"priority": "low"},
    }
    every = some_judges(IntrusionRule(id="backstage", zone="stage", by_posture=by_posture))
    here = a_person_at(2.0)

    first = every.tracks(here, np.array([0]), START, CAUSE)
    every.adjust({"site": Posture.RAISED})
    second = every.wake(here, START + SECOND)
    every.adjust({"site": Posture.RAISED, "stage": Posture.INCIDENT})
    third = every.wake(here, START + 2 * SECOND)
    every.adjust({})
    fourth = every.wake(here, START + 3 * SECOND)

    priorities = [one.priority for one in (*first, *second, *third, *fourth)]
    assert priorities == [Priority.HIGH, Priority.CRITICAL, Priority.LOW, Priority.HIGH]


# --- Another plan -----------------------------------------------------------------------------


def test_what_is_the_same_in_another_plan_keeps_all_that_it_knows() -> None:
    every = some_judges(*ALL_KINDS)
    every.start(START)
    every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE)
    every.cue(a_cue(), (5.0, 5.0), 1.0, START)
    before = every.active()
    assert [one.rule for one in before] == ["backstage", "sound"]

    changed = every.replan(a_site(*reversed(ALL_KINDS)), START + SECOND)

    assert changed == []
    assert [one.rule for one in every.active()] == ["sound", "backstage"]
    again = every.tracks(a_person_at(2.0), np.array([0]), START + SECOND, CAUSE)
    assert again == []  # It is inside already, and was told.
    assert every.next_wake_us is not None


def test_what_a_removed_or_changed_rule_had_said_is_over() -> None:
    every = some_judges(*ALL_KINDS)
    every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE)
    every.cue(a_cue(), (5.0, 5.0), 1.0, START)
    changed = IntrusionRule(id="backstage", zone="stage", priority=Priority.LOW)

    over = every.replan(a_site(changed), START + SECOND)

    assert [(one.rule, one.active) for one in over] == [("backstage", False), ("sound", False)]
    assert {one.observed_us for one in over} == {START + SECOND}
    (anew,) = every.tracks(a_person_at(2.0), np.array([0]), START + SECOND, CAUSE)
    assert anew.priority is Priority.LOW


def test_a_rule_whose_zone_has_moved_is_another_rule() -> None:
    every = some_judges(ALL_KINDS[0])
    every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE)
    site = a_site(ALL_KINDS[0])
    moved = replace(site.zones[0], polygon=((9.0, 0.0), (10.0, 0.0), (10.0, 10.0)))

    (over,) = every.replan(replace(site, zones=(moved,)), START + SECOND)

    assert not over.active
    assert every.tracks(a_person_at(2.0), np.array([0]), START + SECOND, CAUSE) == []


def test_a_rule_that_was_disabled_ends_and_one_that_came_starts() -> None:
    every = some_judges(ALL_KINDS[0])
    every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE)
    off = IntrusionRule(id="backstage", zone="stage", enabled=False)

    over = every.replan(a_site(off, SilenceRule(id="quiet")), START)
    found = every.wake(a_person_at(2.0), START + 15 * SECOND)

    assert [(one.rule, one.active) for one in over] == [("backstage", False)]
    assert [one.key for one in found] == ["quiet/cam-1", "quiet/siren-1"]


def test_a_posture_holds_on_for_rules_of_another_plan() -> None:
    every = some_judges()
    every.adjust({"site": Posture.RAISED})
    by_posture: dict[Posture, dict[str, Setting]] = {Posture.RAISED: {"priority": "critical"}}
    rule = IntrusionRule(id="backstage", zone="stage", by_posture=by_posture)

    every.replan(a_site(rule), START)
    (condition,) = every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE)

    assert condition.priority is Priority.CRITICAL


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(range(4)))), max_size=12))
def test_replanning_other_rules_never_disturbs_one(steps: list[tuple[bool, set[int]]]) -> None:
    """Both hubs see the same; one of them is given another plan at each step."""
    watched = IntrusionRule(id="watched", zone="stage", stay_min_s=2.0, clear_after_s=2.0)
    steady, edited = some_judges(watched), some_judges(watched)
    for number, (is_in, others) in enumerate(steps):
        now_us = START + number * SECOND
        tracks, rows = a_person_at(2.0 if is_in else 50.0), np.array([0])
        edited.replan(a_site(*(ALL_KINDS[n] for n in sorted(others)), watched), now_us)
        found = [
            [c for c in hub.wake(tracks, now_us) if c.rule == "watched"]
            + [c for c in hub.tracks(tracks, rows, now_us, CAUSE) if c.rule == "watched"]
            for hub in (steady, edited)
        ]

        assert found[0] == found[1]


# --- Rules of other rules -----------------------------------------------------------------------


BOTH = CompoundRule(id="both", of=("backstage", "sound"))


def test_a_compound_is_fed_with_what_the_others_say() -> None:
    every = some_judges(*ALL_KINDS, BOTH)
    found = every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE)
    found += every.cue(a_cue(), (5.0, 5.0), 1.0, START)

    (condition,) = every.conditions(found, START)

    assert condition.rule == "both"
    assert every.conditions([], START) == []


def test_a_compound_of_another_plan_knows_what_holds_already() -> None:
    every = some_judges(*ALL_KINDS)
    every.tracks(a_person_at(2.0), np.array([0]), START, CAUSE)
    every.cue(a_cue(), (5.0, 5.0), 1.0, START)

    (condition,) = every.replan(a_site(*ALL_KINDS, BOTH), START + SECOND)

    assert (condition.rule, condition.active) == ("both", True)


def test_every_kind_of_rule_of_a_plan_has_a_judge_that_can_be_adjusted_and_asked() -> None:
    assert set(JUDGES) == set(get_args(Rule))


def test_a_call_goes_only_to_those_who_listen() -> None:
    every = some_judges(*ALL_KINDS, GasRule(id="co", channel="co", on_at=30.0))
    every.reading(a_reading(99.0), None, START)
    (condition,) = every.wake(NO_TRACKS, START + 3 * SECOND)

    assert (condition.rule, condition.place) == ("co", (0.0, 0.0))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["cue", "reading", "track", "second", "wake", "posture"]),
            st.floats(0.0, 20.0),
            st.integers(0, 30),
        ),
        max_size=30,
    )
)
def test_two_hubs_that_are_told_the_same_say_the_same(
    steps: list[tuple[str, float, int]],
) -> None:
    rules = (
        *ALL_KINDS,
        BOTH,
        GasRule(id="co", channel="co", on_at=10.0, rise_max_per_min=5.0, sigma_max=4.0),
        TamperRule(id="tamper"),
        ClockRule(id="clock"),
        CoverageRule(id="gap", zone="stage"),
        TeamZoneRule(id="empty", zone="stage", stay_min_s=5.0),
        ExpressionRule(id="own", when="zone.persons > 0.0 || site.hour >= 1.0"),
    )
    hubs = some_judges(*rules), some_judges(*rules)
    for hub in hubs:
        hub.start(START)
    now_us, active = START, set[str]()
    for kind, value, wait_s in steps:
        now_us += wait_s * SECOND + 1
        first, second = (told(hub, kind, value, now_us) for hub in hubs)

        assert first == second
        for condition in first:
            (active.add if condition.active else active.discard)(condition.key)
        assert active == {condition.key for condition in hubs[0].active()}


def told(hub: Judges, kind: str, value: float, now_us: int) -> list[Condition]:
    """Tell a hub one thing, as the engine does; return what it says of it."""
    tracks = a_person_at(value)
    found = hub.wake(tracks, now_us)
    match kind:
        case "cue":
            found += hub.cue(a_cue(now_us), (value, 5.0), 1.0, now_us)
        case "reading":
            found += hub.reading(a_reading(value, now_us), None, now_us)
        case "track":
            found += hub.tracks(tracks, np.array([0]), now_us, CAUSE)
        case "second":
            coverage = (ZoneCoverageView(id="stage", seen=value / 20.0, doubly_seen=0.0),)
            sensor = SensorFact(delay_us=value * SECOND, faults=(Fault(code="tamper", text="-"),))
            facts = Facts(coverage=coverage, sensors={"cam-1": sensor})
            found += hub.second(facts, tracks, now_us)
        case "posture":
            hub.adjust({"site": Posture.RAISED if value > 10.0 else Posture.NORMAL})
    return found + hub.conditions(found, now_us)


def some_told_once_a_second(number: int) -> list[Rule]:
    return [
        ExpressionRule(id=f"own-{one}", per="site", when="site.hour >= 0.0", stay_min_s=0.0)
        for one in range(number)
    ]


def test_rules_that_are_told_once_a_second_take_turns() -> None:
    rules = some_told_once_a_second(AT_ONCE + 2)
    every = some_judges(*rules)
    every.start(START)

    at_once = every.second(Facts(), NO_TRACKS, START)
    first = every.wake(NO_TRACKS, START + TURN_US)
    assert every.next_wake_us == START + 2 * TURN_US
    early = every.wake(NO_TRACKS, START + 2 * TURN_US - 1)
    second = every.wake(NO_TRACKS, START + 2 * TURN_US)

    assert (at_once, [one.rule for one in first]) == ([], [rule.id for rule in rules[:AT_ONCE]])
    assert (early, [one.rule for one in second]) == ([], [rule.id for rule in rules[AT_ONCE:]])
    assert every.next_wake_us is None


def test_a_turn_is_taken_when_it_is_due_and_need_not_wait_for_a_tick() -> None:
    stays = LoiteringRule(id="stays", zone="stage", stay_min_s=1.0)
    rules = [stays, *some_told_once_a_second(AT_ONCE + 1)]
    every, person = some_judges(*rules), a_person_at(5.0)
    every.start(START)
    every.wake(person, START)
    every.second(Facts(), person, START + SECOND - 2 * TURN_US)
    every.take_turns(person, START + SECOND - TURN_US)

    early = every.take_turns(person, START + SECOND - 1)
    now = every.take_turns(person, START + SECOND)
    again = every.take_turns(person, START + SECOND + 1)

    assert [one.rule for one in now] == ["stays", rules[-1].id]
    assert (early, again) == ([], [])


def test_a_rule_that_an_edit_removed_misses_its_turn() -> None:
    rules = some_told_once_a_second(AT_ONCE + 2)
    every = some_judges(*rules)
    every.second(Facts(), NO_TRACKS, START)
    every.wake(NO_TRACKS, START + TURN_US)

    every.replan(a_site(*rules[:-1]), START + TURN_US)

    assert [one.rule for one in every.wake(NO_TRACKS, START + 2 * TURN_US)] == [rules[-2].id]


def test_rules_that_look_every_so_often_do_so_in_different_turns() -> None:
    rules = [LoiteringRule(id=f"stay-{one}", zone="stage", stay_min_s=1.0) for one in range(5)]
    every, person = some_judges(*rules), a_person_at(5.0)
    every.start(START)

    told = {
        turn: [one.rule for one in every.take_turns(person, START + turn * TURN_US)]
        for turn in range(TURNS_MAX + 10)
    }

    assert {turn: rules for turn, rules in told.items() if rules} == {
        TURNS_MAX + one: [f"stay-{one}"] for one in range(5)
    }


VEHICLES = (Label.VEHICLE,)
ON_TRACKS: tuple[Rule, ...] = (
    IntrusionRule(id="all", zone="stage", labels=(Label.PERSON, Label.VEHICLE)),
    IntrusionRule(id="stays", zone="stage", labels=VEHICLES, stay_min_s=2.0, clear_after_s=3.0),
    VehicleZoneRule(id="fast", zone="stage", speed_min_mps=4.0),
    VehicleZoneRule(id="any", zone="stage", stay_min_s=1.0),
    VehicleApproachRule(id="near", zone="stage", speed_min_mps=5.0, persons_min=0),
)
spots = st.tuples(
    st.integers(1, 3),
    st.tuples(st.floats(-60.0, 70.0), st.sampled_from([5.0, 9.9, 14.0])),
    st.floats(-12.0, 12.0),
    st.sampled_from([Label.PERSON, Label.VEHICLE]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(spots, st.integers(1, 20)), max_size=25))
def test_a_rule_finds_the_same_as_if_it_were_told_of_every_track(
    steps: list[tuple[tuple[int, Place, float, Label], int]],
) -> None:
    site, field = a_site(*ON_TRACKS), Field()
    every = judges(site, seen_by)
    alone = [JUDGES[type(rule)](rule, Basis(site, seen_by)) for rule in ON_TRACKS]
    every.start(field.now_us)
    for (number, place, speed_mps, label), tenths in steps:
        field.now_us += tenths * SECOND // 10
        rows = field.put(number, place, (speed_mps, 0.0), label=label)

        found = every.wake(field.tracks, field.now_us)
        found += every.tracks(field.tracks, rows, field.now_us, CAUSE)

        expected = [one for judge in alone for one in judge.wake(field.tracks, field.now_us)]
        for judge in alone:
            expected += judge.tracks(field.tracks, rows, field.now_us, CAUSE)
        assert found == expected
