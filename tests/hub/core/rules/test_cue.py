import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.bangs import Chain, Sound, Stray
from hub.core.fusion.sound import Axes
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.basis import Basis
from hub.core.rules.condition import Condition
from hub.core.rules.cue import CUES_MAX, REPORT_US, CueJudge
from hub.core.site import Area, CueRule, Hours, Origin, Place, Sensor, Site
from wire.ids import ulid
from wire.labels import CueKind, Priority, SensorKind
from wire.messages import Cue

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())
FOUNTAIN = (10.0, 10.0)


def a_site() -> Site:
    square = ((0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0))
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
        zones=(Area(id="fountain", name="Fountain", purpose="public", polygon=square),),
        sensors=tuple(
            Sensor(
                id=f"mic-{n}", kind=SensorKind.ACOUSTIC, name=f"Microphone {n}", position=(0.0, n)
            )
            for n in (1, 2, 3)
        ),
    )


def a_judge(**changes: object) -> CueJudge:
    kinds = (CueKind.IMPULSE_SOUND, CueKind.GLASS_BREAK, CueKind.VIEW_COVERED)
    plain = {"id": "sound", "cues": kinds}
    return CueJudge(CueRule(**{**plain, **changes}), Basis(a_site(), lambda _: ()))  # type: ignore[arg-type]


def a_cue(
    sender: str = "mic-1",
    at_us: int = START,
    *,
    kind: CueKind = CueKind.IMPULSE_SOUND,
    confidence: float = 0.8,
    simulated: bool = False,
    level_db: float | None = None,
) -> Cue:
    return Cue(
        id=ulid(at_us, sender.encode().ljust(10)[:10]),
        sender=sender,
        boot=ulid(START, bytes(10)),
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        simulated=simulated,
        kind=kind,
        confidence=confidence,
        level_db=level_db,
    )


def test_an_impulse_sound_is_a_condition_near_a_place_with_a_name() -> None:
    (condition,) = a_judge().cue(a_cue(level_db=118.0), FOUNTAIN, 5.0, START)

    assert condition.active
    assert condition.summary == "Impulse sound near Fountain"
    assert (condition.zone, condition.zone_name) == ("fountain", "Fountain")
    assert condition.place == FOUNTAIN
    assert condition.sigma_m == pytest.approx(5.0)
    assert condition.sensors == ("mic-1",)
    assert [(x.name, x.value) for x in condition.evidence] == [
        ("What", "Impulse sound"),
        ("Stated by", "Microphone 1"),
        ("Confidence", "80%"),
        ("Level", "118 dB"),
        ("Observed", "00:00:00 UTC"),
    ]


def test_a_sound_far_from_everything_is_at_its_sensor() -> None:
    (condition,) = a_judge().cue(a_cue(), (300.0, 300.0), 5.0, START)

    assert condition.summary == "Impulse sound at Microphone 1"
    assert condition.zone is None


def test_a_sound_without_a_place_is_at_its_sensor() -> None:
    (condition,) = a_judge().cue(a_cue("mic-9"), None, None, START)

    assert condition.summary == "Impulse sound at mic-9"
    assert condition.place is None


def test_the_plan_may_say_it_in_its_own_words() -> None:
    (condition,) = a_judge(summary="Shot fired").cue(a_cue(), FOUNTAIN, 5.0, START)

    assert condition.summary == "Shot fired"


def test_weak_cues_and_cues_that_the_rule_does_not_name_are_nothing() -> None:
    judge = a_judge(confidence_min=0.5)

    assert judge.cue(a_cue(confidence=0.4), FOUNTAIN, 5.0, START) == []
    assert judge.cue(a_cue(kind=CueKind.DOOR_FORCED), FOUNTAIN, 5.0, START) == []


