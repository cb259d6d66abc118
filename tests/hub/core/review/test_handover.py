from collections.abc import Iterable
from typing import Protocol

from past_alerts import HOUR, START, identity
from shift_pages import a_picture, an_alert_view, asked_then

from hub.core.review.handover import CLOSED_MAX, Shift, handover
from hub.core.review.wall_clock import WallClock
from wire.actions import HandOver, LogEntry, Shelve
from wire.feed import HubView
from wire.labels import AlertState
from wire.review import HandoverView, KpiView

KPI = KpiView(start_us=START, end_us=START + 8 * HOUR, operators=1)


def a_sheet(**changes: object) -> HandoverView:
    plain = {"by": "Ann", "start_us": START, "end_us": START + 8 * HOUR, "kpi": KPI}
    return handover(a_picture(), Shift(**{**plain, **changes}), WallClock())  # type: ignore[arg-type]


class Numbered(Protocol):
    @property
    def number(self) -> int: ...


def numbers(alerts: Iterable[Numbered]) -> list[int]:
    return [one.number for one in alerts]


def test_open_alerts_stand_apart_from_those_that_ask_nobody() -> None:
    sheet = a_sheet()

    assert numbers(sheet.open) == [1, 2]
    assert numbers(sheet.shelved) == [3]
    assert numbers(sheet.suppressed) == [4]
    assert numbers(sheet.out_of_service) == [5]
    assert numbers(sheet.to_assess) == [6]


def test_what_runs_and_what_is_over_are_told_apart() -> None:
    sheet = a_sheet()

    assert [one.id for one in sheet.runs] == [identity(800)]
    assert numbers(sheet.tasks) == [3]
    assert numbers(sheet.incidents) == [4]
    assert [one.id for one in sheet.postures] == ["site"]
    assert [one.id for one in sheet.services] == ["cam-01"]


def test_what_does_not_work_is_told_with_the_reason() -> None:
    sheet = a_sheet()

    assert sheet.sensors_out == (
        "Camera 2 (cam-02): silent since 2026-01-01 00:00",
        "Camera 3 (cam-03): never heard of",
        "Camera 4 (cam-04): switched off at 2026-01-01 00:00",
        "Camera 5 (cam-05): says WARNING: the lens is dirty",
    )
    assert sheet.hub_faults == ("no connection to the broker",)


def test_what_people_wrote_and_decided_is_on_it() -> None:
    sheet = a_sheet(
        asked=(
            asked_then(Shelve(alert=identity(3), duration_s=3600, reason="rain")),
            asked_then(Shelve(alert=identity(6), duration_s=3600, reason="rain")),
            asked_then(LogEntry(text="quiet")),
            asked_then(HandOver(to="Bob")),
        )
    )

    assert [one.text for one in sheet.decisions] == [
        "shelved A-3 for 60 min: rain",
        "shelved A-6 for 60 min: rain",
    ]
    assert [one.text for one in sheet.log] == ["quiet"]
    assert [one.to for one in sheet.handovers] == ["Bob"]


def test_what_closed_in_the_shift_is_on_it_within_bounds() -> None:
    closed = tuple(
        an_alert_view(number, state=AlertState.CLOSED, closed_us=START) for number in range(10, 300)
    )

    sheet = a_sheet(closed=closed)

    assert numbers(sheet.closed) == list(range(10, 10 + CLOSED_MAX))
    assert sheet.kpi == KPI


def test_a_simulation_is_said_to_be_one() -> None:
    picture = a_picture(hub=HubView(simulated=True, exercise=True))
    shift = Shift(by="Ann", start_us=START, end_us=START + HOUR, kpi=KPI)

    sheet = handover(picture, shift, WallClock())

    assert (sheet.simulated, sheet.exercise) == (True, True)
    assert sheet.site == "Small Square"
