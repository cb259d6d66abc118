import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.geometry import Floats, points_of
from hub.core.rules.lines import STEP_MAX_US, Lines
from hub.core.rules.reach import Told

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
LEFT = (-2.0, 5.0)
RIGHT = (2.0, 5.0)
Place = tuple[float, float]


class Rule:
    """A rule that may be about a line."""

    def __init__(self, *ends: Place) -> None:
        self.line: Floats | None = points_of(ends) if ends else None


NORTHWARDS = Rule((0.0, 0.0), (0.0, 10.0))
FURTHER_EAST = Rule((6.0, 0.0), (6.0, 10.0))
NO_LINE = Rule()


class Street:
    """Some rules, all of whom are told of every track."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules or (NORTHWARDS,)
        self.lines = Lines(self.rules)
        self.rows = Rows()
        self.tracks = Tracks(self.rows)
        self.now_us = START

    def put(self, number: int, place: Place, state: int, speed_mps: float) -> int:
        row = self.tracks.row_of(number)
        if row is None:
            row = int(add_rows(self.rows, 1)[0])
        self.rows.columns.number[row] = number
        self.rows.columns.mean[row] = (*place, speed_mps, 0.0)
        self.rows.columns.state[row] = state
        return row

    def move(
        self,
        *places: Place,
        first: int = 7,
        state: int = CONFIRMED,
        speed_mps: float = 13.0,
        after_us: int = SECOND // 5,
    ) -> list[tuple[int, int]]:
        """Let tracks be seen; return what rules are told of which of them."""
        self.now_us += after_us
        rows = np.array(
            [self.put(first + one, at, state, speed_mps) for one, at in enumerate(places)]
        )
        count = len(self.rules)
        told = Told(rule=np.repeat(np.arange(count), len(rows)), row=np.tile(rows, count))
        over = self.lines.sift(self.tracks, rows, told, self.now_us)
        return list(zip(over.rule.tolist(), self.tracks.number[over.row].tolist(), strict=True))

    def replan(self, *rules: Rule) -> None:
        self.rules = rules
        self.lines = Lines(rules, self.lines)

    def known(self) -> list[int]:
        return (self.lines.steps.key >> 16).tolist()


def test_a_step_from_left_to_right_is_told_once() -> None:
    street = Street()

    assert street.move(LEFT) == []
    assert street.move(RIGHT) == [(0, 7)]
    assert street.move((3.0, 5.0)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (RIGHT, LEFT),
        (LEFT, (-1.0, 5.0)),
        ((-2.0, 14.0), (2.0, 14.0)),  # Around the line's end.
        ((-90.0, 5.0), (90.0, 5.0)),  # Too far away to have been watched.
    ],
)
def test_the_other_way_and_around_is_no_crossing(first: Place, second: Place) -> None:
    street = Street()
    street.move(first)

    assert street.move(second) == []


def test_each_of_many_tracks_steps_over_each_of_many_lines() -> None:
    street = Street(NO_LINE, NORTHWARDS, FURTHER_EAST)
    street.move(LEFT, RIGHT, (5.0, 2.0))

    found = street.move(RIGHT, (7.0, 5.0), (5.5, 2.0))

    # Of a rule without a line nobody is left out.
    assert found == [(0, 7), (0, 8), (0, 9), (1, 7), (2, 8)]


def test_trembling_on_the_line_crosses_once() -> None:
    street = Street()
    street.move(LEFT)
    found = []
    for east in (0.1, -0.1, 0.2, -0.2, 0.29, 0.5, 0.1, -0.1, 0.4):
        found += street.move((east, 5.0))

    assert len(found) == 1


def test_a_track_that_is_confirmed_only_behind_the_line_has_crossed_it() -> None:
    street = Street()
    street.move(LEFT, state=TENTATIVE)

    assert street.move(RIGHT, state=TENTATIVE) == []
    assert street.move((4.0, 5.0)) == [(0, 7)]


def test_a_crossing_that_nobody_saw_counts_when_the_track_is_seen_again() -> None:
    street = Street()
    street.move(LEFT)

    assert street.move((1.0, 5.0), state=COASTING) == []
    assert street.move(RIGHT) == [(0, 7)]


def test_a_step_that_took_too_long_says_nothing_of_the_way_between() -> None:
    street = Street()
    street.move(LEFT)

    assert street.move(RIGHT, after_us=STEP_MAX_US + 1) == []
    assert street.known() == [7]


def test_a_track_that_went_far_away_begins_anew() -> None:
    street = Street()
    street.move(LEFT)
    street.move((-60.0, 5.0))
    assert street.known() == []

    assert street.move(RIGHT) == []


def test_who_is_fast_is_watched_from_further_away() -> None:
    street = Street()
    street.move((-30.0, 5.0), (-30.0, 6.0), speed_mps=10.0)
    assert street.known() == []

    street.move((-30.0, 5.0), speed_mps=25.0)

    assert street.known() == [7]


def test_steps_are_kept_while_they_are_young() -> None:
    street = Street()
    street.move(LEFT)
    street.move(LEFT, first=8, after_us=STEP_MAX_US - SECOND)
    street.move((-60.0, 5.0), first=9, after_us=2 * SECOND)

    assert street.known() == [8]


def test_a_line_that_the_plan_leaves_alone_knows_what_it_knew() -> None:
    street = Street(NO_LINE, NORTHWARDS, FURTHER_EAST)
    street.move(LEFT, (5.0, 5.0))

    street.replan(FURTHER_EAST, Rule((0.0, 0.0), (0.0, 10.0)))

    assert street.known() == [7, 8]
    # Another rule has never seen on which side they were.
    assert street.move(RIGHT, (7.0, 5.0)) == [(0, 8)]


def test_a_plan_without_lines_knows_nothing() -> None:
    street = Street()
    street.move(LEFT)

    street.replan()
    assert street.known() == street.move(LEFT) == []
    street.replan(NORTHWARDS)

    assert street.move(RIGHT) == []


@given(st.lists(st.floats(min_value=-8.0, max_value=8.0), min_size=2, max_size=30))
def test_each_crossing_follows_one_from_the_left(easts: list[float]) -> None:
    street, side, expected, found = Street(), 0, 0, 0
    for east in easts:
        found += len(street.move((east, 5.0)))
        if abs(east) > 0.3:
            now = 1 if east > 0 else -1
            expected += side == -1 and now == 1
            side = now

    assert found == expected
