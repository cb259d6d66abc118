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
import hub.core.rules
from hub.core.fusion.warm_up import warm_up as warm_up_fusion
from hub.core.rules.warm_up import warm_up as warm_up_rules

_SOURCES = Path(hub.core.fusion.__file__).parent
# Kernels of rules call none of another file, but they know fusion's constants.
_RULES = Path(hub.core.rules.__file__).parent
_FIRST = "compiling the tracker for this machine, once: about a minute"


def make_ready(say: Callable[[str], None], sources: Path = _SOURCES) -> None:
    """Have every kernel compiled; say so before it takes long."""
    forget_stale(sources)
    forget_stale(sources, _RULES)
    if not any(_kept(sources)):
        say(_FIRST)
    warm_up_fusion()
    warm_up_rules()


def forget_stale(sources: Path = _SOURCES, folder: Path | None = None) -> None:
    """Throw away the kernels kept in a folder, else beside the sources, if one is newer."""
    newest = max(source.stat().st_mtime for source in sources.glob("*.py"))
    for kept in _kept(folder or sources):
        # Another process may be doing the same.
        with suppress(OSError):
            if kept.stat().st_mtime < newest:
                kept.unlink()


def _kept(sources: Path) -> list[Path]:
    elsewhere = os.environ.get("NUMBA_CACHE_DIR", "")
    return sorted(Path(elsewhere).rglob("*.nbi") if elsewhere else sources.rglob("*.nbi"))
