"""What a role may not see is taken out before it leaves the hub."""

from typing import TypeVar

from msgspec.structs import replace

from wire.feed import AlertView, Delta, SiteView, Snapshot
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
            closed=(),
            runs=(),
            tasks=(),
            teams=(),
            services=(),
            notices=(),
            postures=tuple(replace(one, by="-", reason="-") for one in frame.postures),
            coverage=None,
            **_plan_of(frame),
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
        closed=(),
        closed_gone=(),
        incidents_gone=(),
        runs=(),
        runs_gone=(),
        tasks=(),
        tasks_gone=(),
        postures=(),
        services=(),
        services_gone=(),
    )


def _plan_of(frame: Snapshot | Delta) -> dict[str, SiteView]:
    """Return the plan without what is done in an emergency, where the frame has one."""
    site = frame.site
    return {} if site is None else {"site": replace(site, playbooks=(), rules=())}


def _without_people(alert: AlertView) -> AlertView:
    return replace(
        alert,
        acknowledged_by=None,
        shelved_by=None,
        shelve_reason=None,
        hidden_why=None,
        escalated_to=None,
        closed_by=None,
        note=None,
        evidence=(),
        steps=(),
    )
