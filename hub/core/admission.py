"""What a message must satisfy before the engine works on it; what does not is counted and said."""

from typing import Final

from hub.core.devices import Device, Devices, is_on_plane
from hub.core.picture.refusals import Refusals
from hub.core.site import Actuator, Place, Sensor, Team
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Cue,
    Health,
    Message,
    Outcome,
    Reading,
    Receipt,
    Report,
    Scan,
    SensorAbout,
    TeamPosition,
)
from wire.quantities import SECOND_US, Instant

# A scan from further ahead has a clock that is wrong by more than fusion can bear.
FUTURE_MAX_US = 2 * SECOND_US
# An older scan is history: the live picture has moved on.
SCAN_AGE_MAX_US = 3 * SECOND_US
# A cue may have waited in an outbox; after ten minutes it is history and not an alert.
CUE_AGE_MAX_US = 600 * SECOND_US


_NAMES: Final = {Sensor: "a sensor", Actuator: "an actuator", Team: "a team"}
# What each may say; where a team is comes as the scan of a tag.
_SAID: Final[dict[type[Sensor | Actuator | Team], tuple[type[Message], ...]]] = {
    Sensor: (Scan, Cue, Reading, SensorAbout, Health),
    Actuator: (ActuatorAbout, ActuatorState, Outcome, Health),
    Team: (Scan, TeamPosition, Report, Receipt, Health),
}


class Admission:
    """Lets in what known devices say in time, once."""

    def __init__(self, devices: Devices, refusals: Refusals) -> None:
        self._devices = devices
        self._refusals = refusals

    def device(self, message: Message, now_us: Instant) -> Device | None:
        """Return the plan's device that speaks, or None for a stranger."""
        device = self._devices.find(message.sender)
        if device is None:
            self._refusals.add(
                message.sender,
                "unknown_device",
                f"the site's plan has no {message.sender}",
                "add it to site.toml, or take its credentials away",
                now_us,
            )
        return device

    def scan(self, scan: Scan, now_us: Instant) -> Device | None:
        """Return the sensor of a scan that belongs to the live picture and is new, or None."""
        device = self.device(scan, now_us)
        if device is None or not self.fits(scan, device, now_us):
            return None
        if not self.is_timely(scan, now_us) or not self.is_new(scan, device, now_us):
            return None
        return device

    def fits(self, message: Message, device: Device, now_us: Instant) -> bool:
        """Whether a sensor speaks as a sensor, an actuator as an actuator, a team as a team."""
        planned = type(device.planned)
        if isinstance(message, _SAID[planned]):
            return True
        self._refusals.add(
            message.sender,
            "wrong_kind",
            f"the site's plan has {message.sender} as {_NAMES[planned]}, and it speaks as another",
            "give a device that is both two ids in site.toml",
            now_us,
        )
        return False

    def is_timely(self, scan: Scan, now_us: Instant) -> bool:
        """Whether a scan belongs to the live picture."""
        if is_from_the_future(scan, now_us):
            self._fast_clock(scan, now_us)
            return False
        age_us = now_us - scan.observed_us
        if age_us > SCAN_AGE_MAX_US:
            self._refusals.add(
                scan.sender,
                "late",
                f"a scan arrived {age_us / SECOND_US:.1f} s after it was observed",
                "set the sensor's clock, or look at its link",
                now_us,
            )
            return False
        return True

    def is_new(self, scan: Scan, device: Device, now_us: Instant) -> bool:
        """Whether this scan was not seen before."""
        if not device.is_repeat(scan):
            return True
        self._refusals.add(
            scan.sender,
            "repeated",
            f"scan {scan.seq} came twice or far too late",
            "look for two publishers under one id, or for a bridge that repeats",
            now_us,
        )
        return False

    def is_current(self, cue: Cue, now_us: Instant) -> bool:
        """Whether a cue concerns what happens now, and not history."""
        if is_from_the_future(cue, now_us):
            # A cue with a wrong clock may still be a panic button: it counts, as of now.
            self._fast_clock(cue, now_us)
            return True
        age_us = now_us - cue.observed_us
        if age_us <= CUE_AGE_MAX_US:
            return True
        self._refusals.add(
            cue.sender,
            "history",
            f"a {cue.kind} cue arrived {age_us // SECOND_US} s late: journalled, not alerted",
            "read it in the journal; look at the sensor's link and clock",
            now_us,
        )
        return False

    def is_here(self, message: Message, place: Place, now_us: Instant) -> bool:
        """Whether a place that a message speaks of can be one of this site's."""
        if is_on_plane(place):
            return True
        self._refusals.add(
            message.sender,
            "off_site",
            "it speaks of a place more than 10 km from the site",
            "correct the latitude and longitude that the device is configured with",
            now_us,
        )
        return False

    def _fast_clock(self, message: Message, now_us: Instant) -> None:
        ahead_s = (message.observed_us - now_us) / SECOND_US
        self._refusals.add(
            message.sender,
            "from_the_future",
            f"its clock is {ahead_s:.1f} s ahead of the hub's",
            "set the sensor's clock by NTP or PTP",
            now_us,
        )


def is_from_the_future(message: Message, now_us: Instant) -> bool:
    """Whether a message is dated later than a clock that can be lived with would date it."""
    return message.observed_us - now_us > FUTURE_MAX_US
