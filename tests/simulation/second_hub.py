"""A life of the hub, lived again by another hub: in this process, and in one of its own.

In a process of its own strings have other hashes, so that sets stand in another order there.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from simulation.plan import SITE

from hub.adapters.runner import read_input
from hub.core.effects import Effect, Entry
from hub.core.engine import Engine
from hub.core.site import Site

# Any but the one of this process, which nobody knows.
OTHER_HASHES = {"PYTHONHASHSEED": "20260"}


class Life(Struct, frozen=True, kw_only=True):
    """All that a hub was told from its start on, and what it made of it."""

    site: Site
    boot: str
    start_us: int
    restored: tuple[Entry, ...]
    inputs: tuple[tuple[int, str, bytes], ...]
    effects: tuple[bytes, ...] = ()

    def engine(self) -> Engine:
        """Return an engine as this life began with."""
        return Engine(
            self.site, boot=self.boot, start_us=self.start_us, software="simulated", plan="1"
        )

    def again(self) -> list[bytes]:
        """Return what a second hub makes of it."""
        engine = self.engine()
        effects = engine.restore(self.restored, self.start_us)
        for now_us, topic, payload in self.inputs:
            effects += engine.handle(read_input(topic, payload, SITE), now_us)
        return encoded(effects)

    def check(self, again: Sequence[bytes]) -> None:
        """Check that a second hub made the same of it, byte for byte."""
        # The first may have woken after its last input; the second has not yet.
        assert len(self.effects) >= len(again), "a second hub does more than the first"
        for mine, theirs in zip(self.effects, again, strict=False):
            assert mine == theirs, f"two hubs differ:\n{mine.decode()}\n{theirs.decode()}"


def encoded(effects: Sequence[Effect]) -> list[bytes]:
    """Return effects as bytes."""
    return [msgspec.json.encode(one) for one in effects]


def check_elsewhere(lives: Sequence[Life]) -> None:
    """Check that a hub in another process makes the same of some lives."""
    done = subprocess.run(
        [sys.executable, "-m", "simulation.second_hub"],
        input=pickle.dumps(tuple(lives)),
        stdout=subprocess.PIPE,
        env={**os.environ, **OTHER_HASHES, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    every = pickle.loads(done.stdout)
    for life, again in zip(lives, every, strict=True):
        life.check(again)


if __name__ == "__main__":
    lives = pickle.load(sys.stdin.buffer)
    pickle.dump([life.again() for life in lives], sys.stdout.buffer)
