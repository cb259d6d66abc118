"""The right to be the one hub that writes this journal: a lock on a file beside it."""

import fcntl
import os
from pathlib import Path

from hub.errors import LeaseHeldError


class FileLease:
    """A lock that the operating system releases when its holder dies, however it dies."""

    def __init__(self, journal: Path) -> None:
        self._path = journal.with_name(journal.name + ".lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lease, or raise `LeaseHeldError` naming who has it."""
        assert self._descriptor is None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Opened without truncation: the pid in it belongs to whoever holds the lock.
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            what = f"another hub (pid {holder}) already serves {self._path.with_suffix('')}"
            raise LeaseHeldError(
                what, fix=f"stop it (kill {holder}), or give this hub another --data-dir"
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give it back. The file stays: removing it would let two hubs lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
