"""A real hub, the simulated square and the system's browser, shared by this folder's tests."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TypeVar

import pytest
from browser.desk import CONTROL_ROOM, LITE, PATIENCE_MS, Desk
from browser.square import Square
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from hub.adapters.web.dashboards import STATIC

FOLDER = Path(__file__).parent
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
expect.set_options(timeout=PATIENCE_MS)

KeptT = TypeVar("KeptT")
Open = Callable[..., Desk]


class Kept:
    """What all tests of this folder share.

    It ends with the last of them and not with the session: hub, simulator and browser would slow
    down all that is tested after, and a browser's running loop would stop asynchronous tests.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._kept: dict[str, object] = {}

    def get(self, name: str, make: Callable[[], AbstractContextManager[KeptT]]) -> KeptT:
        """Return what `make` gave, made once."""
        if name not in self._kept:
            self._kept[name] = self._stack.enter_context(make())
        return self._kept[name]  # type: ignore[return-value]

    def end(self) -> None:
        self._kept.clear()
        self._stack.close()


KEPT = Kept()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or FOLDER not in nextitem.path.parents:
        KEPT.end()


@pytest.fixture
def browser() -> Browser:
    assert (STATIC / "index.html").exists(), "the dashboards are not built: make dashboards"
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program is not None, "Chromium is not installed: apt-get install chromium"
    playwright: Playwright = KEPT.get("playwright", sync_playwright)
    return KEPT.get(
        "browser",
        lambda: playwright.chromium.launch(
            executable_path=program, args=[*CHROMIUM], timeout=PATIENCE_MS
        ),
    )


@pytest.fixture
def square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Square]:
    one = KEPT.get("square", lambda: Square(tmp_path_factory.mktemp("square")))
    yield one
    one.tidy()


@pytest.fixture
def a_desk(browser: Browser, square: Square) -> Iterator[Open]:
    """Open desks at the square's hub; each must end without a complaint of the browser."""
    with ExitStack() as desks:

        def open_one(
            name: str = "",
            path: str = f"/{LITE}",
            size: tuple[int, int] = CONTROL_ROOM,
            *,
            unfolds: bool = True,
        ) -> Desk:
            cookies = [] if name == "nobody" else square.cookies(browser, name or square.hub.user)
            one = Desk(browser, square, path=path, size=size, cookies=cookies, unfolds=unfolds)
            return desks.enter_context(one)

        yield open_one


@pytest.fixture
def desk(a_desk: Open) -> Desk:
    """The control room's desk, with an operator signed in and the picture there."""
    return a_desk()
