import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from zone_field import SECOND, SQUARE, START, Field, lines, seen_by

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.geometry import inside, points_of
from hub.core.rules.condition import Condition
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import TrackTable, positions
from hub.core.rules.watched import (
    TRACKS_MAX,
    PacedJudge,
    Sayer,
    Watched,
    by_taint,
    grouped,
    middle,
    rows_of,
    subject,
)
from hub.core.site import DispersalRule, Hours, LoiteringRule, RulePlan
from wire.labels import Label

RULE = DispersalRule(id="rule", zone="square")


class Looker(PacedJudge):
    """Says at each look that there is somebody, if there is."""

    looks: list[int]

    def adopt(self, rule: RulePlan) -> tuple[float, float]:  # noqa: ARG002 - it has no settings.
        self.looks = []
        return 0.0, 0.0

    def look(self, tracks: TrackTable, now_us: int) -> list[Condition]:
        self.looks.append(now_us)
        if not len(tracks.number):
            return []
        return [
            self.sayer.says(
                "somebody",
                (),
                taint=Taint(),
                place=None,
                sigma_m=None,
                tracks=(1,),
                observed_us=now_us,
            )
        ]


def test_a_zone_holds_the_visible_tracks_in_it_or_near_enough() -> None:
    field = Field()
    field.put(1, (5.0, 5.0))
    field.put(2, (5.0, 5.0), state=COASTING)
    field.put(3, (5.0, 5.0), state=TENTATIVE)
    field.put(4, (12.0, 5.0))
    field.put(5, (12.0, 12.0))

    inside, near = Watched(SQUARE), Watched(SQUARE, 2.5)

    assert inside.rows(field.tracks).tolist() == [0, 1]
    assert near.rows(field.tracks).tolist() == [0, 1, 3]
    assert inside.among(field.tracks, np.array([0, 2, 3])).tolist() == [True, False, False]


def test_an_empty_site_holds_nobody() -> None:
    assert Watched(SQUARE).rows(Field().tracks).size == 0


def test_what_is_made_of_something_else_is_apart() -> None:
    field = Field()
    field.put(2, (5.0, 5.0))
    field.put(1, (5.0, 5.0))
    field.put(3, (5.0, 5.0), simulated=True)
    field.put(4, (5.0, 5.0), exercise=True)
    tracks = field.tracks

    parts = by_taint(tracks, np.arange(4))
    groups = grouped(subject(tracks, row, START) for row in range(4))

    assert [(taint, rows.tolist()) for taint, rows in parts] == [
        (Taint(), [0, 1]),
        (Taint(exercise=True), [3]),
        (Taint(simulated=True), [2]),
    ]
    assert [(taint, [one.number for one in some]) for taint, some in groups] == [
        (Taint(), [1, 2]),
        (Taint(exercise=True), [4]),
        (Taint(simulated=True), [3]),
    ]
    assert by_taint(tracks, np.arange(0)) == []


def test_what_is_said_names_the_rule_the_zone_and_no_more_tracks_than_anybody_reads() -> None:
    condition = Sayer(RULE, SQUARE, seen_by).says(
        "people run",
        (("Running", "3"), ("Empty", "")),
        taint=Taint(simulated=True),
        place=(1.0, 2.0),
        sigma_m=0.5,
        tracks=range(500),
        observed_us=START,
        name="7",
        sensors=("count-1",),
    )

    assert condition.key == "rule/7/simulated"
    assert condition.summary == "People run"
    assert condition.rule_kind == "dispersal"
    assert condition.zone_name == "Square"
    assert len(condition.tracks) == TRACKS_MAX
    assert condition.sensors == ("count-1", "cam-0", "cam-1", "cam-2")
    assert lines(condition) == {
        "Zone": "Square",
        "Running": "3",
        "Seen by": "count-1, cam-0, cam-1, cam-2",
    }


ends = st.tuples(st.integers(-6, 6), st.integers(-6, 6))
labels = st.sampled_from([Label.PERSON, Label.VEHICLE, Label.BAG])


