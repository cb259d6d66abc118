"""A real hub, the simulated square, and a real browser whose every request and complaint is kept."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from browser.square import Square
from end_to_end.processes import ROOT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from hub.adapters.web.dashboards import STATIC

FOLDER = Path(__file__).parent
CONTROL_ROOM = (1366, 768)
PHONE = (412, 915)
# The hub answers in milliseconds; a software-drawn map on two shared cores does not.
PATIENCE_MS = 20_000
CHROMIUM = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
# Nobody is signed in yet when the page asks who is: the browser reports the answer as an error.
ASKED_WHO = re.compile(r"status of 401")


class Folder:
    """What all tests of this folder share. It ends with the last of them, not with the session:
    hub, simulator and browser would slow down everything that is tested after."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._kept: dict[str, Any] = {}

    def keep(self, name: str, make: Any) -> Any:
        """Return what `make` gave, made once."""
        if name not in self._kept:
            self._kept[name] = self._stack.enter_context(make())
        return self._kept[name]

    def end(self) -> None:
        self._kept.clear()
        self._stack.close()


_folder = Folder()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or FOLDER not in nextitem.path.parents:
        _folder.end()


def chromium() -> str:
    """Return the system's browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found is not None, "Chromium is not installed: apt-get install chromium"
    return found


@pytest.fixture
def browser() -> Browser:
    assert (STATIC / "index.html").exists(), "the dashboards are not built: make dashboards"
    playwright: Playwright = _folder.keep("playwright", sync_playwright)
    return _folder.keep(
        "browser",
        lambda: playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM)),
    )
