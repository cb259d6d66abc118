"""Where the broker is, and as whom the hub speaks to it."""

import socket
import ssl
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from hub.errors import SettingsError
from wire.topics import HUB

# Without it small packets wait up to 40 ms for each other (Nagle's algorithm).
NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
# After one and a half of these the two sides notice that the other left without a goodbye.
KEEP_ALIVE_S = 5


class BrokerAddress(Struct, frozen=True, kw_only=True):
    """Host, port, and the hub's name and password there."""

    host: str
    port: int
    name: str = HUB
    password: str = ""
    tls: bool = False
    ca_file: Path | None = None  # None: the authorities that the machine trusts.

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def broker_address(url: str, *, password: str = "", ca_file: Path | None = None) -> BrokerAddress:
    """Read mqtt://host:port or mqtts://…; name and password may stand before the host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _not_an_address(url) from None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path not in ("", "/"):
        raise _not_an_address(url)
    tls = parts.scheme == "mqtts"
    return BrokerAddress(
        host=parts.hostname,
        port=port or (8883 if tls else 1883),
        name=unquote(parts.username or HUB),
        password=unquote(parts.password or password),
        tls=tls,
        ca_file=ca_file,
    )


def tls_context(address: BrokerAddress) -> ssl.SSLContext | None:
    """Return what checks the broker's certificate; None where it has none."""
    if not address.tls:
        return None
    try:
        return ssl.create_default_context(cafile=address.ca_file)
    except OSError as error:
        what = f"the certificate authority {address.ca_file} cannot be read: {error}"
        raise SettingsError(what, fix="name a PEM file with the broker's authority") from error


def _not_an_address(url: str) -> SettingsError:
    # What stands before an @ may be a password: it is not for a screen.
    shown = url.rpartition("@")[2]
    return SettingsError(
        f"{shown!r} is not the address of a broker",
        fix="write mqtt://HOST:PORT, or mqtts://HOST:PORT for TLS",
    )
