"""Who gets in, who does not, and what they then see."""

import re

import cv2
import numpy as np
from browser.conftest import Open
from browser.square import SITE_NAME, Square
from numpy.typing import NDArray
from patience import until
from playwright.sync_api import Page, expect

# One colour all over has none; what is drawn has much more.
BLANK_STD = 8.0


def pixels(page: Page) -> NDArray[np.uint8]:
    """Return what the map's part of the page looks like."""
    picture = page.get_by_role("region", name="Map of the site").screenshot()
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image.astype(np.uint8)


def test_a_wrong_password_is_refused_in_words(a_desk: Open, square: Square) -> None:
    desk = a_desk(name="nobody")

    desk.sign_in(square.hub.user, "not-the-password")

    complaint = desk.page.get_by_role("alert")
    expect(complaint).to_contain_text("Name and password do not match.")
    expect(complaint).to_contain_text("Try again, or ask an administrator")
    expect(desk.page.get_by_label("Password")).to_be_visible()


def test_signing_in_shows_the_site_by_name_and_people_on_its_map(
    a_desk: Open, square: Square
) -> None:
    desk = a_desk(name="nobody", path="/")

    desk.sign_in(square.hub.user, square.hub.password)

    header = desk.page.get_by_role("banner")
    expect(header).to_contain_text(SITE_NAME)
    expect(header).to_contain_text("Live")
    expect(desk.figure("Tracks")).to_have_text(re.compile(r"[1-9][0-9]"))
    expect(desk.page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_map_is_drawn_and_moves(a_desk: Open) -> None:
    desk = a_desk(path="/")
    expect(desk.figure("Tracks")).to_have_text(re.compile(r"[1-9][0-9]"))
    desk.page.wait_for_function("document.querySelectorAll('[data-map] canvas').length > 0")
    expect(desk.page.locator("[data-scale]")).to_be_visible()
    until(lambda: pixels(desk.page).std() > BLANK_STD, "the map is not blank")
    before = [pixels(desk.page)]

    def moves() -> bool:
        after = pixels(desk.page)
        if after.shape != before[0].shape:
            before[0] = after  # A notice above the map has come or gone.
        changed = np.abs(after.astype(int) - before[0]).max(axis=2) > 40
        return int(changed.sum()) > 100

    until(moves, "people move on the map")


def test_a_session_that_was_ended_leads_back_to_the_sign_in(a_desk: Open, square: Square) -> None:
    desk = a_desk(name="nobody")
    desk.sign_in(square.hub.user, square.hub.password)
    expect(desk.page.get_by_role("region", name="Map of the site")).to_be_visible()

    gone = desk.context.request.delete(f"{desk.url}/api/session", headers={"X-Vedette": "1"})
    assert gone.status == 204

    expect(desk.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(desk.page.get_by_role("region", name="Map of the site")).to_have_count(0)


def test_who_signs_out_leaves_nothing_on_the_screen(a_desk: Open, square: Square) -> None:
    desk = a_desk(name="nobody")
    desk.sign_in(square.hub.user, square.hub.password)

    desk.page.get_by_role("button", name="Sign out").click()

    expect(desk.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(desk.page.get_by_role("region", name="Map of the site")).to_have_count(0)
    desk.page.reload()
    expect(desk.page.get_by_role("button", name="Sign in")).to_be_visible()
