import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from throng import a_block, some_people

from hub.core.fusion.crowd_field import People, field_of, spread
from hub.core.fusion.crowd_pressure import Unrest
from hub.core.fusion.crowd_zone import Headcount, Zone
from hub.core.geometry import Floats
from hub.core.site import Area
from wire.feed import ZoneCrowdView

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


def a_zone(*corners: tuple[float, float]) -> Zone:
    return Zone(Area(id="gate", name="Gate", purpose="gate", polygon=corners or SQUARE))


def seen(zone: Zone, people: People, *, lost: bool = False) -> ZoneCrowdView:
    field = field_of(people, spread(people.points, people.variance))
    pressure = Unrest().step(field, 0)
    return zone.view(
        people, field, pressure, np.full(len(field), lost), zone.headcount(people), ("count-01",)
    )


def test_a_zone_knows_its_size() -> None:
    assert (a_zone().area_m2, a_zone().perimeter_m) == (100.0, 40.0)
    # Corners may be given either way round.
    assert a_zone(*SQUARE[::-1]).area_m2 == 100.0


def test_who_is_well_inside_is_counted_whole_and_who_is_outside_not() -> None:
    people = some_people([[5.0, 5.0], [15.0, 5.0], [5.0, -3.0]])

    headcount = a_zone().headcount(people)

    assert headcount.persons == pytest.approx(1.0, abs=1e-3)
    assert headcount.variance == pytest.approx(0.25, abs=0.01)


def test_who_stands_on_the_border_is_half_inside() -> None:
    people = some_people([[5.0, 0.0]])

    headcount = a_zone().headcount(people)

    assert headcount.persons == pytest.approx(0.5, abs=1e-6)
    assert headcount.variance == pytest.approx(0.5, abs=0.01)


def test_a_zone_thinner_than_its_samples_has_some_all_the_same() -> None:
    zone = a_zone((0.0, 0.0), (5.0, 10.0), (10.0, 0.0), (5.0, 9.999))

    assert zone.samples.tolist() == [[0.0, 0.0], [5.0, 10.0], [10.0, 0.0], [5.0, 9.999]]
    assert len(a_zone().samples) == 100


def test_ground_that_nobody_watches_may_hold_as_many_as_the_rest() -> None:
    people = some_people(a_block(1.0, 10.0))

    seen_whole, seen_half = (a_zone().headcount(people, blind) for blind in (0.0, 50.0))

    assert seen_whole.persons == seen_half.persons
    assert math.sqrt(seen_half.variance) == pytest.approx(50.0, abs=1.0)


def test_the_count_of_many_near_the_border_errs_as_much_as_it_says() -> None:
    rng = np.random.default_rng(2)
    people = some_people(rng.uniform(-1.0, 11.0, (200, 2)), sigma_m=0.8)

    drawn = people.points + rng.normal(0.0, 0.8, (2_000, 200, 2))
    counts = ((drawn > 0.0) & (drawn < 10.0)).all(axis=2).sum(axis=1)
    headcount = a_zone().headcount(people)

    # A corner has two borders, of which only the nearer one counts here.
    assert headcount.persons == pytest.approx(counts.mean(), abs=3.0)
    common = 0.02 * headcount.persons
    assert np.sqrt(headcount.variance - common**2) == pytest.approx(counts.std(), rel=0.1)


@given(arrays(np.float64, (8, 2), elements=st.floats(-1e4, 1e4)), st.floats(0.0, 100.0))
def test_a_zone_holds_between_nobody_and_everybody(points: Floats, sigma_m: float) -> None:
    headcount = a_zone().headcount(some_people(points, sigma_m=sigma_m))

    assert 0.0 <= headcount.persons <= 8.0
    assert headcount.variance >= 0.0


def test_nobody_is_nobody() -> None:
    view = seen(a_zone(), some_people(np.empty((0, 2))))

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

    view = seen(a_zone(), people, lost=True)

    assert view.persons == pytest.approx(100.0, abs=0.5)
    assert view.density == pytest.approx(1.0, abs=0.01)
    assert view.density_max == pytest.approx(1.0, abs=0.05)
    assert (view.east_mps, view.north_mps) == (0.5, -0.25)
    assert 0.0 < view.sigma_flow_mps < 0.05
    assert view.sigma_pressure > 0.0
    assert view.lost


def test_a_zone_smaller_than_a_cell_still_counts() -> None:
    zone = a_zone((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))

    view = seen(zone, some_people([[0.5, 0.5]], sigma_m=0.05))

    assert view.persons == 1.0
    assert (view.density_max, view.pressure, view.lost) == (0.0, 0.0, False)


def test_what_counters_add_is_what_is_shown() -> None:
    people = some_people([[5.0, 5.0]])
    field = field_of(people, spread(people.points, people.variance))

    view = a_zone().view(
        people,
        field,
        Unrest().step(field, 0),
        np.zeros(len(field), np.bool_),
        Headcount(persons=40.0, variance=9.0),
        ("count-01",),
    )

    assert (view.persons, view.sigma_persons, view.density) == (40.0, 3.0, 0.4)
