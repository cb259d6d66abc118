import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from throng import a_block, some_people

from hub.core.fusion.crowd_field import CELL_M, People, field_of, middles, spread
from hub.core.fusion.crowd_pressure import Unrest
from hub.core.fusion.crowd_zone import Count, Headcount, Zone, Zones
from hub.core.geometry import Floats, inside
from hub.core.site import Area
from wire.feed import ZoneCrowdView

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


def a_zone(*corners: tuple[float, float]) -> Zone:
    return Zone(Area(id="gate", name="Gate", purpose="gate", polygon=corners or SQUARE))


def headcounts(people: People, *zones: Zone, blind_m2: float = 0.0) -> list[Headcount]:
    every = Zones(zones)
    shares = every.shares(people.points, people.variance)
    return every.headcounts(people, shares, np.full(len(zones), blind_m2))


def counted(people: People, *, blind_m2: float = 0.0) -> Headcount:
    return headcounts(people, a_zone(), blind_m2=blind_m2)[0]


def seen(
    people: People, *zones: Zone, lost: bool = False, counted: Headcount | None = None
) -> tuple[ZoneCrowdView, ...]:
    field = field_of(people, spread(people.points, people.variance))
    every = Zones(zones)
    counts = [counted] if counted else headcounts(people, *zones)
    return every.views(
        people,
        every.shares(people.points, people.variance),
        field,
        Unrest().step(field, 0),
        np.full(len(field), lost),
        [Count(headcount=one, counters=("count-01",)) for one in counts],
    )


def test_a_zone_knows_its_size() -> None:
    assert (a_zone().area_m2, a_zone().perimeter_m) == (100.0, 40.0)
    # Corners may be given either way round.
    assert a_zone(*SQUARE[::-1]).area_m2 == 100.0


def test_who_is_well_inside_is_counted_whole_and_who_is_outside_not() -> None:
    people = some_people([[5.0, 5.0], [15.0, 5.0], [5.0, -3.0]])

    headcount = counted(people)

    assert headcount.persons == pytest.approx(1.0, abs=1e-3)
    assert headcount.variance == pytest.approx(0.25, abs=0.01)


def test_who_stands_on_the_border_is_half_inside() -> None:
    people = some_people([[5.0, 0.0]])

    headcount = counted(people)

    assert headcount.persons == pytest.approx(0.5, abs=1e-6)
    assert headcount.variance == pytest.approx(0.5, abs=0.01)


def test_a_zone_thinner_than_its_samples_has_some_all_the_same() -> None:
    zone = a_zone((0.0, 0.0), (5.0, 10.0), (10.0, 0.0), (5.0, 9.999))

    assert zone.samples.tolist() == [[0.0, 0.0], [5.0, 10.0], [10.0, 0.0], [5.0, 9.999]]
    assert len(a_zone().samples) == 100


def test_ground_that_nobody_watches_may_hold_as_many_as_the_rest() -> None:
    people = some_people(a_block(1.0, 10.0))

    seen_whole, seen_half = (counted(people, blind_m2=blind) for blind in (0.0, 50.0))

    assert seen_whole.persons == seen_half.persons
    assert math.sqrt(seen_half.variance) == pytest.approx(50.0, abs=1.0)


def test_the_count_of_many_near_the_border_errs_as_much_as_it_says() -> None:
    rng = np.random.default_rng(2)
    people = some_people(rng.uniform(-1.0, 11.0, (200, 2)), sigma_m=0.8)

    drawn = people.points + rng.normal(0.0, 0.8, (2_000, 200, 2))
    counts = ((drawn > 0.0) & (drawn < 10.0)).all(axis=2).sum(axis=1)
    headcount = counted(people)

    # A corner has two borders, of which only the nearer one counts here.
    assert headcount.persons == pytest.approx(counts.mean(), abs=3.0)
    common = 0.02 * headcount.persons
    assert np.sqrt(headcount.variance - common**2) == pytest.approx(counts.std(), rel=0.1)


