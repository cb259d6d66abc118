"""The versions of a site's plan: every text that was in force, by whom and why. Nothing is lost."""

import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec

from hub.errors import SitePlanError
from wire.plan import PlanVersion
from wire.quantities import Instant, Line

FOLDER: Final = "plans"


class PlanStore:
    """A folder with one text and one note a version. Called from one thread at a time.

    The site's own file is the first version. Where somebody edits that file later, it becomes
    the next version: of the file and the dashboard, whatever was changed last is in force.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def versions(self) -> list[PlanVersion]:
        """Return every version, latest first."""
        notes = sorted(self._folder.glob("[0-9]*.json"), reverse=True)
        try:
            return [msgspec.json.decode(note.read_bytes(), type=PlanVersion) for note in notes]
        except (OSError, msgspec.MsgspecError) as error:
            what = f"the plan's versions in {self._folder} cannot be read: {error}"
            fix = "restore the folder from a backup, or move it away to begin anew"
            raise SitePlanError(what, fix=fix) from error

    def text(self, version: int) -> str:
        """Return the text of a version."""
        try:
            return self._file(version, "toml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            what = f"version {version} of the plan is not there"
            raise SitePlanError(what, fix="choose one of those that are listed") from error

    def add(self, text: str, *, by: Line, reason: Line, plan_hash: Line, at_us: Instant) -> int:
        """Keep a text as the next version, on disk when this returns, or raise `SitePlanError`."""
        known = self.versions()
        version = known[0].version + 1 if known else 1
        note = PlanVersion(version=version, at_us=at_us, by=by, reason=reason, plan_hash=plan_hash)
        self._write(self._file(version, "toml"), text.encode())
        # The note is what makes it a version: it comes last.
        self._write(self._file(version, "json"), msgspec.json.encode(note))
        return version

    def is_news(self, file_text: str) -> bool:
        """Whether the site's own file differs from what it was when it was last taken."""
        try:
            return self._seen.read_text(encoding="ascii") != _digest(file_text)
        except OSError:
            return True

    def take(self, file_text: str) -> None:
        """Remember what the site's own file was."""
        self._write(self._seen, _digest(file_text).encode())

    @property
    def _seen(self) -> Path:
        return self._folder / "file.sha256"

    def _file(self, version: int, kind: str) -> Path:
        return self._folder / f"{version:06}.{kind}"

    def _write(self, path: Path, body: bytes) -> None:
        """Write a file whole or not at all, and so that a power cut leaves it."""
        try:
            self._write_whole(path, body)
        except OSError as error:
            what = f"the plan cannot be kept in {self._folder}: {error.strerror}"
            fix = "see to the disk; until then the plan stays as it is"
            raise SitePlanError(what, fix=fix) from error

    def _write_whole(self, path: Path, body: bytes) -> None:
        partial = path.with_suffix(path.suffix + ".part")
        with partial.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