def test_three_microphones_that_hear_one_sound_improve_one_condition() -> None:
    judge = a_judge()
    (first,) = judge.cue(a_cue("mic-1"), (0.0, 0.0), 10.0, START)
    (second,) = judge.cue(a_cue("mic-2", START + SECOND), (10.0, 0.0), 10.0, START + SECOND)
    (third,) = judge.cue(a_cue("mic-3", START + SECOND), None, None, START + SECOND)

    assert first.key == second.key == third.key
    assert second.place == pytest.approx((5.0, 0.0))
    assert second.sigma_m == pytest.approx(10.0 / 2**0.5)
    assert third.sensors == ("mic-1", "mic-2", "mic-3")
    assert ("Confidence", "99%") in [(x.name, x.value) for x in third.evidence]
    assert ("Statements", "3") in [(x.name, x.value) for x in third.evidence]


@pytest.mark.parametrize(("place", "later_us"), [((400.0, 0.0), SECOND), (FOUNTAIN, 6 * SECOND)])
def test_what_is_far_away_or_much_later_is_another_happening(place: Place, later_us: int) -> None:
    judge = a_judge(join_within_m=100.0, join_within_s=5.0)
    (first,) = judge.cue(a_cue("mic-1"), FOUNTAIN, 5.0, START)

    (second,) = judge.cue(a_cue("mic-2", START + later_us), place, 5.0, START + later_us)

    assert second.key != first.key


def test_simulated_and_real_statements_never_join() -> None:
    judge = a_judge()
    (real,) = judge.cue(a_cue("mic-1"), FOUNTAIN, 5.0, START)

    (simulated,) = judge.cue(a_cue("mic-2", simulated=True), FOUNTAIN, 5.0, START)

    assert simulated.key != real.key
    assert simulated.simulated


def test_a_sensor_that_repeats_itself_is_reported_once_a_second_and_at_its_best() -> None:
    judge = a_judge()
    judge.cue(a_cue(), FOUNTAIN, 5.0, START)
    assert judge.cue(a_cue(at_us=START + 1), (11.0, 10.0), 2.0, START + 1) == []
    assert judge.cue(a_cue(at_us=START + 2), (99.0, 10.0), 50.0, START + 2) == []

    at_us = START + REPORT_US
    (condition,) = judge.cue(a_cue(at_us=at_us), None, None, at_us)

    assert condition.place == (11.0, 10.0)
    assert condition.sigma_m == pytest.approx(2.0)


def test_a_covered_view_concerns_its_own_camera_only() -> None:
    judge = a_judge()
    (first,) = judge.cue(a_cue("mic-1", kind=CueKind.VIEW_COVERED), FOUNTAIN, 1.0, START)
    (second,) = judge.cue(a_cue("mic-2", kind=CueKind.VIEW_COVERED), FOUNTAIN, 1.0, START)

    assert first.summary == "View covered at Microphone 1"
    assert second.key != first.key


def test_a_restored_view_clears_what_was_said_of_it() -> None:
    judge = a_judge()
    judge.cue(a_cue("mic-1", kind=CueKind.VIEW_COVERED), FOUNTAIN, 1.0, START)
    judge.cue(a_cue("mic-1"), FOUNTAIN, 1.0, START)

    (condition,) = judge.cue(a_cue("mic-1", kind=CueKind.VIEW_RESTORED), None, None, START + 1)

    assert not condition.active
    assert condition.summary == "View covered at Microphone 1"


def test_a_happening_clears_a_while_after_its_last_statement() -> None:
    judge = a_judge(clear_after_s=60.0)
    judge.cue(a_cue(), FOUNTAIN, 5.0, START)
    judge.cue(a_cue(at_us=START + SECOND), FOUNTAIN, 5.0, START + SECOND)

    assert judge.next_wake_us == START + 61 * SECOND
    assert judge.wake(NO_TRACKS, START + 61 * SECOND - 1) == []
    (condition,) = judge.wake(NO_TRACKS, START + 61 * SECOND)

    assert not condition.active
    assert judge.next_wake_us is None


def test_a_critical_happening_is_over_only_when_a_person_says_so() -> None:
    (condition,) = a_judge(priority=Priority.CRITICAL).cue(a_cue(), FOUNTAIN, 5.0, START)

    assert condition.latched


