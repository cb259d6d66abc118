"""What an alert rested on when it was raised, as the journal keeps it; and how it is put together.

The rule is kept in words and not as the plan's own type: a journal must still be read when the
plan has learnt other words.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from hub.core.rules.variant import variant
from hub.core.rules.wording import line
from hub.core.site import Rule
from wire.feed import EvidenceLine, TrackSource, TrackView
from wire.labels import Posture
from wire.quantities import Identifier, Instant, Line, Ulid
from wire.review import Contribution, Dossier, TrackWitness

# More tracks than this nobody looks at one by one; the crowd's own figures tell of them.
TRACKS_MAX: Final = 32
# What the contract lets a count and a distance be.
_COUNT_MAX: Final = 10_000_000
_DISTANCE_MAX_M: Final = 20_000.0
# Every rule has them, and none of them is a threshold.
_NO_THRESHOLDS: Final = frozenset({"id", "enabled", "by_posture", "suppressed", "summary"})


class DossierRecord(Struct, frozen=True, kw_only=True, tag="dossier", tag_field="kind"):
    """What an alert rested on at one instant."""

    alert: Ulid
    dossier: Dossier


def thresholds(rule: Rule | None, posture: Posture) -> tuple[EvidenceLine, ...]:
    """Return what a rule judged by, under the posture that it was under."""
    if rule is None:
        return ()
    in_force = variant(rule, posture)
    said = (
        (name, _said(getattr(in_force, name)))
        for name in in_force.__struct_fields__
        if name not in _NO_THRESHOLDS
    )
    return tuple(EvidenceLine(name=name, value=line(value)) for name, value in said if value)


def witness_of(view: TrackView) -> TrackWitness:
    """Return a track as it stands now."""
    return TrackWitness(
        number=view.number,
        label=view.label,
        label_confidence=view.label_confidence,
        at=view.at,
        # What is beyond cannot be read back, and says no less than "nobody knows where".
        sigma_m=min(view.sigma_major_m, _DISTANCE_MAX_M),
        speed_mps=view.speed_mps,
        existence=view.existence,
        born_us=view.born_us,
        updated_us=view.updated_us,
    )


def measured(
    sources: Mapping[int, Sequence[TrackSource]], names: Mapping[Identifier, Line]
) -> list[Contribution]:
    """Return what each sensor measured of the tracks, the largest share first."""
    of_each: dict[Identifier, list[tuple[int, TrackSource]]] = {}
    for number, fed_by in sources.items():
        for source in fed_by:
            of_each.setdefault(source.sensor, []).append((number, source))
    counts = {
        sensor: sum(source.measurement_count for _, source in fed)
        for sensor, fed in of_each.items()
    }
    total = sum(counts.values())
    found = [
        Contribution(
            sensor=sensor,
            name=names.get(sensor, sensor),
            tracks=tuple(number for number, _ in fed),
            measurement_count=min(counts[sensor], _COUNT_MAX),
            share=round(counts[sensor] / total, 4) if total else 0.0,
            last_us=max(source.last_us for _, source in fed),
        )
        for sensor, fed in of_each.items()
    ]
    return sorted(found, key=lambda one: (-one.measurement_count, one.sensor))


def stated(
    sensors: Iterable[Identifier],
    known: Iterable[Contribution],
    names: Mapping[Identifier, Line],
    at_us: Instant,
) -> list[Contribution]:
    """Return the sensors that the condition rests on without having measured its tracks."""
    measuring = {one.sensor for one in known}
    saying = [sensor for sensor in dict.fromkeys(sensors) if sensor not in measuring]
    return [
        Contribution(
            sensor=sensor,
            name=names.get(sensor, sensor),
            stated=True,
            # Beside measurements a statement has no share: the two cannot be added up.
            share=0.0 if measuring else round(1.0 / len(saying), 4),
            last_us=at_us,
        )
        for sensor in saying
    ]


def _said(value: object) -> str:
    """Return a setting as the plan's file has it; empty: it is not set."""
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(_said(one) for one in value)
    return msgspec.json.encode(value).decode()
