import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.detection_rate import DetectionRate
from hub.core.fusion.sight import (
    CELLS_MAX,
    DETECTS,
    PROBABILITY_MAX,
    Sight,
    fall_off,
    label_share,
    learnt,
    range_m,
    sees,
    sight_of,
)
from hub.core.fusion.walls import Eye, Walls
from hub.core.geometry import FieldOfViewArea, Footprint, Sector
from hub.core.site import Area, Place
from wire.feed import LABELS
from wire.labels import Label, SensorKind

SQUARE = ((-50.0, -50.0), (50.0, 50.0))


def a_sector(
    width_deg: float = 360.0, range_max_m: float = 40.0, azimuth_deg: float = 0.0
) -> Sector:
    return Sector(
        east_m=0.0,
        north_m=0.0,
        azimuth_deg=azimuth_deg,
        width_deg=width_deg,
        range_max_m=range_max_m,
    )


def a_building(height_m: float = 10.0) -> Area:
    corners = ((10.0, -5.0), (20.0, -5.0), (20.0, 5.0), (10.0, 5.0))
    return Area(id="house", name="House", purpose="house", polygon=corners, height_m=height_m)


def a_sight(
    area: FieldOfViewArea | None = None,
    walls: Walls | None = None,
    bounds: tuple[Place, Place] = SQUARE,
    kind: SensorKind = SensorKind.CAMERA,
    height_m: float = 5.0,
) -> Sight:
    sight = sight_of(
        area or a_sector(),
        (0.0, 0.0),
        walls or Walls(),
        height_m=height_m,
        kind=kind,
        bounds=bounds,
    )
    assert sight is not None
    return sight


def at(sight: Sight, *points: Place) -> list[float]:
    return sight.at(np.array(points)).tolist()


def test_a_sensor_finds_who_is_near_and_half_as_well_who_is_at_the_end_of_its_range() -> None:
    near, far, beyond = at(a_sight(), (0.5, 10.5), (0.5, 39.5), (0.5, 41.5))

    assert near == pytest.approx(0.9)
    assert 0.4 < far < 0.55
    assert beyond == 0.0


def test_what_stands_behind_a_building_is_not_seen() -> None:
    sight = a_sight(walls=Walls((a_building(),)))

    before, behind = at(sight, (8.5, 0.5), (22.5, 0.5))

    assert before == pytest.approx(0.9)
    assert behind == 0.0


def test_a_cell_that_is_seen_in_part_counts_in_part() -> None:
    half = Footprint(corners=((0.0, -5.0), (3.5, -5.0), (3.5, 5.0), (0.0, 5.0)))

    whole, part, none = at(a_sight(half), (2.5, 0.5), (3.5, 0.5), (4.5, 0.5))

    assert part == pytest.approx(0.5 * whole, rel=0.1)
    assert none == 0.0


def test_a_footprint_reaches_as_far_as_its_furthest_corner() -> None:
    corners = ((0.0, 0.0), (30.0, 0.0), (30.0, 40.0))

    assert range_m(Footprint(corners=corners), (0.0, 0.0)) == 50.0
    assert range_m(a_sector(range_max_m=7.0), (0.0, 0.0)) == 7.0


@pytest.mark.parametrize("kind", [SensorKind.ACOUSTIC, SensorKind.TAG, SensorKind.COUNTER])
def test_what_does_not_look_at_ground_sees_nothing(kind: SensorKind) -> None:
    walls = Walls()

    assert sight_of(a_sector(), (0.0, 0.0), walls, height_m=1.0, kind=kind) is None


def test_a_sensor_finds_nothing_that_it_cannot_tell() -> None:
    share = dict(zip(LABELS, label_share((Label.PERSON, Label.BAG)).tolist(), strict=True))

    assert share[Label.PERSON] == share[Label.UNKNOWN] == 1.0
    assert 0.0 < share[Label.BAG] < 1.0
    assert share[Label.VEHICLE] == share[Label.DRONE] == 0.0
    assert label_share(()).min() > 0.0


