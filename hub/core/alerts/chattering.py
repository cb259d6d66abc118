"""Alerts that come and go too fast, and alerts that stay too long (ISA-18.2, 16.4.6 and 16.4.7)."""

from typing import Final

from hub.core.alerts.alert import AlertRecord
from wire.quantities import SECOND_US, Instant

# ISA-18.2 has no number for either. Three raisings within a minute is what most who measure use.
RAISINGS: Final = 3
CHATTER_US: Final = 60 * SECOND_US
# Nobody reads, decides and acts faster: what is gone by then was over before it could help.
FLEETING_US: Final = 10 * SECOND_US
STALE_US: Final = 86_400 * SECOND_US  # The example of ISA-18.2.
# Of so many keys it is known when they were last raised, though their alert has closed.
KEYS_MAX: Final = 1_000


def with_raising(raisings_us: tuple[Instant, ...], now_us: Instant) -> tuple[Instant, ...]:
    """Return the latest raisings with one more."""
    return (*raisings_us, now_us)[-RAISINGS:]


def is_chatter(raisings_us: tuple[Instant, ...]) -> bool:
    """Return whether the latest raisings are too many in too short a time."""
    return len(raisings_us) == RAISINGS and raisings_us[-1] - raisings_us[0] <= CHATTER_US


def quiet_us(record: AlertRecord) -> Instant | None:
    """Return when a chattering alert that stays as it is chatters no more."""
    return record.raisings_us[-1] + CHATTER_US if record.chattering else None


def is_fleeting(record: AlertRecord) -> bool:
    """Return whether the latest raising was over before anybody could have acted on it."""
    if record.cleared_us is None or record.active or record.cleared_us < record.begun_us:
        return False
    had_us = record.acknowledged_us
    is_short = record.cleared_us - record.begun_us < FLEETING_US
    return is_short and (had_us is None or had_us >= record.cleared_us)


def stale_us(record: AlertRecord) -> Instant | None:
    """Return when an alert that stays open is stale; None where it is already."""
    return None if record.stale else record.raised_us + STALE_US


class Recent:
    """Remembers the raisings of alerts that closed: the next one of their key is no new story."""

    def __init__(self) -> None:
        self._raisings: dict[str, tuple[Instant, ...]] = {}

    def closed(self, record: AlertRecord) -> None:
        """Take note of an alert that closed."""
        self._raisings.pop(record.key, None)
        self._raisings[record.key] = record.raisings_us
        if len(self._raisings) > KEYS_MAX:
            del self._raisings[next(iter(self._raisings))]

    def take(self, key: str, now_us: Instant) -> tuple[Instant, ...]:
        """Return when a key was raised within the last minute, and forget it."""
        raisings_us = self._raisings.pop(key, ())
        return tuple(at_us for at_us in raisings_us if now_us - at_us <= CHATTER_US)
