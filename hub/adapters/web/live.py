"""The port `Live`: deltas go out to whoever looks, answers go back to whoever asked."""

import asyncio
from collections.abc import Callable
from typing import Final

from hub.adapters.web.frames import Channel, Frames
from hub.adapters.web.mailbox import Mailbox
from wire.feed import ActionReply, Delta, HubView, Snapshot
from wire.labels import Role
from wire.quantities import Ulid

# A city's control room and its teams; each costs a socket and at most a few frames of memory.
CLIENTS_MAX: Final = 200


# A person asks one thing at a time; more than this is a program that has lost its mind.
ASKED_MAX: Final = 100


class FullHouseError(Exception):
    """As many look at the picture, or wait for an answer, as the hub serves."""


class LiveHub:
    """Everybody who looks at the picture now, and everybody who waits for an answer."""

    def __init__(
        self,
        snapshot: Callable[[Role], Snapshot],
        *,
        first_number: int = 0,
        clients_max: int = CLIENTS_MAX,
    ) -> None:
        self._frames = Frames(snapshot, first_number)
        self._clients_max = clients_max
        self._mailboxes: set[Mailbox] = set()
        self._asked: dict[Ulid, asyncio.Future[ActionReply]] = {}
        self._overruns_before = 0
        self.shown_count = 0
        self.hub_view = HubView(bus_connected=False)
        """How the hub is, as last shown."""

    def show(self, delta: Delta) -> None:
        """Leave a delta in every client's mailbox."""
        kept = self._frames.keep(delta)
        self.shown_count += 1
        self.hub_view = delta.hub or self.hub_view
        for mailbox in self._mailboxes:
            mailbox.put(kept)

    def renew(self) -> None:
        """Give every client a snapshot: what it was shown last was not the whole."""
        self._frames.forget()
        for mailbox in self._mailboxes:
            mailbox.renew()

    def reply(self, reply: ActionReply) -> None:
        """Answer the person who asked, if they still wait."""
        future = self._asked.get(reply.id)
        if future is not None and not future.done():
            future.set_result(reply)

    async def answer(self, action: Ulid, ask: Callable[[], None], within_s: float) -> ActionReply:
        """Ask, and return the answer.

        Raise `TimeoutError` where none comes in time, `FullHouseError` where too many wait.
        """
        if len(self._asked) >= ASKED_MAX:
            raise FullHouseError
        # A client that asks twice with one id waits twice for one answer.
        future = self._asked.setdefault(action, asyncio.get_running_loop().create_future())
        try:
            ask()
            async with asyncio.timeout(within_s):
                return await asyncio.shield(future)
        finally:
            self._asked.pop(action, None)

    def open(self, channel: Channel, since: int | None) -> Mailbox:
        """Let one more client look; raise `FullHouseError` where it is one too many."""
        if len(self._mailboxes) >= self._clients_max:
            raise FullHouseError
        missed = None if since is None else self._frames.since(since)
        mailbox = Mailbox(self._frames, channel, missed)
        self._mailboxes.add(mailbox)
        return mailbox

    def close(self, mailbox: Mailbox) -> None:
        """Forget a client."""
        self._mailboxes.discard(mailbox)
        self._overruns_before += mailbox.overrun_count

    @property
    def client_count(self) -> int:
        """How many look now."""
        return len(self._mailboxes)

    @property
    def overrun_count(self) -> int:
        """How often a client fell behind and was given a snapshot."""
        return self._overruns_before + sum(one.overrun_count for one in self._mailboxes)
