"""Where things are at the sizes that people have, and whether everybody can read and name them."""

from collections.abc import Mapping
from typing import Literal

import pytest
from browser.conftest import Open
from browser.desk import CONTROL_ROOM, PHONE, WIDE, Desk
from browser.square import Square
from playwright.sync_api import FloatRect, Page, expect

LAPTOP = CONTROL_ROOM
CONTRAST_MIN = 4.5
PAGES = (
    "Operations",
    "Alerts",
    "Teams and tasks",
    "Sensors and actuators",
    "Load and key figures",
    "Shift handover",
    "Health",
)
Part = Literal["region", "complementary", "navigation"]

COLUMNS: Mapping[str, Part] = {
    "Alerts": "region",
    "Map of the site": "region",
    "Select an alert, a track, a sensor or an actuator to see more.": "complementary",
    "People, detections and alerts over the last hour": "region",
}
SHEETS: Mapping[str, Part] = {
    "Map of the site": "region",
    "Alerts": "region",
    "Screens": "navigation",
}

# For each element with text of its own: the text's colour on what is painted below it.
_CONTRASTS = """
() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const ink = canvas.getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        ink.clearRect(0, 0, 1, 1);
        ink.fillStyle = colour;
        ink.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = ink.getImageData(0, 0, 1, 1).data;
        return [red, green, blue, alpha / 255];
    };
    const over = (top, below) => {
        const mixed = [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
        return [...mixed, 1];
    };
    const ground = (element) => {
        const layers = [];
        for (let one = element; one; one = one.parentElement) {
            layers.push(rgba(getComputedStyle(one).backgroundColor));
        }
        return layers.reduceRight((below, top) => over(top, below), [0, 0, 0, 1]);
    };
    const light = ([red, green, blue]) => {
        const part = (value) => {
            const share = value / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        };
        return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
    };
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
        const hasText = [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "",
        );
        const box = element.getBoundingClientRect();
        const isDisabled = element.closest(":disabled") !== null;
        if (!hasText || isDisabled || box.width < 2 || element.closest("svg, style")) continue;
        const below = ground(element);
        const colour = over(rgba(getComputedStyle(element).color), below);
        const [high, low] = [light(colour), light(below)].sort((one, other) => other - one);
        found.push([element.textContent.trim().slice(0, 40), (high + 0.05) / (low + 0.05)]);
    }
    return found;
}
"""

_NAMELESS = """
() => [...document.querySelectorAll("button, a, input, [role=button], [role=img]")]
    .filter((one) => !(
        one.getAttribute("aria-label") || one.title || one.innerText || one.labels?.length
    ))
    .map((one) => one.outerHTML.slice(0, 120))
"""

_BOXES = """
(parts) => Object.fromEntries(Object.entries(parts).map(([name, part]) => {
    const { x, y, width, height } = part.getBoundingClientRect();
    return [name, { x, y, width, height }];
}))
"""

_OVERFLOW = """
() => ({
    page: document.documentElement.scrollWidth - innerWidth,
    parts: [...document.querySelectorAll("header, nav, main, section, aside, article")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
        .map((one) => one.outerHTML.slice(0, 120)),
    beyond: [...document.querySelectorAll("header *, nav *, main button, aside *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .map((one) => one.outerHTML.slice(0, 120)),
})
"""


def boxes_of(page: Page, parts: Mapping[str, Part]) -> dict[str, FloatRect]:
    """Return where parts of the page are, all at one moment: a banner may come or go any time."""
    found = {}
    for name, role in parts.items():
        part = page.get_by_role(role, name=name, exact=True)
        expect(part).to_be_visible()
        found[name] = part.element_handle()
    boxes: dict[str, FloatRect] = page.evaluate(_BOXES, found)
    return boxes


def box_of(page: Page, role: Part, name: str) -> FloatRect:
    """Return where a part of the page is."""
    return boxes_of(page, {name: role})[name]


