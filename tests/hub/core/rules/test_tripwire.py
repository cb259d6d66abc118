import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.tripwire import STEP_MAX_US, TripwireJudge
from hub.core.site import Hours, Tripwire, TripwireRule
from wire.feed import LABELS
from wire.labels import Label, Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
CAUSE = "01KDVXT000000000000000000A"
LEFT = (-2.0, 5.0)
RIGHT = (2.0, 5.0)


class Street:
    """A line from south to north at east 0, and one judge of it."""

    def __init__(self, **changes: object) -> None:
        plain = {"id": "no-entry", "tripwire": "kerkstraat", "labels": (Label.VEHICLE,)}
        rule = TripwireRule(**{**plain, **changes})  # type: ignore[arg-type]
        wire = Tripwire(id="kerkstraat", name="Kerkstraat line", start=(0.0, 0.0), end=(0.0, 10.0))
        self.judge = TripwireJudge(rule, wire, lambda _: ("radar-1",))
        self.rows = Rows()
        self.tracks = Tracks(self.rows)
        self.now_us = START

    def move(
        self,
        place: tuple[float, float],
        *,
        number: int = 7,
        state: int = CONFIRMED,
        label: Label = Label.VEHICLE,
        speed_mps: float = 13.0,
        after_us: int = SECOND // 5,
    ) -> list[Condition]:
        row = self.tracks.row_of(number)
        if row is None:
            row = int(add_rows(self.rows, 1)[0])
        self.now_us += after_us
        self.rows.columns.number[row] = number
        self.rows.columns.mean[row] = (*place, speed_mps, 0.0)
        self.rows.columns.state[row] = state
        self.rows.columns.label[row] = LABELS.index(label)
        self.rows.columns.updated_us[row] = self.now_us
        return self.judge.tracks(self.tracks, np.array([row]), self.now_us, CAUSE)


def test_a_vehicle_that_crosses_from_left_to_right_is_a_condition() -> None:
    street = Street()
    assert street.move(LEFT) == []

    (condition,) = street.move(RIGHT)

    assert condition.active
    assert condition.key == "no-entry/7"
    assert condition.summary == "Vehicle crossed Kerkstraat line at 47 km/h"
    assert condition.tracks == (7,)
    assert condition.sensors == ("radar-1",)
    assert condition.place == RIGHT
    assert not condition.latched


def test_a_slow_crossing_does_not_speak_of_its_speed() -> None:
    street = Street()
    street.move(LEFT, speed_mps=1.0)

    (condition,) = street.move(RIGHT, speed_mps=1.0)

    assert condition.summary == "Vehicle crossed Kerkstraat line"


def test_a_critical_crossing_is_over_only_when_a_person_says_so() -> None:
    street = Street(priority=Priority.CRITICAL, summary="Vehicle attack")
    street.move(LEFT)

    (condition,) = street.move(RIGHT)

    assert condition.latched
    assert condition.summary == "Vehicle attack"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (RIGHT, LEFT),
        (LEFT, (-1.0, 5.0)),
        ((-2.0, 14.0), (2.0, 14.0)),  # Around the line's end.
        ((-90.0, 5.0), (90.0, 5.0)),  # Too far away to have been watched.
    ],
)
def test_the_other_way_and_around_is_no_crossing(
    first: tuple[float, float], second: tuple[float, float]
) -> None:
    street = Street()
    street.move(first)

    assert street.move(second) == []


def test_labels_and_speeds_that_the_rule_does_not_mean_are_no_crossing() -> None:
    street = Street(speed_min_mps=5.0)
    street.move(LEFT)
    assert street.move(RIGHT, speed_mps=4.0) == []
    street.move(LEFT, number=8, label=Label.PERSON)
    assert street.move(RIGHT, number=8, label=Label.PERSON) == []


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

    (condition,) = street.move((4.0, 5.0))

    assert condition.active


def test_a_crossing_that_nobody_saw_counts_when_the_track_is_seen_again() -> None:
    street = Street()
    street.move(LEFT)
    assert street.move((1.0, 5.0), state=COASTING) == []

    (condition,) = street.move(RIGHT)

    assert condition.active


def test_a_step_that_took_too_long_says_nothing_of_the_way_between() -> None:
    street = Street()
    street.move(LEFT)

    assert street.move(RIGHT, after_us=STEP_MAX_US + 1) == []
    assert len(street.judge._steps) == 1


def test_a_track_that_went_far_away_begins_anew() -> None:
    street = Street()
    street.move(LEFT)
    street.move((-60.0, 5.0))

    assert street.judge._steps == {}


def test_a_crossing_clears_after_its_time() -> None:
    street = Street(clear_after_s=30.0)
    street.move(LEFT)
    street.move(RIGHT)
    crossed_us = street.now_us

    assert street.judge.next_wake_us == crossed_us + 30 * SECOND
    assert street.judge.wake(street.tracks, crossed_us + 30 * SECOND - 1) == []
    (condition,) = street.judge.wake(street.tracks, crossed_us + 30 * SECOND)

    assert not condition.active
    assert street.judge.next_wake_us is None


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


def test_steps_are_kept_while_they_are_young() -> None:
    street = Street()
    street.move(LEFT)
    street.move(LEFT, number=8, after_us=STEP_MAX_US - SECOND)
    street.move((-60.0, 5.0), number=9, after_us=2 * SECOND)

    assert list(street.judge._steps) == [8]


def test_outside_of_its_hours_a_crossing_is_none() -> None:
    street = Street(hours=Hours(start="08:00", end="18:00"))
    street.move(LEFT)

    assert street.move(RIGHT) == []


def test_a_posture_may_ask_for_less_speed() -> None:
    street = Street(speed_min_mps=20.0)
    street.move(LEFT)
    assert street.move(RIGHT) == street.judge.active() == []
    vehicle = TripwireRule(id="no-entry", tripwire="kerkstraat", labels=(Label.VEHICLE,))

    street.judge.adjust(vehicle)
    street.move(LEFT)
    (condition,) = street.move(RIGHT)

    assert street.judge.active() == [condition]
