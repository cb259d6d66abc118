"""What the engine has decided since it was last asked, in order, and the instant it is at."""

from hub.core.effects import Durability, Effect, Entry, Journal, Record
from wire.quantities import Instant


class Emitter:
    """Gathers effects. All parts of one engine share it, so that their order is one."""

    def __init__(self, now_us: Instant) -> None:
        self.now_us = now_us
        self._effects: list[Effect] = []

    def add(self, *effects: Effect) -> None:
        """Add effects behind those there are."""
        self._effects += effects

    def keep(self, key: str, record: Record, durability: Durability) -> None:
        """Make a record durable before anything that is added behind it is carried out."""
        entry = Entry(at_us=self.now_us, key=key, durability=durability, record=record)
        self._effects.append(Journal(entry=entry))

    def flush(self) -> list[Effect]:
        """Return everything, and begin anew."""
        effects, self._effects = self._effects, []
        return effects
