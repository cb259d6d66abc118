"""From conditions to alerts, incidents and evidence, and from there to what is done about them."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.alert_list import AlertList
from hub.core.alerts.incident import IncidentRecord
from hub.core.alerts.incident_list import Incidents
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.service import ServiceRecord
from hub.core.devices import Devices
from hub.core.effects import Durability
from hub.core.emitter import Emitter
from hub.core.fusion.bangs import Chain
from hub.core.fusion.fuser import Fuser
from hub.core.notices import Notices
from hub.core.picture.picture import Picture
from hub.core.picture.views import alert_view
from hub.core.plan_hash import plan_hash
from hub.core.responding import Responding, RespondingRecord
from hub.core.response.task import TaskRecord
from hub.core.rules.condition import Condition
from hub.core.rules.gas_course import GasRecord
from hub.core.rules.judge import Facts
from hub.core.rules.registry import Judges
from hub.core.rules.track_table import Rows
from hub.core.site import Place, Site
from hub.core.witness import Witness
from wire.actions import AlertAsk, IncidentAsk, OperatorAction, ShiftAsk
from wire.feed import AlertView
from wire.geodesy import SiteFrame
from wire.labels import AlertOutcome, AlertState, Posture
from wire.messages import Cue, Message, Reading
from wire.quantities import Identifier, Instant, Ulid

DecisionRecord = AlertRecord | ServiceRecord | IncidentRecord | GasRecord | RespondingRecord


class Decisions:
    """The rules, the alerts and the answers of one site."""

    def __init__(
        self,
        site: Site,
        frame: SiteFrame,
        *,
        fuser: Fuser,
        devices: Devices,
        picture: Picture,
        notices: Notices,
        emitter: Emitter,
        boot: Ulid,
    ) -> None:
        self._fuser = fuser
        self._picture = picture
        self._notices = notices
        self._emitter = emitter
        self._judges = Judges(site, fuser.sensors_of)
        self._alerts = AlertList(site, plan_hash=plan_hash(site))
        self._incidents = Incidents(site)
        self._witness = Witness(fuser, devices, site, plan_hash(site))
        self.responding = Responding(
            site,
            frame,
            fuser=fuser,
            devices=devices,
            alerts=self._alerts.open,
            picture=picture,
            notices=notices,
            emitter=emitter,
            boot=boot,
        )
        self._postures: Mapping[Identifier, Posture] = {}
        self._incident_number = 0  # The highest that is on disk.
        self._gas: list[GasRecord] = []  # Restored, until the postures are.
        self._closed_as_shown: dict[Ulid, AlertRecord] = {}
        self.moved: set[int] = set()  # Tracks whose alert changed since somebody took them.
        self._judges.start(emitter.now_us)

    @property
    def alerts(self) -> Mapping[Ulid, AlertRecord]:
        """The open alerts."""
        return self._alerts.open

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = (
            self._judges.next_wake_us,
            self._alerts.next_wake_us,
            self._incidents.next_wake_us,
            self.responding.next_wake_us,
        )
        return min((at_us for at_us in due if at_us is not None), default=None)

    # --- What rules are told --------------------------------------------------------------------

    def tracks(self, rows: Rows, cause: Ulid) -> None:
        """Judge the tracks that a scan has touched."""
        self._judged(self._judges.tracks(self._fuser.tracks, rows, self._now_us, cause))

    def cue(
        self, cue: Cue, place: Place | None, sigma_m: float | None, chain: Chain | None
    ) -> None:
        """Judge a sensor's statement."""
        self._judged(self._judges.cue(cue, place, sigma_m, self._now_us, chain))
        self.responding.cue(cue)

    def reading(self, reading: Reading, place: Place | None) -> None:
        """Judge a reading."""
        self._judged(self._judges.reading(reading, place, self._now_us))
        for record in self._judges.to_keep(self._now_us):
            # Its history are the readings themselves.
            self._emitter.keep(record.key, record, Durability.MARK)
        self.responding.reading(reading)

    def heard(self, message: Message) -> None:
        """Take note that a device spoke."""
        self._judged(self._judges.heard(message, self._now_us))

    # --- People ---------------------------------------------------------------------------------

    def act(self, action: OperatorAction) -> str:
        """Do what a person asks; return why not, or nothing."""
        if isinstance(action.ask, ShiftAsk):
            return ""  # The journal keeps every action: that is the log of the shift.
        if isinstance(action.ask, AlertAsk):
            changed = self._alerts.act(action, self._now_us)
            if isinstance(changed, Refusal):
                return changed.reason
            self._changed(changed)
        elif isinstance(action.ask, IncidentAsk):
            answer = self._incidents.act(action, self._now_us)
            if isinstance(answer, Refusal):
                return answer.reason
            incidents, to_acknowledge = answer
            self._show_incidents(incidents)
            self._changed(self._alerts.acknowledge(to_acknowledge, action.operator, self._now_us))
        else:
            refusal = self.responding.act(action)
            self.adjust()
            return refusal
        return ""

    # --- Time -----------------------------------------------------------------------------------

    def wake(self) -> None:
        """Do what is due."""
        now_us = self._now_us
        self._judged(self._judges.wake(self._fuser.tracks, now_us))
        self._changed(self._alerts.wake(now_us))
        self._show_incidents(self._incidents.wake(now_us))
        self.responding.wake()
        self.adjust()
        self._judged(self.responding.response.conditions(now_us))

    def take_turns(self) -> None:
        """Let those rules judge whose turn it is."""
        self._judged(self._judges.take_turns(self._fuser.tracks, self._now_us))

    def each_second(self, facts: Facts) -> None:
        """Judge what is told once a second, and do the slow duties."""
        now_us = self._now_us
        self._judged(self._judges.second(facts, self._fuser.tracks, now_us))
        self.responding.each_second()
        for notice in self._alerts.notices(now_us):
            self._picture.notice(notice)
        self._picture.load(self._alerts.load(now_us))
        self._picture.services.set_all(self._alerts.services(now_us))
        self._show_closed()

    def replan(self, site: Site) -> None:
        """Go on by an edited plan: what it leaves alone keeps its state."""
        now_us, digest = self._now_us, plan_hash(site)
        # What judges raise under this plan must find the rest of it: they come last.
        self.responding.replan(site)
        self._incidents.replan(site)
        self._witness.replan(site, digest)
        self._changed(self._alerts.replan(site, now_us, digest))
        self.adjust()
        self._judged(self._judges.replan(site, now_us))

    # --- The journal ----------------------------------------------------------------------------

    def restore(self, record: DecisionRecord) -> None:
        """Take back what the journal says."""
        match record:
            case AlertRecord() | ServiceRecord():
                self._alerts.restore(record, self._now_us)
            case IncidentRecord():
                self._incident_number = max(self._incident_number, record.number)
                self._incidents.restore(record)
            case GasRecord():
                self._gas.append(record)
            case _:
                self.responding.restore(record)

    def withdraw(self, record: DecisionRecord) -> None:
        """Take back what was over when the hub died: it may have died before it said so.

        A broker that outlived it would show phones a task for ever that is long done.
        """
        if isinstance(record, AlertRecord):
            self._emitter.add(self._notices.alert(record, self._now_us))
        elif isinstance(record, TaskRecord):
            self._emitter.add(self._notices.task(record, self._now_us))

    def show_restored(self) -> None:
        """Show everything that the journal brought back."""
        self.responding.show_restored()
        self.adjust()
        # By what the rules are in the postures that came back.
        for record in self._gas:
            self._judges.restore(record, self._now_us)
        self._gas.clear()
        for alert in self._alerts.closed.values():
            self.withdraw(alert)
        for alert in self._alerts.open.values():
            self._show(alert)
            self._emitter.add(self._notices.alert(alert, self._now_us))
        self._show_incidents(self._incidents.open.values(), keep=False)
        self._show_incidents(self._incidents.settle(self._alerts.open, self._now_us))

    # --- From a condition to an alert -----------------------------------------------------------

    def _judged(self, conditions: Iterable[Condition]) -> None:
        changed = list(conditions)
        if not changed:
            return
        changed += self._judges.conditions(changed, self._now_us)
        for condition in changed:
            alert = self._alerts.apply(condition, self._now_us)
            if alert is not None:
                self._alert(alert, condition)

    def _changed(self, records: Iterable[AlertRecord | ServiceRecord]) -> None:
        for record in records:
            if isinstance(record, AlertRecord):
                self._alert(record)
            else:
                must_keep = self._alerts.must_keep(record)
                durability = Durability.STATE if must_keep else Durability.ENDED
                self._emitter.keep(f"service/{record.target}", record, durability)

    def _alert(self, alert: AlertRecord, condition: Condition | None = None) -> None:
        """Keep, tell and show an alert that changed; answer it if it is new, end it if closed."""
        must_keep = self._alerts.must_keep(alert)
        self._emitter.keep(alert.id, alert, Durability.STATE if must_keep else Durability.ENDED)
        self._emitter.add(self._notices.alert(alert, self._now_us))
        self._show_incidents(self._incidents.apply(alert, self._now_us))
        if alert.state is AlertState.CLOSED:
            self.responding.end(alert)
        elif alert.begun_us == self._now_us:
            if alert.raised_us == self._now_us:
                self._keep_number(alert)
            if condition is not None:
                dossier = self._witness.dossier(alert, condition, self._now_us, self._postures)
                self._emitter.keep(f"dossier/{alert.id}", dossier, Durability.HISTORY)
            if alert.state is AlertState.UNACKNOWLEDGED:
                # What is hidden by design or by maintenance begins nothing.
                self.responding.begin(alert)
                self.adjust()
        self.moved.update(alert.tracks)
        self._show(alert)

    def _keep_number(self, alert: AlertRecord) -> None:
        """Keep the number of the latest alert, so that a restarted hub does not use it again."""
        outcome = AlertOutcome.UNDETERMINED
        closed = replace(alert, state=AlertState.CLOSED, outcome=outcome)
        self._emitter.keep("latest-number", closed, Durability.MARK)

    def adjust(self) -> None:
        """Let rules and suppression follow the postures."""
        postures = dict(self.responding.postures.now)
        if postures != self._postures:
            self._postures = postures
            self._judges.adjust(postures)
            self._changed(self._alerts.posture(postures, self._now_us))

    # --- Showing --------------------------------------------------------------------------------

    def _show_incidents(self, incidents: Iterable[IncidentRecord], *, keep: bool = True) -> None:
        for incident in incidents:
            self._join(incident)
            is_over = incident.closed_us is not None
            if keep:
                durability = Durability.ENDED if is_over else Durability.STATE
                self._emitter.keep(incident.id, incident, durability)
                self._keep_incident_number(incident)
            if is_over:
                self._picture.incidents.drop(incident.id)
            else:
                self._picture.incidents.put(self._incidents.view(incident, self._alerts.open))

    def _keep_incident_number(self, incident: IncidentRecord) -> None:
        """Keep the highest number, so that a restarted hub does not use it again."""
        if incident.number > self._incident_number:
            self._incident_number = incident.number
            closed = replace(incident, closed_us=self._now_us)
            self._emitter.keep("latest-number", closed, Durability.MARK)

    def _join(self, incident: IncidentRecord) -> None:
        """Let each open alert of an incident know which it belongs to."""
        for member in incident.members:
            joined = self._alerts.join(member.alert, incident.id, self._now_us)
            if joined is not None:
                self._emitter.keep(joined.id, joined, Durability.STATE)
                self._show(joined)

    def show_stirred(self) -> None:
        """Show alerts again of which a command has changed."""
        for identity in self._picture.take_stirred():
            alert = self._alerts.open.get(identity)
            if alert is not None:
                self._show(alert)
            self._closed_as_shown.pop(identity, None)

    def _show_closed(self) -> None:
        """Show what closed by itself, as far as it changed."""
        closed = self._alerts.closed
        self._picture.closed.keep_only(closed)
        for record in closed.values():
            if self._closed_as_shown.get(record.id) is not record:
                self._picture.closed.put(self._view(record))
        self._closed_as_shown = dict(closed)

    def _show(self, alert: AlertRecord) -> None:
        if alert.state is AlertState.CLOSED:
            self._picture.alerts.drop(alert.id)
            return
        self._picture.alerts.put(self._view(alert))

    def _view(self, alert: AlertRecord) -> AlertView:
        commands = self.responding.response.commands_of(alert.id)
        return alert_view(alert, commands, incident=self._incidents.of(alert.id))

    def alerted(self) -> frozenset[int]:
        """Return the tracks that an open alert names."""
        return frozenset(number for one in self._alerts.open.values() for number in one.tracks)

    @property
    def _now_us(self) -> Instant:
        return self._emitter.now_us
