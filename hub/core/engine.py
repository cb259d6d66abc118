"""The whole hot path on one page: a message or a moment in, effects out.

    Scan -> measurements -> tracks -> conditions -> alerts -> playbooks -> commands -> picture
    Cue  -> taken once             -> conditions -> alerts -> playbooks -> commands -> picture

What follows from a condition on is in `decisions` and `responding`.

No I/O, no clock, no randomness, no await: `handle` and `wake` are told the instant. Whatever is
due before a message is done first, at the instant it was due; so the same inputs at the same
instants give the same effects, byte for byte, live and in replay.
"""

from collections.abc import Iterable

import numpy as np
from msgspec.structs import replace

from hub.core.admission import Admission, is_from_the_future
from hub.core.alerts.dossier import DossierRecord
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.correcting import correct
from hub.core.decisions import Decisions
from hub.core.devices import Devices
from hub.core.effects import (
    Accepted,
    Asked,
    Durability,
    Effect,
    Entry,
    InboxMark,
    PlanRecord,
    Reply,
    Show,
)
from hub.core.emitter import Emitter
from hub.core.facts import facts_of
from hub.core.fusion.calibration_record import CalibrationRecord
from hub.core.fusion.fuser import Fuser
from hub.core.fusion.identity import as_scan
from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.measurement import Unusable
from hub.core.inputs import Input, PlanEdited, Refused, Reliable, Vitals
from hub.core.intake import Intake
from hub.core.notices import Notices, topic_of
from hub.core.own_health import OwnHealth
from hub.core.picture.frame import frame, shown_numbers
from hub.core.picture.picture import Picture
from hub.core.picture.refusals import Refusals
from hub.core.picture.views import cue_views
from hub.core.site import Site
from hub.core.upkeep import Upkeep
from wire import codec
from wire.actions import CalibrationAsk, Correction, OperatorAction
from wire.codec import Slot
from wire.delivery import Taken
from wire.feed import ActionReply, Snapshot, TrackView
from wire.geodesy import SiteFrame
from wire.labels import Posture, Role
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Cue,
    Health,
    Message,
    Outcome,
    Reading,
    Receipt,
    Report,
    Scan,
    SensorAbout,
    TeamPosition,
)
from wire.quantities import SECOND_US, Instant, Line, Ulid

TICK_US = SECOND_US // 10
"""The picture's rate while something moves (10 Hz), and the grain of every delay in rules."""

# A machine that slept for an hour does not live through 36,000 ticks at its waking.
CATCH_UP_MAX_US = 10 * SECOND_US
# Somebody who asks twice with one id asks once: so many answers are remembered.
ANSWERS_MAX = 1_000


