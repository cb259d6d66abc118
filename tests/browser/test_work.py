"""The work of a control room on its screens: incidents, outcomes, posture, tasks, the shift."""

import re

from browser.conftest import Open
from browser.desk import Desk
from browser.square import OPERATOR, Square
from playwright.sync_api import expect

from wire.labels import CueKind


def back_to_normal(desk: Desk) -> None:
    """End the exercise that the site is in."""
    desk.page.keyboard.press("y")
    dialog = desk.page.get_by_role("dialog", name="Posture")
    dialog.get_by_text("Normal ·").click()
    dialog.get_by_label("Reason").fill("The drill is over")
    dialog.get_by_role("button", name="Set posture").click()
    expect(dialog).to_have_count(0)


def test_closing_an_alert_asks_what_it_was(desk: Desk, square: Square) -> None:
    alert = square.an_alert()
    desk.select(alert)
    desk.page.keyboard.press("a")
    expect(desk.row(alert)).to_contain_text(OPERATOR)

    desk.page.keyboard.press("c")
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("What it was").fill("A child plays with it")
    expect(dialog.get_by_role("button", name="Close alert")).to_be_disabled()
    dialog.get_by_text("Benign").click()

    expect(dialog.get_by_role("button", name="Close alert")).to_be_enabled()


def test_alerts_of_one_happening_are_one_row_until_it_is_unfolded(
    a_desk: Open, square: Square
) -> None:
    alerts = [square.an_alert(CueKind.DOOR_FORCED), square.an_alert(CueKind.DOOR_FORCED)]
    desk = a_desk(unfolds=False)
    row = desk.page.locator("[data-incident]").first
    expect(row).to_contain_text(re.compile(r"I-\d+ · \d+ alerts"))
    for alert in alerts:
        expect(desk.row(alert)).to_have_count(0)

    row.get_by_role("button", name="Unfold").click()

    for alert in alerts:
        expect(desk.row(alert)).to_be_visible()


def test_i_goes_from_an_alert_to_its_incident_and_a_takes_all_of_it(
    desk: Desk, square: Square
) -> None:
    alerts = [square.an_alert(CueKind.DOOR_FORCED), square.an_alert(CueKind.DOOR_FORCED)]
    desk.select(alerts[0])

    desk.page.keyboard.press("i")
    expect(desk.page.locator("[data-card]")).to_have_attribute("data-card", re.compile("I-"))
    desk.page.keyboard.press("a")

    for alert in alerts:
        expect(desk.row(alert)).to_contain_text(OPERATOR)


def test_the_evidence_says_which_rule_and_who_stated_it(desk: Desk, square: Square) -> None:
    card = desk.select(square.an_alert())

    card.get_by_role("button", name="Why?").click()

    panel = desk.page.get_by_role("region", name="All the evidence")
    expect(panel).to_contain_text("said so itself")
    expect(panel).to_contain_text(re.compile("[0-9a-f]{64}"))


def test_a_posture_shows_on_every_screen_with_its_word(a_desk: Open) -> None:
    desk, wall = a_desk(), a_desk(path="/wall?map=lite")
    phone = a_desk(path="/field?map=lite", size=(412, 915))
    desk.page.wait_for_selector("[data-map]")

    try:
        desk.page.keyboard.press("y")
        dialog = desk.page.get_by_role("dialog", name="Posture")
        dialog.get_by_text("Exercise").click()
        dialog.get_by_label("Reason").fill("Drill of the evening shift")
        dialog.get_by_role("button", name="Set posture").click()

        for screen in (desk, wall, phone):
            band = screen.page.locator("[data-posture=exercise]")
            expect(band).to_contain_text("Exercise")
            expect(band).to_contain_text("Drill of the evening shift")
            expect(screen.page.locator("[data-watermark=EXERCISE]")).to_be_visible()
    finally:
        back_to_normal(desk)
    expect(wall.page.locator("[data-posture]")).to_have_count(0)


def test_a_report_is_written_by_the_hub_and_completed_by_a_person(
    desk: Desk, square: Square
) -> None:
    desk.select(square.an_alert())

    desk.page.keyboard.press("r")
    text = desk.page.get_by_role("dialog", name="M/ETHANE report").get_by_role("textbox")
    expect(text).to_have_value(re.compile("Market Square"))
    text.fill("M: declared")

    expect(text).to_have_value("M: declared")


def test_the_pages_of_the_shift_are_filled_by_the_hub(desk: Desk, square: Square) -> None:
    alert = square.an_alert()
    expect(desk.row(alert)).to_be_visible()

    desk.turn_to("Load and key figures")
    expect(desk.page.get_by_role("main")).to_contain_text("Figures against ISA-18.2")
    desk.turn_to("Shift handover")

    expect(desk.page.get_by_role("article")).to_contain_text(alert)


def test_a_line_in_the_log_stands_on_the_sheet(desk: Desk) -> None:
    desk.turn_to("Shift handover")

    desk.page.keyboard.press("n")
    dialog = desk.page.get_by_role("dialog", name="Log of the shift")
    dialog.get_by_label("Line").fill("The fire brigade has called")
    dialog.get_by_role("button", name="Write").click()
    expect(dialog).to_have_count(0)
    desk.page.get_by_role("button", name="Refresh").click()

    expect(desk.page.get_by_role("article")).to_contain_text("The fire brigade has called")
