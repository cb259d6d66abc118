"""What a role may not see is taken out before it leaves the hub."""

from typing import TypeVar

from msgspec.structs import replace

from wire.feed import AlertView, Delta, Snapshot
from wire.labels import AlertState, Role

FrameT = TypeVar("FrameT", Snapshot, Delta)

# A wall is read by whoever walks past it: what is happening and where, but not who deals with
# it, what was ordered, which sensors are weak, or where nobody looks.
_PUBLIC = frozenset({Role.WALL})
# A field team needs no list of refused input.
_NO_REFUSALS = frozenset({Role.WALL, Role.FIELD})


def redact(frame: FrameT, role: Role) -> FrameT:
    """Return the frame with nothing in it that the role may not see."""
    if role in _PUBLIC:
        frame = replace(
            frame,
            alerts=tuple(_without_people(alert) for alert in frame.alerts),
            commands=(),
            coverage=None,
        )
    if role in _NO_REFUSALS:
        frame = replace(frame, refusals=())
    return frame


def provisional(delta: Delta) -> Delta:
    """Return what of a delta may be shown before it is on disk: never that something is done.

    An alert that was raised must be seen though the disk refuses. That it was acknowledged,
    closed or acted upon is only true once it is kept.
    """
    return replace(
        delta,
        alerts=tuple(one for one in delta.alerts if one.state is AlertState.UNACKNOWLEDGED),
        alerts_gone=(),
        commands=(),
        commands_gone=(),
    )


def _without_people(alert: AlertView) -> AlertView:
    return replace(
        alert,
        acknowledged_by=None,
        shelved_by=None,
        shelve_reason=None,
        evidence=(),
        steps=(),
    )