def test_no_sight_is_drawn_beyond_the_site() -> None:
    sight = a_sight(a_sector(range_max_m=5_000.0))

    assert sight.low == (-50.0, -50.0)
    assert sight.high == (50.0, 50.0)
    assert at(sight, (49.5, 49.5))[0] > 0.8


def test_a_sensor_that_looks_away_from_the_site_sees_nothing_of_it() -> None:
    sight = a_sight(bounds=((100.0, 100.0), (200.0, 200.0)))

    assert at(sight, (150.0, 150.0), (0.0, 0.0)) == [0.0, 0.0]


def test_an_empty_raster_answers_too() -> None:
    sight = Sight(
        low_east_m=0.0,
        low_north_m=0.0,
        cell_m=1.0,
        probability=np.zeros((0, 0), np.float32),
        label_share=label_share(()),
    )

    assert at(sight, (0.0, 0.0)) == [0.0]
    assert sight.middles().shape == (0, 2)


def test_a_sensor_that_sees_a_whole_city_is_drawn_more_coarsely() -> None:
    sight = a_sight(
        a_sector(range_max_m=2_000.0), bounds=((-2_000.0, -2_000.0), (2_000.0, 2_000.0))
    )

    assert sight.cell_m > 1.0
    assert sight.probability.size <= CELLS_MAX


def test_what_was_learnt_changes_a_sight_and_never_to_certainty() -> None:
    model = a_sight()
    rate = DetectionRate(model.low, model.high)
    place = np.tile((4.5, 4.5), (2_000, 1))

    rate.looked(place, np.full(2_000, 0.9), np.zeros(2_000, np.bool_))
    blind = learnt(model, rate)
    rate.looked(place, np.full(2_000, 0.9), np.ones(2_000, np.bool_))
    keen = learnt(model, rate)

    assert at(blind, (4.5, 4.5))[0] < 0.3
    assert at(blind, (30.5, 4.5)) == at(model, (30.5, 4.5))
    assert keen.probability.max() <= np.float32(PROBABILITY_MAX)


AREAS: st.SearchStrategy[FieldOfViewArea] = st.builds(
    a_sector, st.floats(1.0, 360.0), st.floats(0.0, 70.0), st.floats(0.0, 360.0)
) | st.builds(
    Footprint,
    corners=st.lists(
        st.tuples(st.floats(-60.0, 60.0), st.floats(-60.0, 60.0)), min_size=3, max_size=6
    ).map(tuple),
)


@given(AREAS, st.floats(0.0, 30.0), st.floats(0.0, 20.0), st.sampled_from(sorted(DETECTS)))
def test_a_raster_says_what_the_exact_test_says_but_at_edges(
    area: FieldOfViewArea, height_m: float, wall_m: float, kind: SensorKind
) -> None:
    walls = Walls((a_building(wall_m),))
    sight = a_sight(area, walls, kind=kind, height_m=height_m)
    eye = walls.placed(Eye(east_m=0.0, north_m=0.0, height_m=height_m))

    middles = sight.middles()
    # A cell whose surroundings are all in sight, or all out of it, is no edge.
    around = [(0.0, 0.0), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7), (0.0, 1.0)]
    around += [(0.25, 0.25), (-0.25, 0.25), (0.25, -0.25), (-0.25, -0.25), (1.0, 0.0)]
    seen = np.array([sees(area, eye, walls, middles + offset) for offset in around])
    probability = sight.probability.ravel()

    assert np.isfinite(probability).all()
    assert (probability[seen.all(axis=0)] >= 0.44).all()
    slivers = (probability > 0.0) & ~seen.any(axis=0)
    assert slivers.sum() <= 0.01 * max(len(middles), 100)
    assert probability.max(initial=0.0) <= DETECTS[kind] + 1e-6


@given(st.lists(st.floats(0.0, 1e4), min_size=1, max_size=5), st.floats(0.0, 1e4))
def test_nobody_is_found_better_for_being_further_away(reach: list[float], end: float) -> None:
    share = fall_off(np.sort(np.array(reach)), end)

    assert ((share >= 0.5) & (share <= 1.0)).all()
    assert (np.diff(share) <= 0.0).all()
