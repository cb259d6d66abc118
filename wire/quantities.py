"""The limits of every number, identifier and text that travels. Each bound says why."""

from typing import Annotated

from msgspec import Meta

SECOND_US = 1_000_000
"""Microseconds in a second."""

# 2020-01-01 to 2255-06-05. Older means a clock that was never set; the upper end is 2**53, the
# last integer that JavaScript holds exactly.
Instant = Annotated[int, Meta(ge=1_577_836_800_000_000, le=9_007_199_254_740_991)]
"""Microseconds since 1970-01-01T00:00:00Z."""

DurationUs = Annotated[int, Meta(ge=0, le=86_400 * SECOND_US)]
"""Microseconds, at most a day: nothing in the contract lasts longer."""

Sequence = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""Counts up by one from 1 within one boot and one lane."""

Count = Annotated[int, Meta(ge=0, le=10_000_000)]

# It travels in the feed as 32 bits: a thousand new tracks a second for fifty days.
TrackNumber = Annotated[int, Meta(ge=0, le=2**32 - 1)]

# In Python `$` also matches before a last newline: `(?!\n)` forbids it, in JavaScript too.
# An id is a level of an MQTT topic, a file name and a CSS selector: no '/', '+', '#', dot or space.
Identifier = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,47}$(?!\\n)")]

# Crockford base 32, 26 characters (ULID specification).
Ulid = Annotated[str, Meta(pattern="^[0-7][0-9A-HJKMNP-TV-Z]{25}$(?!\\n)")]

Line = Annotated[
    str, Meta(min_length=1, max_length=200, pattern="^[^\\u0000-\\u001f\\u007f]*$(?!\\n)")
]
"""One line that a person reads on a list row."""

Text = Annotated[str, Meta(max_length=2000)]
"""A paragraph that a person reads; a radio message is shorter."""

Unit = Annotated[str, Meta(pattern="^[!-~]{1,32}$(?!\\n)")]
"""A UCUM code, case sensitive, such as `Cel`, `uSv/h`, `1`."""

LatitudeDeg = Annotated[float, Meta(ge=-90.0, le=90.0)]
LongitudeDeg = Annotated[float, Meta(ge=-180.0, le=180.0)]
# The Dead Sea shore is at -430 m; airspace that concerns a site ends below 10 km.
HeightM = Annotated[float, Meta(ge=-500.0, le=10_000.0)]
# A site is at most 10 km across; no sensor of ours ranges further.
DistanceM = Annotated[float, Meta(ge=0.0, le=20_000.0)]
# Site ENU coordinate: the site frame is a plane that is good to a millimetre within 10 km.
CoordinateM = Annotated[float, Meta(ge=-10_000.0, le=10_000.0)]
# One millimetre is better than any sensor; a kilometre says no more than "somewhere here".
SigmaM = Annotated[float, Meta(ge=0.001, le=1_000.0)]
SigmaDeg = Annotated[float, Meta(ge=0.001, le=90.0)]
AzimuthDeg = Annotated[float, Meta(ge=0.0, le=360.0)]
"""Degrees clockwise from true north."""
PitchDeg = Annotated[float, Meta(ge=-90.0, le=90.0)]
"""Degrees above the horizon; a camera that looks down has a negative pitch."""
RollDeg = Annotated[float, Meta(ge=-180.0, le=180.0)]
# 150 m/s is faster than any vehicle or civil drone near the ground.
SpeedMps = Annotated[float, Meta(ge=-150.0, le=150.0)]
Ratio = Annotated[float, Meta(ge=0.0, le=1.0)]
Correlation = Annotated[float, Meta(ge=-0.999, le=0.999)]
RateHz = Annotated[float, Meta(ge=0.0, le=1_000.0)]
DurationS = Annotated[float, Meta(ge=0.0, le=86_400.0)]
LevelDb = Annotated[float, Meta(ge=-50.0, le=200.0)]
# Any physical reading in its own unit; beyond this it is a broken sensor.
Value = Annotated[float, Meta(ge=-1e12, le=1e12)]
# Calibration constants: finite, and far beyond any real lens or frame.
Constant = Annotated[float, Meta(ge=-1e12, le=1e12)]
Pixels = Annotated[int, Meta(ge=16, le=32_768)]
