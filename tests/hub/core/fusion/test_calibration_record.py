from typing import Any

import msgspec
import numpy as np
import pytest

from hub.core.fusion.calibration_record import CalibrationRecord, five, is_beyond, view_of
from hub.core.site import CalibrationRule
from wire.labels import CalibrationState

LIMITS = CalibrationRule(
    id="drift", shift_max_m=2.0, yaw_max_deg=3.0, pitch_max_deg=1.0, clock_max_s=0.5
)
TWO_DEGREES = float(np.radians(2.0))


def a_record(**changes: Any) -> CalibrationRecord:
    plain: dict[str, Any] = {
        "sensor": "cam-01",
        "state": CalibrationState.STEADY,
        "since_us": 1_800_000_000_000_000,
        "errors": (1.234, -0.5, TWO_DEGREES, TWO_DEGREES, 0.1234),
        "sigma": (0.1, 0.2, TWO_DEGREES, TWO_DEGREES, 0.01),
        "settled": True,
        "pair_count": 7,
    }
    return CalibrationRecord(**(plain | changes))


def test_operators_see_centimetres_degrees_and_milliseconds() -> None:
    view = view_of(a_record(held_by="Ann"), tilts=True)

    assert (view.east_m, view.north_m, view.yaw_deg, view.clock_ms) == (1.23, -0.5, 2.0, 123.0)
    assert (view.sigma_east_m, view.sigma_north_m, view.sigma_yaw_deg) == (0.1, 0.2, 2.0)
    assert (view.pitch_deg, view.sigma_pitch_deg, view.sigma_clock_ms) == (2.0, 2.0, 10.0)
    assert (view.pair_count, view.held_by) == (7, "Ann")


def test_what_has_no_height_has_no_tilt() -> None:
    view = view_of(a_record(), tilts=False)

    assert (view.pitch_deg, view.sigma_pitch_deg) == (0.0, 0.0)


def test_no_error_is_shown_as_minus_nothing() -> None:
    view = view_of(a_record(errors=(-0.001, 0.0, 0.0, 0.0, 0.0)), tilts=False)

    assert str(view.east_m) == "0.0"


def test_a_record_reads_as_it_was_written() -> None:
    record = a_record()

    assert msgspec.json.decode(msgspec.json.encode(record), type=CalibrationRecord) == record


def test_five_numbers_are_kept_as_plain_ones() -> None:
    assert five(np.arange(5.0)) == (0.0, 1.0, 2.0, 3.0, 4.0)


@pytest.mark.parametrize(
    ("errors", "beyond"),
    [
        ((1.3, 1.3, 0.0, 0.0, 0.0), False),
        ((1.5, 1.5, 0.0, 0.0, 0.0), True),
        ((0.0, 0.0, -0.06, 0.0, 0.0), True),
        ((0.0, 0.0, 0.0, 0.02, 0.0), True),
        ((0.0, 0.0, 0.0, 0.0, -0.6), True),
    ],
)
def test_each_error_has_its_limit(errors: tuple[float, ...], *, beyond: bool) -> None:
    assert is_beyond(np.array(errors), LIMITS, tilts=True, is_already=False) is beyond


def test_a_tilt_that_means_nothing_is_within_its_limit() -> None:
    assert not is_beyond(np.array([0.0, 0.0, 0.0, 1.0, 0.0]), LIMITS, tilts=False, is_already=False)


def test_what_is_beyond_has_to_come_well_within() -> None:
    assert is_beyond(np.array([1.9, 0.0, 0.0, 0.0, 0.0]), LIMITS, tilts=True, is_already=True)
    assert not is_beyond(np.array([1.7, 0.0, 0.0, 0.0, 0.0]), LIMITS, tilts=True, is_already=True)
