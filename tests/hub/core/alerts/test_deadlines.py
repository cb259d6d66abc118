from typing import Any

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.deadlines import due_us, timed
from hub.core.alerts.escalation import Ladder
from hub.core.site import Origin, Site
from wire.labels import AlertState, Priority

SECOND = 1_000_000
DAY = 86_400 * SECOND
START = 1_767_225_600 * SECOND

LADDER = Ladder(
    Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
    )
)


def an_alert(**changes: Any) -> AlertRecord:
    plain = {
        "id": "01KDVXT000000000000000000A",
        "number": 17,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "gravest": Priority.HIGH,
        "state": AlertState.ACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage back area",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "raisings_us": (START,),
        "cause": "01KDVXT000000000000000000B",
    }
    return AlertRecord(**{**plain, **changes})


def test_the_earliest_of_all_is_due() -> None:
    assert due_us(an_alert(stale=True), LADDER) is None
    assert due_us(an_alert(), LADDER) == START + DAY
    assert due_us(an_alert(chattering=True), LADDER) == START + 60 * SECOND
    assert due_us(an_alert(shelved_until_us=START + 5), LADDER) == START + 5
    assert due_us(an_alert(asking_us=START, priority=Priority.HIGH), LADDER) == START + 60 * SECOND


def test_before_its_time_nothing_changes() -> None:
    alert = an_alert(
        state=AlertState.SHELVED, shelved_until_us=START + 60 * SECOND, chattering=True
    )

    assert timed(alert, LADDER, START + 60 * SECOND - 1) == (alert, [])


def test_a_shelf_a_chatter_and_a_day_end() -> None:
    shelved = an_alert(state=AlertState.SHELVED, shelved_until_us=START, chattering=True)

    changed, notices = timed(shelved, LADDER, START + DAY)

    assert changed.state is AlertState.UNACKNOWLEDGED
    assert (changed.shelved_until_us, changed.chattering, changed.stale) == (None, False, True)
    assert notices == []


def test_who_waits_climbs() -> None:
    changed, (notice,) = timed(an_alert(asking_us=START), LADDER, START + 60 * SECOND)

    assert changed.escalation == 1
    assert notice.role == "supervisor"
