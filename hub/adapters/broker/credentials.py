"""Who may connect to the broker: one name and one random password a device, on disk."""

import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from hub.errors import SettingsError

# 192 bits: nobody guesses it, so that a fast hash in the broker's password file is enough.
PASSWORD_BYTES = 24

FILE_NAME = "devices.json"


def load_credentials(directory: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the password of each name, making those that are missing.

    They stay the same from start to start, so that edges keep working. A name that is no longer
    asked for keeps its line in the file and may not connect.
    """
    path = directory / FILE_NAME
    known = _read(path)
    wanted = {name: known.get(name) or secrets.token_urlsafe(PASSWORD_BYTES) for name in names}
    if wanted.keys() - known.keys():
        text = msgspec.json.format(msgspec.json.encode(known | wanted, order="sorted"), indent=2)
        write_private(path, text.decode() + "\n")
    return wanted


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _read(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        what = f"the devices' credentials in {path} cannot be read: {error}"
        raise SettingsError(
            what, fix="put it right, or remove it: new passwords are made, and edges need them"
        ) from error
