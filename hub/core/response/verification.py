"""Whether a sensor, which is not the actuator itself, shows that a command has had its effect."""

from hub.core.response.command import CommandRecord
from hub.core.site import Site, Verification
from wire.labels import CommandState
from wire.messages import Cue, Reading
from wire.quantities import SECOND_US, Instant

# Its outcome may still be on the way: what a sensor says meanwhile is kept for it.
_OPEN_TO_IT = (
    CommandState.SENT,
    CommandState.ACCEPTED,
    CommandState.COMPLETED,
    CommandState.CONFIRMED,
)


class Verifications:
    """What sensors must say of which action, by a site's plan."""

    def __init__(self, site: Site) -> None:
        self._actuators = {actuator.id: actuator for actuator in site.actuators}

    def planned(self, command: CommandRecord) -> Verification | None:
        """Return which sensor must say what of this command; None: the plan asks none."""
        actuator = self._actuators.get(command.actuator)
        return None if actuator is None else actuator.verified_by.get(command.action)

    def due_us(self, command: CommandRecord) -> Instant | None:
        """Return until when the sensor must have said so; None: nothing is asked."""
        planned = self.planned(command)
        if planned is None or command.done_us is None:
            return None
        return command.done_us + round(planned.within_s * SECOND_US)

    def shows(self, said: Cue | Reading, command: CommandRecord) -> bool:
        """Return whether this is the sensor's word that the command has had its effect."""
        planned = self.planned(command)
        if planned is None or planned.sensor != said.sender:
            return False
        if command.state not in _OPEN_TO_IT or command.seen_us is not None:
            return False
        if command.sent_us is None or said.observed_us < command.sent_us:
            return False
        # No simulator vouches for the real, and nobody hears a simulated siren but simulators.
        if said.simulated != command.simulated or (said.exercise and not command.exercise):
            return False
        return _says(said, planned)


def _says(said: Cue | Reading, planned: Verification) -> bool:
    """Return whether the words are those that the plan asks for."""
    if isinstance(said, Cue):
        return said.kind is planned.cue
    if said.channel != planned.channel:
        return False
    if planned.at_least is not None and said.value < planned.at_least:
        return False
    return planned.at_most is None or said.value <= planned.at_most
