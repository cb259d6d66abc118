"""What waits for one client: a few deltas, or the word that it needs the whole picture again."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Final

from hub.adapters.web.frames import Channel, Frames, KeptDelta

# Two seconds at 10 Hz. A client that is further behind is better served by a snapshot, which
# costs less than what it missed and shows what is true now.
WAITING_MAX: Final = 20


class Mailbox:
    """One client's end of the feed. Putting never waits: a client that stalls costs nobody else."""

    def __init__(
        self, frames: Frames, channel: Channel, missed: Iterable[KeptDelta] | None
    ) -> None:
        self._frames = frames
        self._channel = channel
        self._waiting: deque[KeptDelta] = deque()
        self._wakes = asyncio.Event()
        self._needs_snapshot = False
        self.overrun_count = 0
        if missed is None:
            self.renew()
        for kept in missed or ():
            self.put(kept)

    def put(self, kept: KeptDelta) -> None:
        """Leave a delta. Where too many wait, all are forgotten for a snapshot later."""
        if self._needs_snapshot:
            return  # The snapshot will hold it.
        if len(self._waiting) == WAITING_MAX:
            self.overrun_count += 1
            self.renew()
        else:
            self._waiting.append(kept)
            self._wakes.set()

    def renew(self) -> None:
        """Forget what waits; the next frame is the whole picture."""
        self._waiting.clear()
        self._needs_snapshot = True
        self._wakes.set()

    async def take(self) -> bytes:
        """Wait for the next frame and return its bytes."""
        await self._wakes.wait()
        if self._needs_snapshot:
            self._needs_snapshot = False
            self._wakes.clear()
            return self._frames.snapshot(self._channel)
        kept = self._waiting.popleft()
        if not self._waiting:
            self._wakes.clear()
        return kept.encoded(self._channel)
