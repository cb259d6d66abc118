"""Finding a track on the map of a desk, as a person does who points at it."""

import tomllib
from http import HTTPStatus
from typing import Final

from browser.desk import Desk
from browser.square import SCENARIO, Square
from end_to_end.screen import Screen
from patience import until
from playwright.sync_api import Locator

from wire.feed import FLAG_ALERTED, FLAG_CONFIRMED, FLAG_CROWD, TrackRow

_LETTERS: Final = {"unknown": "U", "person": "P", "bicycle": "C", "vehicle": "V", "animal": "A"}
# Nearer to each other than this, a pointer may take one for the other.
_APART_MIN_M: Final = 4.0
# Faster than this it has left the place where it was seen before the pointer is there.
_SPEED_MAX_MPS: Final = 1.6


def name_of(label: str, number: int) -> str:
    """Return what a track is called on the screens."""
    return f"{_LETTERS[label]}{number}"


def middle_of_the_plan() -> tuple[float, float]:
    """Return where the map opens: the middle of all zones."""
    plan = tomllib.loads((SCENARIO / "site.toml").read_text(encoding="utf-8"))
    corners = [corner for zone in plan["zone"] for corner in zone["polygon"]]
    east, north = [east for east, _ in corners], [north for _, north in corners]
    return (min(east) + max(east)) / 2.0, (min(north) + max(north)) / 2.0


def point_of(desk: Desk, east_m: float, north_m: float) -> tuple[float, float]:
    """Return where a place is on the page, while the map lies as it opened."""
    box = desk.page.get_by_role("application").bounding_box()
    assert box is not None
    scale = float(desk.page.locator("[data-scale]").get_attribute("data-scale") or 0.0)
    middle_east_m, middle_north_m = middle_of_the_plan()
    return (
        box["x"] + box["width"] / 2.0 + (east_m - middle_east_m) * scale,
        box["y"] + box["height"] / 2.0 - (north_m - middle_north_m) * scale,
    )


def _is_easy_to_point_at(one: TrackRow, others: list[TrackRow]) -> bool:
    is_plain = one.flags & (FLAG_CONFIRMED | FLAG_ALERTED | FLAG_CROWD) == FLAG_CONFIRMED
    is_on_the_square = abs(one.east_m) < 55.0 and abs(one.north_m) < 30.0
    if not is_plain or not is_on_the_square or one.speed_mps > _SPEED_MAX_MPS or one.age_ms > 500:
        return False
    return all(
        abs(one.east_m - other.east_m) + abs(one.north_m - other.north_m) > _APART_MIN_M
        for other in others
        if other.number != one.number
    )


def _is_single(screen: Screen, number: int) -> bool:
    status, track = screen.request("GET", f"/api/tracks/{number}")
    return status == HTTPStatus.OK and not track.get("merged")


def select_a_track(desk: Desk, square: Square) -> tuple[int, Locator]:
    """Point at some track that was never merged until its card opens; return number and card."""
    desk.page.locator("[data-scale]").wait_for()

    def chosen() -> tuple[int, Locator] | None:
        with Screen(square.hub) as screen:
            screen.frames(0.3)
            tracks = list(screen.tracks.values())
            easy = [
                one
                for one in tracks
                if _is_easy_to_point_at(one, tracks) and _is_single(screen, one.number)
            ]
        if not easy:
            return None
        one = min(easy, key=lambda track: (track.speed_mps, track.number))
        desk.page.mouse.click(*point_of(desk, one.east_m, one.north_m))
        card = desk.page.locator(f"[data-card='{one.number}']")
        # What was pointed at may have been another: then somebody points again.
        return (one.number, card) if card.count() else None

    return until(chosen, "a track is selected")
