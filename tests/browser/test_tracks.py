"""What a person sees of a track beyond its dot, and puts right about it."""

import re

from browser.desk import Desk
from browser.square import Square
from browser.tracks import name_of, select_a_track
from end_to_end.screen import Screen
from patience import until
from playwright.sync_api import expect

from wire.actions import DropTrack

# Counts the dashed white outlines that the map draws: nothing else on it is drawn so.
_WATCH_THE_PEN = """
() => {
    window.ellipses = 0;
    const stroke = CanvasRenderingContext2D.prototype.stroke;
    CanvasRenderingContext2D.prototype.stroke = function (...path) {
        const dashes = this.getLineDash().join(" ");
        if (this.canvas.dataset.layer && this.strokeStyle === "#ffffff" && dashes === "4 3") {
            window.ellipses += 1;
        }
        return stroke.apply(this, path);
    };
}
"""


def test_selecting_a_track_shows_how_sure_its_place_is_and_who_sees_it(
    desk: Desk, square: Square
) -> None:
    desk.page.locator("[data-scale]").wait_for()
    desk.page.evaluate(_WATCH_THE_PEN)
    assert desk.page.evaluate("window.ellipses") == 0

    _, card = select_a_track(desk, square)

    expect(card).to_contain_text(re.compile(r"Place within[\d.]+ m \S [\d.]+ m"))
    expect(card).to_contain_text("in this ellipse 19 times of 20")
    sources = card.get_by_role("region", name="Seen by").get_by_role("row")
    expect(sources.filter(has_text=re.compile("CAM-0|RAD-01")).first).to_be_visible()
    until(lambda: desk.page.evaluate("window.ellipses") > 0, "the ellipse is drawn")

    desk.page.keyboard.press("Escape")

    expect(card).to_have_count(0)


def test_a_label_set_by_a_person_reaches_the_hub_and_holds(desk: Desk, square: Square) -> None:
    number, card = select_a_track(desk, square)

    card.get_by_role("button", name="Set label").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Set label")).to_be_disabled()
    dialog.get_by_text("animal", exact=True).click()
    dialog.get_by_role("button", name="Set label").click()

    expect(dialog).to_have_count(0)
    expect(card.get_by_role("heading", level=2)).to_contain_text(name_of("animal", number))
    expect(card.get_by_role("region", name="Put right by people")).to_contain_text("animal")
    with Screen(square.hub) as screen:
        screen.until(
            lambda: number in screen.tracks and screen.tracks[number].label == "animal",
            "the hub has it",
        )
        screen.frames(2.0)
        assert all(one.label == "animal" for one in screen.tracks.values() if one.number == number)


def test_dropping_a_track_takes_two_steps_and_the_first_changes_nothing(
    desk: Desk, square: Square
) -> None:
    number, card = select_a_track(desk, square)

    card.get_by_role("button", name="Drop").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Step 1 of 2")
    expect(dialog.get_by_role("button", name="Continue")).to_be_disabled()
    dialog.get_by_label("Reason").fill("a flag in the wind")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_contain_text("Step 2 of 2")
    expect(dialog.get_by_role("button", name="Back")).to_be_focused()
    desk.page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    expect(card).to_be_visible()
    with Screen(square.hub) as screen:
        assert screen.request("GET", f"/api/tracks/{number}")[0] == 200


def test_of_a_track_that_has_ended_the_card_says_when_it_was_seen_and_asks_no_more(
    desk: Desk, square: Square
) -> None:
    number, card = select_a_track(desk, square)
    expect(card).to_contain_text("Seen by")
    card.hover()  # What the pointer rests on is asked for by itself.
    # The hub's word that there is none is an error to the browser: once.
    desk.expect_complaint("status of 404")

    def asked() -> int:
        desk.page.evaluate("0")  # What the browser did meanwhile is told with its next answer.
        return sum(url.endswith(f"/api/tracks/{number}") for url in desk.asked)

    def is_denied() -> bool:
        return asked() > 0 and any("404" in text for text in desk.complaints)

    with Screen(square.hub) as screen:
        # Where it has ended by itself meanwhile, so much the better.
        screen.ask(DropTrack(track=number, reason="a flag in the wind"))
        expect(card).to_contain_text(
            re.compile(r"This track has ended\. Last seen at \d\d:\d\d:\d\d, .+ ago\.")
        )
        until(is_denied, "the hub says that there is none")
        before = asked()
        screen.frames(4.0)

    assert asked() == before


def test_the_hub_says_in_words_why_a_track_cannot_be_split(desk: Desk, square: Square) -> None:
    select_a_track(desk, square)

    desk.page.keyboard.press("x")
    desk.page.get_by_role("dialog").get_by_role("button", name="Split").click()

    # The browser reports the hub's no as an error of the network.
    desk.expect_complaint("status of 409")
    expect(desk.page.get_by_role("status").filter(has_text="merged")).to_be_visible()


def test_a_merge_waits_for_the_map_until_escape(desk: Desk, square: Square) -> None:
    _, card = select_a_track(desk, square)

    desk.page.keyboard.press("w")

    banner = desk.page.get_by_role("status").filter(has_text="Pick on the map")
    expect(banner).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(banner).to_have_count(0)
    expect(card).to_be_visible()
