"""Property tests have no deadline on a shared machine, and the same examples each time in CI.

The tracker's kernels are compiled once before the first test, not by each process that needs one.
"""

import os

import pytest
from hypothesis import settings

from hub.adapters import kernels

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        kernels.make_ready(session.config.get_terminal_writer().line)