def test_a_rule_hears_only_the_devices_it_names_and_only_in_its_hours() -> None:
    judge = a_judge(devices=("mic-2",), hours=Hours(start="08:00", end="18:00"))

    at_night = judge.cue(a_cue("mic-2"), FOUNTAIN, 5.0, START)
    noon_us = START + 12 * 3600 * SECOND
    other = judge.cue(a_cue("mic-1", noon_us), FOUNTAIN, 5.0, noon_us)
    (condition,) = judge.cue(a_cue("mic-2", noon_us), FOUNTAIN, 5.0, noon_us)

    assert at_night == other == []
    assert judge.active() == [condition]


def test_a_posture_may_ask_for_less_confidence() -> None:
    judge = a_judge(confidence_min=0.99)
    assert judge.cue(a_cue(), FOUNTAIN, 5.0, START) == []

    judge.adjust(CueRule(id="sound", cues=(CueKind.IMPULSE_SOUND,), confidence_min=0.1))

    assert len(judge.cue(a_cue(), FOUNTAIN, 5.0, START)) == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["mic-1", "mic-2", "mic-3"]),
            st.sampled_from(CueKind),
            st.one_of(st.none(), st.tuples(st.floats(-900, 900), st.floats(-900, 900))),
            st.one_of(st.none(), st.floats(0.0, 500.0)),
            st.integers(0, 20 * SECOND),
        ),
        max_size=30,
    )
)
def test_every_happening_that_begins_ends(
    steps: list[tuple[str, CueKind, Place | None, float | None, int]],
) -> None:
    judge, now_us = a_judge(cues=tuple(CueKind)), START
    active: set[str] = set()
    for sender, kind, place, sigma_m, wait_us in steps:
        now_us += wait_us + 1000  # An id of its own for each cue.
        changed = judge.wake(NO_TRACKS, now_us)
        changed += judge.cue(a_cue(sender, now_us, kind=kind), place, sigma_m, now_us)
        for condition in changed:
            (active.add if condition.active else active.remove)(condition.key)
    for condition in judge.wake(NO_TRACKS, now_us + 60 * SECOND):
        active.remove(condition.key)

    assert active == set()


# --- What several sensors together say ------------------------------------------------------


def a_sound(*cues: Cue, **changes: object) -> Sound:
    plain = {
        "anchor": cues[0].id,
        "sensor": cues[0].sender,
        "emitted_us": cues[0].observed_us,
        "sensors": tuple(cue.sender for cue in cues),
        "after_s": tuple(0.1 * place for place in range(len(cues))),
        "is_located": True,
        "place": FOUNTAIN,
        "axes": Axes(major_m=4.04, minor_m=3.0, azimuth_deg=10.0),
        "centre": (0.0, 0.0),
        "speed_mps": 343.2,
    }
    return Sound(**{**plain, **changes})  # type: ignore[arg-type]


def a_chain(*cues: Cue, sounds: tuple[Sound, ...]) -> Chain:
    return Chain(cues=frozenset(cue.id for cue in cues), sounds=sounds)


def three_cues(at_us: int = START) -> list[Cue]:
    return [a_cue(f"mic-{n}", at_us + n) for n in (1, 2, 3)]


def heard_by_three(judge: CueJudge, *, place: Place = FOUNTAIN, at_us: int = START) -> Condition:
    first, second, third = cues = three_cues(at_us)
    judge.cue(first, (0.0, 0.0), 50.0, at_us)
    judge.cue(second, (0.0, 0.0), 50.0, at_us)
    sound = a_sound(*cues, place=place)
    return judge.cue(third, (0.0, 0.0), 50.0, at_us, a_chain(*cues, sounds=(sound,)))[-1]


def test_the_place_that_sensors_find_together_refines_the_first_condition() -> None:
    judge = a_judge()
    (first,) = judge.cue(three_cues()[0], (0.0, 0.0), 50.0, START)

    located = heard_by_three(judge)

    assert located.key == first.key
    assert located.place == FOUNTAIN
    assert located.sigma_m == 4.0
    assert located.summary == "Impulse sound near Fountain"
    assert located.sensors == ("mic-1", "mic-2", "mic-3")
    assert "95 % ellipse" in [line.name for line in located.evidence]


