import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.sound import USUAL_AIR, Onsets
from hub.core.fusion.sources import Source, sources_of
from hub.core.geometry import Floats

Place = tuple[float, float]
FOUR = ((-100.0, -100.0), (100.0, -100.0), (100.0, 100.0), (-100.0, 100.0))
SIX = (*FOUR, (0.0, 110.0), (0.0, -110.0))
BANG = (30.0, -20.0)


def onsets_of(ears: tuple[Place, ...], bang: Place, at_s: float = 0.0) -> Floats:
    way = np.array([math.hypot(math.dist(ear, bang), 2.5) for ear in ears])
    onset: Floats = at_s + way / USUAL_AIR.speed_mps
    return onset


def some_onsets(ears: tuple[Place, ...], onset_s: Floats, sigma_s: float = 0.01) -> Onsets:
    place = np.array([(*ear, 4.0) for ear in ears])
    return Onsets(place=place, onset_s=onset_s, sigma_s=np.full(len(ears), sigma_s))


def found(ears: tuple[Place, ...], onset_s: Floats) -> tuple[Source, ...]:
    return sources_of(some_onsets(ears, onset_s), np.arange(len(ears)), USUAL_AIR)


def distance_m(source: Source, place: Place) -> float:
    return math.dist(source.place.tolist(), place)


def test_onsets_of_one_bang_are_one_source_that_all_heard() -> None:
    (source,) = found(SIX, onsets_of(SIX, BANG))

    assert distance_m(source, BANG) < 1.0
    assert source.heard == (0, 1, 2, 3, 4, 5)
    assert source.share > 0.99
    assert source.emitted_s == pytest.approx(0.0, abs=0.01)


def test_two_sensors_are_no_place() -> None:
    assert found(FOUR[:2], onsets_of(FOUR[:2], BANG)) == ()
    twice = some_onsets((*FOUR[:2], FOUR[0]), np.array((0.1, 0.2, 0.3)))
    assert sources_of(twice, np.array((0, 1, 0)), USUAL_AIR) == ()


def test_three_onsets_that_no_place_explains_are_nothing() -> None:
    assert found(FOUR[:3], np.array((0.0, 5.0, 0.1))) == ()


@pytest.mark.parametrize("wrong", range(6))
@pytest.mark.parametrize("late_s", [0.35, -0.3])
def test_a_wrong_sensor_of_six_is_left_out(wrong: int, late_s: float) -> None:
    onset = onsets_of(SIX, BANG)
    onset[wrong] += late_s

    (source,) = found(SIX, onset)

    assert source.heard == tuple(row for row in range(6) if row != wrong)
    assert distance_m(source, BANG) < 2.0
    assert source.late_s[wrong] == pytest.approx(late_s, abs=0.03)


@pytest.mark.parametrize("bang", [(76.0, -80.0), (92.0, -64.0), (68.0, -88.0)])
def test_a_bang_is_rather_among_the_microphones_than_far_outside(bang: Place) -> None:
    # Three onsets near a corner have a second crossing hundreds of metres outside.
    (source,) = found(FOUR[:3], onsets_of(FOUR[:3], bang))

    assert distance_m(source, bang) < 3.0
    assert source.share < 0.95
    assert np.linalg.eigvalsh(source.covariance)[1] > 50.0**2


def test_what_is_very_unlikely_does_not_widen_the_ellipse() -> None:
    five, bang = (*FOUR, (0.0, 0.0)), (-80.0, 10.0)
    onset = onsets_of(five, bang)
    onset[0] += 0.35

    (source,) = found(five, onset)

    assert source.heard == (1, 2, 3, 4)
    assert np.linalg.eigvalsh(source.covariance)[1] < 12.0**2


def test_with_four_sensors_the_ellipse_says_that_any_of_them_may_be_wrong() -> None:
    onset = onsets_of(FOUR, BANG)
    onset[2] += 0.4

    (source,) = found(FOUR, onset)

    assert source.share < 0.9
    assert np.linalg.eigvalsh(source.covariance)[1] > 20.0**2


