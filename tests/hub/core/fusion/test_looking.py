import numpy as np
import pytest
from ground_scans import AROUND, SECOND, START_US, Place, a_sight
from msgspec import structs
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED, INTENSITY, LOST, Law
from hub.core.fusion.looking import Eye, Near, near_of
from hub.core.fusion.nearby import BUCKETS, file_all
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.sight import Sight, label_share
from hub.core.fusion.tracks import Rows
from wire.feed import LABELS
from wire.labels import Label

PERSON = LABELS.index(Label.PERSON)
LAW = Law()


def an_eye(sight: Sight | None) -> Eye:
    if sight is None:
        nowhere = np.zeros((0, 0), np.float32)
        return Eye(0, (0.0, 0.0), 1.0, nowhere, label_share(()), simulated=False, exercise=False)
    return Eye(
        number=0,
        low=sight.low,
        cell_m=sight.cell_m,
        probability=sight.probability,
        tells=sight.label_share,
        simulated=False,
        exercise=False,
    )


def some_tracks(*places: Place, velocity: Place = (0.0, 0.0)) -> Rows:
    rows = Rows()
    new = add_rows(rows, len(places))
    rows.columns.mean[new] = [(*place, *velocity) for place in places]
    rows.columns.covariance[new] = np.eye(4) * 0.04
    rows.columns.updated_us[new] = START_US
    rows.columns.state[new] = CONFIRMED
    rows.columns.label[new] = PERSON
    return rows


def seen_at(*places: Place, sigma_m: float = 0.3) -> Seen:
    count = len(places)
    zeros = np.zeros(count)
    return Seen(
        mean=np.array(places).reshape(-1, 2),
        covariance=np.tile(np.eye(2) * sigma_m**2, (count, 1, 1)),
        label=np.full(count, PERSON, np.uint8),
        confidence=np.ones(count),
        object_key=np.zeros(count, np.int64),
        doppler_mps=zeros,
        doppler_sigma_mps=zeros,
        identity=np.zeros(count, np.int64),
        news=np.ones(count),
        may_begin=np.ones(count, np.bool_),
        rank=np.zeros(count, np.int64),
        origin=(0.0, 0.0),
    )


def near(
    rows: Rows, seen: Seen, sight: Sight | None, *, after_s: float = 0.0, moved_m: float = 20.0
) -> Near:
    heads = np.full(BUCKETS, -1, np.int32)
    file_all(rows.columns, rows.count, heads, START_US, 10.0)
    at_us = START_US + round(after_s * SECOND)
    return near_of(rows.columns, rows.count, heads, seen, an_eye(sight), at_us, moved_m, LAW)


def test_who_could_be_seen_or_measured_is_looked_at_and_nobody_else() -> None:
    rows = some_tracks((50.0, 0.0), (150.0, 0.0), (0.0, 150.0), (150.5, 0.0))

    found = near(rows, seen_at((150.0, 0.0)), a_sight())

    assert found.row.tolist() == [0, 1, 3]
    assert found.seeing == pytest.approx([0.9, 0.0, 0.0])


def test_a_scan_of_nothing_looks_at_all_in_view() -> None:
    rows = some_tracks((50.0, 0.0), (150.0, 0.0))

    assert near(rows, seen_at(), a_sight()).row.tolist() == [0]
    assert near(rows, seen_at(), None).row.tolist() == []


def test_the_vaguer_a_measurement_the_more_tracks_it_could_be_of() -> None:
    rows = some_tracks((0.0, 0.0), (10.0, 0.0))

    assert near(rows, seen_at((0.0, 0.0)), None).row.tolist() == [0]
    assert near(rows, seen_at((0.0, 0.0), sigma_m=3.0), None).row.tolist() == [0, 1]


def test_a_vague_track_is_sought_as_far_as_one_of_the_largest_sigma_wherever_the_cells_lie() -> (
    None
):
    reach = np.sqrt(LAW.gate * (0.09 + LAW.sigma_max_m**2))
    rows = some_tracks((reach - 0.1, 0.0), (reach + 0.1, 0.0), (0.0, reach + 0.1))
    rows.columns.covariance[: rows.count] = np.eye(4) * 50.0

    assert near(rows, seen_at((0.0, 0.0)), None).row.tolist() == [0]


def test_what_the_sensor_cannot_tell_it_does_not_see() -> None:
    sight = a_sight(labels=(Label.VEHICLE,))
    rows = some_tracks((50.0, 0.0), (20.0, 0.0))

    found = near(rows, seen_at((20.0, 0.0)), sight)

    assert found.row.tolist() == [1]
    assert found.seeing.tolist() == [0.0]


def test_tracks_are_looked_for_where_they_are_by_then() -> None:
    rows = some_tracks((95.0, 0.0), (-95.0, 0.0), velocity=(5.0, 0.0))

    in_time, later = (near(rows, seen_at(), a_sight(), after_s=span) for span in (0.0, 2.0))

    assert in_time.row.tolist() == [0, 1]
    assert later.row.tolist() == [1]
    assert later.places.tolist() == [[-85.0, 0.0]]
    assert later.span_s.tolist() == [2.0]
    drift = INTENSITY[PERSON] * 8.0 / 3.0
    assert later.spread[0] == pytest.approx([0.04 * 5.0 + drift, 0.04 * 5.0 + drift, 0.0])


def test_a_late_scan_looks_where_they_were() -> None:
    rows = some_tracks((10.0, 0.0), velocity=(5.0, 0.0))

    found = near(rows, seen_at(), a_sight(), after_s=-1.0)

    assert found.places.tolist() == [[5.0, 0.0]]
    assert found.span_s.tolist() == [-1.0]


def test_who_is_lost_or_unseen_for_too_long_is_not_looked_for() -> None:
    rows = some_tracks((10.0, 0.0), (20.0, 0.0), (30.0, 0.0))
    rows.columns.state[0] = LOST
    rows.columns.updated_us[1] = START_US - 11 * SECOND

    assert near(rows, seen_at((10.0, 0.0), (20.0, 0.0)), a_sight()).row.tolist() == [2]


def test_beyond_the_raster_nothing_is_seen() -> None:
    sight = structs.replace(a_sight(AROUND), low_east_m=0.0, low_north_m=0.0)
    rows = some_tracks((-0.1, 100.0), (100.0, -0.1), (200.1, 100.0), (100.0, 200.1), (100.0, 100.0))

    assert near(rows, seen_at(), sight).row.tolist() == [4]
