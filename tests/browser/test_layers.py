"""What the map shows beside the plan and the tracks, and what sensors are off by."""

import re

from browser.desk import Desk
from browser.square import OPERATOR
from patience import until
from playwright.sync_api import Locator, expect

# Keeps the map as it is and tells which share of it is drawn; then, which share of its pixels is
# a good deal darker since.
_KEEP = """
() => {
    const canvas = document.querySelector("canvas[data-layer=lite]");
    const { width, height } = canvas;
    window.kept = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    let count = 0;
    for (let at = 0; at < kept.length; at += 4) {
        if (kept[at] + kept[at + 1] + kept[at + 2] > 24) count += 1;
    }
    return count / (width * height);
}
"""
_DARKER = """
() => {
    const canvas = document.querySelector("canvas[data-layer=lite]");
    const { width, height } = canvas;
    const now = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    const lightness = (data, at) => data[at] + data[at + 1] + data[at + 2];
    let count = 0;
    for (let at = 0; at < now.length; at += 4) {
        const before = lightness(window.kept, at);
        if (before > 24 && lightness(now, at) < before * 0.7) count += 1;
    }
    return count / (width * height);
}
"""
# People who have moved on leave less dark behind than ground where nobody looks has.
_MOVED_MAX, _UNSEEN_MIN = 0.06, 0.08
_DRAWN_MIN = 0.5


def coverage_switch(desk: Desk) -> Locator:
    return desk.page.get_by_role("switch", name="Where nobody looks")


def test_where_nobody_looks_is_dark_while_its_layer_is_on(desk: Desk) -> None:
    legend = desk.page.locator("[data-legend='layer.coverage']")
    desk.page.locator("[data-scale]").wait_for()
    until(lambda: desk.page.evaluate(_KEEP) > _DRAWN_MIN, "the map is drawn")
    expect(legend).to_have_count(0)

    desk.page.get_by_role("button", name="Layers").click()
    expect(coverage_switch(desk)).to_have_attribute("aria-checked", "false")
    expect(coverage_switch(desk)).to_be_enabled()
    coverage_switch(desk).click()

    expect(coverage_switch(desk)).to_have_attribute("aria-checked", "true")
    expect(legend).to_contain_text("nobody looks")
    until(lambda: desk.page.evaluate(_DARKER) > _UNSEEN_MIN, "unseen ground is dark")

    coverage_switch(desk).click()

    expect(legend).to_have_count(0)
    until(lambda: desk.page.evaluate(_DARKER) < _MOVED_MAX, "the ground is as before")


def test_a_key_shows_it_too_and_the_keys_are_listed(desk: Desk) -> None:
    desk.page.locator("[data-scale]").wait_for()

    desk.page.keyboard.press("v")

    expect(desk.page.locator("[data-legend='layer.coverage']")).to_be_visible()
    desk.page.keyboard.press("?")
    keys = desk.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Where nobody looks, on the map")
    expect(keys).to_contain_text("Uncertainty of all tracks on the map")


def test_a_calibration_is_shown_and_an_operator_freezes_and_releases_it(desk: Desk) -> None:
    desk.turn_to("Sensors and actuators")
    row = desk.page.get_by_role("row").filter(has_text="CAM-01")
    expect(row.locator("[data-calibration]")).to_have_text(
        re.compile("learning|steady|drifted|unsettled")
    )

    row.click()
    part = desk.page.get_by_role("region", name="Calibration")
    part.get_by_role("button", name="Freeze").click()

    expect(row.locator("[data-calibration]")).to_have_text("frozen")
    expect(part).to_contain_text(OPERATOR)
    expect(part.get_by_role("button", name="Freeze")).to_have_count(0)

    part.get_by_role("button", name="Release").click()

    expect(row.locator("[data-calibration='frozen']")).to_have_count(0)
    expect(part.get_by_role("button", name="Freeze")).to_be_visible()
