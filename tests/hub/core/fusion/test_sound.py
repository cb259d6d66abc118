import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import least_squares  # type: ignore[import-untyped]

from hub.core.fusion.sound import (
    ELLIPSE_95,
    SENSOR_SIGMA_M,
    USUAL_AIR,
    Fits,
    Indices,
    Onsets,
    air_at,
    axes_of,
    crossings,
    fits,
    hull_of,
    is_within,
)
from hub.core.geometry import Floats

HEIGHT_M = 4.0
SQUARE = ((-100.0, -100.0), (100.0, -100.0), (100.0, 100.0), (-100.0, 100.0))
FOUR = np.array([(*place, HEIGHT_M) for place in SQUARE])


def some_onsets(
    place: tuple[float, float] = (20.0, -35.0),
    ears: Floats = FOUR,
    *,
    at_s: float = 3.0,
    errors: Floats | float = 0.0,
    speed_mps: float = USUAL_AIR.speed_mps,
    sigma_s: float = 0.02,
) -> Onsets:
    slant = np.hypot(np.hypot(*(ears[:, :2] - place).T), ears[:, 2] - 1.5)
    onset = at_s + slant / speed_mps + errors
    return Onsets(place=ears, onset_s=onset, sigma_s=np.full(len(ears), sigma_s))


def fitted(onsets: Onsets, start: tuple[float, float] = (0.0, 0.0)) -> Fits:
    used = np.ones((1, len(onsets.onset_s)), dtype=np.bool_)
    return fits(onsets, USUAL_AIR, used, np.array([start]))


def triples_of(count: int) -> Indices:
    return np.array(list(combinations(range(count), 3)))


# --- The air --------------------------------------------------------------------------------


@pytest.mark.parametrize(("celsius", "speed_mps"), [(0.0, 331.3), (20.0, 343.2), (-20.0, 318.9)])
def test_sound_is_faster_in_warm_air(celsius: float, speed_mps: float) -> None:
    assert air_at(celsius, 1.0).speed_mps == pytest.approx(speed_mps, abs=0.05)


def test_an_unsure_thermometer_makes_an_unsure_speed() -> None:
    assert air_at(20.0, 0.0).sigma_mps == pytest.approx(0.003 * 343.2, abs=0.01)
    assert air_at(20.0, 10.0).sigma_mps == pytest.approx(5.95, abs=0.05)


def test_no_reading_makes_air_without_sound() -> None:
    assert air_at(-400.0, 1.0).speed_mps > 0.0


# --- Closed crossings -----------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0.0, 0.0), (20.0, -35.0), (90.0, 90.0), (300.0, -40.0)])
def test_three_onsets_cross_where_the_bang_was(place: tuple[float, float]) -> None:
    onsets = some_onsets(place)

    found = crossings(onsets, USUAL_AIR, triples_of(4))

    for both in found:
        assert min(math.dist(one, place) for one in both.tolist()) < 0.01


def test_microphones_on_a_line_leave_two_sides() -> None:
    ears = np.array([(-50.0, 0.0, HEIGHT_M), (0.0, 0.0, HEIGHT_M), (60.0, 0.0, HEIGHT_M)])

    ((one, other),) = crossings(some_onsets((10.0, 30.0), ears), USUAL_AIR, triples_of(3))

    assert sorted((one[1], other[1])) == pytest.approx([-30.0, 30.0], abs=0.1)
    assert (one[0], other[0]) == pytest.approx((10.0, 10.0), abs=0.1)


@given(st.data())
def test_crossings_are_places_whatever_was_heard(data: st.DataObject) -> None:
    onsets = data.draw(any_onsets())

    found = crossings(onsets, USUAL_AIR, triples_of(len(onsets.onset_s)))

    assert np.isfinite(found).all()


# --- The most probable place ----------------------------------------------------------------


@pytest.mark.parametrize("place", [(0.0, 0.0), (20.0, -35.0), (100.0, 100.0), (-99.0, 0.0)])
def test_onsets_without_error_are_located_within_a_metre(place: tuple[float, float]) -> None:
    found = fitted(some_onsets(place))

    assert math.dist(found.place[0], place) < 1.0
    assert found.emitted_s[0] == pytest.approx(3.0, abs=0.01)
    assert found.cost[0] < 0.1
    assert np.abs(found.late_s).max() < 1e-3


