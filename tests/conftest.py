"""Property tests have no deadline on a shared machine, and the same examples each time.

Who looks for new examples asks for them: `pytest --hypothesis-profile exploring`.

The tracker's kernels are compiled once before the first test, not by each process that needs one.
"""

import pytest
from hypothesis import HealthCheck, settings

from hub.adapters import kernels

# How long an example takes to make says how busy the machine is, and nothing of the product.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("exploring", UNTIMED)
settings.register_profile("fixed", UNTIMED, derandomize=True, print_blob=True)
settings.load_profile("fixed")


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        kernels.make_ready(session.config.get_terminal_writer().line)
