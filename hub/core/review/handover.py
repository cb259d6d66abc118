"""The shift's handover sheet: it writes itself from the picture and the journal."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from hub.core.review.shift_log import AskedThen, decisions, handovers, log_lines
from hub.core.review.wall_clock import WallClock
from hub.core.rules.wording import line, listed
from wire.feed import ActuatorView, AlertView, SensorView, Snapshot
from wire.labels import AlertState, HealthState, Priority, RunState, TaskState
from wire.quantities import Instant, Line
from wire.review import HandoverView, KpiView

_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}
_OVER: Final = frozenset({TaskState.DONE, TaskState.CANCELLED})
# A night of it; all of them are in the history.
CLOSED_MAX: Final = 200


class Shift(Struct, frozen=True, kw_only=True):
    """What a sheet is written from, beside the picture."""

    by: Line
    start_us: Instant
    end_us: Instant
    asked: Sequence[AskedThen] = ()
    closed: Sequence[AlertView] = ()  # Newest first.
    kpi: KpiView


def handover(snapshot: Snapshot, shift: Shift, clock: WallClock) -> HandoverView:
    """Return the sheet of a shift."""
    alerts = sorted(snapshot.alerts, key=lambda one: (-_RANK[one.priority], one.raised_us))
    hidden = frozenset({AlertState.SHELVED, AlertState.SUPPRESSED, AlertState.OUT_OF_SERVICE})
    numbers = {one.id: one.number for one in (*shift.closed, *snapshot.closed, *alerts)}
    return HandoverView(
        site=snapshot.site.name,
        start_us=shift.start_us,
        end_us=shift.end_us,
        by=shift.by,
        simulated=snapshot.hub.simulated,
        exercise=snapshot.hub.exercise,
        postures=snapshot.postures,
        incidents=snapshot.incidents,
        open=tuple(one for one in alerts if one.state not in hidden),
        shelved=_in(alerts, AlertState.SHELVED),
        suppressed=_in(alerts, AlertState.SUPPRESSED),
        out_of_service=_in(alerts, AlertState.OUT_OF_SERVICE),
        to_assess=snapshot.closed,
        closed=tuple(shift.closed[:CLOSED_MAX]),
        services=snapshot.services,
        runs=tuple(one for one in snapshot.runs if one.state is RunState.RUNNING),
        tasks=tuple(one for one in snapshot.tasks if one.state not in _OVER),
        sensors_out=tuple(_out((*snapshot.sensors, *snapshot.actuators), clock)),
        hub_faults=tuple(one.text for one in snapshot.hub.faults),
        log=log_lines(shift.asked),
        decisions=decisions(shift.asked, numbers),
        handovers=handovers(shift.asked),
        load=snapshot.load,
        kpi=shift.kpi,
    )


def _in(alerts: Iterable[AlertView], state: AlertState) -> tuple[AlertView, ...]:
    return tuple(one for one in alerts if one.state is state)


def _out(devices: Iterable[SensorView | ActuatorView], clock: WallClock) -> Iterable[Line]:
    """Yield what does not work as it should, and since when."""
    for device in devices:
        wrong = _wrong(device, clock)
        if wrong:
            yield line(f"{device.name} ({device.id}): {wrong}")


def _wrong(device: SensorView | ActuatorView, clock: WallClock) -> str:
    if device.last_us is None:
        return "never heard of"
    if device.state is HealthState.GOODBYE:
        return f"switched off at {clock.moment(device.last_us)}"
    if device.silent:
        return f"silent since {clock.moment(device.last_us)}"
    faults = device.faults if isinstance(device, SensorView) else ()
    if device.state in (HealthState.ERROR, HealthState.WARNING):
        return f"says {device.state}" + (
            f": {listed(one.text for one in faults)}" if faults else ""
        )
    return ""
