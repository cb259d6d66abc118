from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.provenance import forget, sources, unite
from hub.core.fusion.tracks import FEEDERS, Columns, Rows, feed

NAMES = [f"cam-{index}" for index in range(40)]


def two_rows() -> Columns:
    """Return two tracks that nobody fed yet."""
    rows = Rows()
    rows.reserve(2)
    for row in range(2):
        forget(rows.columns, row)
    return rows.columns


def the_sources(rows: Columns, row: int = 0) -> list[tuple[str, int, int, int]]:
    return [
        (one.sensor, one.first_us, one.last_us, one.measurement_count)
        for one in sources(rows, row, NAMES)
    ]


def test_each_sensor_is_counted_from_its_first_to_its_last_measurement() -> None:
    rows = two_rows()
    for at_us in (200, 300, 100):
        feed(rows, 0, 3, at_us)
    feed(rows, 0, 1, 250)

    assert the_sources(rows) == [("cam-3", 100, 300, 3), ("cam-1", 250, 250, 1)]
    assert the_sources(rows, row=1) == []


def test_a_sensor_that_looked_in_vain_is_no_source() -> None:
    rows = two_rows()
    feed(rows, 0, 3, 100)
    rows.fed_by[0, 5], rows.eyed_us[0, 5] = 7, 100

    assert the_sources(rows) == [("cam-3", 100, 100, 1)]


def test_with_all_slots_taken_the_sensor_longest_ago_is_forgotten() -> None:
    rows = two_rows()
    for sensor in range(FEEDERS):
        feed(rows, 0, sensor, 100 + sensor)
    feed(rows, 0, 0, 500)

    feed(rows, 0, 39, 600)

    names = [name for name, *_ in the_sources(rows)]
    assert names[:2] == ["cam-39", "cam-0"]
    assert "cam-1" not in names


def test_of_two_tracks_that_are_one_the_kept_one_has_what_both_were_fed() -> None:
    rows = two_rows()
    feed(rows, 0, 3, 100)
    feed(rows, 0, 1, 150)
    feed(rows, 1, 3, 50)
    feed(rows, 1, 3, 400)
    feed(rows, 1, 2, 300)
    rows.visible[0, :2], rows.visible[1, :2] = (0.2, 0.3), (0.9, 0.4)
    rows.fed_by[1, 5], rows.eyed_us[1, 5] = 7, 200

    unite(rows, kept=0, gone=1)

    assert the_sources(rows) == [
        ("cam-3", 50, 400, 3),
        ("cam-2", 300, 300, 1),
        ("cam-1", 150, 150, 1),
    ]
    assert rows.visible[0, 0] == 0.9
    assert rows.fed_by[0, :5].tolist() == [3, 2, 7, 1, -1]


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, FEEDERS - 1), st.integers(1, 1000)),
        max_size=60,
    )
)
def test_no_measurement_goes_uncounted_while_there_are_slots(
    told: list[tuple[int, int, int]],
) -> None:
    rows = two_rows()
    for row, sensor, at_us in told:
        feed(rows, row, sensor, at_us)

    unite(rows, kept=0, gone=1)

    counts = Counter(sensor for _, sensor, _ in told)
    found = {one.sensor: one for one in sources(rows, 0, NAMES)}
    assert {NAMES[sensor]: count for sensor, count in counts.items()} == {
        name: one.measurement_count for name, one in found.items()
    }
    for sensor in counts:
        instants = [at_us for _, one, at_us in told if one == sensor]
        assert found[NAMES[sensor]].first_us == min(instants)
        assert found[NAMES[sensor]].last_us == max(instants)
    assert np.isfinite(rows.visible[0]).all()
