"""What actuators say they do, against what they were last told: after any break, and always."""

from msgspec import Struct

from hub.core.response.command import DONE, CommandRecord, Doubt
from hub.core.response.playbook import Playbooks
from wire.labels import ActuatorAction, ActuatorPosition
from wire.messages import ActuatorState
from wire.quantities import SECOND_US, Identifier, Instant

# What was ordered for a while ends by the actuator's clock, a little before the hub's.
ENDING_US = 2 * SECOND_US

# What ends by itself, whether somebody said for how long or not.
_PASSING = frozenset({ActuatorAction.SPEAK})


class Heard(Struct, frozen=True, kw_only=True):
    """The latest word of an actuator on what it does."""

    state: ActuatorState
    at_us: Instant
    # When it first spoke by another boot than before; None: it never did.
    restarted_us: Instant | None


class Reconciliation:
    """Holds the latest word of each actuator beside what it was told."""

    def __init__(self, playbooks: Playbooks) -> None:
        self._playbooks = playbooks
        self._heard: dict[Identifier, Heard] = {}

    def replan(self, playbooks: Playbooks) -> None:
        """Go on by an edited plan."""
        self._playbooks = playbooks

    def heard(self, state: ActuatorState, now_us: Instant) -> Heard:
        """Take an actuator's word, as it comes with every change and every new connection."""
        before = self._heard.get(state.sender)
        restarted_us = None if before is None else before.restarted_us
        if before is not None and before.state.boot != state.boot:
            restarted_us = now_us
        heard = Heard(state=state, at_us=now_us, restarted_us=restarted_us)
        self._heard[state.sender] = heard
        return heard

    def forgets(self, heard: Heard, command: CommandRecord) -> bool:
        """Return whether an actuator has restarted in the midst of a command, and rests."""
        restarted_us = heard.restarted_us
        if restarted_us is None or restarted_us <= command.changed_us:
            return False
        is_at_rest = heard.state.position is not ActuatorPosition.MOVING
        return is_at_rest and heard.state.command != command.id

    def difference(self, command: CommandRecord | None) -> ActuatorState | None:
        """Return the actuator's word if it is not what its last command has brought about."""
        if command is None or command.state not in DONE or Doubt.UNSHOWN in command.doubts:
            return None
        heard = self._heard.get(command.actuator)
        wanted = self._playbooks.effect_position(command)
        if heard is None or wanted is None or command.done_us is None:
            return None
        state = heard.state
        if state.position in (wanted, ActuatorPosition.MOVING) or heard.at_us < command.done_us:
            return None
        if state.simulated != command.simulated or heard.at_us >= _holds_until_us(command):
            return None
        return state


def _holds_until_us(command: CommandRecord) -> float:
    """Return until when a command's effect is to be there; it may be for ever."""
    assert command.done_us is not None
    if command.action in _PASSING:
        return command.done_us
    if command.parameters.duration_s is None:
        return float("inf")
    lasts_us = round(command.parameters.duration_s * SECOND_US)
    return command.done_us + max(0, lasts_us - ENDING_US)
