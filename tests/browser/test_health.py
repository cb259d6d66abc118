"""The pages that say how sensors, actuators and the hub are."""

import re

from browser.desk import Desk
from browser.square import Square
from playwright.sync_api import expect


def test_every_sensor_and_actuator_is_listed_with_its_state(desk: Desk) -> None:
    desk.turn_to("Sensors and actuators")

    for name in ("North-west facade", "Lamp mast", "Church portal"):
        row = desk.page.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text("ok")
    expect(desk.page.get_by_role("row").filter(has_text="Lamp mast")).to_contain_text(
        re.compile(r"[1-9]\d*\.\d Hz")
    )
    expect(desk.page.get_by_role("row").filter(has_text="Town Hall siren")).to_contain_text("warns")


def test_refused_input_is_shown_with_its_source_what_was_wrong_and_what_to_do(
    desk: Desk, square: Square
) -> None:
    point = square.a_point()
    desk.turn_to("Health")

    point.publishes("cue", b'{"kind": "button_pressed", "confidence": NaN')

    row = desk.page.get_by_role("row").filter(has_text=point.name)
    expect(row).to_have_count(1)
    point.publishes("cue", b'{"kind": "button_pressed", "confidence": NaN')
    expect(row.get_by_role("cell").nth(4)).to_have_text("2")
    for column in (1, 2, 3):
        expect(row.get_by_role("cell").nth(column)).not_to_be_empty()


def test_garbage_in_the_input_is_shown_as_text_and_never_runs(desk: Desk, square: Square) -> None:
    point = square.a_point()
    desk.turn_to("Health")

    point.publishes("health", b'{"state": "<img src=x onerror=alert(1)>"}')

    expect(desk.page.get_by_role("row").filter(has_text=point.name)).to_be_visible()
    assert desk.page.locator("main img").count() == 0


def test_the_hub_says_how_it_is(desk: Desk) -> None:
    desk.turn_to("Health")

    main = desk.page.get_by_role("main")
    for words in ("connected", "writing", "Dropped scans", "Received to decided, p99"):
        expect(main).to_contain_text(words)
    expect(main).to_contain_text(re.compile(r"[1-9][0-9.]* /s"))
