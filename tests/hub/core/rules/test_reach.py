from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from zone_field import Field

from hub.core.geometry import points_of
from hub.core.rules.reach import FAST_MPS, Concerned, Reach
from hub.core.rules.track_table import Box, box_around

HERE: Box = (0.0, 0.0, 10.0, 10.0)
THERE: Box = (40.0, 40.0, 60.0, 60.0)


class Ear:
    """A rule that listens somewhere."""

    def __init__(self, name: str, reach: Reach | None) -> None:
        self.name = name
        self.reach = reach


def at(name: str, box: Box) -> Ear:
    return Ear(name, Reach(slow=box, fast=box))


def told(
    concerned: Concerned[Ear], field: Field, rows: Sequence[int] | None = None
) -> dict[str, list[int]]:
    its = np.arange(len(field.tracks)) if rows is None else np.array(rows, np.intp)
    return {
        ear.name: field.tracks.number[some].tolist()
        for ear, some in concerned.of(field.tracks, its)
    }


def test_a_rule_is_told_of_the_tracks_on_its_ground_and_of_no_others() -> None:
    field, concerned = Field(), Concerned([at("here", HERE), at("there", THERE)])
    field.put(1, (5.0, 5.0))
    field.put(2, (50.0, 50.0))
    field.put(3, (-500.0, 20.0))

    assert told(concerned, field) == {"here": [1], "there": [2]}


def test_a_rule_without_a_ground_is_told_of_all_and_none_of_nothing() -> None:
    field, concerned = Field(), Concerned([Ear("everywhere", None)])
    field.put(1, (5.0, 5.0))

    assert told(concerned, field) == {"everywhere": [1]}
    assert told(concerned, field, []) == {}


def test_it_is_told_once_that_a_track_has_left() -> None:
    field, concerned = Field(), Concerned([at("here", HERE), at("there", THERE)])
    field.put(1, (5.0, 5.0))
    told(concerned, field)
    field.put(1, (200.0, 5.0))

    assert told(concerned, field) == {"here": [1]}
    assert told(concerned, field) == {}


def test_what_is_fast_is_told_of_further_away() -> None:
    wide = (-100.0, -100.0, 100.0, 100.0)
    field, concerned = Field(), Concerned([Ear("line", Reach(slow=HERE, fast=wide))])
    field.put(1, (50.0, 50.0), (FAST_MPS - 0.5, 0.0))
    field.put(2, (50.0, 50.0), (FAST_MPS + 0.5, 0.0))

    assert told(concerned, field) == {"line": [2]}


def test_after_a_change_of_plan_every_rule_hears_once_of_what_was_known() -> None:
    field, before = Field(), Concerned([at("here", HERE)])
    field.put(1, (5.0, 5.0))
    told(before, field)
    field.put(1, (200.0, 5.0))

    after = Concerned([at("here", HERE), at("there", THERE)], before)

    assert told(after, field) == {"here": [1], "there": [1]}
    assert told(after, field) == {}


def test_those_that_are_gone_are_forgotten() -> None:
    field, concerned = Field(), Concerned([at("here", HERE)])
    for number in range(1, 600):
        field.put(number, (5.0, 5.0))
        told(concerned, field)
        field.lose(number)

    assert len(concerned.known()) < 300


spot = st.tuples(st.integers(-15, 75), st.integers(-15, 75))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(spot, spot), min_size=1, max_size=6),
    st.lists(st.lists(st.tuples(st.integers(1, 6), spot), max_size=5), max_size=12),
)
def test_nobody_misses_a_track_on_their_ground_nor_its_leaving(
    boxes: list[tuple[tuple[int, int], tuple[int, int]]],
    steps: list[list[tuple[int, tuple[int, int]]]],
) -> None:
    ears = [at(str(place), box_around(points_of(ends))) for place, ends in enumerate(boxes)]
    field, concerned = Field(), Concerned(ears)
    inside: dict[str, set[int]] = {ear.name: set() for ear in ears}
    for step in steps:
        moved = dict(step)
        rows = [int(field.put(number, place)[0]) for number, place in moved.items()]

        heard = told(concerned, field, rows)

        for ear in ears:
            assert ear.reach is not None
            west, south, east, north = ear.reach.slow
            for number, (x, y) in moved.items():
                is_in = west <= x <= east and south <= y <= north
                if is_in or number in inside[ear.name]:
                    assert number in heard[ear.name]
                (inside[ear.name].add if is_in else inside[ear.name].discard)(number)
        assert all(len(some) == len(set(some)) for some in heard.values())
        assert list(heard) == sorted(heard, key=int)
