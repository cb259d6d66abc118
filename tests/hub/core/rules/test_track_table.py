from dataclasses import dataclass

import numpy as np

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.rules.track_table import (
    TrackTable,
    box_around,
    has_label,
    is_visible,
    is_within,
    positions,
    sensors_of_all,
    sigmas,
)
from wire.feed import LABELS
from wire.labels import Label


@dataclass
class Table:
    number = np.array([1, 2, 3], np.uint32)
    east = np.array([0.0, 1.0, 2.0])
    north = np.array([5.0, 6.0, 7.0])
    velocity_east = np.zeros(3)
    velocity_north = np.zeros(3)
    covariance = np.stack([np.diag([4.0, 1.0, 9.0, 9.0])] * 3)
    updated_us = np.zeros(3, np.int64)
    state = np.array([TENTATIVE, CONFIRMED, COASTING], np.uint8)
    label = np.array([LABELS.index(Label.PERSON), LABELS.index(Label.BAG), 0], np.uint8)
    simulated = np.zeros(3, np.bool_)
    exercise = np.zeros(3, np.bool_)


ROWS = np.arange(3)


def test_what_is_confirmed_or_coasting_is_visible() -> None:
    table: TrackTable = Table()

    assert is_visible(table, ROWS).tolist() == [False, True, True]


def test_rows_are_picked_by_label() -> None:
    assert has_label(Table(), ROWS, (Label.BAG, Label.UNKNOWN)).tolist() == [False, True, True]


def test_positions_are_points_and_sigma_is_of_the_worse_axis() -> None:
    assert positions(Table(), np.array([1])).tolist() == [[1.0, 6.0]]
    assert sigmas(Table(), ROWS).tolist() == [2.0, 2.0, 2.0]


def test_the_box_around_some_points_has_a_margin() -> None:
    corners = np.array([[0.0, 5.0], [0.5, 6.0]])

    assert is_within(Table(), ROWS, box_around(corners)).tolist() == [True, False, False]
    assert is_within(Table(), ROWS, box_around(corners, 0.5)).tolist() == [True, True, False]


def test_each_sensor_of_several_tracks_is_named_once_and_at_most_sixteen_are() -> None:
    by_track = {1: ("a", "b"), 2: ("b", "c"), 3: tuple(f"s{n}" for n in range(20))}

    assert sensors_of_all([1, 2], by_track.__getitem__) == ("a", "b", "c")
    assert len(sensors_of_all([1, 2, 3], by_track.__getitem__)) == 16
