from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from throng import a_block, some_people

from hub.core.fusion.crowd_field import (
    CELL_M,
    cells_at,
    columns_and_rows,
    common_sigma,
    density_of,
    field_of,
    middles,
    persons_near,
    persons_variance,
    spread,
    weights,
    within_reach,
)
from hub.core.geometry import Floats

PLACE = st.floats(-10_000.0, 10_000.0, allow_nan=False)
NEAR = st.floats(-20.0, 20.0, allow_nan=False)
SPEED = st.floats(-5.0, 5.0, allow_nan=False)
CROWD = st.integers(1, 30).flatmap(lambda count: arrays(np.float64, (count, 2), elements=NEAR))


def persons_in(density: Floats) -> float:
    return float(density.sum()) * CELL_M**2


@given(CROWD, st.floats(0.0, 5.0), st.floats(0.1, 1.0), st.floats(0.5, 1.0), st.floats(1.0, 4.0))
def test_the_cells_hold_as_many_persons_as_there_are(
    points: Floats, sigma_m: float, existence: float, tracked: float, stands_for: float
) -> None:
    people = some_people(
        points, sigma_m=sigma_m, existence=existence, tracked=tracked, stands_for=stands_for
    )

    field = field_of(people, spread(people.points, people.variance))

    assert persons_in(field.density) == pytest.approx(
        len(points) * existence * stands_for / tracked
    )


@given(arrays(np.float64, (12, 2), elements=PLACE), st.floats(0.0, 100.0))
def test_no_crowd_anywhere_makes_a_number_that_is_none(points: Floats, sigma_m: float) -> None:
    people = some_people(points, sigma_m=sigma_m)

    field = field_of(people, spread(people.points, people.variance))

    for column in (
        field.density,
        field.density_sigma,
        field.flow,
        field.flow_sigma,
        field.variance,
    ):
        assert np.isfinite(column).all()
    assert (np.diff(field.key) > 0).all()


@given(CROWD, st.randoms(use_true_random=False))
def test_the_order_of_the_people_changes_nothing(points: Floats, random: Random) -> None:
    order = list(range(len(points)))
    random.shuffle(order)
    velocity = points[::-1] / 10.0

    def field(points: Floats, velocity: Floats) -> list[Floats]:
        people = some_people(points, velocity)
        found = field_of(people, spread(people.points, people.variance))
        return [found.density, found.density_sigma, found.flow, found.flow_sigma]

    for one, other in zip(
        field(points, velocity), field(points[order], velocity[order]), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-9)


@given(CROWD, arrays(np.float64, (30, 2), elements=SPEED), st.integers(1, 3))
def test_a_crowd_that_is_turned_flows_turned(
    points: Floats, velocity: Floats, quarters: int
) -> None:
    velocity = velocity[: len(points)]
    turn = np.linalg.matrix_power(np.array([[0.0, -1.0], [1.0, 0.0]]), quarters)

    def by_place(points: Floats, velocity: Floats) -> dict[tuple[float, float], Floats]:
        people = some_people(points, velocity)
        field = field_of(people, spread(people.points, people.variance))
        places = map(tuple, middles(field.key).tolist())
        rows = np.column_stack((field.density, field.flow, field.flow_sigma))
        # A point on a cell's edge may fall to either side: its far cells are as good as empty.
        return {place: row for place, row in zip(places, rows, strict=True) if row[0] > 0.02}

    straight = by_place(points + 0.123, velocity)
    turned = by_place((points + 0.123) @ turn.T, velocity @ turn.T)

    for place, row in straight.items():
        there = tuple(np.array(place) @ turn.T)
        if there in turned:
            assert turned[there][0] == pytest.approx(row[0], abs=0.01)
            assert turned[there][1:3] == pytest.approx(row[1:3] @ turn.T, abs=0.5)


def test_nobody_makes_no_field() -> None:
    people = some_people(np.empty((0, 2)))

    field = field_of(people, spread(people.points, people.variance))

    assert len(field) == 0
    assert len(density_of(people, spread(people.points, people.variance))) == 0


def test_who_stands_alone_makes_next_to_no_density() -> None:
    people = some_people([[1.0, 1.0]])

    field = field_of(people, spread(people.points, people.variance))

    assert field.density.max() == pytest.approx(0.08, abs=0.005)


@pytest.mark.parametrize("per_m2", [0.5, 1.0, 4.0])
def test_a_wide_even_crowd_has_its_density_in_its_middle(per_m2: float) -> None:
    people = some_people(a_block(per_m2, 20.0))
    shared = spread(people.points, people.variance)

    field = field_of(people, shared)

    middle = field.key == cells_at(np.array([[9.0, 9.0]]))[0]
    assert field.density[middle][0] == pytest.approx(per_m2, rel=0.03)
    assert density_of(people, shared) == pytest.approx(field.density)


