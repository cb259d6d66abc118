"""A drill on the screens: marked wherever it shows, it moves what takes part and nothing else."""

import re

import pytest
from browser.conftest import Open
from browser.desk import PHONE, WIDE, Desk
from browser.square import Square
from end_to_end.screen import Screen
from playwright.sync_api import Locator, expect

from wire.labels import CommandState

TRAINING = "Training sign (exercises)"
NOT_LEFT = {CommandState.BLOCKED, CommandState.CANCELLED, CommandState.EXPIRED}


def a_drill(desk: Desk) -> Locator:
    """Begin to close the square as an exercise; return what shows how it goes."""
    desk.turn_to("Teams and tasks")
    desk.page.get_by_role("button", name="Start a playbook").click()
    dialog = desk.page.get_by_role("dialog", name="Start a playbook")
    dialog.get_by_text("Close the square").click()
    dialog.get_by_text("As an exercise").click()
    dialog.get_by_label("Reason").fill("Drill of the evening shift")
    dialog.get_by_role("button", name="Start the exercise").click()
    runs = desk.page.get_by_role("main").locator("[data-run]")
    return runs.filter(has_text="EXERCISE").first


def stop(desk: Desk, run: Locator) -> None:
    run.get_by_role("button", name="Stop").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("The drill is over")
    dialog.get_by_role("button", name="Stop").click()
    expect(run).to_contain_text("stopped")


def test_a_drill_is_marked_moves_what_takes_part_and_takes_its_posture_with_it(
    a_desk: Open, square: Square
) -> None:
    desk, phone = a_desk(size=WIDE), a_desk(name="bravo", path="/field?map=lite", size=PHONE)

    run = a_drill(desk)

    try:
        expect(run).to_contain_text("EXERCISE")
        shown = run.locator("[data-step=show]")
        expect(shown).to_contain_text(f"in the exercise: {TRAINING}")
        expect(shown).to_have_attribute("data-state", "done")
        gate = run.locator("[data-step=close-north]")
        gate.get_by_role("button", name="Confirm").click()
        yes = desk.page.get_by_role("dialog", name="Confirm: Close North gate")
        expect(yes.locator("[data-exercise]")).to_be_visible()
        yes.get_by_role("button", name="Confirm: Close").click()
        expect(gate).to_contain_text("an exercise must not drive an actuator that takes no part")
        for screen in (desk, phone):
            band = screen.page.locator("[data-posture=exercise]")
            expect(band).to_contain_text("rehearses incident")
            expect(screen.page.locator("[data-frame=exercise]")).to_be_visible()
        phone.turn_to("Tasks")
        task = phone.page.locator("[data-task]").filter(has_text="EXERCISE: ").first
        expect(task.locator("[data-exercise]")).to_be_visible()
    finally:
        stop(desk, run)
    for screen in (desk, phone):
        expect(screen.page.locator("[data-posture]")).to_have_count(0)
        expect(screen.page.locator("[data-frame]")).to_have_count(0)
    with Screen(square.hub) as looker:
        drills = [one for one in looker.commands.values() if one.exercise]
    assert {one.actuator for one in drills if one.state not in NOT_LEFT} == {"training-sign"}


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_an_order_may_be_an_exercise_where_the_actuator_takes_part(
    a_desk: Open, square: Square, size: tuple[int, int]
) -> None:
    desk = a_desk(size=size, path="/?map=lite" if size == WIDE else "/field?map=lite")
    desk.turn_to("Sensors and actuators")

    desk.page.get_by_text("Town Hall siren").first.click()
    card = desk.page.locator("[data-card=siren-01]")
    card.get_by_role("button", name="Sound").click()
    dialog = desk.page.get_by_role("dialog", name="Sound: Town Hall siren")
    expect(dialog.get_by_text("As an exercise")).to_have_count(0)
    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    if size == PHONE:
        desk.page.keyboard.press("Escape")

    desk.page.get_by_text(TRAINING).first.click()
    card = desk.page.locator("[data-card=training-sign]")
    expect(card).to_contain_text("takes part in exercises")
    with Screen(square.hub) as screen:
        before = {*screen.commands}
        either = card.get_by_role("button", name=re.compile("^(Show|Turn off)"))
        either.and_(desk.page.locator(":enabled")).first.click()
        dialog = desk.page.get_by_role("dialog")
        dialog.get_by_text("As an exercise").click()
        dialog.get_by_label("Reason").fill("To see that it works")
        dialog.get_by_role("button", name="Send as an exercise").click()
        screen.until(lambda: {*screen.commands} - before, "it is ordered")
        (command,) = [one for name, one in screen.commands.items() if name not in before]

    assert (command.actuator, command.exercise) == ("training-sign", True)
    expect(card.locator("[data-exercise]").first).to_be_visible()
