"""Answers questions about what was: reads the journal in a thread, and lets the core make sense.

The picture is asked on the hub's own thread, before the thread is begun: nobody else may.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, TypeVar

import msgspec

from hub.adapters.store.history import History
from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.dossier import DossierRecord
from hub.core.alerts.incident import IncidentRecord, incident_view
from hub.core.effects import Accepted, Asked, Entry
from hub.core.picture.views import alert_view
from hub.core.review.asking import SPAN_US, AlertChange
from hub.core.review.handover import Shift, handover
from hub.core.review.kpi import Hours, kpi
from hub.core.review.life import evidence
from hub.core.review.methane import Happening, methane
from hub.core.review.sheet import markdown
from hub.core.review.shift_log import AskedThen
from hub.core.review.wall_clock import WallClock
from hub.core.rules.wording import line
from hub.core.site import Site
from wire.feed import AlertView, Snapshot
from wire.geodesy import SiteFrame
from wire.labels import AlertState, Role
from wire.messages import Report
from wire.quantities import SECOND_US, Instant, Line, Ulid
from wire.review import EvidenceView, HandoverView, KpiView, MethaneView
from wire.work import IncidentView

# A flood of ten a second for an hour; decoding them takes less than a second.
CHANGES_MAX: Final = 50_000
ASKED_MAX: Final = 10_000
DOSSIERS_MAX: Final = 50
STEPS_MAX: Final = 1_000
# What was accepted about the time of a raising: the messages that it rests on are among them.
MESSAGES_MAX: Final = 2_000
REPORTS_MAX: Final = 2_000
# Cues join within seconds; who sent an older one raised the alert before.
BEFORE_US: Final = 30 * SECOND_US
# More at once only make each other wait, and the engine for all of them.
AT_ONCE_MAX: Final = 2

AnswerT = TypeVar("AnswerT")


class LookingBack:
    """What people may ask about the past of one site."""

    def __init__(
        self,
        history: History,
        *,
        snapshot: Callable[[Role], Snapshot],
        site: Callable[[], Site],
        now_us: Callable[[], int],
    ) -> None:
        self._history = history
        self._snapshot = snapshot
        self._site = site
        self._now_us = now_us
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def evidence(self, alert: Ulid) -> EvidenceView | None:
        """Return why an alert was raised and what became of it; None if there is no such alert."""
        return await self._read(lambda: self._evidence(alert))

    async def kpi(self, hours: float) -> KpiView:
        """Return the figures of the last hours."""
        span = self._span(hours)
        return await self._read(lambda: self._kpi(span)[0])

    async def handover(self, hours: float, by: Line) -> HandoverView:
        """Return the sheet of a shift that ends now."""
        span, snapshot = self._span(hours), self._snapshot(Role.SUPERVISOR)
        clock = self._clock()
        return await self._read(lambda: self._handover(span, snapshot, by, clock))

    def markdown(self, sheet: HandoverView) -> str:
        """Return a shift's sheet as a page."""
        return markdown(sheet, self._clock())

    async def methane_of_alert(self, alert: Ulid) -> MethaneView | None:
        """Return a M/ETHANE report of an alert; None if there is no such alert."""
        return await self._methane(lambda snapshot: self._alert_happening(alert, snapshot))

    async def methane_of_incident(self, incident: Ulid) -> MethaneView | None:
        """Return a M/ETHANE report of an incident; None if there is no such incident."""
        return await self._methane(lambda snapshot: self._incident_happening(incident, snapshot))

    # --- In the thread ----------------------------------------------------------------------------

    def _evidence(self, alert: Ulid) -> EvidenceView | None:
        changes = _changes(self._history.of_key("alert", alert, STEPS_MAX + 1))
        if not changes:
            return None
        records = self._history.of_key("dossier", f"dossier/{alert}", DOSSIERS_MAX)
        dossiers = tuple(
            one.record.dossier for one in records if isinstance(one.record, DossierRecord)
        )
        accepted: list[Accepted] = []
        for dossier in dossiers:
            start_us = dossier.at_us - BEFORE_US
            accepted += self._accepted(start_us, dossier.at_us + 1, MESSAGES_MAX)
        return evidence(changes, dossiers, accepted, steps_max=STEPS_MAX)

    def _kpi(self, span: Hours) -> tuple[KpiView, list[AlertChange]]:
        entries = self._history.lives("alert", span.start_us - SPAN_US, span.end_us, CHANGES_MAX)
        changes = _changes(entries)
        return kpi(changes, span, complete=len(changes) < CHANGES_MAX), changes

    def _handover(
        self, span: Hours, snapshot: Snapshot, by: Line, clock: WallClock
    ) -> HandoverView:
        figures, changes = self._kpi(span)
        entries = self._history.of_kind("asked", span.start_us, span.end_us, ASKED_MAX)
        shift = Shift(
            by=by,
            start_us=span.start_us,
            end_us=span.end_us,
            asked=[
                AskedThen(one.at_us, one.record) for one in entries if isinstance(one.record, Asked)
            ],
            closed=_closed(changes, span),
            kpi=figures,
        )
        return handover(snapshot, shift, clock)

    def _alert_happening(self, alert: Ulid, snapshot: Snapshot) -> Happening | None:
        view = self._alert(alert, snapshot)
        if view is None:
            return None
        return Happening(
            id=view.id,
            title=line(f"A-{view.number}: {view.summary}"),
            alerts=(view,),
            zones=(view.zone,) if view.zone else (),
            at=view.at,
            radius_m=view.sigma_m or 0.0,
            reports=self._reports([view], snapshot.at_us),
            simulated=view.simulated,
            exercise=view.exercise,
        )

    def _incident_happening(self, incident: Ulid, snapshot: Snapshot) -> Happening | None:
        view = self._incident(incident, snapshot)
        if view is None:
            return None
        found = (self._alert(one, snapshot) for one in view.alerts)
        alerts = [one for one in found if one is not None]
        return Happening(
            id=view.id,
            title=line(f"I-{view.number}: {view.summary}"),
            alerts=alerts,
            zones=view.zones,
            at=view.at,
            radius_m=view.radius_m,
            reports=self._reports(alerts, snapshot.at_us),
            simulated=view.simulated,
            exercise=view.exercise,
        )

    def _alert(self, alert: Ulid, snapshot: Snapshot) -> AlertView | None:
        """Return an alert as it is, or as it was when it closed."""
        known = next((one for one in (*snapshot.alerts, *snapshot.closed) if one.id == alert), None)
        if known is not None:
            return known
        changes = _changes(self._history.of_key("alert", alert, 1))
        return _past(changes[0].record) if changes else None

    def _incident(self, incident: Ulid, snapshot: Snapshot) -> IncidentView | None:
        known = next((one for one in snapshot.incidents if one.id == incident), None)
        if known is not None:
            return known
        records = [one.record for one in self._history.of_key("incident", incident, 1)]
        return next(
            (incident_view(one, {}) for one in records if isinstance(one, IncidentRecord)), None
        )

    def _reports(self, alerts: Sequence[AlertView], now_us: Instant) -> list[Line]:
        """Return what field teams reported about some alerts, oldest first."""
        if not alerts:
            return []
        numbers = {one.id: one.number for one in alerts}
        start_us = min(one.raised_us for one in alerts)
        accepted = self._accepted(start_us, now_us + 1, REPORTS_MAX)
        reports = (_report(one) for one in accepted)
        return [
            line(f"{one.sender} on A-{numbers[one.alert]}: {' '.join(one.text.split())}")
            for one in reports
            if one is not None and one.alert in numbers
        ]

    def _accepted(self, start_us: Instant, end_us: Instant, limit: int) -> list[Accepted]:
        entries = self._history.of_kind("accepted", start_us, end_us, limit)
        return [one.record for one in entries if isinstance(one.record, Accepted)]

    # --- On the hub's own thread ------------------------------------------------------------------

    async def _methane(
        self, happening_of: Callable[[Snapshot], Happening | None]
    ) -> MethaneView | None:
        snapshot, site, now_us = self._snapshot(Role.SUPERVISOR), self._site(), self._now_us()
        frame = SiteFrame(site.origin.lat_deg, site.origin.lon_deg, site.origin.height_m)
        clock = self._clock()

        def write() -> MethaneView | None:
            happening = happening_of(snapshot)
            if happening is None:
                return None
            return methane(happening, snapshot, frame, clock, now_us)

        return await self._read(write)

    def _read(self, ask: Callable[[], AnswerT]) -> Awaitable[AnswerT]:
        async def in_turn() -> AnswerT:
            async with self._turns:
                return await asyncio.to_thread(ask)

        return in_turn()

    def _span(self, hours: float) -> Hours:
        end_us = self._now_us()
        start_us = end_us - round(hours * 3600 * SECOND_US)
        return Hours(start_us=start_us, end_us=end_us, operators=self._site().operators)

    def _clock(self) -> WallClock:
        return WallClock(self._site().offsets)


def _changes(entries: Iterable[Entry]) -> list[AlertChange]:
    return [
        AlertChange(one.at_us, one.record)
        for one in entries
        if isinstance(one.record, AlertRecord) and one.key == one.record.id
    ]


def _closed(changes: Iterable[AlertChange], span: Hours) -> list[AlertView]:
    """Return the alerts that closed within the hours, as they are known now, newest first."""
    latest = {record.id: record for _, record in changes}
    closed = [
        record
        for record in latest.values()
        if record.state is AlertState.CLOSED
        and record.closed_us is not None
        and span.hold(record.closed_us)
    ]
    closed.sort(key=lambda record: record.closed_us or 0, reverse=True)
    return [_past(record) for record in closed]


def _past(record: AlertRecord) -> AlertView:
    return alert_view(record, (), incident=record.incident)


def _report(accepted: Accepted) -> Report | None:
    """Return a field team's report; None where the message is another."""
    if not accepted.topic.endswith("/report"):
        return None
    return msgspec.json.decode(accepted.payload, type=Report)
