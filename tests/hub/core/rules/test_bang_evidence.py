from typing import Any

import pytest

from hub.core.fusion.bangs import Sound, Stray
from hub.core.fusion.sound import Axes
from hub.core.rules.bang_evidence import lines_of
from wire.ids import ulid

START = 1_767_225_600 * 1_000_000
NAMES = {"mic-1": "Church", "mic-2": "Quay", "mic-3": "Lawn"}


def a_sound(**changes: Any) -> Sound:
    plain = {
        "anchor": ulid(START, bytes(10)),
        "sensor": "mic-1",
        "emitted_us": START,
        "sensors": ("mic-1", "mic-2", "mic-9"),
        "after_s": (0.0, 0.11, 0.42),
        "is_located": True,
        "place": (12.3, -4.5),
        "axes": Axes(major_m=5.0, minor_m=2.0, azimuth_deg=30.0),
        "centre": (0.0, 0.0),
        "speed_mps": 343.2,
    }
    return Sound(**{**plain, **changes})


def facts_of(*sounds: Sound) -> dict[str, str]:
    return {name: value for name, value in lines_of(sounds, NAMES) if value}


def test_without_a_bang_there_is_nothing_to_say() -> None:
    assert lines_of((), NAMES) == ()


def test_a_place_comes_with_its_ellipse_and_with_who_heard_it() -> None:
    assert facts_of(a_sound()) == {
        "Position": "12 m east, 4 m south of the site's origin",
        "95 % ellipse": "± 12 m along 30°, ± 5 m across",
        "Heard by": "Church, Quay +0.11 s, mic-9 +0.42 s",
        "Speed of sound": "343 m/s (20 °C assumed)",
    }


def test_outside_the_sensors_there_is_a_direction_and_no_place() -> None:
    facts = facts_of(a_sound(bearing_deg=47.2, sigma_bearing_deg=1.5))

    assert facts["Direction"] == "47° ± 3° (95 %) from the sensors' middle"
    assert facts["Distance"] == "outside the sensors: uncertain"
    assert "Position" not in facts


def test_two_sensors_say_that_they_cannot_say() -> None:
    facts = facts_of(a_sound(is_located=False, sensors=("mic-1", "mic-2"), after_s=(0.0, 0.11)))

    assert facts["Position"].startswith("unknown: two sensors give a curve")
    assert "95 % ellipse" not in facts


@pytest.mark.parametrize(
    ("late_s", "why"),
    [(0.314, "0.31 s late: an echo or another sound"), (-0.2, "0.20 s early: not this bang")],
)
def test_a_stray_sensor_is_named_with_the_reason(late_s: float, why: str) -> None:
    facts = facts_of(a_sound(strays=(Stray(sensor="mic-3", late_s=late_s),), echo_count=2))

    assert facts["Left out"] == f"Lawn ({why})"
    assert facts["Echoes"] == "2"


def test_doubt_is_told() -> None:
    facts = facts_of(a_sound(sure=0.72))

    assert facts["In doubt"].startswith("72% that these sensors heard it")


def test_a_measured_temperature_is_named() -> None:
    facts = facts_of(a_sound(celsius=-5.2, speed_mps=328.1))

    assert facts["Speed of sound"] == "328 m/s (-5 °C measured)"


def test_other_located_bangs_are_listed() -> None:
    facts = facts_of(a_sound(), a_sound(place=(-3.0, 8.0)), a_sound(is_located=False))

    assert facts["More bangs"] == "3 m west, 8 m north of the site's origin"
