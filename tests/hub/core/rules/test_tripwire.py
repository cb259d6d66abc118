import numpy as np
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.lines import Lines
from hub.core.rules.reach import Concerned
from hub.core.rules.tripwire import TripwireJudge
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
        self.lines = Lines([self.judge])
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
        rows = np.array([row])
        told = Concerned([self.judge]).of(self.tracks, rows)
        over = self.lines.sift(self.tracks, rows, told, self.now_us)
        return self.judge.tracks(self.tracks, over.row, self.now_us, CAUSE)


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


def test_labels_and_speeds_that_the_rule_does_not_mean_are_no_crossing() -> None:
    street = Street(speed_min_mps=5.0)
    street.move(LEFT)
    assert street.move(RIGHT, speed_mps=4.0) == []
    street.move(LEFT, number=8, label=Label.PERSON)
    assert street.move(RIGHT, number=8, label=Label.PERSON) == []


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
