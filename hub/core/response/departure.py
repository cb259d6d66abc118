"""Whether a command may leave, at the very moment when it would."""

from hub.core.response.authority import missing, stronger
from hub.core.response.command import CommandRecord
from hub.core.response.guarding import Guards
from hub.core.response.interlock import Interlocks
from hub.core.response.live_picture import LivePicture
from hub.core.response.playbook import Playbooks
from hub.core.rules.wording import line
from hub.core.site import Site
from wire.labels import EffectClass
from wire.messages import ActuatorAbout
from wire.quantities import Instant, Line


class Departure:
    """Judges the actuator, taint, authority, guards and interlocks of a command, in that order."""

    def __init__(self, site: Site, playbooks: Playbooks) -> None:
        self._playbooks = playbooks
        self._interlocks = Interlocks(site)
        self._guards = Guards(site, self._interlocks)

    def reason_against(
        self, command: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> Line | None:
        """Return why the command must not leave now, in words; None if it may."""
        if now_us >= command.expires_us:
            return "it has expired"
        known = picture.actuators.get(command.actuator)
        if known is None:
            return line(f"{self._name(command)} has never been heard of")
        if known.silent:
            return line(f"{self._name(command)} is silent")
        if command.action not in known.about.actions:
            return line(f"{self._name(command)} cannot {command.action.replace('_', ' ')}")
        interlocks, simulated = self._playbooks.interlocks(command), known.about.simulated
        return (
            self._taint_against(command, known.about)
            or missing(command, self.effect(command, picture))
            or self._guards.reason_against(
                command, interlocks, picture, now_us, simulated=simulated
            )
            or self._interlocks.reason_against(
                interlocks,
                picture,
                now_us,
                simulated=simulated,
                delay_s=known.about.delay_s,
            )
        )

    def authority_against(self, command: CommandRecord, picture: LivePicture) -> Line | None:
        """Return whose yes is still missing, in words; None if nobody's."""
        return missing(command, self.effect(command, picture))

    def effect(self, command: CommandRecord, picture: LivePicture) -> EffectClass:
        """Return what the command does to people: the worse of what plan and actuator say."""
        known = picture.actuators.get(command.actuator)
        return command.effect if known is None else stronger(command.effect, known.about.effect)

    def _name(self, command: CommandRecord) -> Line:
        planned = self._playbooks.actuator(command.actuator)
        return command.actuator if planned is None else planned.name

    def _taint_against(self, command: CommandRecord, about: ActuatorAbout) -> Line | None:
        """Return that something made up would drive something real, if so."""
        if command.simulated and not about.simulated:
            return "what is simulated must not drive a real actuator"
        if not command.exercise:
            return None
        planned = self._playbooks.actuator(command.actuator)
        if planned is None or not planned.exercise:
            return "an exercise must not drive an actuator that takes no part in it"
        # The plan may be wrong about what hangs on the wall, and so may whoever set it up.
        if not about.exercise:
            return "an exercise must not drive it: it does not say itself that it takes part"
        return None