@pytest.mark.parametrize("place", [(40.0, 10.0), (-160.0, 30.0), (20.0, 180.0)])
def test_the_most_probable_place_is_that_of_a_general_solver(place: tuple[float, float]) -> None:
    onsets = some_onsets(place, errors=np.array([0.01, -0.02, 0.015, 0.005]))
    sigma = np.hypot(onsets.sigma_s, SENSOR_SIGMA_M / USUAL_AIR.speed_mps)

    def residual(state: Floats) -> Floats:
        east, north, emitted, speed, *wind = state.tolist()
        way = onsets.place[:, :2] - (east, north)
        slant = np.hypot(np.hypot(way[:, 0], way[:, 1]), HEIGHT_M - 1.5)
        expected = emitted + slant / speed - way @ wind / speed**2
        prior = (
            east / 500.0,
            north / 500.0,
            (speed - USUAL_AIR.speed_mps) / USUAL_AIR.sigma_mps,
            wind[0] / 3.0,
            wind[1] / 3.0,
        )
        return np.concatenate(((onsets.onset_s - expected) / sigma, prior))

    start = (*place, 3.0, 343.0, 0.0, 0.0)
    other = least_squares(residual, start, x_scale="jac", xtol=1e-12)
    found = fitted(onsets, place)

    assert found.place[0] == pytest.approx(other.x[:2], abs=0.01)
    assert found.cost[0] == pytest.approx(2.0 * other.cost, abs=1e-4)
    covariance = np.linalg.inv(other.jac.T @ other.jac)[:2, :2]
    assert found.covariance[0] == pytest.approx(covariance, rel=0.01, abs=0.05)


def test_an_instant_that_something_else_saw_sharpens_the_place() -> None:
    onsets, used = some_onsets((300.0, 0.0)), np.ones((1, 4), dtype=np.bool_)
    start = np.zeros((1, 2))

    plain = fits(onsets, USUAL_AIR, used, start)
    timed = fits(onsets, USUAL_AIR, used, start, emitted=(3.0, 0.01))

    assert np.linalg.det(timed.covariance[0]) < 0.7 * np.linalg.det(plain.covariance[0])
    assert math.dist(timed.place[0], (300.0, 0.0)) < 1.0


def test_a_doubtful_speed_and_doubtful_onsets_widen_the_ellipse() -> None:
    far = (150.0, 0.0)
    sharp = fits(some_onsets(far), air_at(20.0, 1.0), np.ones((1, 4), np.bool_), np.zeros((1, 2)))
    vague = fits(some_onsets(far), air_at(20.0, 15.0), np.ones((1, 4), np.bool_), np.zeros((1, 2)))
    blurred = fitted(some_onsets(sigma_s=0.1))

    assert np.trace(vague.covariance[0]) > 1.02 * np.trace(sharp.covariance[0])
    assert np.trace(blurred.covariance[0]) > 15.0 * np.trace(fitted(some_onsets()).covariance[0])


def test_each_start_is_climbed_from_by_itself_and_uses_its_own_onsets() -> None:
    onsets = some_onsets(errors=np.array([0.0, 0.0, 0.0, 0.4]))
    used = np.array([[True, True, True, True], [True, True, True, False]])

    both = fits(onsets, USUAL_AIR, used, np.array([(0.0, 0.0), (0.0, 0.0)]))
    alone = fits(onsets, USUAL_AIR, used[1:], np.array([(0.0, 0.0)]))

    assert both.place[1] == pytest.approx(alone.place[0], abs=1e-3)
    assert math.dist(both.place[1], (20.0, -35.0)) < 1.0
    assert both.late_s[1, 3] == pytest.approx(0.4, abs=0.01)
    assert both.weight[1] > both.weight[0]


def test_ninety_five_of_a_hundred_ellipses_hold_the_truth() -> None:
    rng = np.random.default_rng(3)
    held = []
    for _ in range(400):
        place = rng.uniform(-90.0, 90.0, 2)
        onsets = some_onsets(tuple(place), errors=rng.normal(0.0, 0.02, 4))
        found = fitted(onsets)
        apart = found.place[0] - place
        held.append(apart @ np.linalg.solve(found.covariance[0], apart) <= ELLIPSE_95**2)

    assert 0.92 < np.mean(held) < 0.985


# --- Invariants -----------------------------------------------------------------------------


def any_onsets() -> st.SearchStrategy[Onsets]:
    """Any microphones within limits: apart, in a line or in one place, and any onsets."""
    spread = st.sampled_from([0.0, 1.0, 100.0, 10_000.0])
    unit = st.floats(-1.0, 1.0)

    def built(
        rows: list[tuple[float, float, float, float]], east_m: float, north_m: float
    ) -> Onsets:
        values = np.array(rows)
        place = np.column_stack((values[:, 0] * east_m, values[:, 1] * north_m, values[:, 2]))
        sigma = np.abs(values[:, 3]) * 0.02 + 1e-4
        return Onsets(place=place, onset_s=values[:, 3] * 30.0, sigma_s=sigma)

    row = st.tuples(unit, unit, st.floats(-500.0, 10_000.0), unit)
    return st.builds(built, st.lists(row, min_size=3, max_size=6), spread, spread)


