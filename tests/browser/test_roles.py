"""Watermark, wall and roles: what nobody may hide, and who may only look."""

from browser.conftest import Open
from browser.desk import LITE, Desk
from browser.square import Square
from playwright.sync_api import expect


def test_the_simulation_is_watermarked_across_the_map_and_in_the_header(desk: Desk) -> None:
    mark = desk.page.get_by_role("img", name="SIMULATION")
    expect(mark).to_be_visible()
    expect(desk.page.get_by_role("banner")).to_contain_text("SIMULATION")

    # Both at one moment: a banner above the map may come or go any time.
    parts = [mark, desk.page.get_by_role("region", name="Map of the site")]
    mark_box, map_box = desk.page.evaluate(
        "parts => parts.map((part) => part.getBoundingClientRect().toJSON())",
        [part.element_handle() for part in parts],
    )
    assert mark_box["width"] >= map_box["width"] - 2
    assert mark_box["height"] >= map_box["height"] - 2


def test_no_button_or_key_hides_the_watermark(desk: Desk) -> None:
    mark = desk.page.get_by_role("img", name="SIMULATION")
    expect(mark).to_be_visible()

    for key in ("Escape", "m", "f", "s", "w", "x", "Delete"):
        desk.page.keyboard.press(key)

    expect(mark).to_be_visible()
    reacts = mark.evaluate("mark => getComputedStyle(mark).pointerEvents")
    assert reacts == "none"


def test_a_wall_shows_alerts_and_offers_nothing_to_press(a_desk: Open, square: Square) -> None:
    square.an_alert()

    desk = a_desk(name="wall", path=f"/wall{LITE}", size=(1920, 1080))

    expect(desk.page.locator("[data-alert], [data-incident]").first).to_be_visible()
    expect(desk.page.get_by_role("banner")).to_contain_text("Read only")
    expect(desk.page.get_by_role("button", name="Acknowledge")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Unfold")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Sign out")).to_have_count(0)
    expect(desk.page.get_by_role("img", name="SIMULATION")).to_be_visible()


def test_a_wall_that_opens_the_control_room_can_still_not_act(a_desk: Open, square: Square) -> None:
    alert = square.an_alert()
    desk = a_desk(name="wall")

    card = desk.select(alert)
    desk.page.keyboard.press("a")

    expect(card).to_contain_text("Nobody has this alert yet")
    for name in ("Acknowledge", "Shelve", "Confirm"):
        expect(card.get_by_role("button", name=name)).to_have_count(0)
    expect(desk.row(alert).get_by_role("button", name="Acknowledge")).to_have_count(0)
