"""The field screen on a phone: one hand, gloves, and what matters in reach."""

from browser.conftest import Open
from browser.desk import LITE, PHONE, Desk
from browser.square import OPERATOR, Square
from playwright.sync_api import Locator, expect

TOUCH_MIN_PX = 44


def a_phone(a_desk: Open) -> Desk:
    return a_desk(path=f"/field{LITE}", size=PHONE)


def too_small(buttons: Locator) -> list[str]:
    """Return which of the buttons that show are smaller than a thumb, all at one moment."""
    return [
        f"{name}: {width:.0f} x {height:.0f} px"
        for name, width, height in buttons.evaluate_all(
            """buttons => buttons.map((one) => {
                const { width, height } = one.getBoundingClientRect();
                return [one.getAttribute("aria-label") ?? one.innerText, width, height];
            })"""
        )
        if 0 < min(width, height) < TOUCH_MIN_PX
    ]


def test_a_touch_opens_the_alert_and_another_acknowledges_it(a_desk: Open, square: Square) -> None:
    desk = a_phone(a_desk)
    alert = square.an_alert()

    desk.row(alert).get_by_role("button", name=alert).tap()
    sheet = desk.card(alert)
    expect(sheet).to_be_visible()
    assert too_small(sheet.get_by_role("button")) == []
    sheet.get_by_role("button", name="Acknowledge").tap()

    expect(sheet.get_by_role("button", name="Acknowledge")).to_have_count(0)
    desk.page.get_by_role("button", name="Close what is open").tap()
    expect(sheet).to_have_count(0)
    expect(desk.row(alert)).to_contain_text(OPERATOR)


def test_everything_to_touch_is_as_large_as_a_thumb(a_desk: Open, square: Square) -> None:
    alert = square.an_alert()
    desk = a_phone(a_desk)
    expect(desk.row(alert)).to_be_visible()

    assert too_small(desk.page.get_by_role("button")) == []


def test_the_sheet_leaves_the_map_in_view(a_desk: Open, square: Square) -> None:
    alert = square.an_alert()
    desk = a_phone(a_desk)

    desk.row(alert).get_by_role("button", name=alert).tap()

    sheet = desk.page.get_by_role("region", name=alert)
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert box["y"] > PHONE[1] * 0.4
    assert box["y"] + box["height"] <= PHONE[1]


def test_a_person_of_the_field_speaks_for_their_own_team(a_desk: Open) -> None:
    desk = a_desk(name="bravo", path=f"/field{LITE}", size=PHONE)

    desk.turn_to("Tasks")

    tasks = desk.page.get_by_role("region", name="Tasks")
    expect(tasks.get_by_role("heading", name="Bravo")).to_be_visible()
    expect(tasks.get_by_role("button", name="Other team")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_who_speaks_for_no_team_may_look_and_is_told_so(a_desk: Open) -> None:
    desk = a_desk(name="newcomer", path=f"/field{LITE}", size=PHONE)

    desk.turn_to("Tasks")
    desk.page.get_by_role("button", name="Alpha").tap()

    tasks = desk.page.get_by_role("region", name="Tasks")
    expect(tasks).to_contain_text("This account speaks for no team")
    expect(tasks.get_by_role("button", name="Other team")).to_be_visible()


def test_the_tabs_lead_to_alerts_devices_and_health_and_back(a_desk: Open) -> None:
    desk = a_phone(a_desk)
    expect(desk.page.get_by_role("region", name="Map of the site")).to_be_visible()

    desk.turn_to("Sensors and actuators")
    expect(desk.page.get_by_role("main")).to_contain_text("Lamp mast")
    desk.turn_to("Health")
    expect(desk.page.get_by_role("main")).to_contain_text("Journal")
    desk.turn_to("Alerts")
    expect(desk.page.get_by_role("region", name="Alerts", exact=True)).to_be_visible()
    desk.turn_to("Map")

    expect(desk.page.get_by_role("region", name="Map of the site")).to_be_visible()
    expect(desk.page.get_by_role("img", name="SIMULATION")).to_be_visible()
