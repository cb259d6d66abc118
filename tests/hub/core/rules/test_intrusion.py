from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.intrusion import LOOK_US, REPORT_US, IntrusionJudge
from hub.core.site import Area, Hours, IntrusionRule, Offset
from wire.feed import LABELS
from wire.labels import Label, Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND  # 2026-01-01, midnight.
CAUSE = "01KDVXT000000000000000000A"
INSIDE = (5.0, 5.0)
OUTSIDE = (50.0, 50.0)


class Field:
    """Tracks that a test places by hand."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.tracks = Tracks(self.rows)

    def put(
        self,
        number: int,
        place: tuple[float, float],
        *,
        state: int = CONFIRMED,
        label: Label = Label.PERSON,
        simulated: bool = False,
    ) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        row = self.tracks.row_of(number)
        if row is None:
            row = int(add_rows(self.rows, 1)[0])
        self.rows.columns.number[row] = number
        self.rows.columns.mean[row, :2] = place
        self.rows.columns.state[row] = state
        self.rows.columns.label[row] = LABELS.index(label)
        self.rows.columns.updated_us[row] = START
        self.rows.columns.simulated[row] = simulated
        return np.array([row])

    def lose(self, number: int) -> None:
        row = self.tracks.row_of(number)
        assert row is not None
        self.rows.remove(np.array([row]))


def a_judge(**changes: object) -> IntrusionJudge:
    plain = {"id": "backstage", "zone": "stage", "clear_after_s": 3.0}
    rule = IntrusionRule(**{**plain, **changes})  # type: ignore[arg-type]
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    zone = Area(id="stage", name="Stage back area", purpose="sterile", polygon=corners)
    return IntrusionJudge(rule, zone, lambda number: (f"cam-{number}",))


def wakes(judge: IntrusionJudge, field: Field, until_us: int) -> list[Condition]:
    """Wake the judge whenever it asks for it."""
    found: list[Condition] = []
    while judge.next_wake_us is not None and judge.next_wake_us <= until_us:
        found += judge.wake(field.tracks, judge.next_wake_us)
    return found


def test_a_confirmed_person_in_the_zone_is_a_condition() -> None:
    field, judge = Field(), a_judge()

    (condition,) = judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)

    assert condition.active
    assert condition.key == "backstage"
    assert condition.summary == "Person in Stage back area"
    assert condition.priority is Priority.HIGH
    assert (condition.zone, condition.zone_name) == ("stage", "Stage back area")
    assert condition.tracks == (17,)
    assert condition.sensors == ("cam-17",)
    assert condition.place == INSIDE
    assert condition.cause == CAUSE
    assert ("First inside", "00:00:00 UTC") in [(x.name, x.value) for x in condition.evidence]


def test_a_summary_of_the_plan_goes_before_our_own() -> None:
    field, judge = Field(), a_judge(summary="Somebody on the stage")

    (condition,) = judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)

    assert condition.summary == "Somebody on the stage"


def test_tentative_tracks_other_labels_and_places_outside_are_no_condition() -> None:
    field, judge = Field(), a_judge()
    field.put(1, INSIDE, state=TENTATIVE)
    field.put(2, INSIDE, label=Label.BAG)
    field.put(3, OUTSIDE)
    field.put(4, INSIDE, state=COASTING)

    assert judge.tracks(field.tracks, np.arange(4), START, CAUSE) == []
    assert judge.next_wake_us is None
    assert judge.wake(field.tracks, START) == []


def test_a_condition_waits_until_somebody_has_stayed_long_enough() -> None:
    field, judge = Field(), a_judge(stay_min_s=5.0)
    judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)

    assert wakes(judge, field, START + 5 * SECOND - 1) == []
    (condition,) = wakes(judge, field, START + 5 * SECOND)

    assert condition.active
    assert judge.tracks(field.tracks, field.put(17, INSIDE), START + 6 * SECOND, CAUSE) == []


def test_a_condition_clears_only_when_everybody_was_gone_for_a_while() -> None:
    field, judge = Field(), a_judge()
    judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)
    judge.tracks(field.tracks, field.put(17, INSIDE), START + SECOND, CAUSE)
    judge.tracks(field.tracks, field.put(17, OUTSIDE), START + 2 * SECOND, CAUSE)

    assert wakes(judge, field, START + 5 * SECOND - 1) == []
    (condition,) = wakes(judge, field, START + 5 * SECOND)

    assert not condition.active
    assert condition.key == "backstage"
    assert judge.next_wake_us is None


def test_somebody_who_comes_back_in_time_never_left() -> None:
    field, judge = Field(), a_judge()
    judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)
    judge.tracks(field.tracks, field.put(17, OUTSIDE), START + SECOND, CAUSE)

    assert judge.tracks(field.tracks, field.put(17, INSIDE), START + 2 * SECOND, CAUSE) == []
    assert wakes(judge, field, START + 60 * SECOND) == []


def test_a_member_stays_one_when_it_coasts_or_changes_its_label() -> None:
    field, judge = Field(), a_judge()
    judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)
    judge.tracks(field.tracks, field.put(17, OUTSIDE), START + 1, CAUSE)
    coasting = field.put(17, INSIDE, state=COASTING, label=Label.UNKNOWN)
    judge.tracks(field.tracks, coasting, START + SECOND, CAUSE)

    assert wakes(judge, field, START + 60 * SECOND) == []


def test_a_track_that_ends_inside_the_zone_clears_after_the_same_while() -> None:
    field, judge = Field(), a_judge()
    judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)
    field.lose(17)

    assert wakes(judge, field, START + 3 * SECOND) == []
    (condition,) = wakes(judge, field, START + 3 * SECOND + LOOK_US)

    assert not condition.active


def test_all_who_are_inside_join_one_condition_at_most_once_a_second() -> None:
    field, judge = Field(), a_judge()
    judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)
    for number in range(18, 28):
        rows = field.put(number, INSIDE)
        assert judge.tracks(field.tracks, rows, START + 1000 * (number - 17), CAUSE) == []

    (condition,) = wakes(judge, field, START + REPORT_US)

    assert condition.key == "backstage"
    assert condition.summary == "11 people in Stage back area"
    assert condition.tracks == tuple(range(17, 28))


def test_a_simulated_intruder_is_a_condition_of_its_own() -> None:
    field, judge = Field(), a_judge()
    field.put(1, INSIDE)
    field.put(2, INSIDE, simulated=True)

    real, simulated = judge.tracks(field.tracks, np.arange(2), START, CAUSE)

    assert (real.tracks, real.simulated, real.key) == ((1,), False, "backstage")
    assert (simulated.tracks, simulated.simulated) == ((2,), True)
    assert simulated.key == "backstage/simulated"


def test_a_track_that_turns_out_simulated_moves_to_the_simulated_condition() -> None:
    field, judge = Field(), a_judge()
    judge.tracks(field.tracks, field.put(1, INSIDE), START, CAUSE)

    changed = judge.tracks(
        field.tracks, field.put(1, INSIDE, simulated=True), START + SECOND, CAUSE
    )

    assert [(one.key, one.active) for one in changed] == [
        ("backstage", False),
        ("backstage/simulated", True),
    ]


def test_out_of_its_hours_the_rule_does_not_judge_and_what_it_found_clears() -> None:
    field, judge = Field(), a_judge(hours=Hours(start="22:00", end="00:01"))
    (condition,) = judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)
    assert condition.active

    (cleared,) = wakes(judge, field, START + 64 * SECOND)

    assert not cleared.active
    assert judge.tracks(field.tracks, field.put(17, INSIDE), START + 70 * SECOND, CAUSE) == []


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(min_value=1, max_value=3),
            st.sampled_from([INSIDE, OUTSIDE]),
            st.sampled_from([CONFIRMED, TENTATIVE, COASTING]),
            st.integers(min_value=0, max_value=4 * SECOND),
        ),
        max_size=25,
    )
)
def test_raising_and_clearing_alternate_and_end_when_all_is_quiet(
    steps: Iterable[tuple[int, tuple[float, float], int, int]],
) -> None:
    field, judge, now_us = Field(), a_judge(stay_min_s=1.0), START
    found: list[Condition] = []
    for number, place, state, wait_us in steps:
        now_us += wait_us
        found += wakes(judge, field, now_us)
        rows = field.put(number, place, state=state)
        found += judge.tracks(field.tracks, rows, now_us, CAUSE)
    for number in (1, 2, 3):
        rows = field.put(number, OUTSIDE)
        found += judge.tracks(field.tracks, rows, now_us, CAUSE)
    found += wakes(judge, field, now_us + 10 * SECOND)

    active = False
    for condition in found:
        assert active or condition.active, "what is not active cannot clear"
        active = condition.active
    assert not active
    assert judge.next_wake_us is None


def test_a_posture_changes_priority_and_stay_of_those_who_are_inside_already() -> None:
    field, judge = Field(), a_judge(stay_min_s=60.0)
    assert judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE) == []
    assert judge.active() == []

    judge.adjust(IntrusionRule(id="backstage", zone="stage", priority=Priority.CRITICAL))
    (first,) = judge.wake(field.tracks, START + 1)
    judge.adjust(IntrusionRule(id="backstage", zone="stage", priority=Priority.LOW))
    (second,) = judge.wake(field.tracks, START + 2)

    assert (first.priority, second.priority) == (Priority.CRITICAL, Priority.LOW)
    assert judge.active() == [second]


def test_hours_are_in_the_sites_own_time() -> None:
    hours = Hours(start="02:00", end="03:00")
    field, rule = Field(), IntrusionRule(id="backstage", zone="stage", hours=hours)
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    zone = Area(id="stage", name="Stage", purpose="sterile", polygon=corners)
    judge = IntrusionJudge(rule, zone, lambda _: (), (Offset(from_us=0, ahead_s=7200),))

    assert len(judge.tracks(field.tracks, field.put(17, INSIDE), START, CAUSE)) == 1
