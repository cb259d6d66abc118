"""Suppression by design (ISA-18.2): when the plan says that alerts of a rule mean nothing.

Alerts of priority high and critical are suppressed by a posture or by hours that the plan names,
never by another rule. A rule that others may suppress suppresses none itself: so no two rules can
hide each other, nor three take turns.
"""

from collections.abc import Mapping
from typing import Final

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.lifecycle import HIDDEN
from hub.core.alerts.urgency import URGENT
from hub.core.rules.hours import is_in_hours
from hub.core.site import Site, Suppression
from wire.labels import AlertState, Posture
from wire.quantities import SECOND_US, Identifier, Instant, Line, Ulid

# The grain of the hours in a plan.
MINUTE_US: Final = 60 * SECOND_US

Kind = tuple[Identifier, bool, bool]
"""A rule, simulated, exercise: what suppresses, and what it may suppress."""


class Suppressions:
    """Knows which alerts mean nothing now. Told of postures and of every alert that changes."""

    def __init__(self, site: Site) -> None:
        self._postures: Mapping[Identifier, Posture] = {}
        # Open alerts that suppress others, each with its zone.
        self._shown: dict[Kind, dict[Ulid, Identifier | None]] = {}
        self.next_wake_us: Instant | None = None
        self.replan(site, ())

    def replan(self, site: Site, alerts: tuple[AlertRecord, ...]) -> None:
        """Judge by an edited plan, with the alerts that are open."""
        self._offsets = site.offsets
        self._of = {rule.id: rule.suppressed for rule in site.rules if rule.suppressed}
        every = [one for several in self._of.values() for one in several]
        dependent = {rule for rule, several in self._of.items() if any(one.rule for one in several)}
        self._suppressors = {one.rule for one in every if one.rule is not None} - dependent
        # Due at the first chance, and at each whole minute from there.
        self.next_wake_us = 0 if any(one.hours for one in every) else None
        self._shown.clear()
        for alert in alerts:
            self.changed(alert)

    def posture(self, postures: Mapping[Identifier, Posture]) -> None:
        """Take the postures of the site and its zones."""
        self._postures = dict(postures)

    def wake(self, now_us: Instant) -> bool:
        """Return whether a minute is over, so that hours may have begun or ended."""
        if self.next_wake_us is None or now_us < self.next_wake_us:
            return False
        self.next_wake_us = (now_us // MINUTE_US + 1) * MINUTE_US
        return True

    def changed(self, alert: AlertRecord) -> bool:
        """Take note of an alert; return whether it begins or ceases to suppress others."""
        if alert.rule not in self._suppressors:
            return False
        shown = self._shown.setdefault(_kind(alert.rule, alert), {})
        suppresses = alert.state is not AlertState.CLOSED and alert.state not in HIDDEN
        if suppresses == (alert.id in shown):
            return False
        if suppresses:
            shown[alert.id] = alert.zone
        else:
            del shown[alert.id]
        return True

    def reason(self, alert: AlertRecord, now_us: Instant) -> Line | None:
        """Return why an alert means nothing now, or None."""
        for one in self._of.get(alert.rule, ()):
            if self._holds(one, alert, now_us):
                return one.reason
        return None

    def _holds(self, one: Suppression, alert: AlertRecord, now_us: Instant) -> bool:
        """Return whether everything holds that a suppression names. One that names nothing: no."""
        if not one.postures and one.hours is None and one.rule is None:
            return False
        if one.postures and self._posture_of(alert) not in one.postures:
            return False
        if not is_in_hours(one.hours, now_us, self._offsets):
            return False
        return one.rule is None or self._by_rule(one.rule, alert)

    def _by_rule(self, rule: Identifier, alert: AlertRecord) -> bool:
        if alert.priority in URGENT or alert.gravest in URGENT:
            return False
        zones = self._shown.get(_kind(rule, alert), {}).values()
        # What has no zone, as a reading or the power of the site, is not elsewhere.
        return any(zone is None or alert.zone in (None, zone) for zone in zones)

    def _posture_of(self, alert: AlertRecord) -> Posture:
        """Return the posture of an alert's zone, else the site's."""
        of_site = self._postures.get("site", Posture.NORMAL)
        return of_site if alert.zone is None else self._postures.get(alert.zone, of_site)


def _kind(rule: Identifier, alert: AlertRecord) -> Kind:
    return rule, alert.simulated, alert.exercise
