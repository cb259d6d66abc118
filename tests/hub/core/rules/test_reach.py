from collections.abc import Collection, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from zone_field import Field

from hub.core.geometry import points_of
from hub.core.rules.reach import FAST_MPS, Concerned, Reach
from hub.core.rules.track_table import Box, box_around
from wire.labels import Label

HERE: Box = (0.0, 0.0, 10.0, 10.0)
THERE: Box = (40.0, 40.0, 60.0, 60.0)


class Ear:
    """A rule that listens somewhere."""

    def __init__(self, name: str, reach: Reach, followed: Collection[int] = ()) -> None:
        self.name = name
        self.reach = reach
        self.followed = followed


def at(name: str, box: Box) -> Ear:
    return Ear(name, Reach(slow=box, fast=box))


def told(
    ears: Sequence[Ear], field: Field, rows: Sequence[int] | None = None
) -> dict[str, list[int]]:
    its = np.arange(len(field.tracks)) if rows is None else np.array(rows, np.intp)
    parts = Concerned(ears).of(field.tracks, its).parts()
    return {ears[ear].name: field.tracks.number[some].tolist() for ear, some in parts}


def test_a_rule_is_told_of_the_tracks_on_its_ground_and_of_no_others() -> None:
    field = Field()
    field.put(1, (5.0, 5.0))
    field.put(2, (50.0, 50.0))
    field.put(3, (-500.0, 20.0))

    assert told([at("here", HERE), at("there", THERE)], field) == {"here": [1], "there": [2]}
    assert told([at("here", HERE)], field, []) == {}
    assert told([], field) == {}


def test_a_rule_is_told_of_what_it_follows_wherever_that_is_and_once() -> None:
    field, ear = Field(), at("here", HERE)
    ear.followed = {1, 2, 77}
    field.put(1, (5.0, 5.0))
    field.put(2, (200.0, 5.0))
    field.put(3, (200.0, 5.0))

    assert told([ear, at("there", THERE)], field) == {"here": [1, 2]}
    assert told([ear], field, [1]) == {"here": [2]}


def test_what_is_fast_is_told_of_further_away() -> None:
    wide = (-100.0, -100.0, 100.0, 100.0)
    field = Field()
    field.put(1, (50.0, 50.0), (FAST_MPS - 0.5, 0.0))
    field.put(2, (50.0, 50.0), (FAST_MPS + 0.5, 0.0))

    assert told([Ear("line", Reach(slow=HERE, fast=wide))], field) == {"line": [2]}


def test_a_rule_is_told_of_its_labels_and_of_its_speeds_alone() -> None:
    field = Field()
    field.put(1, (5.0, 5.0), (0.0, 2.0), label=Label.PERSON)
    field.put(2, (5.0, 5.0), (0.0, 2.0), label=Label.VEHICLE)
    field.put(3, (5.0, 5.0), (0.0, 1.9), label=Label.VEHICLE)
    vehicles = Reach(slow=HERE, fast=HERE, labels=(Label.VEHICLE,))

    assert told([Ear("vehicles", vehicles)], field) == {"vehicles": [2, 3]}
    fast = replace(vehicles, speed_min_mps=2.0)
    assert told([Ear("fast", fast), Ear("slow", fast, [3])], field) == {"fast": [2], "slow": [2, 3]}


spot = st.tuples(st.integers(-15, 75), st.integers(-15, 75))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(spot, spot, st.sets(st.integers(1, 6))), min_size=1, max_size=6),
    st.dictionaries(st.integers(1, 6), st.tuples(spot, st.integers(0, 6))),
)
def test_each_rule_is_told_of_all_on_its_ground_and_all_it_follows(
    grounds: list[tuple[tuple[int, int], tuple[int, int], set[int]]],
    tracks: dict[int, tuple[tuple[int, int], int]],
) -> None:
    ears = []
    for name, (one, other, followed) in enumerate(grounds):
        slow = box_around(points_of((one, other)))
        fast = box_around(points_of((one, other)), 5.0)
        ears.append(Ear(str(name), Reach(slow=slow, fast=fast), followed))
    field = Field()
    for number, (place, speed_mps) in tracks.items():
        field.put(number, place, (float(speed_mps), 0.0))

    heard = told(ears, field)

    for ear in ears:
        expected = []
        for number, ((x, y), speed_mps) in tracks.items():
            west, south, east, north = ear.reach.fast if speed_mps > FAST_MPS else ear.reach.slow
            is_in = west <= x <= east and south <= y <= north
            expected += [number] if is_in or number in ear.followed else []
        assert heard.get(ear.name, []) == expected
    assert list(heard) == sorted(heard, key=int)
