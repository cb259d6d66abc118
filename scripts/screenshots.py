"""Take the pictures of the documentation from a running demo: the control room and a phone.

Waits for a moment worth showing: an alert whose response plan waits for somebody.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIGN_IN = ROOT / "var" / "demo" / "sign-in.json"
CONTROL_ROOM = (1600, 900)
PHONE = (412, 915)
# The story of the demo sends a vehicle every few minutes.
ALERT_MAX_MS = 15 * 60 * 1000
PICTURE_BYTES_MAX = 900_000
"""A repository keeps every picture for ever."""
CHROMIUM = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
# Where no graphics card draws, the map saves pixels; a picture has time for all of them.
SHARP = """
const asked = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
    return name === 0x9246 ? "a patient painter" : asked.call(this, name);
};
"""
WAITING = "[data-step]:has-text('waits for you')"
# The banner over a picture that is late: on a busy machine it goes again.
BANNER = "[role=alert]"


class Photographer:
    """Someone who signs in, waits for the moment, and takes the picture."""

    def __init__(self, browser: Browser, url: str, name: str, password: str) -> None:
        self._browser = browser
        self._url = url
        self._name = name
        self._password = password

    def open(self, path: str, size: tuple[int, int], scale: float) -> Page:
        """Return a page with the picture on it."""
        is_phone = size == PHONE
        page = self._browser.new_page(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            has_touch=is_phone,
            is_mobile=is_phone,
            reduced_motion="reduce",
        )
        page.add_init_script(SHARP)
        page.goto(self._url + path)
        page.get_by_label("Name").fill(self._name)
        page.get_by_label("Password").fill(self._password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector("[data-map]")
        return page

    def control_room(self, path: Path) -> None:
        """Take the control room with an alert that has a response plan."""
        page = self.open("/?map=full", CONTROL_ROOM, 1.0)
        alert = page.locator("[data-alert]").filter(has_text="Vehicle enters").first
        alert.wait_for(timeout=ALERT_MAX_MS)
        # The timeline needs some minutes to say something, the trails some seconds.
        page.wait_for_timeout(20_000)
        alert.click()
        page.locator(WAITING).first.wait_for()
        page.wait_for_timeout(3_000)
        page.locator(BANNER).wait_for(state="detached", timeout=ALERT_MAX_MS)
        page.screenshot(path=path)
        page.close()

    def field(self, path: Path) -> None:
        """Take the phone with the map above the alerts."""
        page = self.open("/field?map=full", PHONE, 2.0)
        page.locator("[data-alert]").first.wait_for(timeout=ALERT_MAX_MS)
        page.wait_for_timeout(12_000)
        page.locator(BANNER).wait_for(state="detached", timeout=ALERT_MAX_MS)
        page.screenshot(path=path)
        page.close()


def main() -> int:
    """Take both pictures."""
    parser = argparse.ArgumentParser(description="Take the documentation's pictures from a demo.")
    parser.add_argument("--url", default="http://127.0.0.1:8420", help="where the demo runs")
    parser.add_argument("--sign-in", type=Path, default=SIGN_IN, help="the demo's sign-in file")
    parser.add_argument("--folder", type=Path, default=IMAGES, help="where the pictures go")
    arguments = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("screenshots: Chromium is not installed: apt-get install chromium", file=sys.stderr)
        return 1
    if not arguments.sign_in.exists():
        print(f"screenshots: no demo has left {arguments.sign_in}: make demo", file=sys.stderr)
        return 1
    known = json.loads(arguments.sign_in.read_text(encoding="utf-8"))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*CHROMIUM])
        someone = Photographer(browser, arguments.url, known["user"], known["password"])
        for name, take in (("control-room", someone.control_room), ("field", someone.field)):
            path = arguments.folder / f"{name}.png"
            take(path)
            size = path.stat().st_size
            if size > PICTURE_BYTES_MAX:
                print(f"screenshots: {path} has {size:,} bytes: too many", file=sys.stderr)
                return 1
            print(f"screenshots: {path} ({size // 1000} kB)")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
