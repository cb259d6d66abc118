"""The rules of a site on its screens: drafted, tried on what was recorded, put into force."""

import re
from collections.abc import Iterator

import pytest
from browser.desk import CONTROL_ROOM, LITE, PHONE, WIDE, Desk
from browser.square import Square
from patience import until
from playwright.sync_api import Browser, Locator, expect

from hub.adapters.replayer import read

# A recording is played twice, by processes that must start first.
TRIAL_MS = 300_000
TAPE = "evening.mcap"
IN_THE_FILE = """
[rule.by_posture.raised]
priority = "high"

[[rule.suppressed]]
reason = "Nobody delivers then"
postures = ["exercise"]
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Square]:
    """A hub that records, and whose plan is changed."""
    folder = tmp_path_factory.mktemp("plan")
    words = ("--record", str(folder / TAPE))
    with Square(folder, *words, is_simulated=False) as square:
        yield square


def a_desk(
    browser: Browser, square: Square, size: tuple[int, int] = CONTROL_ROOM, path: str = "/"
) -> Desk:
    cookies = square.cookies(browser, square.hub.user)
    return Desk(browser, square, path=f"{path}{LITE}", size=size, cookies=cookies)


def form_of(desk: Desk, rule: str) -> Locator:
    desk.page.get_by_role("button", name=rule, exact=True).click()
    form = desk.page.get_by_role("dialog", name=rule)
    expect(form).to_be_visible()
    return form


def assert_fits(desk: Desk, size: tuple[int, int]) -> None:
    """Say that nobody has to push the page aside to read it."""
    beyond = desk.page.evaluate(
        """() => [...document.querySelectorAll("main *, [role=dialog] *")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert beyond == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def turn_tab(desk: Desk, name: str) -> Locator:
    desk.page.get_by_role("tab", name=name, exact=True).click()
    return desk.page.get_by_role("tabpanel", name=name)


def is_recorded(square: Square) -> bool:
    """Whether what raised an alert is in the recording's file: it is written some seconds later."""
    return any(one.topic.endswith("/cue") for one in read(square.hub.folder / TAPE).inputs())


def test_a_rule_is_edited_tried_on_the_recording_and_put_into_force(
    browser: Browser, recorded: Square
) -> None:
    before = recorded.an_alert()
    until(lambda: is_recorded(recorded), "the call for help is recorded")
    with a_desk(browser, recorded) as desk:
        expect(desk.row(before)).to_contain_text("High.")
        desk.turn_to("Rules")
        form = form_of(desk, "help")
        form.get_by_label("Priority").first.select_option("critical")
        form.get_by_role("button", name="Keep in the draft").click()
        expect(form).to_have_count(0)
        expect(desk.page.get_by_role("main")).to_contain_text("Draft: 1 parts changed")

        trial = turn_tab(desk, "Trial")
        trial.get_by_role("button", name="Try it on the last recording").click()
        expect(trial).to_contain_text("What differs is marked.", timeout=TRIAL_MS)
        for part, priority in (("As it is", "High"), ("With the draft", "Critical")):
            lines = trial.locator("section").filter(has_text=part).get_by_role("row")
            line = lines.filter(has_text=before)
            expect(line).to_contain_text(priority)
            expect(line).to_contain_text("differs")

        desk.page.get_by_role("button", name="Put into force").click()
        dialog = desk.page.get_by_role("dialog", name="Put the draft into force?")
        expect(dialog).to_contain_text("changed rules help")
        dialog.get_by_label("Reason").fill("A call for help is about life")
        dialog.get_by_role("button", name="Put into force").click()

        expect(desk.page.get_by_role("main")).to_contain_text("Version 2 is in force")
        versions = turn_tab(desk, "Versions").get_by_role("row")
        latest = versions.filter(has_text="A call for help is about life")
        expect(latest).to_contain_text("Operator")
        after = recorded.an_alert()
        desk.turn_to("Operations")
        expect(desk.row(after)).to_contain_text("Critical.")


def test_what_is_wrong_with_a_rule_is_said_at_its_line_and_cannot_be_put_into_force(
    browser: Browser, recorded: Square
) -> None:
    with a_desk(browser, recorded) as desk:
        desk.turn_to("Rules")
        panel = turn_tab(desk, "Text")
        area = panel.get_by_role("textbox", name="The plan as a file")
        text = area.input_value()
        line = text.splitlines().index('cues = ["door_held"]') + 1
        begin = text.index("door_held")
        area.evaluate("(area, at) => { area.focus(); area.setSelectionRange(at, at + 9); }", begin)
        desk.page.keyboard.insert_text("door_eaten")

        problem = desk.page.get_by_role("alert").filter(has_text="door_eaten")
        expect(problem).to_be_visible()
        expect(problem.get_by_role("button", name=f"To line {line}")).to_be_visible()
        expect(panel).to_contain_text(f"▶ {line}")
        for name in ("Try it", "Put into force"):
            button = desk.page.get_by_role("button", name=name, exact=True)
            expect(button).to_be_disabled()
        desk.page.get_by_role("button", name="Discard the draft").click()
        expect(problem).to_have_count(0)


def test_a_form_says_what_is_missing_and_what_the_hub_refuses(
    browser: Browser, recorded: Square
) -> None:
    with a_desk(browser, recorded) as desk:
        desk.turn_to("Rules")
        form = form_of(desk, "held")

        form.get_by_role("button", name="Add: Suppressed by design").click()
        form.get_by_role("button", name="Keep in the draft").click()

        expect(form.get_by_role("alert")).to_contain_text("Look at: Suppressed by design")
        form.get_by_label("Reason").fill("Deliveries")
        form.get_by_role("button", name="Keep in the draft").click()
        expect(form.get_by_role("alert")).not_to_contain_text("Look at")
        form.get_by_role("button", name="Back").click()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1920x1080", "412x915"])
def test_postures_and_suppression_are_filled_in_by_form_and_stand_in_the_text(
    browser: Browser, recorded: Square, size: tuple[int, int]
) -> None:
    path = "/field" if size == PHONE else "/"
    with a_desk(browser, recorded, size, path) as desk:
        desk.turn_to("Rules")
        assert_fits(desk, size)
        form = form_of(desk, "held")

        form.get_by_label("Add a posture").select_option("raised")
        raised = form.get_by_role("group", name="Raised", exact=True)
        raised.get_by_label("Add a setting").select_option("priority")
        raised.get_by_label("Priority", exact=True).select_option("high")
        form.get_by_role("button", name="Add: Suppressed by design").click()
        reason = form.get_by_role("group", name="Suppressed by design 1")
        reason.get_by_label("Reason").fill("Nobody delivers then")
        reason.get_by_label("Exercise").check()
        assert_fits(desk, size)
        form.get_by_role("button", name="Keep in the draft").click()
        expect(form).to_have_count(0)

        text = turn_tab(desk, "Text").get_by_role("textbox", name="The plan as a file")
        expect(text).to_have_value(re.compile(re.escape(IN_THE_FILE)))
        desk.page.get_by_role("button", name="Discard the draft").click()