class Engine:
    """One site, from messages to effects. One thread, no waiting."""

    def __init__(
        self, site: Site, *, boot: Ulid, start_us: Instant, software: str, plan: Line = "1"
    ) -> None:
        self._site = site
        frame = SiteFrame(site.origin.lat_deg, site.origin.lon_deg, site.origin.height_m)
        self._emitter = Emitter(start_us)
        self._refusals = Refusals()
        self._devices = Devices(site, frame)
        self._admission = Admission(self._devices, self._refusals)
        self._fuser = Fuser(site, frame)
        self.coverage = self._fuser.coverage  # For those who ask what was seen of a place.
        self._upkeep = Upkeep(self._fuser.calibration, self._devices)
        self._picture = Picture(site, plan)
        self._notices = Notices(site, frame, boot)
        self._intake = Intake(self._notices)
        self._health = OwnHealth(self._devices, self._notices, start_us=start_us, software=software)
        self._decisions = Decisions(
            site,
            frame,
            fuser=self._fuser,
            devices=self._devices,
            picture=self._picture,
            notices=self._notices,
            emitter=self._emitter,
            boot=boot,
        )
        self._answers: dict[Ulid, ActionReply] = {}
        self._moved: set[int] = set()  # Tracks that changed since the last frame.
        self._second_us = start_us
        for device_id in self._devices.ids():
            self._show_device(device_id)
        self.next_wake_us = start_us + TICK_US

    # --- In -----------------------------------------------------------------------------------

    def handle(self, message: Input, now_us: Instant) -> list[Effect]:
        """Take one input at an instant, after all that was due before it."""
        self._live_until(now_us)
        self._decisions.take_turns()
        match message:
            case Scan() | TeamPosition():
                self._scan(message)
            case Cue() | Reading() | Report() | Receipt() | Outcome():
                self._reliable(message)
            case SensorAbout() | ActuatorAbout():
                self._about(message)
            case Health() | ActuatorState():
                self._state(message)
            case OperatorAction():
                self._asked(message)
            case PlanEdited():
                self._replan(message)
            case Vitals():
                self._health.vitals = message
            case Refused():
                self._refused(message)
            case _:
                self._refuse(message.sender, "not_for_hub", "nothing of the plan reads this", "-")
        # Whatever came may have begun a posture, or ended a drill's.
        self._decisions.adjust()
        self._show_at_once()
        self._wake_in_time()
        return self._emitter.flush()

    def wake(self, now_us: Instant) -> list[Effect]:
        """Do what is due until an instant."""
        self._live_until(now_us)
        return self._emitter.flush()

    def restore(self, entries: Iterable[Entry], now_us: Instant) -> list[Effect]:
        """Begin with what the journal says is open. Call it once, before any input."""
        self._emitter.now_us = now_us
        for entry in entries:
            match entry.record:
                case InboxMark(mark=mark):
                    self._intake.restore(mark)
                case CalibrationRecord() as calibration:
                    self._fuser.calibration.restore(calibration, now_us)
                case Asked(action=action, accepted=accepted, reason=reason):
                    # Whoever asks again, for want of an answer, gets the one there was.
                    answer = ActionReply(id=action.id, accepted=accepted, reason=reason)
                    self._answers[action.id] = answer
                case Accepted() | DossierRecord() | PlanRecord():
                    pass  # History: nothing stands on it.
                case record if entry.durability is Durability.ENDED:
                    self._decisions.withdraw(record)
                case record:
                    self._decisions.restore(record)
        self._decisions.show_restored()
        return self._emitter.flush()

    # --- Out ----------------------------------------------------------------------------------

    def snapshot(self, role: Role) -> Snapshot:
        """Return the whole picture for a role, as of the last frame's number."""
        # Only what a frame has shown: a later frame could not take anything else back.
        shown, claims = self._picture.shown, self._fuser.claims.alone()
        columns = frame(self._fuser.tracks, claims, shown, self._now_us, self._marked())
        return self._picture.snapshot(
            role, self._now_us, tracks=columns, refusals=self._refusals.rows()
        )

    def track(self, number: int) -> TrackView | None:
        """Return all that is known of one track."""
        return self._fuser.view(number, self._now_us)

    # --- The hot path -------------------------------------------------------------------------

    def _scan(self, message: Scan | TeamPosition) -> None:
        scan = as_scan(message)
        if isinstance(message, TeamPosition):
            # A phone's word comes late; where a team was ten seconds ago still says who is near.
            self._decisions.responding.team_position(message)
        device = self._admission.scan(scan, self._now_us)
        if device is None:
            if is_from_the_future(scan, self._now_us):
                self._fuser.coverage.refused(scan.sender, simulated=scan.simulated)
            return
        self._heard(scan)
        device.scanned(scan, self._now_us)
        fused = self._fuser.scan(scan, self._now_us)
        self._unusable(scan.sender, fused.unusable)
        self._moved.update(self._fuser.tracks.number[fused.touched.changed].tolist())
        self._decisions.tracks(fused.touched.changed, scan.id)

    # --- Other messages -----------------------------------------------------------------------

    def _reliable(self, message: Reliable) -> None:
        """Take a message that must not be lost: once, on disk, committed, then acted upon."""
        device = self._admission.device(message, self._now_us)
        if device is None:
            return
        self._heard(message)
        slot = Slot(sender=message.sender, boot=message.boot, seq=message.seq)
        if not self._take(slot, topic_of(self._site.id, message), codec.encode(message)):
            return
        if not self._admission.fits(message, device, self._now_us):
            return
        match message:
            case Cue():
                self._cue(message)
            case Outcome():
                self._outcome(message)
            case Reading():
                self._unusable(message.sender, self._fuser.reading(message, self._now_us))
                self._decisions.reading(message, self._devices.place_of(message.sender))
            case Receipt():
                self._receipt(message)
            case Report():
                pass  # In the journal, for the log of the shift.

    def _take(self, slot: Slot, topic: str, payload: bytes) -> bool:
        """Take a place in a sender's sequence; return whether it is new."""
        taken, effects = self._intake.take(slot, topic, payload, self._now_us)
        self._emitter.add(*effects)
        if taken is Taken.REFUSED:
            fix = "nothing: its sender will send it again"
            self._refuse(slot.sender, "too_far_ahead", "too many messages beyond a gap", fix)
        return taken is Taken.NEW

    def _cue(self, cue: Cue) -> None:
        if not self._admission.is_current(cue, self._now_us):
            return
        place, sigma_m = self._devices.locate(cue)
        if not self._admission.is_here(cue, place, self._now_us):
            # That something happened is no less true.
            place, sigma_m = self._devices.earshot(cue.sender)
        chain = self._fuser.heard(cue, self._now_us)
        self._picture.cue(*cue_views(cue, place, sigma_m, chain))
        self._decisions.cue(cue, place, sigma_m, chain)

    def _outcome(self, outcome: Outcome) -> None:
        objection = self._decisions.responding.response.objection(outcome)
        if objection is not None:
            fix = "look for two devices under one id, or for a simulator on the real bus"
            self._refuse(outcome.sender, "wrong_outcome", objection.reason, fix)
        self._decisions.responding.outcome(outcome)

    def _receipt(self, receipt: Receipt) -> None:
        objection = self._decisions.responding.tasks.objection(receipt)
        if objection is not None:
            fix = "look for two phones under one id, or for a simulator on the real bus"
            self._refuse(receipt.sender, "wrong_receipt", objection.reason, fix)
        self._decisions.responding.receipt(receipt)

    def _about(self, about: SensorAbout | ActuatorAbout) -> None:
        device = self._admission.device(about, self._now_us)
        if device is None or not self._admission.fits(about, device, self._now_us):
            return
        device.about = about
        self._admission.is_here(about, self._devices.stands(about.pose), self._now_us)
        if isinstance(about, SensorAbout):
            self._unusable(about.sender, self._fuser.about(about))
        self._heard(about)

    def _state(self, message: Health | ActuatorState) -> None:
        device = self._admission.device(message, self._now_us)
        if device is None:
            return
        if isinstance(message, ActuatorState):
            if not self._admission.fits(message, device, self._now_us):
                return
            device.state = message
            self._decisions.responding.actuator_state(message)
        else:
            device.health = message
            self._emitter.add(*self._intake.floors(message, self._now_us))
            self._decisions.responding.team_health(message)
        self._heard(message)

    def _heard(self, message: Message) -> None:
        """Take note that a device of the plan spoke."""
        device = self._devices.find(message.sender)
        assert device is not None
        device.heard(message, self._now_us)
        self._fuser.hear(message, self._now_us)
        self._decisions.heard(message)
        if not isinstance(message, Scan):
            self._show_device(message.sender)

    def _asked(self, action: OperatorAction) -> None:
        """Do what a person asks, or say why not; either way it is in the journal first."""
        answer = self._answers.get(action.id)
        if answer is None:
            refusal = self._act(action)
            answer = ActionReply(id=action.id, accepted=not refusal, reason=refusal)
            asked = Asked(action=action, accepted=not refusal, reason=refusal)
            self._emitter.keep(action.id, asked, Durability.HISTORY)
            self._answers[action.id] = answer
            if len(self._answers) > ANSWERS_MAX:
                del self._answers[next(iter(self._answers))]
        self._emitter.add(Reply(reply=answer))

    def _act(self, action: OperatorAction) -> str:
        """Do what a person asks; return why not, or nothing."""
        refusal = role_refusal_of(action)
        if refusal is not None:
            return refusal.reason
        if isinstance(action.ask, Correction):
            return correct(self._fuser, action, self._now_us)
        if isinstance(action.ask, CalibrationAsk):
            return self._upkeep.act(action, self._now_us)
        return self._decisions.act(action)

    def _replan(self, edited: PlanEdited) -> None:
        """Go on by an edited plan. Whoever edits has checked that it fits (`fits_live`)."""
        before, self._site = self._site, edited.site
        record = PlanRecord(version=edited.version, by=edited.by, reason=edited.reason)
        self._emitter.keep(f"plan/{edited.version}", record, Durability.HISTORY)
        if edited.site.zones != before.zones:
            # Counters count anew in other zones: not for an edit that has nothing to do with them.
            self._fuser.replan(edited.site)
        self._decisions.replan(edited.site)
        self._picture.replan(edited.site, edited.version)

    def _refused(self, refused: Refused) -> None:
        """Count input that could not be read. Its place in a sequence is taken all the same."""
        self._refuse(refused.source, refused.code, refused.text, refused.fix)
        slot = refused.slot
        if slot is not None and self._devices.find(slot.sender) is not None:
            self._take(slot, refused.topic, refused.payload)

    # --- Time ---------------------------------------------------------------------------------

    @property
    def _now_us(self) -> Instant:
        return self._emitter.now_us

    def _live_until(self, now_us: Instant) -> None:
        """Do everything due until an instant, each at the instant it is due."""
        now_us = max(now_us, self._now_us)
        if now_us - self.next_wake_us > CATCH_UP_MAX_US:
            self.next_wake_us = now_us
        while self.next_wake_us <= now_us:
            self._emitter.now_us = self.next_wake_us
            self._tick()
        self._emitter.now_us = now_us

    def _tick(self) -> None:
        now_us = self._now_us
        self.next_wake_us = now_us + TICK_US
        touched = self._fuser.wake(now_us)
        self._moved.update(self._fuser.tracks.number[touched.changed].tolist())
        self._decisions.wake()
        if now_us - self._second_us >= SECOND_US:
            self._second_us = now_us
            self._each_second()
        self._show_frame()
        if not len(self._fuser.tracks):
            self.next_wake_us = self._next_due_us()

    def _wake_in_time(self) -> None:
        """Wake no later than what an input has made due; without this a quiet site sleeps on."""
        if self.next_wake_us - self._now_us > TICK_US:
            is_moving = len(self._fuser.tracks) > 0
            self.next_wake_us = self._now_us + TICK_US if is_moving else self._next_due_us()

    def _next_due_us(self) -> Instant:
        """Return when something is due on a site where nothing moves."""
        due = (self._decisions.next_wake_us, self._second_us + SECOND_US)
        return max(self._now_us + TICK_US, min(at_us for at_us in due if at_us is not None))

    def _each_second(self) -> None:
        """Do the slow duties: rates, how the hub is, and the summaries for third parties."""
        now_us, tracks = self._now_us, self._fuser.tracks
        self._devices.measure_rates(now_us)
        self._emitter.add(*self._upkeep.journal(now_us))
        for device_id in self._devices.ids():
            self._show_device(device_id)
        coverage, crowd = self._fuser.coverage.view(now_us), self._fuser.crowded(now_us)
        self._picture.coverage(coverage)
        self._picture.crowd(crowd)
        self._moved |= self._fuser.crowd.turned
        facts = facts_of(
            self._devices,
            self._fuser,
            self._decisions.responding,
            crowd=crowd,
            coverage=self._picture.zones_seen,
            standings=self._upkeep.standings(),
            now_us=now_us,
        )
        self._decisions.each_second(facts)
        confirmed = np.flatnonzero(tracks.state == CONFIRMED)
        count, posture = len(confirmed), facts.postures.get("site", Posture.NORMAL)
        raised, is_drill = self._picture.raised_10_min, self._decisions.responding.is_drill
        self._picture.hub(
            self._health.view(
                now_us, track_count=count, load=raised, posture=posture, is_drill=is_drill
            )
        )
        self._emitter.add(self._notices.tracks(tracks, confirmed, now_us))
        alert_count = len(self._decisions.alerts)
        self._emitter.add(
            *self._health.notices(
                now_us, track_count=count, alert_count=alert_count, posture=posture
            )
        )

    # --- Showing ------------------------------------------------------------------------------

    def _show_frame(self) -> None:
        """Show what changed since the last frame: the tracks that moved, and all else."""
        self._decisions.show_stirred()
        tracks, claims = self._fuser.tracks, self._fuser.claims
        moved = self._moved | self._decisions.moved
        moved |= claims.take_heard() | self._fuser.editor.take_changed()
        self._moved.clear()
        self._decisions.moved.clear()
        delta = self._picture.delta(
            self._now_us,
            tracks=frame(tracks, claims.alone(), moved, self._now_us, self._marked()),
            shown=shown_numbers(tracks, claims.alone()),
            refusals=self._refusals.changed(self._now_us),
        )
        if delta is not None:
            self._emitter.add(Show(delta=delta))

    def _show_at_once(self) -> None:
        """Show alerts and commands that changed now, not at the next frame."""
        self._decisions.show_stirred()
        if self._picture.is_urgent():
            delta = self._picture.delta(self._now_us)
            assert delta is not None
            self._emitter.add(Show(delta=delta))

    def _show_device(self, device_id: str) -> None:
        if device_id in self._devices.sensors:
            refused = self._refusals.count(device_id)
            view = self._devices.sensor_view(device_id, refused, self._now_us)
            calibration = self._fuser.calibration.view(device_id)
            self._picture.sensors.put(replace(view, calibration=calibration))
        elif device_id in self._devices.actuators:
            self._picture.actuators.put(self._devices.actuator_view(device_id, self._now_us))

    def _marked(self) -> tuple[frozenset[int], frozenset[int]]:
        return self._decisions.alerted(), self._fuser.crowd.numbers

    def _unusable(self, sender: str, unusable: Iterable[Unusable]) -> None:
        for one in unusable:
            self._refuse(sender, one.code, one.text, one.fix)

    def _refuse(self, source: str, code: str, text: str, fix: str) -> None:
        self._refusals.add(source, code, text, fix, self._now_us)
