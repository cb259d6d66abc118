import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulators.core.polygons import inside
from simulators.core.world import World


def test_no_point_within_a_wall_or_water_counts_as_free(market_world: World) -> None:
    rng = np.random.default_rng(3)
    (west, south), (east, north) = market_world.bounds
    points = rng.uniform((west, south), (east, north), (20_000, 2))
    taken = np.zeros(len(points), dtype=np.bool_)
    for polygon in market_world.solid:
        taken |= inside(points, polygon)

    assert market_world.solid_at(points)[taken].all()
    assert taken.any()


def test_the_places_where_people_want_to_go_are_free(market_world: World) -> None:
    assert not market_world.solid_at(market_world.places).any()
    assert not market_world.fenced_at(market_world.places).any()


def test_every_place_can_be_reached_from_every_other(market_world: World) -> None:
    lengths = market_world.routes.lengths(market_world.places)

    assert lengths.max() < 300.0


def test_beyond_the_bounds_nobody_walks(yard: World) -> None:
    assert yard.solid_at(np.array([[-20.5, 0.0], [0.0, 99.0]])).all()


@given(st.integers(0, 3), st.integers(0, 2**32))
def test_drawn_places_are_free(yard: World, destination: int, seed: int) -> None:
    points = yard.free_near(np.random.default_rng(seed), destination, 20)

    assert not yard.solid_at(points).any()
    assert not yard.fenced_at(points).any()
    assert (np.hypot(*(points - yard.places[destination]).T) <= 3.0).all()


def test_a_fence_bars_and_hides_nobody(yard: World) -> None:
    behind = np.array([[-15.0, 15.0]])

    assert yard.fenced_at(behind).all()
    assert not yard.solid_at(behind).any()
    assert not yard.walls.hides(np.array([-19.0, 0.0]), 2.0, behind, np.full((1, 1), 1.0)).any()
