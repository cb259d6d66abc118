"""What an alert says of where a bang was, who heard it, who did not, and on what it rests."""

from collections.abc import Mapping

from hub.core.fusion.bangs import Sound, Stray
from hub.core.fusion.sound import ELLIPSE_95
from hub.core.rules.wording import listed
from wire.quantities import Identifier

# Below this the reader is told that it may be otherwise.
SURE_MIN = 0.9


def lines_of(
    sounds: tuple[Sound, ...], names: Mapping[Identifier, str]
) -> tuple[tuple[str, str], ...]:
    """Return the lines of evidence for what sensors together say: the first bang, and the rest."""
    if not sounds:
        return ()
    first = sounds[0]
    others = [one for one in sounds[1:] if one.is_located]
    return (
        *_where(first),
        ("Heard by", listed(_heard(first, names))),
        ("Left out", listed(_left_out(stray, names) for stray in first.strays)),
        ("Echoes", str(first.echo_count) if first.echo_count else ""),
        ("In doubt", _doubt(first)),
        ("Speed of sound", _air(first)),
        ("More bangs", listed(_place(one) for one in others)),
    )


def _where(sound: Sound) -> tuple[tuple[str, str], ...]:
    if not sound.is_located:
        return (("Position", "unknown: two sensors give a curve; near the one that is shown"),)
    if sound.bearing_deg is not None:
        spread_deg = 1.96 * sound.sigma_bearing_deg
        towards = f"{sound.bearing_deg:.0f}° ± {spread_deg:.0f}° (95 %) from the sensors' middle"
        return (("Direction", towards), ("Distance", "outside the sensors: uncertain"))
    axes = sound.axes
    ellipse = (
        f"± {ELLIPSE_95 * axes.major_m:.0f} m along {axes.azimuth_deg:.0f}°, "
        f"± {ELLIPSE_95 * axes.minor_m:.0f} m across"
    )
    return (("Position", _place(sound)), ("95 % ellipse", ellipse))


def _place(sound: Sound) -> str:
    east, north = sound.place
    return (
        f"{abs(east):.0f} m {'east' if east >= 0 else 'west'}, "
        f"{abs(north):.0f} m {'north' if north >= 0 else 'south'} of the site's origin"
    )


def _heard(sound: Sound, names: Mapping[Identifier, str]) -> list[str]:
    return [
        names.get(sensor, sensor) + (f" +{after_s:.2f} s" if after_s > 0.0 else "")
        for sensor, after_s in zip(sound.sensors, sound.after_s, strict=True)
    ]


def _left_out(stray: Stray, names: Mapping[Identifier, str]) -> str:
    why = "late: an echo or another sound" if stray.late_s > 0.0 else "early: not this bang"
    return f"{names.get(stray.sensor, stray.sensor)} ({abs(stray.late_s):.2f} s {why})"


def _doubt(sound: Sound) -> str:
    if sound.sure >= SURE_MIN:
        return ""
    return f"{sound.sure:.0%} that these sensors heard it and no other set; the ellipse holds all"


def _air(sound: Sound) -> str:
    if sound.celsius is None:
        return f"{sound.speed_mps:.0f} m/s (20 °C assumed)"
    return f"{sound.speed_mps:.0f} m/s ({sound.celsius:.0f} °C measured)"
