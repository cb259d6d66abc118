"""What ISA-18.2 and EEMUA 191 ask of an alert list, and whether it is so.

The numbers are those of ANSI/ISA-18.2-2016, clause 16.4 (its summary is table 7), and EEMUA 191;
docs/alerts/review.md says which is whose. They were made for process plants with thousands of
points, over at least thirty days: where a figure says nothing of a site with a dozen rules it is
shown, and not judged.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from wire.quantities import Count, Line
from wire.review import Measure

# ISA-18.2, 16.4.2, table 5: very likely to be acceptable, and the most that can be managed. EEMUA
# 191 has the same two.
PER_10_MIN_FINE: Final = 1.0
PER_10_MIN_MAX: Final = 2.0
PER_HOUR_FINE: Final = 6.0
PER_HOUR_MAX: Final = 12.0
PEAK_MAX: Final = 10  # 16.4.3.
BUSY_HOUR: Final = 30  # Table 7.
SHARE_MAX: Final = 0.01  # 16.4.3 and 16.4.4: of ten minutes, of hours, and of time in a flood.
TOP_SHARE_MAX: Final = 0.05  # 16.4.5.
STALE_MAX: Final = 5  # 16.4.7: present on any day.
# EEMUA 191, of plants with more than a thousand alarms; that one stands after an hour is ours.
STANDING_MAX: Final = 10
# 16.4.8, table 6.
URGENT_SHARE_MAX: Final = 0.06  # 5 % high and less than 1 % critical.
# Of fewer, one more or less moves a share by percents.
JUDGED_MIN: Final = 100
# Ten of fewer sources are more than 5 % of them even where all are alike.
SOURCES_MIN: Final = 200


class Found(Struct, frozen=True, kw_only=True):
    """What was counted in some hours."""

    raised: Count
    hours: float
    operators: Count
    peak: Count
    load: Sequence[Count]  # For each ten minutes.
    hourly: Sequence[Count]
    flood_share: float
    top_share: float
    source_count: Count
    chattering: Count
    fleeting: Count
    standing: Count
    stale: Count
    closed: Count
    assessed: Count
    urgent_share: float


def measures(found: Found) -> tuple[Measure, ...]:
    """Return every figure beside its target."""
    return (*_load(found), *_crowding(found), *_quality(found))


def _load(found: Found) -> tuple[Measure, ...]:
    per_hour = found.raised / found.operators / found.hours
    return (
        _rate("per_10_min", "Alerts per operator in 10 minutes", per_hour / 6.0, "10 min"),
        _rate("per_hour", "Alerts per operator in an hour", per_hour, "h"),
        _at_most(
            "peak_10_min",
            "Most alerts per operator in any 10 minutes",
            found.peak / found.operators,
            PEAK_MAX,
            "alerts",
        ),
    )


def _crowding(found: Found) -> tuple[Measure, ...]:
    most = PEAK_MAX * found.operators
    busy = _share(sum(count > most for count in found.load), len(found.load))
    hours = _share(
        sum(count > BUSY_HOUR * found.operators for count in found.hourly), len(found.hourly)
    )
    return (
        _below("busy_10_min", "10 minutes with more than 10 alerts per operator", busy),
        _below("busy_hours", "Hours with more than 30 alerts per operator", hours),
        _below("flood", "Time in a flood", found.flood_share),
    )


def _quality(found: Found) -> tuple[Measure, ...]:
    return (
        _urgent(found),
        _top(found),
        _at_most(
            "chattering", "Alerts that asked three times in a minute", found.chattering, 0, "alerts"
        ),
        _at_most("fleeting", "Conditions gone within 10 seconds", found.fleeting, 0, "times"),
        _fewer("standing", "Alerts open for more than an hour", found.standing, STANDING_MAX),
        _fewer("stale", "Alerts open for more than a day", found.stale, STALE_MAX),
        _assessed(found),
    )


def _rate(identity: str, name: Line, value: float, per: str) -> Measure:
    fine, most = (
        (PER_10_MIN_FINE, PER_10_MIN_MAX) if per == "10 min" else (PER_HOUR_FINE, PER_HOUR_MAX)
    )
    return Measure(
        id=identity,
        name=name,
        value=round(value, 2),
        unit=f"alerts per {per}",
        target=f"at most {fine:g}; {most:g} is the most that can be managed",
        met=value <= fine,
        note="more than is fine, and still manageable" if fine < value <= most else None,
    )


def _at_most(identity: str, name: Line, value: float, most: float, unit: Line) -> Measure:
    target = "none" if most == 0 else f"at most {most:g}"
    return Measure(
        id=identity, name=name, value=round(value, 2), unit=unit, target=target, met=value <= most
    )


def _fewer(identity: str, name: Line, value: Count, limit: Count) -> Measure:
    return Measure(
        id=identity,
        name=name,
        value=value,
        unit="alerts",
        target=f"fewer than {limit}",
        met=value < limit,
    )


def _below(identity: str, name: Line, share: float) -> Measure:
    return Measure(
        id=identity,
        name=name,
        value=round(100.0 * share, 2),
        unit="%",
        target=f"less than {SHARE_MAX:.0%}",
        met=share < SHARE_MAX,
    )


def _urgent(found: Found) -> Measure:
    is_enough = found.raised >= JUDGED_MIN
    return Measure(
        id="urgent",
        name="Alerts of priority high and critical",
        value=round(100.0 * found.urgent_share, 2) if found.raised else None,
        unit="%",
        target="about 5 %, critical less than 1 % (low 80 %, medium 15 %)",
        met=found.urgent_share <= URGENT_SHARE_MAX if is_enough else None,
        note=None if is_enough else f"judged from {JUDGED_MIN} alerts on",
    )


def _top(found: Found) -> Measure:
    is_enough = found.source_count >= SOURCES_MIN
    return Measure(
        id="top_ten",
        name="Share of the ten rules and zones that asked most",
        value=round(100.0 * found.top_share, 2) if found.raised else None,
        unit="%",
        target="less than 1 %, 5 % at most",
        met=found.top_share <= TOP_SHARE_MAX if is_enough else None,
        note=None if is_enough else f"judged from {SOURCES_MIN} sources on: ten of few are many",
    )


def _assessed(found: Found) -> Measure:
    share = _share(found.assessed, found.closed)
    return Measure(
        id="assessed",
        name="Closed alerts of which somebody said what they were",
        value=round(100.0 * share, 2) if found.closed else None,
        unit="%",
        target="all of them",
        met=found.assessed == found.closed if found.closed else None,
        note=None if found.closed else "no alert closed",
    )


def _share(part: Count, whole: Count) -> float:
    return part / whole if whole else 0.0