@given(
    st.lists(ends, min_size=3, max_size=7, unique=True),
    st.lists(st.tuples(ends, labels, st.booleans()), max_size=12),
)
def test_a_zone_holds_exactly_the_visible_tracks_of_its_labels_that_are_inside(
    corners: list[tuple[int, int]], tracks: list[tuple[tuple[int, int], Label, bool]]
) -> None:
    """Corners and tracks share a coarse grid, so that many are on a border or on a corner."""
    field, wanted = Field(), (Label.PERSON, Label.BAG)
    for number, (place, label, is_seen) in enumerate(tracks, 1):
        state = CONFIRMED if is_seen else TENTATIVE
        field.put(number, (float(place[0]), float(place[1])), label=label, state=state)
    zone = replace(SQUARE, polygon=tuple((float(east), float(north)) for east, north in corners))

    rows = Watched(zone).rows(field.tracks, wanted)

    are_in = inside(points_of(zone.polygon), positions(field.tracks, np.arange(len(tracks))))
    assert rows.tolist() == [
        row
        for row, (_, label, is_seen) in enumerate(tracks)
        if is_seen and label in wanted and are_in[row]
    ]


def test_a_rule_looks_once_a_second_from_when_it_began() -> None:
    field, judge = Field(), Looker(RULE, Watched(SQUARE), seen_by)
    judge.start(START)
    field.put(1, (5.0, 5.0))

    found = field.passes(judge, 3.0)

    assert judge.looks == [START + SECOND // 10, *(START + n * SECOND for n in (1, 2, 3))]
    assert [one.active for one in found] == [True]
    assert [one.key for one in judge.active()] == ["rule"]


def test_a_rule_that_looks_much_too_late_does_not_look_twice_at_once() -> None:
    field, judge = Field(), Looker(RULE, Watched(SQUARE), seen_by)
    judge.start(START)

    for late_us in (0, 5 * SECOND, 5 * SECOND + 1, 5 * SECOND + SECOND // 2):
        judge.wake(field.tracks, START + late_us)

    assert judge.looks == [START, START + 5 * SECOND, START + 5 * SECOND + SECOND // 2]


def test_where_nothing_is_it_wakes_nobody() -> None:
    field, judge = Field(), Looker(RULE, Watched(SQUARE), seen_by)
    judge.start(START)
    wakes = [judge.next_wake_us]
    field.put(1, (5.0, 5.0))
    field.passes(judge, 2.0)
    wakes.append(judge.next_wake_us)

    field.lose(1)
    field.passes(judge, 3.0)

    wakes.append(judge.next_wake_us)
    assert [at_us is None for at_us in wakes] == [True, False, True]
    assert judge.active() == []


def test_rows_are_found_by_number_and_only_of_what_is_visible() -> None:
    field = Field()
    field.put(7, (0.0, 0.0))
    field.put(8, (0.0, 0.0), state=TENTATIVE)

    assert rows_of(field.tracks, [7, 8, 9]) == {7: 0}
    assert rows_of(field.tracks, []) == {}
    assert middle(np.array([[0.0, 0.0], [2.0, 4.0]])) == (1.0, 2.0)


def test_a_rule_with_hours_rests_outside_of_them() -> None:
    rule = LoiteringRule(id="rule", zone="square", hours=Hours(start="12:00", end="13:00"))
    field, judge = Field(), Looker(rule, Watched(SQUARE), seen_by)
    judge.start(START)
    field.put(1, (5.0, 5.0))

    assert field.passes(judge, 3.0) == []
    assert judge.looks == []


def test_a_kind_of_rule_must_say_what_it_takes_and_finds() -> None:
    judge = Looker(RULE, Watched(SQUARE), seen_by)

    with pytest.raises(NotImplementedError):
        PacedJudge.adopt(judge, RULE)
    with pytest.raises(NotImplementedError):
        PacedJudge.look(judge, Field().tracks, START)