def assert_nothing_overflows(page: Page) -> None:
    found = page.evaluate(_OVERFLOW)
    assert found["page"] <= 0
    assert found["parts"] == []
    assert found["beyond"] == []


def assert_readable(page: Page) -> None:
    """Say that every text stands out from its ground, and that everything has a name."""
    found = page.evaluate(_CONTRASTS)
    assert len(found) > 5, "there is no text to judge"
    assert [(text, round(ratio, 2)) for text, ratio in found if ratio < CONTRAST_MIN] == []
    assert page.evaluate(_NAMELESS) == []


@pytest.fixture(params=[WIDE, LAPTOP], ids=["1920x1080", "1366x768"])
def room(request: pytest.FixtureRequest, a_desk: Open, square: Square) -> Desk:
    """A control room with an alert open."""
    alert = square.an_alert()
    desk = a_desk(path="/", size=request.param)
    expect(desk.select(alert)).to_be_visible()
    return desk


def test_queue_map_and_card_stand_side_by_side_and_fill_the_height(room: Desk) -> None:
    size = room.page.viewport_size
    assert size is not None
    queue, plan, card, timeline = boxes_of(room.page, COLUMNS).values()

    assert queue["x"] + queue["width"] <= plan["x"] + 1
    assert plan["x"] + plan["width"] <= card["x"] + 1
    assert card["x"] + card["width"] == pytest.approx(size["width"], abs=1)
    assert plan["width"] >= 0.4 * size["width"]
    assert min(queue["width"], card["width"]) >= 260
    for part in (queue, plan, card):
        assert part["y"] == pytest.approx(plan["y"], abs=1)
        assert part["height"] >= 0.7 * size["height"]
        assert part["y"] + part["height"] == pytest.approx(timeline["y"], abs=1)
    assert timeline["y"] + timeline["height"] == pytest.approx(size["height"], abs=1)


def test_no_page_of_the_control_room_overflows_or_is_hard_to_read(room: Desk) -> None:
    for name in PAGES:
        room.turn_to(name)
        button = room.page.get_by_role("button", name=name, exact=True)
        expect(button).to_have_attribute("aria-current", "page")

        assert_nothing_overflows(room.page)
        assert_readable(room.page)


def test_the_plan_of_the_site_fills_the_map(room: Desk) -> None:
    plan = box_of(room.page, "region", "Map of the site")

    bar = room.page.locator("[data-scale]")
    expect(bar).to_be_visible()

    pixels_per_m = float(bar.get_attribute("data-scale") or 0.0)
    # The square is 120 m by 80 m; the roads around it may be cut.
    assert pixels_per_m * 120 <= plan["width"]
    assert pixels_per_m * 80 <= plan["height"]
    assert max(pixels_per_m * 120 / plan["width"], pixels_per_m * 80 / plan["height"]) > 0.5


def test_a_phone_shows_map_and_alerts_one_above_the_other(a_desk: Open, square: Square) -> None:
    alert = square.an_alert()
    desk = a_desk(path="/field", size=PHONE)
    expect(desk.row(alert)).to_be_visible()

    plan, queue, tabs = boxes_of(desk.page, SHEETS).values()

    assert plan["width"] == queue["width"] == PHONE[0]
    assert plan["height"] > 0.3 * PHONE[1]
    assert queue["height"] > 0.35 * PHONE[1]
    assert plan["y"] + plan["height"] <= queue["y"] + 1
    assert queue["y"] + queue["height"] <= tabs["y"] + 1
    assert tabs["y"] + tabs["height"] == pytest.approx(PHONE[1], abs=1)
    assert_nothing_overflows(desk.page)
    assert_readable(desk.page)


def test_the_sign_in_is_readable_at_every_size(a_desk: Open) -> None:
    for size in (WIDE, LAPTOP, PHONE):
        desk = a_desk(name="nobody", size=size)
        expect(desk.page.get_by_role("button", name="Sign in")).to_be_visible()

        assert_nothing_overflows(desk.page)
        assert desk.page.evaluate(_NAMELESS) == []
