"""The live feed: one WebSocket a client, a snapshot, then deltas."""

import asyncio
import logging
from typing import Final

from fastapi import APIRouter, WebSocket
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from hub.adapters.web.frames import Channel, Format
from hub.adapters.web.live import FullHouseError, LiveHub
from hub.adapters.web.mailbox import Mailbox
from hub.adapters.web.needs import Accounts
from hub.adapters.web.refusals import RefusedError, answer
from hub.adapters.web.visitors import Visitors
from wire.labels import Role

log = logging.getLogger(__name__)

# A client that takes nothing for so long has gone, whatever its socket says.
_STALL_S_MAX: Final = 30.0
# How soon a feed ends after its session does.
_SESSION_CHECKED_EVERY_S: Final = 1.0
# Private codes of RFC 6455, section 7.4.2: 4000 and above.
CLOSED_SIGNED_OUT: Final = 4401


def router(live: LiveHub, accounts: Accounts, visitors: Visitors) -> APIRouter:
    """Return the route of /feed."""
    routes = APIRouter()

    @routes.websocket("/feed")
    async def feed(socket: WebSocket) -> None:
        try:
            visitors.require_origin(socket)
            person = await visitors.require(socket, frozenset(Role))
            format_, since = _wanted(socket)
            mailbox = _open(live, Channel(person.role, format_), since)
        except RefusedError as refused:
            await socket.send_denial_response(answer(refused))
            return
        try:
            await socket.accept()
            client = _Client(socket, mailbox, format_, accounts, person.role)
            await client.serve()
        finally:
            live.close(mailbox)

    return routes


def _wanted(socket: WebSocket) -> tuple[Format, int | None]:
    query = socket.query_params
    try:
        format_ = Format(query.get("format", Format.MSGPACK))
        since = int(query["since"]) if query.get("since") else None
    except ValueError as error:
        raise RefusedError(
            400,
            f"the feed cannot be had like this: {error}",
            fix="use /feed?format=msgpack or json, and since=NUMBER of the last frame you have",
        ) from error
    return format_, since


def _open(live: LiveHub, channel: Channel, since: int | None) -> Mailbox:
    try:
        return live.open(channel, since)
    except FullHouseError as error:
        raise RefusedError(
            503,
            f"{live.client_count} screens look at the picture, and the hub serves no more",
            fix="close one that nobody looks at",
        ) from error


class _Client:
    """One screen. It ends when the screen goes, stalls, or is signed out."""

    def __init__(
        self, socket: WebSocket, mailbox: Mailbox, format_: Format, accounts: Accounts, role: Role
    ) -> None:
        self._socket = socket
        self._mailbox = mailbox
        self._format = format_
        self._accounts = accounts
        self._token = Visitors.token(socket)
        self._role = role

    async def serve(self) -> None:
        """Serve it to its end."""
        tasks = [
            asyncio.create_task(work) for work in (self._send(), self._listen(), self._watch())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            error = task.exception()
            if error is not None and not isinstance(error, (WebSocketDisconnect, TimeoutError)):
                raise error

    async def _send(self) -> None:
        while True:
            frame = await self._mailbox.take()
            async with asyncio.timeout(_STALL_S_MAX):
                if self._format is Format.JSON:
                    await self._socket.send_text(frame.decode())
                else:
                    await self._socket.send_bytes(frame)

    async def _listen(self) -> None:
        # A screen has nothing to say here, what it asks goes over HTTP: this waits for its end.
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            pass

    async def _watch(self) -> None:
        while self._is_signed_in():
            if self._role is Role.WALL:
                # Nobody touches a wall: that it looks is its use.
                await run_in_threadpool(self._accounts.keep_alive, self._token)
            await asyncio.sleep(_SESSION_CHECKED_EVERY_S)
        async with asyncio.timeout(_SESSION_CHECKED_EVERY_S):
            await self._socket.close(CLOSED_SIGNED_OUT, "signed out")

    def _is_signed_in(self) -> bool:
        holder = self._accounts.holder(self._token)
        # Frames are made for a role: another role is another feed.
        return holder is not None and holder.role is self._role
