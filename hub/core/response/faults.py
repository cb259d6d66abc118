"""Conditions of actuators that fail, say what is not so, or do not what they were told."""

from collections.abc import Iterable

from msgspec.structs import replace

from hub.core.response.command import PENDING, CommandRecord, Doubt
from hub.core.response.ledger import Ledger
from hub.core.response.reconciliation import Reconciliation
from hub.core.response.verification import Verifications
from hub.core.rules.condition import Condition
from hub.core.rules.taint import taint_of
from hub.core.rules.wording import evidence, sentence
from hub.core.site import Actuator, Site
from wire.labels import CommandState, Priority
from wire.messages import ActuatorState
from wire.quantities import Identifier, Instant, Line, Ulid

FAULT = "actuator-fault"
"""It failed, refused, never answered, or nothing shows what it says."""
MISMATCH = "actuator-mismatch"
"""It does something else than it was last told."""


class Faults:
    """Says which actuators cannot be relied on, by what became of their last command each."""

    def __init__(
        self,
        site: Site,
        ledger: Ledger,
        reconciliation: Reconciliation,
        verifications: Verifications,
    ) -> None:
        self._ledger = ledger
        self._reconciliation = reconciliation
        self._reported: dict[str, Condition] = {}
        self.replan(site, verifications)

    def replan(self, site: Site, verifications: Verifications) -> None:
        """Go on by an edited plan: what an actuator did that is no longer in it is no matter."""
        self._verifications = verifications
        self._actuators = {actuator.id: actuator for actuator in site.actuators}
        self._zones = {zone.id: zone.name for zone in site.zones}
        self._sensors = {sensor.id: sensor.name for sensor in site.sensors}
        self._ledger.touched.update(self._ledger.told_actuators())

    def active(self) -> list[Condition]:
        """Return every condition that was reported and not taken back."""
        return list(self._reported.values())

    def changed(self, now_us: Instant) -> list[Condition]:
        """Return the conditions that have changed since the last call."""
        touched = sorted(self._ledger.touched)
        self._ledger.touched.clear()
        return [one for actuator in touched for one in self._of(actuator, now_us)]

    def _of(self, actuator: Identifier, now_us: Instant) -> Iterable[Condition]:
        """Return what has changed of one actuator."""
        last = self._ledger.last_told(actuator)
        if last is None:
            return
        planned = self._actuators.get(actuator)
        if planned is None:
            yield from self._update(last, [], now_us)
        elif last.state not in PENDING:
            # While a new command is on its way nobody can say that all is well again.
            found = [self._fault(planned, last, now_us), self._mismatch(planned, last, now_us)]
            yield from self._update(last, [one for one in found if one is not None], now_us)

    def _update(
        self, last: CommandRecord, found: list[Condition], now_us: Instant
    ) -> Iterable[Condition]:
        """Report what is new or differs, and take back what is no longer so."""
        by_key = {condition.key: condition for condition in found}
        for key, before in list(self._reported.items()):
            if _actuator_of(key) == last.actuator and key not in by_key:
                del self._reported[key]
                yield replace(before, active=False, observed_us=now_us)
        for key, condition in by_key.items():
            reported = self._reported.get(key)
            if reported is None or reported.summary != condition.summary:
                self._reported[key] = condition
                yield condition

    def _fault(self, planned: Actuator, last: CommandRecord, now_us: Instant) -> Condition | None:
        what = self._what_is_wrong(planned, last)
        if what is None:
            return None
        return self._condition(FAULT, planned, last, what, last.id, now_us)

    def _mismatch(
        self, planned: Actuator, last: CommandRecord, now_us: Instant
    ) -> Condition | None:
        state = self._reconciliation.difference(last)
        if state is None:
            return None
        what = f"{planned.name} {_does(state)}, and was last told to {_told(last)}"
        return self._condition(MISMATCH, planned, last, what, state.id, now_us)

    def _what_is_wrong(self, planned: Actuator, last: CommandRecord) -> str | None:
        """Return how a command went wrong, in words."""
        why = f": {last.note}" if last.note else ""
        match last.state:
            case CommandState.FAILED:
                return f"{planned.name} failed to {_told(last)}{why}"
            case CommandState.REJECTED:
                return f"{planned.name} refused to {_told(last)}{why}"
            case CommandState.EXPIRED:
                return f"{planned.name} never answered when told to {_told(last)}"
            case _ if Doubt.UNSEEN in last.doubts:
                watcher = self._watcher(last)
                return f"{planned.name} says it did {_told(last)}, and {watcher} did not notice"
            case _ if last.doubts:
                return f"{planned.name} says it did {_told(last)}, and does not show it"
            case _:
                return None

    def _watcher(self, last: CommandRecord) -> str:
        """Return the name of the sensor that should have noticed."""
        asked = self._verifications.planned(last)
        if asked is None:
            return "its sensor"
        return self._sensors.get(asked.sensor, asked.sensor)

    def _condition(
        self,
        rule: Identifier,
        planned: Actuator,
        last: CommandRecord,
        what: str,
        cause: Ulid,
        now_us: Instant,
    ) -> Condition:
        taint, summary = taint_of(last), sentence(what)
        asked = self._verifications.planned(last)
        return Condition(
            key=taint.key(f"{rule}/{planned.id}"),
            rule=rule,
            rule_kind=rule,
            active=True,
            priority=Priority.HIGH,
            summary=summary,
            zone=planned.zone,
            zone_name=self._zones.get(planned.zone or ""),
            place=planned.position,
            sensors=(asked.sensor,) if rule == FAULT and asked is not None else (),
            evidence=evidence(
                ("Command", f"{_told(last)}, {last.state.replace('_', ' ')}"),
                ("Ordered by", _who(last)),
                ("Note", last.note or ""),
            ),
            observed_us=now_us,
            cause=cause,
            simulated=taint.simulated,
            exercise=taint.exercise,
        )


def _actuator_of(key: str) -> Identifier:
    """Return whose condition a key names."""
    return key.split("/")[1]


def _told(record: CommandRecord) -> str:
    return record.action.replace("_", " ")


def _does(state: ActuatorState) -> str:
    if state.safe:
        return f"went to its safe state, {state.position}, having lost the hub"
    return f"is {state.position}"


def _who(record: CommandRecord) -> Line:
    return record.confirmed_by[-1] if record.confirmed_by else record.requested_by
