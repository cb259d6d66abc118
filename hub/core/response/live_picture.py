"""What the response reads of the world at the moment of decision."""

from collections.abc import Mapping

from msgspec import Struct

from hub.core.alerts.alert import AlertRecord
from hub.core.rules.track_table import TrackTable
from wire.labels import ActuatorPosition, Posture
from wire.messages import ActuatorAbout
from wire.quantities import Identifier, Instant, Ulid


class KnownActuator(Struct, frozen=True, kw_only=True):
    """An actuator that was heard of."""

    about: ActuatorAbout
    silent: bool = False  # It said goodbye, or nothing for too long.


class LivePicture(Struct, frozen=True, kw_only=True):
    """The live picture: what is where, how fresh that is, and which actuators are there."""

    tracks: TrackTable
    # By zone: the observed instant of the latest scan by sensors that see all of it,
    covered_us: Mapping[Identifier, Instant]  # and are not simulated:
    covered_in_play_us: Mapping[Identifier, Instant]  # or may be, for actuators that are.
    actuators: Mapping[Identifier, KnownActuator]
    alerts: Mapping[Ulid, AlertRecord]  # The open ones.
    # By zone, "site" for the whole site; what is not named is normal.
    postures: Mapping[Identifier, Posture] = {}
    positions: Mapping[Identifier, ActuatorPosition] = {}
