import numpy as np
import pytest
import street
from hypothesis import given
from hypothesis import strategies as st

from edge.core.motion import BOX_WIDTH, Expected, People, Seen


@pytest.fixture(scope="module")
def people() -> People:
    return People(street.a_perspective(), street.WIDTH, street.HEIGHT)


def foot(seen: Seen) -> tuple[float, float]:
    east, north = street.a_perspective().ground(
        np.array([(seen.left + seen.right) / 2 / street.WIDTH]),
        np.array([seen.bottom / street.HEIGHT]),
    )
    return float(east[0]), float(north[0])


def feet(found: list[Seen]) -> list[tuple[float, float]]:
    return sorted(foot(seen) for seen in found)


def test_nothing_moving_is_nobody(people: People) -> None:
    assert people.find(street.mask_of([])) == []


@given(east=st.floats(-4.0, 4.0), north=st.floats(13.0, 35.0))
def test_one_person_is_found_within_half_a_metre_across_and_a_tenth_of_the_range(
    east: float, north: float
) -> None:
    finder = People(street.a_perspective(), street.WIDTH, street.HEIGHT)

    found = finder.find(street.mask_of([(east, north)]))

    assert len(found) == 1
    at_east, at_north = foot(found[0])
    assert at_east == pytest.approx(east, abs=0.5)
    assert at_north == pytest.approx(north, rel=0.1)


def test_a_box_has_a_person_s_shape_and_tells_how_well_it_is_filled(people: People) -> None:
    (seen,) = people.find(street.mask_of([(0.0, 16.0)]))
    left, top, right, bottom = street.body((0.0, 16.0))

    assert (seen.left + seen.right) / 2 == pytest.approx((left + right) / 2, abs=2.0)
    assert seen.top == pytest.approx(top, abs=3.0)
    assert seen.bottom == pytest.approx(bottom, abs=3.0)
    assert seen.right - seen.left == pytest.approx(BOX_WIDTH * (seen.bottom - seen.top))
    assert 0.7 < seen.fill <= 1.0


def test_two_side_by_side_are_two_though_their_pixels_touch(people: People) -> None:
    found = people.find(street.mask_of([(-0.25, 18.0), (0.25, 18.0)]))

    assert [east for east, _ in feet(found)] == pytest.approx([-0.25, 0.25], abs=0.25)


def test_a_group_of_four_in_two_rows_is_four(people: People) -> None:
    group = [(-0.6, 18.0), (0.6, 18.0), (-0.6, 21.5), (0.6, 21.5)]

    found = people.find(street.mask_of(group))

    assert np.array(feet(found)) == pytest.approx(np.array(sorted(group)), abs=0.8)


def test_specks_and_a_strip_of_tape_are_nobody(people: People) -> None:
    mask = street.mask_of([])
    mask[
        np.random.default_rng(1).integers(0, 360, 200),
        np.random.default_rng(2).integers(0, 480, 200),
    ] = True
    mask[200:203, :] = True

    assert people.find(mask) == []


def test_a_flat_shadow_at_the_feet_stays_outside_the_person(people: People) -> None:
    mask = street.mask_of([(0.0, 16.0)])
    left, _, right, bottom = street.body((0.0, 16.0))
    mask[bottom - 2 : bottom + 3, left : right + 25] = True

    (seen,) = people.find(mask)

    assert seen.bottom == pytest.approx(bottom, abs=4.0)


def test_who_is_cut_by_the_lower_edge_stands_below_it(people: People) -> None:
    # The image begins at 7.7 m: of who stands nearer the feet are below it.
    mask = street.mask_of([(0.0, 7.0)])

    (seen,) = people.find(mask)

    assert seen.bottom > street.HEIGHT


def test_who_is_expected_is_found_in_half_of_what_a_stranger_needs(people: People) -> None:
    mask = street.mask_of([(0.0, 16.0)])
    left, top, right, bottom = street.body((0.0, 16.0))
    mask[top + (bottom - top) * 11 // 20 : bottom, left:right] = False  # Behind a wall.
    mask[top : top + (bottom - top) * 3 // 20, left:right] = False  # And under a sign.
    there = Expected(foot_x=(left + right) / 2, foot_y=bottom, height=bottom - top)

    assert people.find(mask) == []
    (seen,) = people.find(mask, [there])

    assert seen.bottom == pytest.approx(bottom, abs=6.0)


def test_a_mask_full_of_foreground_ends(people: People) -> None:
    assert len(people.find(np.ones((street.HEIGHT, street.WIDTH), dtype=np.bool_))) <= 100


def test_a_camera_that_sees_no_ground_has_no_place_for_people() -> None:
    perspective = street.a_perspective()
    nowhere = People(perspective, 16, 12)

    assert nowhere.place_count == 0
    assert nowhere.find(np.ones((12, 16), dtype=np.bool_)) == []
