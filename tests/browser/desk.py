"""One person's browser window: what it shows, what it asked for, what it complained of."""

import re
from collections.abc import Iterable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from browser.square import Square
from patience import PATIENCE_S
from playwright.sync_api import Browser, ConsoleMessage, Cookie, Locator, Page

CONTROL_ROOM = (1366, 768)
WIDE = (1920, 1080)
PHONE = (412, 915)
# The map for machines without a graphics card costs these tests half the time; those about the
# map and about where things are ask for the page as it opens by itself.
LITE = "?map=lite"
# The hub answers in milliseconds; a map drawn by software on two shared cores does not.
PATIENCE_MS = PATIENCE_S * 1000.0
# Nobody is signed in when the page asks who is: the browser reports the hub's answer as an error.
ASKED_WHO = "status of 401"

# While a dialog is open nobody looks for a row.
FOLDED = "body:not(:has([role=dialog])) [data-incident] button[aria-expanded=false]"


def unfold(folded: Locator) -> None:
    """Unfold at once what is folded; a click that waited could be kept from it by a dialog."""
    folded.evaluate_all("rows => rows.forEach((row) => row.click())")


class Desk:
    """A window of its own: other cookies, other size, nothing shared with other desks."""

    def __init__(
        self,
        browser: Browser,
        square: Square,
        *,
        path: str = f"/{LITE}",
        size: tuple[int, int] = CONTROL_ROOM,
        cookies: Iterable[Cookie] = (),
        expected: Iterable[str] = (),
        unfolds: bool = True,
        keeps_page: bool = False,
    ) -> None:
        self.url = square.hub.url
        is_phone = size[0] < 700
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=is_phone,
            is_mobile=is_phone,
            # The flashing of marks would make two looks at one thing differ.
            reduced_motion="reduce",
            # What a phone keeps of the page is read anew for each window; most tests need none.
            service_workers="allow" if keeps_page else "block",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.set_default_navigation_timeout(PATIENCE_MS)
        self.context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self._expected = [*expected]
        self.page = self.context.new_page()
        if unfolds and not path.startswith("/wall"):
            # Alerts of one happening share a row: who looks for a single one unfolds it first.
            self.page.add_locator_handler(
                self.page.locator(FOLDED).first, unfold, no_wait_after=True
            )
        self._watch(self.page)
        self.page.goto(f"{self.url}{path}")

    def sign_in(self, name: str, password: str) -> None:
        """Sign in as a person does."""
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def row(self, alert: str) -> Locator:
        """Return the row of an alert in a list."""
        return (
            self.page.get_by_role("listitem")
            .filter(has_text=alert)
            .and_(self.page.locator("[data-alert]"))
        )

    def select(self, alert: str) -> Locator:
        """Select an alert in the list; return its card."""
        self.row(alert).get_by_role("button", name=alert).click()
        return self.card(alert)

    def card(self, alert: str) -> Locator:
        """Return the card of an alert."""
        return self.page.get_by_role("article").filter(has_text=alert)

    def figure(self, name: str) -> Locator:
        """Return a figure of the header."""
        label = self.page.get_by_role("banner").get_by_text(name, exact=True)
        return label.locator("xpath=following-sibling::*")

    def turn_to(self, name: str) -> None:
        """Open another page by its button."""
        navigation = self.page.get_by_role("navigation", name="Screens")
        navigation.get_by_role("button", name=name, exact=True).click()

    def expect_complaint(self, text: str) -> None:
        """Say that the browser may complain of this: a test has provoked it."""
        self._expected.append(text)

    def strangers(self) -> list[str]:
        """Return every address that was asked for and is not the hub's."""
        host = urlsplit(self.url).netloc
        ours = {"http", "ws"}
        return [
            url
            for url in self.asked
            if not url.startswith(("data:", f"blob:{self.url}/"))
            and not (urlsplit(url).scheme in ours and urlsplit(url).netloc == host)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.context.close()
        if error is None:
            assert self.strangers() == []
            assert self.surprises() == []

    def surprises(self) -> list[str]:
        """Return what the browser complained of and no test expects."""
        expected = re.compile("|".join([ASKED_WHO, *self._expected]))
        return [text for text in self.complaints if not expected.search(text)]

    def _watch(self, page: Page) -> None:
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)
