"""Becomes the program it is told to start, after asking Linux to stop it with its parent.

Run as a file, before anything of ours can be imported: guard.py PARENT_PID PROGRAM ARGUMENT...
"""

import contextlib
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Bind this process to its parent's life and become the program."""
    parent, program = int(arguments[0]), arguments[1:]
    # Other systems than Linux know no such request; there the child outlives a killed hub.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return  # The parent died before it was asked for.
    os.execv(program[0], program)  # noqa: S606 # No shell is wanted.


if __name__ == "__main__":
    main(sys.argv[1:])
