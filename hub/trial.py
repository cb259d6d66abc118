"""A recording played under two plans: what each would have raised. Nothing of it leaves the hub."""

import time
from collections.abc import Callable, Iterator

from hub.adapters.replayer import Recording, replay
from hub.adapters.runner import PLAN_TOPIC, read_input
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Durability, Effect, Journal
from hub.core.engine import Engine
from hub.core.inputs import Input, Refused
from hub.core.site import Site
from wire.labels import AlertState
from wire.plan import TrialAlert, TrialView
from wire.quantities import SECOND_US, Instant, Ulid

# A person who waits for longer goes and does something else.
PATIENCE_S = 120.0
# No screen shows more; the counts say how many there were.
SHOWN_MAX = 500


def try_plan(
    recording: Recording,
    before: Site,
    after: Site,
    *,
    patience_s: float = PATIENCE_S,
    clock_s: Callable[[], float] = time.monotonic,
) -> TrialView:
    """Return what both plans make of a recording. Operators' actions in it are played too."""
    first = _Play(recording, before, clock_s, patience_s / 2.0)
    second = _Play(recording, after, clock_s, patience_s / 2.0)
    if not (first.whole and second.whole):
        # Only what both have lived through can be compared.
        until_us = min(first.last_us, second.last_us)
        first.cut(until_us)
        second.cut(until_us)
    start_us = recording.beginning.start_us
    raised_before, raised_after = first.alerts(), second.alerts()
    return TrialView(
        recording=recording.path.name,
        seconds=(min(first.last_us, second.last_us) - start_us) / SECOND_US,
        before=raised_before[:SHOWN_MAX],
        after=raised_after[:SHOWN_MAX],
        before_count=len(raised_before),
        after_count=len(raised_after),
        whole=first.whole and second.whole,
    )


class _Play:
    """One plan's life through a recording."""

    def __init__(
        self, recording: Recording, site: Site, clock_s: Callable[[], float], patience_s: float
    ) -> None:
        self._latest: dict[Ulid, AlertRecord] = {}
        self.last_us: Instant = recording.beginning.start_us
        self.whole = True
        until_s = clock_s() + patience_s
        for at_us, effect in _effects(recording, site):
            self.last_us = at_us
            if isinstance(effect, Journal) and effect.entry.durability is not Durability.MARK:
                record = effect.entry.record
                if isinstance(record, AlertRecord):
                    self._latest[record.id] = record
            if clock_s() > until_s:
                self.whole = False
                return

    def cut(self, until_us: Instant) -> None:
        """Forget what began later."""
        self._latest = {
            identity: record
            for identity, record in self._latest.items()
            if record.raised_us <= until_us
        }
        self.last_us = until_us

    def alerts(self) -> tuple[TrialAlert, ...]:
        """Return what was raised, in order."""
        records = sorted(self._latest.values(), key=lambda one: (one.raised_us, one.number))
        return tuple(
            TrialAlert(
                rule=record.rule,
                summary=record.summary,
                priority=record.priority,
                raised_us=record.raised_us,
                count=1 + record.repeats,
                open_s=round(self._open_s(record), 1),
            )
            for record in records
        )

    def _open_s(self, record: AlertRecord) -> float:
        is_over = record.state is AlertState.CLOSED or not record.active
        end_us = record.cleared_us or record.closed_us or self.last_us
        return ((end_us if is_over else self.last_us) - record.raised_us) / SECOND_US


def _effects(recording: Recording, site: Site) -> Iterator[tuple[Instant, Effect]]:
    beginning = recording.beginning
    engine = Engine(
        site, boot=beginning.boot, start_us=beginning.start_us, software=beginning.software
    )
    return replay(recording, engine, _read_under_this_plan)


def _read_under_this_plan(topic: str, payload: bytes, site_id: str) -> Input:
    """Return an input, but for an edit of the plan: another plan is being tried."""
    if topic == PLAN_TOPIC:
        return Refused(source=topic, code="not_tried", text="the plan was edited here", fix="-")
    return read_input(topic, payload, site_id)
