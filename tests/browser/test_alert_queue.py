"""Alerts as an operator meets them: seen, read, taken, shelved; by mouse and by key."""

import re

from browser.conftest import Open
from browser.desk import WIDE, Desk, unfold
from browser.square import OPERATOR, Square
from patience import until
from playwright.sync_api import Page, expect

from wire.labels import CueKind


def selected(page: Page) -> str:
    """Return the number of the alert that is selected."""
    card = page.locator("[data-card]")
    expect(card).to_be_visible()
    return card.get_attribute("data-card") or ""


def test_a_new_alert_stands_in_the_queue_with_colour_shape_and_word(
    desk: Desk, square: Square
) -> None:
    alert = square.an_alert()

    row = desk.row(alert)
    expect(row).to_be_visible()
    mark = row.get_by_role("img", name="High")
    assert mark.locator("path").get_attribute("d") == "M8 1.800 15 14.200H1Z"
    assert mark.evaluate("mark => getComputedStyle(mark).color") == "rgb(255, 180, 84)"
    expect(row).to_contain_text("Button pressed")
    expect(row).to_contain_text("High.")


def test_a_critical_alert_has_another_colour_and_another_shape(desk: Desk, square: Square) -> None:
    alert = square.an_alert(CueKind.DOOR_FORCED)

    mark = desk.row(alert).get_by_role("img", name="Critical")
    expect(mark).to_be_visible()
    assert mark.locator("path").get_attribute("d") == "M8 1 15 8 8 15 1 8Z"
    assert mark.evaluate("mark => getComputedStyle(mark).color") == "rgb(255, 107, 107)"


def test_j_and_k_go_down_and_up_the_queue(desk: Desk, square: Square) -> None:
    for alert in (square.an_alert(), square.an_alert()):
        expect(desk.row(alert)).to_be_visible()

    desk.page.keyboard.press("j")
    first = selected(desk.page)
    desk.page.keyboard.press("j")
    expect(desk.page.locator("[data-card]")).not_to_have_attribute("data-card", first)
    second = selected(desk.page)
    desk.page.keyboard.press("k")

    expect(desk.page.locator("[data-card]")).to_have_attribute("data-card", first)
    order = desk.page.locator("[data-alert], [data-incident]").evaluate_all(
        "rows => rows.map((row) => row.dataset.alert ?? `I-${row.dataset.incident}`)"
    )
    assert order[:2] == [first, second]


