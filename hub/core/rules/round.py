"""Tells rules of a second in turns, some of them at each input: no scan waits for all of them.

Who is told when follows from their order alone, so the same inputs give the same effects, and each
rule is told once a second, always in the same part of it. A site with few rules has one turn.
"""

from collections.abc import Collection, Sequence
from typing import Final

from hub.core.rules.judge import Facts, Judge
from wire.quantities import SECOND_US, Instant

TURNS_MAX: Final = 40
"""The last turn is due when the next second is told, and is taken before."""
AT_ONCE: Final = 4
"""So many rules are told together; they take a tenth of a millisecond."""
TURN_US: Final = SECOND_US // TURNS_MAX


class Round:
    """One second's facts, and who has yet to be told of them."""

    def __init__(
        self, judges: Sequence[Judge] = (), facts: Facts | None = None, now_us: Instant = 0
    ) -> None:
        self.facts = facts or Facts()
        self._waiting = list(judges)
        self._size = max(AT_ONCE, -(-len(judges) // TURNS_MAX))
        # Whoever makes up the facts has kept others waiting: many rules do not come on top of it.
        self._due_us = now_us if len(judges) <= AT_ONCE else now_us + TURN_US

    @property
    def next_us(self) -> Instant | None:
        """When the next turn is due."""
        return self._due_us if self._waiting else None

    def take(self, now_us: Instant) -> list[Judge]:
        """Return whose turn it is: each is told once."""
        due: list[Judge] = []
        while self._waiting and now_us >= self._due_us:
            due += self._waiting[: self._size]
            del self._waiting[: self._size]
            self._due_us += TURN_US
        return due

    def keep(self, judges: Collection[Judge]) -> None:
        """Let go of rules that are no longer in the plan."""
        self._waiting = [judge for judge in self._waiting if judge in judges]