def test_an_echo_at_a_sensor_that_heard_the_bang_is_taken_by_none() -> None:
    ears = (*SIX, SIX[2])
    onset = np.append(onsets_of(SIX, BANG), onsets_of(SIX, BANG)[2] + 0.25)

    (source,) = sources_of(some_onsets(ears, onset), np.array((0, 1, 2, 3, 4, 5, 2)), USUAL_AIR)

    assert source.heard == (0, 1, 2, 3, 4, 5)
    assert distance_m(source, BANG) < 2.0


def test_echoes_at_three_sensors_are_no_second_bang() -> None:
    ears = (*SIX, *SIX[:3])
    echoes = np.add(onsets_of(SIX, BANG)[:3], (0.2, 0.24, 0.28))
    onset = np.concatenate((onsets_of(SIX, BANG), echoes))

    sources = sources_of(some_onsets(ears, onset), np.array((0, 1, 2, 3, 4, 5, 0, 1, 2)), USUAL_AIR)

    assert [source.heard for source in sources] == [(0, 1, 2, 3, 4, 5)]


@pytest.mark.parametrize("apart_s", [0.15, 0.4, 0.8])
def test_two_bangs_close_in_time_are_told_apart(apart_s: float) -> None:
    other = (-60.0, 70.0)
    onset = np.concatenate((onsets_of(SIX, BANG), onsets_of(SIX, other, apart_s)))
    numbers = np.tile(np.arange(6), 2)

    sources = sources_of(some_onsets((*SIX, *SIX), onset), numbers, USUAL_AIR)

    assert len(sources) == 2
    first, second = sorted(sources, key=lambda source: source.emitted_s)
    assert distance_m(first, BANG) < 3.0
    assert distance_m(second, other) < 3.0
    assert second.emitted_s - first.emitted_s == pytest.approx(apart_s, abs=0.02)


def test_microphones_on_a_line_hold_both_sides_in_the_ellipse() -> None:
    ears = ((-60.0, 0.0), (0.0, 0.0), (70.0, 0.0), (20.0, 0.0))

    (source,) = found(ears, onsets_of(ears, (10.0, 40.0)))

    east_m, north_m = np.sqrt(np.diag(source.covariance))
    assert east_m < 20.0
    assert north_m > 30.0
    assert abs(source.place[0] - 10.0) < 5.0


EARS = st.lists(st.tuples(st.floats(-150, 150), st.floats(-150, 150)), min_size=3, max_size=7)


@given(EARS, st.data())
def test_whatever_was_heard_nothing_is_nan_and_each_onset_is_used_once(
    ears: list[Place], data: st.DataObject
) -> None:
    times = st.lists(st.floats(-1.0, 1.0), min_size=len(ears), max_size=len(ears))
    onset = np.array(data.draw(times))
    sensor = np.array(
        data.draw(st.lists(st.integers(0, 4), min_size=len(ears), max_size=len(ears)))
    )

    sources = sources_of(some_onsets(tuple(ears), onset), sensor, USUAL_AIR)

    used = [row for source in sources for row in source.heard]
    assert len(used) == len(set(used))
    for source in sources:
        assert len({int(sensor[row]) for row in source.heard}) == len(source.heard) >= 3
        assert np.isfinite(source.place).all()
        assert (np.linalg.eigvalsh(source.covariance) > 0.0).all()
        assert 0.0 < source.share <= 1.0


@given(st.permutations(range(7)), st.floats(-80, 80), st.floats(-80, 80))
def test_the_order_of_onsets_does_not_matter(order: list[int], east: float, north: float) -> None:
    ears = (*SIX, SIX[1])
    onset = np.append(onsets_of(SIX, (east, north)), 0.9)
    onset[3] += 0.3
    sensor = np.array((0, 1, 2, 3, 4, 5, 1))

    plain = sources_of(some_onsets(ears, onset), sensor, USUAL_AIR)
    other = sources_of(
        some_onsets(tuple(ears[row] for row in order), onset[order]), sensor[order], USUAL_AIR
    )

    assert len(plain) == len(other)
    for here, there in zip(plain, other, strict=True):
        assert there.place == pytest.approx(here.place, abs=0.01)
        assert {order[row] for row in there.heard} == set(here.heard)
