from typing import Any

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.flood import Flood
from hub.core.alerts.load import STANDING_US, load_view
from wire.labels import AlertState, Priority
from wire.work import LoadView

SECOND = 1_000_000
START = 1_767_225_600 * SECOND


def an_alert(**changes: Any) -> AlertRecord:
    plain = {
        "id": "01KDVXT000000000000000000A",
        "number": 17,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage back area",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "cause": "01KDVXT000000000000000000B",
    }
    return AlertRecord(**{**plain, **changes})


def test_a_quiet_list_is_no_load() -> None:
    assert load_view((), Flood(2), START) == LoadView(operators=2)


def test_what_is_listed_apart_is_counted_apart() -> None:
    alerts = [
        an_alert(state=state, stale=True, chattering=True)
        for state in (AlertState.SHELVED, AlertState.SUPPRESSED, AlertState.OUT_OF_SERVICE)
    ]

    load = load_view(alerts, Flood(1), START + STANDING_US)

    assert (load.shelved, load.suppressed, load.out_of_service) == (1, 1, 1)
    assert (load.standing, load.stale, load.chattering) == (0, 0, 0)


def test_an_alert_stands_after_an_hour() -> None:
    alerts = [an_alert(stale=True), an_alert(chattering=True)]

    assert load_view(alerts, Flood(1), START + STANDING_US - 1).standing == 0
    load = load_view(alerts, Flood(1), START + STANDING_US)
    assert (load.standing, load.stale, load.chattering) == (2, 1, 1)


def test_a_flood_shows_since_when_and_how_many() -> None:
    flood = Flood(1)
    for _ in range(12):
        flood.raised(START)

    load = load_view((), flood, START)

    assert (load.flood_since_us, load.flood_raised) == (START, 12)
    assert (load.raised_10_min, load.raised_hour) == (12, 12)
