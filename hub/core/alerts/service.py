"""What is out of service: rules and devices that are worked on, by whom, why and until when."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.rules.wording import line
from hub.core.site import Site
from wire.actions import ReturnToService, TakeOutOfService
from wire.labels import AlertState
from wire.quantities import SECOND_US, Identifier, Instant, Line
from wire.work import ServiceView


class ServiceRecord(Struct, frozen=True, kw_only=True, tag="service", tag_field="kind"):
    """A rule or a device that is out of service, from a supervisor's word to its end."""

    target: Identifier
    by: Line
    since_us: Instant
    until_us: Instant  # It ends by itself then; of one that has ended: when it did.
    reason: Line
    ended_us: Instant | None = None
    ended_by: Line | None = None  # None of an ended one: its time was over.


class Hiding(Struct, frozen=True, kw_only=True):
    """Why an alert is out of service, and how long at most."""

    why: Line
    until_us: Instant


class Services:
    """What is out of service now. At most every rule and device of the plan."""

    def __init__(self, site: Site) -> None:
        self._out: dict[Identifier, ServiceRecord] = {}
        self._known = _targets(site)
        self.next_wake_us: Instant | None = None

    def replan(self, site: Site) -> None:
        """Know an edited plan. What has left it ends at its time like all else."""
        self._known = _targets(site)

    def act(
        self, ask: TakeOutOfService | ReturnToService, operator: Line, now_us: Instant
    ) -> ServiceRecord | Refusal:
        """Take something out of service, for longer or shorter if it is already, or return it."""
        before = self._out.get(ask.target)
        if isinstance(ask, ReturnToService):
            if before is None:
                return Refusal(reason=f"{ask.target} is not out of service")
            return self._end(before, now_us, by=operator)
        if ask.target not in self._known:
            return Refusal(reason=f"the plan has no rule and no device {ask.target}")
        return self._put(
            ServiceRecord(
                target=ask.target,
                by=operator,
                since_us=now_us if before is None else before.since_us,
                until_us=now_us + ask.duration_s * SECOND_US,
                reason=ask.reason,
            )
        )

    def restore(self, record: ServiceRecord) -> None:
        """Take back what was out of service before a restart."""
        if record.ended_us is None:
            self._put(record)

    def wake(self, now_us: Instant) -> list[ServiceRecord]:
        """End what is over."""
        if self.next_wake_us is None or now_us < self.next_wake_us:
            return []
        over = sorted(one.target for one in self._out.values() if now_us >= one.until_us)
        return [self._end(self._out[target], now_us) for target in over]

    def hiding(self, record: AlertRecord) -> Hiding | None:
        """Return why an alert is out of service: by its rule, or by all of its devices.

        While one of its sensors is in service, what that one says is as true as ever.
        """
        if not self._out:
            return None
        by_rule = self._out.get(record.rule)
        if by_rule is not None:
            return _hiding(by_rule)
        devices = [self._out.get(sensor) for sensor in record.sensors]
        out = [one for one in devices if one is not None]
        if not out or len(out) < len(devices):
            return None
        return _hiding(min(out, key=lambda one: (one.until_us, one.target)))

    def views(self, alerts: Iterable[AlertRecord], now_us: Instant) -> tuple[ServiceView, ...]:
        """Return what is out of service, with the count of the alerts that it hides."""
        out = [one for one in alerts if one.state is AlertState.OUT_OF_SERVICE]
        return tuple(
            ServiceView(
                id=record.target,
                by=record.by,
                since_us=record.since_us,
                until_us=record.until_us,
                reason=record.reason,
                hidden_count=sum(
                    record.target == one.rule or record.target in one.sensors for one in out
                ),
            )
            for record in sorted(self._out.values(), key=lambda one: one.target)
            if now_us < record.until_us
        )

    def _put(self, record: ServiceRecord) -> ServiceRecord:
        self._out[record.target] = record
        self._plan_wake()
        return record

    def _end(
        self, record: ServiceRecord, now_us: Instant, *, by: Line | None = None
    ) -> ServiceRecord:
        del self._out[record.target]
        self._plan_wake()
        return replace(record, until_us=now_us, ended_us=now_us, ended_by=by)

    def _plan_wake(self) -> None:
        self.next_wake_us = min((one.until_us for one in self._out.values()), default=None)


def _hiding(record: ServiceRecord) -> Hiding:
    why = line(f"{record.target} is out of service: {record.reason}")
    return Hiding(why=why, until_us=record.until_us)


def _targets(site: Site) -> frozenset[Identifier]:
    parts = (site.rules, site.sensors, site.actuators, site.teams)
    return frozenset(one.id for part in parts for one in part)
