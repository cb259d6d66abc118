"""What each kind of actuator can be told, how it begins, and how long it takes."""

from enum import StrEnum
from typing import Final

from wire.labels import ActuatorAction, ActuatorKind, ActuatorPosition
from wire.messages import Command, Parameters
from wire.quantities import SECOND_US

_A, _P = ActuatorAction, ActuatorPosition
_LEAF: Final = {
    _A.OPEN: _P.OPEN,
    _A.CLOSE: _P.CLOSED,
    _A.LOCK: _P.LOCKED,
    _A.UNLOCK: _P.UNLOCKED,
}
POSITIONS: Final = {
    ActuatorKind.SIREN: {_A.SOUND: _P.ON, _A.SILENCE: _P.OFF},
    ActuatorKind.SPEAKER: {_A.SPEAK: _P.ON, _A.SILENCE: _P.OFF},
    ActuatorKind.SIGN: {_A.SHOW: _P.ON, _A.TURN_OFF: _P.OFF},
    ActuatorKind.LIGHT: {_A.TURN_ON: _P.ON, _A.TURN_OFF: _P.OFF},
    ActuatorKind.STROBE: {_A.TURN_ON: _P.ON, _A.TURN_OFF: _P.OFF},
    ActuatorKind.RELAY: {_A.TURN_ON: _P.ON, _A.TURN_OFF: _P.OFF},
    ActuatorKind.GATE: {_A.OPEN: _P.OPEN, _A.CLOSE: _P.CLOSED},
    ActuatorKind.DOOR: _LEAF,
    ActuatorKind.TURNSTILE: _LEAF,
    ActuatorKind.BOLLARD: {_A.RAISE: _P.RAISED, _A.LOWER: _P.LOWERED},
    # ON: it looks where it was told to.
    ActuatorKind.CAMERA_HEAD: {_A.AIM: _P.ON},
}
"""What each kind can be told, and what it does then."""

RESTING: Final = {
    ActuatorKind.SIREN: _P.OFF,
    ActuatorKind.SPEAKER: _P.OFF,
    ActuatorKind.SIGN: _P.OFF,
    ActuatorKind.LIGHT: _P.OFF,
    ActuatorKind.STROBE: _P.OFF,
    ActuatorKind.RELAY: _P.OFF,
    ActuatorKind.GATE: _P.OPEN,
    ActuatorKind.DOOR: _P.UNLOCKED,
    ActuatorKind.TURNSTILE: _P.UNLOCKED,
    ActuatorKind.BOLLARD: _P.LOWERED,
    ActuatorKind.CAMERA_HEAD: _P.OFF,
}
"""How each kind begins."""

# An announcer says about fifteen letters a second; nothing worth saying takes less than two.
LETTERS_PER_S: Final = 15.0
SPOKEN_MIN_S: Final = 2.0

HALF_TURN_DEG: Final = 180.0
SLOW_TIMES: Final = 5


class Fault(StrEnum):
    """How a simulated machine goes wrong."""

    IGNORES = "ignores"  # It does nothing, and says nothing.
    FAILS = "fails"  # It says that it cannot.
    LIES = "lies"  # It says that it did, and shows it, and did not.
    SLOW = "slow"
    STUCK = "stuck"  # It stops half way, and never says so.


def takes_us(kind: ActuatorKind, parameters: Parameters, azimuth_deg: float, delay_us: int) -> int:
    """Return how long a machine takes; a camera's head as long as it has to turn."""
    if kind is not ActuatorKind.CAMERA_HEAD or parameters.azimuth_deg is None:
        return delay_us
    turn = abs((parameters.azimuth_deg - azimuth_deg + 180.0) % 360.0 - 180.0)
    return round(delay_us * turn / HALF_TURN_DEG)


def lasts_us(kind: ActuatorKind, command: Command) -> int | None:
    """Return after what time it ends by itself; None: it stays as it is."""
    parameters = command.parameters
    if parameters.duration_s:
        return round(parameters.duration_s * SECOND_US)
    if kind is ActuatorKind.SPEAKER and command.action is ActuatorAction.SPEAK:
        spoken_s = max(len(parameters.text or "") / LETTERS_PER_S, SPOKEN_MIN_S)
        return round(spoken_s * SECOND_US)
    return None
