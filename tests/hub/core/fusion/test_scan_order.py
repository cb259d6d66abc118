import numpy as np
import pytest
from ground_scans import a_scan
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.scan_order import Seen, in_order

few = st.sampled_from([0.0, 1.0, 1.5])
flags = st.booleans()
ones = st.tuples(*[few] * 5, st.integers(0, 2), few, few, few, flags, few, few, few)


def a_seen(rows: list[tuple[float, ...]]) -> Seen:
    """Return measurements that differ in any of all that they can differ in."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 13)
    covariance = np.tile(np.eye(2), (len(table), 1, 1))
    covariance[:, 0, 0] += table[:, 2]
    covariance[:, 0, 1] = covariance[:, 1, 0] = table[:, 3] / 2.0
    covariance[:, 1, 1] += table[:, 4]
    return Seen(
        mean=table[:, :2].copy(),
        covariance=covariance,
        label=table[:, 5].astype(np.uint8),
        confidence=table[:, 6].copy(),
        object_key=(2.0 * table[:, 7]).astype(np.int64),
        doppler_mps=table[:, 8].copy(),
        doppler_sigma_mps=table[:, 12].copy(),
        identity=(2.0 * table[:, 10]).astype(np.int64),
        news=table[:, 11].copy(),
        may_begin=table[:, 9].astype(np.bool_),
        rank=(2.0 * table[:, 12]).astype(np.int64),
        origin=(3.0, 4.0),
    )


def columns(seen: Seen) -> list[bytes]:
    return [np.ascontiguousarray(column).tobytes() for column in seen[:-1]]


@given(st.lists(ones, max_size=7), st.randoms(use_true_random=False))
def test_the_order_is_the_same_whatever_order_they_came_in(
    rows: list[tuple[float, ...]], random: object
) -> None:
    seen, _ = in_order(a_seen(rows))
    random.shuffle(rows)

    again, _ = in_order(a_seen(rows))

    assert columns(again) == columns(seen)


@given(st.lists(ones, max_size=7))
def test_it_says_where_each_came_from_and_none_is_lost(rows: list[tuple[float, ...]]) -> None:
    given_ones = a_seen(rows)

    seen, order = in_order(given_ones)

    assert sorted(order.tolist()) == list(range(len(rows)))
    for after, before in zip(seen[:-1], given_ones[:-1], strict=True):
        assert (after == before[order]).all()
    assert seen.origin == (3.0, 4.0)


@pytest.mark.parametrize("column", range(13))
def test_whatever_tells_two_of_one_place_apart_decides(column: int) -> None:
    rows = [(0.0,) * 13, tuple(float(index == column) for index in range(13))]

    one, _ = in_order(a_seen(rows))
    other, _ = in_order(a_seen(rows[::-1]))

    assert columns(one) == columns(other)


def test_they_stand_from_west_to_east_and_from_south_to_north() -> None:
    scan = a_scan((2.0, 0.0), (1.0, 5.0), (1.0, -5.0))
    rows = [(*place, *[0.0] * 11) for place in scan.mean.tolist()]

    seen, order = in_order(a_seen(rows))

    assert seen.mean.tolist() == [[1.0, -5.0], [1.0, 5.0], [2.0, 0.0]]
    assert order.tolist() == [2, 1, 0]