def test_acknowledging_shows_the_name_on_every_screen_that_looks_without_its_asking(
    a_desk: Open, square: Square
) -> None:
    # Opening takes a loaded machine longer than an alert's condition lasts.
    mine, other = a_desk(), a_desk(name="olga")
    alert = square.an_alert()
    expect(other.row(alert)).to_be_visible()
    asked = list(other.asked)

    mine.select(alert)
    mine.page.keyboard.press("a")

    expect(mine.row(alert)).to_contain_text(OPERATOR)
    expect(other.row(alert)).to_contain_text(OPERATOR)
    assert other.asked == asked, "the feed brings it"
    expect(other.select(alert)).to_contain_text(
        re.compile(f"Acknowledged by {OPERATOR} at [0-9:]{{8}}")
    )
    expect(other.card(alert).get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_the_button_in_a_row_acknowledges_too(desk: Desk, square: Square) -> None:
    alert = square.an_alert()

    desk.row(alert).get_by_role("button", name="Acknowledge").click()

    expect(desk.row(alert)).to_contain_text(OPERATOR)
    expect(desk.row(alert).get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_a_grave_alert_cannot_be_shelved_and_the_screen_says_what_can_be_done(
    desk: Desk, square: Square
) -> None:
    alert = square.an_alert(CueKind.DOOR_FORCED)
    card = desk.select(alert)

    desk.page.keyboard.press("h")

    why = desk.page.get_by_text("A high or critical alert cannot be shelved.").first
    expect(why).to_contain_text("out of service")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    expect(card.get_by_role("button", name="Shelve")).to_have_count(0)


def test_shelving_asks_how_long_and_why_and_takes_the_alert_from_the_queue(
    desk: Desk, square: Square
) -> None:
    alert = square.an_alert(CueKind.DOOR_HELD)
    flood = desk.page.locator("[data-flood-row] button[aria-expanded=false]")
    expect(desk.row(alert).or_(flood).first).to_be_visible()
    # The alerts of the tests before may be a flood, which folds what is medium and low.
    unfold(flood)
    card = desk.select(alert)

    desk.page.keyboard.press("h")
    dialog = desk.page.get_by_role("dialog")
    submit = dialog.get_by_role("button", name="Shelve")
    expect(submit).to_be_disabled()
    dialog.get_by_text("15 min").click()
    dialog.get_by_label("Reason").fill("A delivery holds it open")
    submit.click()

    expect(dialog).to_have_count(0)
    expect(card).to_contain_text(f"Shelved by {OPERATOR} until")
    expect(card).to_contain_text("A delivery holds it open")
    expect(desk.row(alert)).to_have_count(0)
    hidden = desk.page.get_by_role("region", name="Hidden alerts")
    hidden.get_by_role("button", name="Hidden").click()
    back = hidden.get_by_role("listitem").filter(has_text=alert)
    expect(back).to_contain_text("A delivery holds it open")


def test_a_notice_and_what_else_must_be_told_move_no_row(a_desk: Open, square: Square) -> None:
    alert = square.an_alert(CueKind.DOOR_FORCED)
    helped = square.an_alert()
    supervisor, operator = a_desk(size=WIDE), a_desk(name="olga")
    row = supervisor.row(alert)
    row.hover()
    before = row.bounding_box()

    step = operator.select(helped).locator("[data-step=raise-bollards]")
    step.get_by_role("button", name="Skip").click()
    dialog = operator.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Nobody is there")
    dialog.get_by_label("Reason").press("Enter")

    notices = supervisor.page.get_by_role("region", name="To be told now")
    expect(notices).to_contain_text("Nobody is there")
    assert row.bounding_box() == before


def test_the_question_mark_shows_the_keys_and_escape_hides_them(
    a_desk: Open, square: Square
) -> None:
    square.an_alert(CueKind.DOOR_FORCED)
    square.an_alert(CueKind.DOOR_FORCED)
    desk = a_desk()
    # What a desk unfolds for whoever looks for a row must not get in the way of a dialog.
    folded = desk.page.locator("[data-incident] button[aria-expanded=false]")
    until(lambda: folded.count() > 0, "alerts of one happening are folded")

    desk.page.keyboard.press("?")
    dialog = desk.page.get_by_role("dialog", name="Keys")
    for word in ("Acknowledge", "Shelve", "Next alert", "Previous alert", "Silence the tones"):
        expect(dialog).to_contain_text(word)
    desk.page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)


def test_the_card_shows_evidence_and_response_plan(desk: Desk, square: Square) -> None:
    alert = square.an_alert()

    card = desk.select(alert)

    expect(card).to_contain_text("Evidence")
    expect(card).to_contain_text("Stated by")
    expect(card).to_contain_text("Response plan")
    expect(card.locator("[data-step=announce]")).to_contain_text("Show: help is on its way")
    expect(card.locator("[data-step=raise-bollards]")).to_contain_text("waits for you")
    expect(card).to_contain_text("Nobody has this alert yet")


def test_the_queue_does_not_move_under_the_pointer(a_desk: Open, square: Square) -> None:
    alert = square.an_alert()
    desk = a_desk()
    expect(desk.row(alert)).to_be_visible()
    row = desk.row(alert)
    row.hover()
    before = row.bounding_box()

    newcomer = square.an_alert(CueKind.DOOR_FORCED)
    expect(desk.row(newcomer)).to_have_count(1)

    assert row.bounding_box() == before


def test_an_operator_without_a_mouse_signs_in_and_acknowledges(
    a_desk: Open, square: Square
) -> None:
    alert = square.an_alert(CueKind.DOOR_FORCED)
    desk = a_desk(name="nobody")
    keys = desk.page.keyboard
    expect(desk.page.get_by_label("Name")).to_be_focused()

    keys.type(square.hub.user)
    keys.press("Tab")
    keys.type(square.hub.password)
    keys.press("Enter")
    expect(desk.row(alert)).to_be_visible()
    for _ in range(desk.page.locator("[data-alert], [data-incident]").count()):
        keys.press("j")
        if desk.card(alert).is_visible():
            break
    keys.press("a")

    expect(desk.row(alert)).to_contain_text(OPERATOR)
