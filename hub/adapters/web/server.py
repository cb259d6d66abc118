"""The socket that browsers reach, and the server behind it."""

import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from fastapi import FastAPI

from hub.errors import PortTakenError, SettingsError

# A screen says nothing on the feed, so a kilobyte is generous.
_CLIENT_FRAME_BYTES_MAX: Final = 1024
# Screens, their pages and some programs; beyond this the answer is a 503 at once.
_CONNECTIONS_MAX: Final = 1000
_HEADERS_BYTES_MAX: Final = 16 * 1024
# What the kernel holds of a screen that stalls is old when it wakes: hold little of it. Half a
# megabyte still carries ten frames a second over a slow phone.
_SEND_BUFFER_BYTES: Final = 256 * 1024


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens, or raise what a person can put right."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        what = f"{host} is not an address of this machine: {error.strerror}"
        raise SettingsError(what, fix="vedette-hub serve --http-host 127.0.0.1") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Both are inherited by every connection.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    try:
        listener.bind(address)
        # From here on the port is ours, though nobody is served before the hub is ready.
        listener.listen()
    except OSError as error:
        listener.close()
        raise _why(error, host, port) from error
    listener.setblocking(False)
    return listener


def _why(error: OSError, host: str, port: int) -> PortTakenError | SettingsError:
    if error.errno == errno.EADDRINUSE:
        return PortTakenError(
            f"another program listens at {host}:{port}",
            fix=f"vedette-hub serve --http-port {port + 1}   (or stop the other program)",
        )
    return SettingsError(
        f"the hub cannot listen at {host}:{port}: {error.strerror}",
        fix="vedette-hub serve --http-host 127.0.0.1 --http-port 8420",
    )


class WebServer(uvicorn.Server):
    """Serves one application until told to stop."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="websockets-sansio",
                ws_max_size=_CLIENT_FRAME_BYTES_MAX,
                # Frames are compact and encoded once; deflating each again for each client is
                # what they would cost most.
                ws_per_message_deflate=False,
                ws_ping_interval=10.0,
                ws_ping_timeout=20.0,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=_CONNECTIONS_MAX,
                h11_max_incomplete_event_size=_HEADERS_BYTES_MAX,
                timeout_keep_alive=15,
                timeout_graceful_shutdown=1,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the composition root, which stops the other parts too."""
        yield

    def stop(self) -> None:
        """End as soon as what is being answered is answered."""
        self.should_exit = True