@given(arrays(np.float64, (8, 2), elements=st.floats(-1e4, 1e4)), st.floats(0.0, 100.0))
def test_a_zone_holds_between_nobody_and_everybody(points: Floats, sigma_m: float) -> None:
    headcount = counted(some_people(points, sigma_m=sigma_m))

    assert 0.0 <= headcount.persons <= 8.0
    assert headcount.variance >= 0.0


def test_nobody_is_nobody() -> None:
    (view,) = seen(some_people(np.empty((0, 2))), a_zone())

    assert view == ZoneCrowdView(
        id="gate",
        persons=0.0,
        sigma_persons=0.5,
        density=0.0,
        sigma_density=0.005,
        counters=("count-01",),
    )


def test_a_zone_is_shown_with_its_crowd() -> None:
    block = a_block(1.0, 10.0)
    people = some_people(block, np.tile([0.5, -0.25], (len(block), 1)))

    (view,) = seen(people, a_zone(), lost=True)

    assert view.persons == pytest.approx(100.0, abs=0.5)
    assert view.density == pytest.approx(1.0, abs=0.01)
    assert view.density_max == pytest.approx(1.0, abs=0.05)
    assert (view.east_mps, view.north_mps) == (0.5, -0.25)
    assert 0.0 < view.sigma_flow_mps < 0.05
    assert view.sigma_pressure > 0.0
    assert view.lost


def test_a_zone_smaller_than_a_cell_still_counts() -> None:
    zone = a_zone((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))

    (view,) = seen(some_people([[0.5, 0.5]], sigma_m=0.05), zone)

    assert view.persons == 1.0
    assert (view.density_max, view.pressure, view.lost) == (0.0, 0.0, False)


def test_what_counters_add_is_what_is_shown() -> None:
    people = some_people([[5.0, 5.0]])

    (view,) = seen(people, a_zone(), counted=Headcount(persons=40.0, variance=9.0))

    assert (view.persons, view.sigma_persons, view.density) == (40.0, 3.0, 0.4)


@given(arrays(np.float64, (12, 2), elements=st.floats(-20.0, 30.0)), st.floats(0.05, 3.0))
def test_each_of_many_zones_is_as_it_would_be_alone(points: Floats, sigma_m: float) -> None:
    people = some_people(points, sigma_m=sigma_m)
    zones = (
        a_zone(),
        a_zone((4.0, -3.0), (15.0, 2.0), (9.0, 9.0)),
        a_zone((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)),
        a_zone((20.0, 20.0), (28.0, 20.0), (28.0, 28.0), (24.0, 22.0)),
    )

    together = seen(people, *zones)

    assert together == tuple(seen(people, zone)[0] for zone in zones)


def test_a_zone_shows_the_densest_of_the_cells_whose_middle_is_in_it() -> None:
    people = some_people(np.random.default_rng(4).normal((8.0, 4.0), 3.0, (60, 2)))
    zone = a_zone((1.0, 1.0), (11.0, 3.0), (6.0, 12.0))
    field = field_of(people, spread(people.points, people.variance))
    within = inside(zone.corners, middles(field.key))

    (view,) = seen(people, zone)

    assert view.density_max == round(field.density[within].max(), 3)
    assert within.sum() * CELL_M**2 == pytest.approx(zone.area_m2, rel=0.2)


def test_a_zones_share_of_each_is_nothing_of_those_who_are_far_away() -> None:
    people = some_people([[5.0, 5.0], [90.0, 5.0], [10.0, 5.0]])

    shares = Zones([a_zone()]).shares(people.points, people.variance)

    assert shares.of(0, 3).tolist() == [pytest.approx(1.0), 0.0, pytest.approx(0.5)]


def test_a_plan_without_zones_has_no_views() -> None:
    people = some_people([[5.0, 5.0]])

    assert headcounts(people) == []
    assert seen(people) == ()
