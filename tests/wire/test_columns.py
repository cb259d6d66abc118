import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.columns import columns, rows
from wire.feed import FLAG_CONFIRMED, LABELS, TrackColumns, TrackRow
from wire.labels import Label

uint16s = st.integers(0, 65_535)

track_rows = st.builds(
    TrackRow,
    number=st.integers(0, 2**32 - 1),
    label=st.sampled_from(Label),
    # A float32 holds metres within 10 km to half a millimetre.
    east_m=st.integers(-80_000, 80_000).map(lambda eighths: eighths / 8.0),
    north_m=st.integers(-80_000, 80_000).map(lambda eighths: eighths / 8.0),
    heading_deg=st.integers(0, 1_439).map(lambda quarters: quarters / 4.0),
    speed_mps=uint16s.map(lambda hundredths: hundredths / 100.0),
    sigma_m=uint16s.map(lambda hundredths: hundredths / 100.0),
    age_ms=uint16s,
    flags=st.integers(0, 255),
)


def a_row(
    *, heading_deg: float = 90.0, speed_mps: float = 1.25, age_ms: int = 0, flags: int = 0
) -> TrackRow:
    return TrackRow(
        number=7,
        label=Label.PERSON,
        east_m=1.5,
        north_m=-2.0,
        heading_deg=heading_deg,
        speed_mps=speed_mps,
        sigma_m=0.5,
        age_ms=age_ms,
        flags=flags,
    )


@given(st.lists(track_rows))
def test_rows_survive_columns(tracks: list[TrackRow]) -> None:
    back = rows(columns(tracks))

    assert [row.heading_deg for row in back] == pytest.approx(
        [row.heading_deg for row in tracks], abs=0.01
    )
    assert [(row.number, row.label, row.east_m, row.north_m) for row in back] == [
        (row.number, row.label, row.east_m, row.north_m) for row in tracks
    ]
    assert [(row.speed_mps, row.sigma_m, row.age_ms, row.flags) for row in back] == [
        (row.speed_mps, row.sigma_m, row.age_ms, row.flags) for row in tracks
    ]


def test_columns_are_little_endian_and_as_wide_as_the_contract_says() -> None:
    packed = columns([a_row(age_ms=300, flags=FLAG_CONFIRMED)])

    assert packed == TrackColumns(
        number=b"\x07\0\0\0",
        east_m=struct.pack("<f", 1.5),
        north_m=struct.pack("<f", -2.0),
        heading=b"\x00\x40",
        speed=b"\x7d\0",
        sigma=b"\x32\0",
        age=b"\x2c\x01",
        label=bytes([LABELS.index(Label.PERSON)]),
        flags=b"\x01",
    )


def test_what_does_not_fit_in_a_column_stays_at_its_end_and_north_is_north_from_both_sides() -> (
    None
):
    (row,) = rows(columns([a_row(speed_mps=9_999.0, age_ms=100_000, heading_deg=359.999)]))

    assert (row.speed_mps, row.age_ms, row.heading_deg) == (655.35, 65_535, 0.0)


def test_columns_of_unequal_length_are_our_mistake() -> None:
    with pytest.raises(struct.error):
        rows(TrackColumns(number=b"\0\0\0\0"))
