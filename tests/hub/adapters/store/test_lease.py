import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hub.adapters.store.lease import FileLease
from hub.errors import LeaseHeldError

HOLDER = """
import sys
from pathlib import Path
from hub.adapters.store.lease import FileLease

FileLease(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_hub_learns_who_holds_the_lease(tmp_path: Path) -> None:
    first, second = FileLease(tmp_path / "journal.db"), FileLease(tmp_path / "journal.db")
    first.acquire()

    with pytest.raises(LeaseHeldError, match=rf"pid {os.getpid()}.*journal\.db$") as error:
        second.acquire()

    assert f"kill {os.getpid()}" in error.value.fix
    first.release()


def test_a_released_lease_is_free(tmp_path: Path) -> None:
    first, second = FileLease(tmp_path / "journal.db"), FileLease(tmp_path / "journal.db")
    first.acquire()

    first.release()
    first.release()

    second.acquire()
    second.release()


def test_a_hub_that_is_killed_gives_its_lease_back(tmp_path: Path) -> None:
    lease = FileLease(tmp_path / "journal.db")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "journal.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LeaseHeldError, match=f"pid {holder.pid}"):
            lease.acquire()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()

        lease.acquire()

    lease.release()