@given(st.data())
def test_the_covariance_is_positive_definite_and_nothing_is_nan(data: st.DataObject) -> None:
    onsets = data.draw(any_onsets())
    start = crossings(onsets, USUAL_AIR, triples_of(len(onsets.onset_s))).reshape(-1, 2)
    used = np.ones((len(start), len(onsets.onset_s)), dtype=np.bool_)

    found = fits(onsets, USUAL_AIR, used, start)

    for column in (found.place, found.covariance, found.emitted_s, found.cost, found.weight):
        assert np.isfinite(column).all()
    assert (np.linalg.eigvalsh(found.covariance) > 0.0).all()
    assert np.abs(found.late_s).max() < 1_000.0


@given(
    st.floats(-80.0, 80.0),
    st.floats(-80.0, 80.0),
    st.floats(-5_000.0, 5_000.0),
    st.floats(0.0, math.tau),
    st.permutations(range(4)),
)
def test_the_answer_turns_and_moves_with_the_site_and_minds_no_order(
    east: float, north: float, shift: float, turn: float, order: list[int]
) -> None:
    errors = np.array([0.01, -0.015, 0.02, -0.005])
    onsets = some_onsets((east, north), errors=errors)
    rotation = np.array(((math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))))
    moved = FOUR[:, :2] @ rotation.T + (shift, -shift)
    other = Onsets(
        place=np.column_stack((moved, FOUR[:, 2]))[order],
        onset_s=onsets.onset_s[order] + 17.0,
        sigma_s=onsets.sigma_s[order],
    )

    here = fitted(onsets, (east, north))
    there = fits(
        other,
        USUAL_AIR,
        np.ones((1, 4), np.bool_),
        (rotation @ (east, north) + (shift, -shift))[np.newaxis],
    )

    expected = rotation @ here.place[0] + (shift, -shift)
    assert there.place[0] == pytest.approx(expected, abs=0.01)
    assert there.covariance[0] == pytest.approx(
        rotation @ here.covariance[0] @ rotation.T, rel=1e-2, abs=0.05
    )


# --- Ellipses and hulls ---------------------------------------------------------------------


def test_an_ellipse_has_its_axes_and_the_azimuth_of_the_longer() -> None:
    turn = math.radians(30.0)
    along = np.array((math.sin(turn), math.cos(turn)))
    across = np.array((math.cos(turn), -math.sin(turn)))
    covariance = 25.0 * np.outer(along, along) + 4.0 * np.outer(across, across)

    axes = axes_of(covariance)

    assert (axes.major_m, axes.minor_m) == pytest.approx((5.0, 2.0))
    assert axes.azimuth_deg == pytest.approx(30.0)


@given(st.floats(0.0, math.pi), st.floats(0.1, 900.0), st.floats(0.1, 900.0))
def test_an_azimuth_of_an_ellipse_is_half_a_turn_at_most(
    turn: float, one: float, other: float
) -> None:
    rotation = np.array(((math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))))

    axes = axes_of(rotation @ np.diag((one, other)) @ rotation.T)

    assert 0.0 <= axes.azimuth_deg < 180.0
    assert axes.major_m >= axes.minor_m > 0.0


def test_the_hull_leaves_out_what_is_inside() -> None:
    points = np.array((*SQUARE, (0.0, 0.0), (50.0, 0.0), (0.0, -100.0)))

    assert sorted(map(tuple, hull_of(points).tolist())) == sorted(SQUARE)


@pytest.mark.parametrize(
    ("points", "corners"),
    [
        ([(1.0, 2.0)], 1),
        ([(1.0, 2.0), (1.0, 2.0)], 1),
        ([(0.0, 0.0), (5.0, 5.0), (9.0, 9.0)], 2),
    ],
)
def test_a_hull_may_be_a_point_or_a_line(points: list[tuple[float, float]], corners: int) -> None:
    assert len(hull_of(np.array(points))) == corners


def test_a_place_just_outside_may_be_inside_and_one_far_away_is_not() -> None:
    hull = hull_of(np.array(SQUARE))
    sharp, long = np.diag((16.0, 16.0)), np.diag((40_000.0, 16.0))

    assert is_within(hull, np.array((0.0, 0.0)), sharp)
    assert is_within(hull, np.array((109.0, 0.0)), sharp)
    assert not is_within(hull, np.array((120.0, 0.0)), sharp)
    assert not is_within(hull, np.array((400.0, 0.0)), long)
