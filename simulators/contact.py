"""Whether an actuator still has the hub: its own link, the hub's last will, the hub's heartbeat."""

from typing import Final

from wire.quantities import SECOND_US

# The hub's heartbeat comes each five seconds: one may be lost and one late.
HUB_SILENT_US: Final = 15 * SECOND_US


class Contact:
    """What an actuator knows of its contact with the hub."""

    def __init__(self) -> None:
        self._link_lost_us: int | None = None
        self._goodbye_us: int | None = None
        self._heard_us: int | None = None  # None: no hub was ever heard; the link must do.

    def link_lost(self, now_us: int) -> None:
        """Take note that the broker is not to be reached."""
        if self._link_lost_us is None:
            self._link_lost_us = now_us

    def link_restored(self, now_us: int) -> None:
        """Take note that the broker answers again; the hub has yet to be heard anew."""
        self._link_lost_us = None
        if self._heard_us is not None:
            self._heard_us = now_us

    def goodbye(self, now_us: int) -> None:
        """Take note that the hub has gone: it said so, or the broker did in its name."""
        if self._goodbye_us is None:
            self._goodbye_us = now_us

    def heartbeat(self, now_us: int) -> None:
        """Take note that the hub lives."""
        self._goodbye_us = None
        self._heard_us = now_us

    @property
    def lost_us(self) -> int | None:
        """Since when the hub is lost, or will be if nothing more is heard; None: nobody knows."""
        silent_us = None if self._heard_us is None else self._heard_us + HUB_SILENT_US
        since = (self._link_lost_us, self._goodbye_us, silent_us)
        return min((at_us for at_us in since if at_us is not None), default=None)
