"""What moves people or things waits for a second, deliberate yes."""

from browser.desk import Desk
from browser.square import Square
from playwright.sync_api import Locator, expect


def confirmation(desk: Desk, alert: str) -> Locator:
    """Open the dialog that stands before the bollards of an alert's plan."""
    step = desk.select(alert).locator("[data-step=raise-bollards]")
    step.get_by_role("button", name="Confirm").click()
    return desk.page.get_by_role("dialog", name="Confirm: Raise West bollards")


def test_escape_leaves_the_bollards_down_and_the_step_waiting(desk: Desk, square: Square) -> None:
    alert = square.an_alert()
    dialog = confirmation(desk, alert)
    expect(dialog).to_contain_text("Interlocks are checked again")
    expect(dialog).to_contain_text("Step 2 of 2")

    desk.page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    step = desk.card(alert).locator("[data-step=raise-bollards]")
    expect(step).to_contain_text("waits for you")


def test_enter_in_the_dialog_goes_back_and_moves_nothing(desk: Desk, square: Square) -> None:
    alert = square.an_alert()
    dialog = confirmation(desk, alert)
    expect(dialog.get_by_role("button", name="Back")).to_be_focused()

    desk.page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    step = desk.card(alert).locator("[data-step=raise-bollards]")
    expect(step).to_contain_text("waits for you")


def test_no_key_acts_behind_a_dialog(desk: Desk, square: Square) -> None:
    alert = square.an_alert()
    dialog = confirmation(desk, alert)

    desk.page.keyboard.press("a")
    desk.page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(desk.card(alert)).to_contain_text("Nobody has this alert yet")


def test_cancelling_says_so_in_the_plan(desk: Desk, square: Square) -> None:
    alert = square.an_alert()
    dialog = confirmation(desk, alert)

    dialog.get_by_role("button", name="Cancel").click()

    expect(dialog).to_have_count(0)
    step = desk.card(alert).locator("[data-step=raise-bollards]")
    expect(step).to_contain_text("cancelled")
    expect(step.get_by_role("button")).to_have_count(0)


def test_confirming_raises_the_bollards_until_a_sensor_has_seen_it(
    desk: Desk, square: Square
) -> None:
    alert = square.an_alert()
    dialog = confirmation(desk, alert)

    dialog.get_by_role("button", name="Confirm: Raise").click()

    expect(dialog).to_have_count(0)
    step = desk.card(alert).locator("[data-step=raise-bollards]")
    expect(step).to_contain_text("confirmed")
    desk.turn_to("Sensors and actuators")
    expect(desk.page.get_by_role("row").filter(has_text="West bollards")).to_contain_text("raised")