def test_a_crowd_far_wider_than_any_table_is_counted_as_well() -> None:
    near = some_people([[1.0, 1.0], [3.0, 1.0]])
    far = some_people([[1.0, 1.0], [3.0, 1.0], [9_999.0, -9_999.0]])

    one = field_of(near, spread(near.points, near.variance))
    both = field_of(far, spread(far.points, far.variance))

    here = np.isin(both.key, one.key)
    assert both.density[here] == pytest.approx(one.density)
    assert persons_in(both.density) == pytest.approx(3.0)


def test_each_person_is_in_its_own_cell() -> None:
    points = np.array([[-0.1, 5.0], [3.9, -7.2], [0.0, 0.0]])
    shared = spread(points, np.zeros(3))

    assert shared.key[shared.own].tolist() == cells_at(points).tolist()


def test_cells_are_named_by_their_south_west_corner() -> None:
    key = cells_at(np.array([[-0.5, 3.0], [9_999.0, -10_000.0]]))

    columns, rows = columns_and_rows(key)

    assert (columns.tolist(), rows.tolist()) == ([-1, 4999], [1, -5000])
    assert middles(key).tolist() == [[-1.0, 3.0], [9_999.0, -9_999.0]]


def test_opposite_flows_cancel_and_equal_ones_do_not() -> None:
    points = [[1.0, 1.0], [1.2, 1.0]]
    apart = some_people(points, [[1.0, 0.0], [-1.0, 0.0]], sigma_m=0.0)
    along = some_people(points, [[1.0, 0.5], [1.0, 0.5]], sigma_m=0.0)

    key = cells_at(np.array([[1.0, 1.0]]))[0]
    flows = []
    for people in (apart, along):
        field = field_of(people, spread(people.points, people.variance))
        flows.append(field.flow[field.key == key][0])

    assert flows[0] == pytest.approx((0.0, 0.0), abs=0.06)
    assert flows[1] == pytest.approx((1.0, 0.5))


def test_the_more_are_missed_the_less_is_sure() -> None:
    block = a_block(1.0, 10.0)
    sigmas = []
    for tracked in (1.0, 0.8, 0.5):
        people = some_people(block, tracked=tracked)
        field = field_of(people, spread(people.points, people.variance))
        sigmas.append(float(field.density_sigma.max()))

    assert sigmas == sorted(sigmas)
    assert sigmas[0] < sigmas[-1]


def test_who_is_surely_there_and_well_placed_adds_no_doubt() -> None:
    people = some_people([[1.0, 1.0]], sigma_m=0.0)
    shared = spread(people.points, people.variance)

    assert persons_variance(people, shared.share, shared.second).max() < 1e-12
    assert common_sigma(people).tolist() == [0.02]
    assert weights(people).tolist() == [1.0]


def test_the_doubt_about_a_place_is_that_of_many_draws() -> None:
    rng = np.random.default_rng(1)
    sigma_m = 0.6
    here = np.array([[1.3, 0.7]])
    drawn = here + rng.normal(0.0, sigma_m, (20_000, 2))

    stated = spread(here, np.array([sigma_m**2]))
    shares = spread(drawn, np.zeros(len(drawn)))

    key = cells_at(here)[0]
    own = shares.total(shares.share)[shares.key == key][0] / len(drawn)
    square = shares.total(shares.share**2)[shares.key == key][0] / len(drawn)
    column = int(stated.own[0])
    place = np.flatnonzero(stated.place == column)[0]
    assert stated.share.ravel()[place] == pytest.approx(own, rel=0.02)
    assert stated.second.ravel()[place] == pytest.approx(square, rel=0.03)


def test_a_cell_is_in_reach_of_whole_persons_however_far_from_its_middle() -> None:
    people = some_people([[1.0, 1.0], [5.9, 1.0], [6.1, 1.0]], existence=0.5, stands_for=2.0)
    shared = spread(people.points, people.variance)

    near = persons_near(people, shared)

    # Of the cells in a row, each two metres wide, a person reaches two to each side.
    at = dict(zip(shared.key.tolist(), near.tolist(), strict=True))
    row = [at.get(int(cells_at(np.array([[east, 1.0]]))[0]), 0.0) for east in range(-5, 14, 2)]
    assert row == pytest.approx([0.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0, 2.0, 1.0, 0.0])


def test_what_is_within_reach_of_cells_is_what_people_in_them_reach() -> None:
    points = np.array([[1.0, 1.0], [3.0, -7.0], [-1.0, 1.0]])

    reached = within_reach(cells_at(points))

    assert reached.tolist() == spread(points, np.zeros(3)).key.tolist()
    assert within_reach(cells_at(np.empty((0, 2)))).tolist() == []