def test_a_sensor_that_heard_something_else_is_not_among_those_who_heard_it() -> None:
    judge, cues = a_judge(), three_cues()
    sound = a_sound(*cues[:2], strays=(Stray(sensor="mic-3", late_s=0.4),))
    for cue in cues[:2]:
        judge.cue(cue, None, None, START)

    (condition,) = judge.cue(cues[2], None, None, START, a_chain(*cues, sounds=(sound,)))

    assert condition.sensors == ("mic-1", "mic-2")
    facts = {line.name: line.value for line in condition.evidence}
    assert facts["Left out"] == "Microphone 3 (0.40 s late: an echo or another sound)"
    assert facts["Stated by"] == "Microphone 1, Microphone 2, Microphone 3"


def test_a_cue_that_is_too_weak_for_an_alert_still_says_where_it_was() -> None:
    judge, cues = a_judge(confidence_min=0.5), three_cues()
    weak = a_cue("mic-3", START + 3, confidence=0.2)
    for cue in cues[:2]:
        judge.cue(cue, None, None, START)
    sound = a_sound(*cues[:2], weak)

    (condition,) = judge.cue(weak, None, None, START, a_chain(*cues, sounds=(sound,)))

    assert condition.place == FOUNTAIN
    assert ("Statements", "2") in [(line.name, line.value) for line in condition.evidence]


def test_what_says_nothing_new_is_not_reported() -> None:
    judge = a_judge()
    heard_by_three(judge)
    cues, again = three_cues(), a_cue("mic-1", START + 9)
    chain = a_chain(*cues, again, sounds=(a_sound(*cues),))

    assert judge.cue(again, None, None, START + 9, chain) == []


def test_a_later_cue_of_a_located_bang_joins_it_however_far_its_sensor_stands() -> None:
    judge = a_judge(join_within_m=10.0)
    located = heard_by_three(judge)
    cues = three_cues()
    far = a_cue("mic-4", START + 10)
    sound = a_sound(*cues, far)

    (condition,) = judge.cue(
        far, (900.0, 900.0), 5.0, START + 10, a_chain(*cues, far, sounds=(sound,))
    )

    assert condition.key == located.key
    assert condition.sensors == ("mic-1", "mic-2", "mic-3", "mic-4")


def test_a_bang_that_proves_to_be_elsewhere_becomes_a_condition_of_its_own() -> None:
    judge = a_judge(join_within_m=50.0)
    here = heard_by_three(judge)
    cues = three_cues(START + SECOND)
    for cue in cues[:2]:
        assert [one.key for one in judge.cue(cue, None, None, START + SECOND)] in ([], [here.key])
    elsewhere = a_sound(*cues, place=(200.0, 0.0))

    changed = judge.cue(cues[2], None, None, START + SECOND, a_chain(*cues, sounds=(elsewhere,)))

    there = changed[-1]
    assert there.key != here.key
    assert there.cause == cues[0].id
    assert there.place == (200.0, 0.0)
    assert there.active
    ended = judge.wake(NO_TRACKS, START + 62 * SECOND)
    assert {one.key for one in ended} == {here.key, there.key}


def test_two_bangs_in_one_place_are_one_condition_that_tells_of_both() -> None:
    judge = a_judge(join_within_m=50.0)
    here = heard_by_three(judge)

    both = heard_by_three(judge, place=(20.0, 10.0), at_us=START + SECOND)

    assert both.key == here.key
    assert both.place == FOUNTAIN
    facts = {line.name: line.value for line in both.evidence}
    assert facts["More bangs"] == "20 m east, 10 m north of the site's origin"


def test_a_happening_remembers_no_more_cues_than_its_bound() -> None:
    judge = a_judge()

    for step in range(CUES_MAX + 10):
        judge.cue(a_cue(at_us=START + step * 1000), None, None, START)

    (one,) = judge._happenings
    assert len(one.cues) == CUES_MAX
