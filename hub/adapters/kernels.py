"""Makes the compiled kernels ready: from the disk, or by compiling them, which takes a while.

What is compiled is kept beside the code, or in the user's cache where that cannot be written, or
where NUMBA_CACHE_DIR says. A kept kernel does not notice that a kernel it calls has changed, so
what is older than the newest of the sources is thrown away first.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import hub.core.fusion
from hub.core.fusion.warm_up import warm_up

_SOURCES = Path(hub.core.fusion.__file__).parent
_FIRST = "compiling the tracker for this machine, once: about a minute"


def make_ready(say: Callable[[str], None], sources: Path = _SOURCES) -> None:
    """Have every kernel compiled; say so before it takes long."""
    forget_stale(sources)
    if not any(_kept(sources)):
        say(_FIRST)
    warm_up()


def forget_stale(sources: Path = _SOURCES) -> None:
    """Throw away kept kernels that are older than a source."""
    newest = max(source.stat().st_mtime for source in sources.glob("*.py"))
    for kept in _kept(sources):
        # Another process may be doing the same.
        with suppress(OSError):
            if kept.stat().st_mtime < newest:
                kept.unlink()


def _kept(sources: Path) -> list[Path]:
    elsewhere = os.environ.get("NUMBA_CACHE_DIR", "")
    return sorted(Path(elsewhere).rglob("*.nbi") if elsewhere else sources.rglob("*.nbi"))
