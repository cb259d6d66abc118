"""The files of a Mosquitto that serves one site, as texts. Pure: who calls it writes them."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from hub.adapters.broker.access import Rights
from wire.catalogue import PAYLOAD_MAX

CONFIGURATION, PASSWORDS, ACCESS = "mosquitto.conf", "passwords", "access"

# Mosquitto's default of 1,000 loses acknowledged messages of quality 1 when a flood fills it; 0
# would be no bound at all. 100,000 cues are 100 MB, some minutes of a site where all is wrong.
QUEUED_MAX = 100_000
# Cues travel one after another through a window of this many; 20, the default, halves the rate.
IN_FLIGHT_MAX = 200
# As mosquitto_passwd does. The passwords are random: stretching them would gain nothing.
HASH_ROUNDS = 101


class Listener(Struct, frozen=True, kw_only=True):
    """Where Mosquitto listens, and how it finds its files."""

    host: str
    port: int
    directory: PurePosixPath  # That holds its files, as Mosquitto sees it.
    user: str | None = None  # Whom it becomes when root starts it; None: Mosquitto's own choice.


def mosquitto_files(
    listener: Listener, rights: Mapping[str, Rights], salts: Mapping[str, bytes]
) -> dict[str, str]:
    """Return the text of each file by its name; each name has a salt of its own."""
    return {
        CONFIGURATION: _configuration(listener),
        PASSWORDS: "".join(
            f"{name}:{_hashed(right.password, salts[name])}\n" for name, right in rights.items()
        ),
        ACCESS: "\n".join(_access(name, right) for name, right in rights.items()),
    }


def _configuration(listener: Listener) -> str:
    lines = [
        "# Made by Vedette; it is written again at each start.",
        f"listener {listener.port} {listener.host}",
        "allow_anonymous false",
        f"password_file {listener.directory / PASSWORDS}",
        f"acl_file {listener.directory / ACCESS}",
        # What must not be lost waits in the senders' outboxes until the hub has it on disk, and
        # the hub says again what it had retained: nothing here needs to outlive the broker.
        "persistence false",
        f"max_queued_messages {QUEUED_MAX}",
        f"max_inflight_messages {IN_FLIGHT_MAX}",
        # Room for the topic and the packet's head.
        f"max_packet_size {PAYLOAD_MAX + 1024}",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
        "connection_messages false",
    ]
    if listener.user is not None:
        lines.append(f"user {listener.user}")
    return "\n".join(lines) + "\n"


def _hashed(password: str, salt: bytes) -> str:
    """Return a password as mosquitto_passwd writes it: PBKDF2 with SHA-512."""
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, HASH_ROUNDS)
    return f"$7${HASH_ROUNDS}${_base64(salt)}${_base64(digest)}"


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _access(name: str, right: Rights) -> str:
    read = [f"topic read {filter_}" for filter_ in right.read]
    write = [f"topic write {filter_}" for filter_ in right.write]
    return "\n".join([f"user {name}", *read, *write]) + "\n"
