"""When the hub is gone the screen says so, keeps its own clock, and recovers by itself."""

import os
import re
import signal
from collections.abc import Iterator

import pytest
from browser.desk import LITE, PHONE, Desk
from browser.square import OPERATOR, Square
from playwright.sync_api import Browser, expect

from wire.labels import CueKind

LOST = "Link lost. The picture below is old."


@pytest.fixture
def own_square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Square]:
    """A hub of one's own, to be broken."""
    with Square(tmp_path_factory.mktemp("own"), is_simulated=False) as square:
        yield square


def a_watching_desk(browser: Browser, square: Square) -> Desk:
    # A browser reports every connection that fails; here they must.
    expected = ["WebSocket", "net::ERR_"]
    cookies = square.cookies(browser, square.hub.user)
    return Desk(browser, square, cookies=cookies, expected=expected)


def test_a_hub_that_stands_still_is_a_lost_link_with_a_running_clock(
    browser: Browser, own_square: Square
) -> None:
    with a_watching_desk(browser, own_square) as desk:
        expect(desk.page.get_by_role("banner")).to_contain_text("Live")
        os.kill(own_square.hub.pid, signal.SIGSTOP)
        try:
            banner = desk.page.get_by_role("alert").filter(has_text=LOST)
            expect(banner).to_be_visible()
            before = banner.inner_text()
            expect(banner).to_contain_text(re.compile(r"\d+\.\d s"))
            expect(banner).not_to_have_text(before)
            expect(desk.page.get_by_role("banner")).to_contain_text("Lost")
        finally:
            os.kill(own_square.hub.pid, signal.SIGCONT)

        expect(banner).to_have_count(0)
        expect(desk.page.get_by_role("banner")).to_contain_text("Live")


def test_after_a_crash_and_a_restart_the_page_recovers_without_a_reload(
    browser: Browser, own_square: Square
) -> None:
    # A critical one: it stays when it is acknowledged, however late that is.
    alert = own_square.an_alert(CueKind.DOOR_FORCED)
    with a_watching_desk(browser, own_square) as desk:
        expect(desk.row(alert)).to_be_visible()
        desk.page.evaluate("document.title = 'never reloaded'")
        own_square.hub.kill()
        banner = desk.page.get_by_role("alert").filter(has_text=LOST)
        expect(banner).to_be_visible()

        own_square.hub.start()

        expect(banner).to_have_count(0)
        expect(desk.row(alert)).to_be_visible()
        desk.row(alert).get_by_role("button", name="Acknowledge").click()
        expect(desk.row(alert)).to_contain_text(OPERATOR)
        assert desk.page.title() == "never reloaded"


def test_a_phone_opens_its_screen_without_the_hub_and_shows_nothing_old(
    browser: Browser, own_square: Square
) -> None:
    alert = own_square.an_alert()
    cookies = own_square.cookies(browser, own_square.hub.user)
    phone = Desk(
        browser,
        own_square,
        path=f"/field{LITE}",
        size=PHONE,
        cookies=cookies,
        expected=["WebSocket", "net::ERR_"],
        keeps_page=True,
    )
    with phone as desk:
        expect(desk.row(alert)).to_be_visible()
        desk.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        own_square.hub.kill()

        desk.page.reload()

        expect(desk.page.get_by_role("status")).to_contain_text("Looking for the hub")
        expect(desk.row(alert)).to_have_count(0)
        own_square.hub.start()
        expect(desk.row(alert)).to_be_visible()
