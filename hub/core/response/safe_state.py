"""What each actuator does by itself once it has lost the hub, as the site decides."""

from hub.core.site import Actuator, Site
from wire import topics
from wire.ids import derived_id
from wire.labels import ActuatorAction
from wire.messages import SafeState
from wire.quantities import Identifier, Instant, Ulid


class SafeStates:
    """The safe states of a site's plan, as messages that stay with the broker.

    They say what is to be so, not what is to be done: read twice, or from two hubs with the same
    plan, they mean the same.
    """

    def __init__(self, site: Site, boot: Ulid) -> None:
        self._boot = boot
        self._told: dict[Identifier, tuple[ActuatorAction | None, float]] = {}
        self._seq = 0
        self._gone: set[Identifier] = set()
        self.replan(site)

    def replan(self, site: Site) -> None:
        """Go on by an edited plan: `due` then has what differs."""
        self._site_id = site.id
        planned = {actuator.id: actuator for actuator in site.actuators}
        self._gone |= set(self._told) - set(planned)
        self._planned = planned

    def due(self, now_us: Instant) -> list[tuple[str, SafeState | None]]:
        """Return what has not been told yet, by topic; None takes back what was told."""
        said: list[tuple[str, SafeState | None]] = []
        for name in sorted(self._gone):
            del self._told[name]
            said.append((topics.actuator_safe(self._site_id, name), None))
        self._gone.clear()
        for name, actuator in self._planned.items():
            wanted = (actuator.safe_action, actuator.safe_after_s)
            if self._told.get(name) != wanted:
                self._told[name] = wanted
                said.append(
                    (topics.actuator_safe(self._site_id, name), self._message(actuator, now_us))
                )
        return said

    def _message(self, actuator: Actuator, now_us: Instant) -> SafeState:
        self._seq += 1
        what = f"{actuator.safe_action}/{actuator.safe_after_s!r}"
        return SafeState(
            id=derived_id(self._boot, "safe", actuator.id, what),
            sender=topics.HUB,
            boot=self._boot,
            seq=self._seq,
            observed_us=now_us,
            sent_us=now_us,
            actuator=actuator.id,
            action=actuator.safe_action,
            after_s=actuator.safe_after_s,
        )
