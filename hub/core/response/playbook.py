"""What guards a command however it was asked for, and what shows that it had its effect."""

from hub.core.response.command import CommandRecord
from hub.core.site import Actuator, Interlock, Site, Step
from wire.labels import ActuatorPosition
from wire.quantities import Identifier, Line


class Playbooks:
    """The playbooks and actuators of a site's plan."""

    def __init__(self, site: Site) -> None:
        self._playbooks = site.playbooks
        self._actuators = {actuator.id: actuator for actuator in site.actuators}

    def actuator(self, identity: Identifier) -> Actuator | None:
        """Return an actuator of the plan."""
        return self._actuators.get(identity)

    def cast(self, identity: Identifier, *, is_drill: bool) -> Actuator | None:
        """Return who does a step of an actuator: in an exercise its stand-in, if it has one."""
        planned = self.actuator(identity)
        if planned is None or planned.stand_in is None or not is_drill:
            return planned
        return self.actuator(planned.stand_in)

    def partakers(self) -> tuple[Line, ...]:
        """Return the names of the actuators that take part in exercises."""
        return tuple(one.name for one in self._actuators.values() if one.exercise)

    def actuator_ids(self) -> tuple[Identifier, ...]:
        """Return the actuators that the plan has."""
        return tuple(self._actuators)

    def interlocks(self, command: CommandRecord) -> tuple[Interlock, ...]:
        """Return all that guards this action of this actuator in any step.

        So an order by hand, and a step whose playbook has been edited since, pass no fewer
        interlocks than the plan has for what they do.
        """
        every = (
            interlock
            for playbook in self._playbooks
            for step in playbook.steps
            if isinstance(step, Step)
            if step.actuator == command.actuator and step.action is command.action
            for interlock in step.interlocks
        )
        return tuple(dict.fromkeys(every))

    def effect_position(self, command: CommandRecord) -> ActuatorPosition | None:
        """Return what the actuator's state must read once the command has had its effect."""
        actuator = self._actuators.get(command.actuator)
        return None if actuator is None else actuator.confirmed_by.get(command.action)
