from typing import Any

import pytest
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.escalation import REPEAT_US, Ladder, asking
from hub.core.site import Escalation, Origin, Site, Team
from wire.labels import AlertState, Channel, Priority, Role

SECOND = 1_000_000
MINUTE = 60 * SECOND
START = 1_767_225_600 * SECOND


def a_ladder(*rungs: Escalation) -> Ladder:
    return Ladder(
        Site(
            id="square",
            name="Square",
            origin=Origin(lat_deg=52.0, lon_deg=5.0),
            bounds=((-500.0, -500.0), (500.0, 500.0)),
            teams=(Team(id="alpha", name="Team Alpha"),),
            escalations=rungs,
        )
    )


def an_alert(priority: Priority = Priority.HIGH, **changes: Any) -> AlertRecord:
    plain = {
        "id": "01KDVXT000000000000000000A",
        "number": 17,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": priority,
        "gravest": priority,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage back area",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "asking_us": START,
        "cause": "01KDVXT000000000000000000B",
    }
    return AlertRecord(**{**plain, **changes})


@pytest.mark.parametrize(("priority", "after_s"), [(Priority.HIGH, 60), (Priority.CRITICAL, 30)])
def test_without_a_plan_the_supervisor_is_told(priority: Priority, after_s: int) -> None:
    due_us = START + after_s * SECOND
    assert a_ladder().due_us(an_alert(priority)) == due_us

    record, (notice,) = a_ladder().climb(an_alert(priority), due_us)

    assert (record.escalation, record.escalated_us, record.escalated_to) == (
        1,
        due_us,
        "supervisor",
    )
    assert (notice.role, notice.alert) == ("supervisor", record.id)
    assert notice.text == "Nobody has A-17: Person in Stage back area"


@pytest.mark.parametrize("priority", [Priority.LOW, Priority.MEDIUM])
def test_without_a_plan_low_and_medium_wait(priority: Priority) -> None:
    assert a_ladder().due_us(an_alert(priority)) is None


def test_a_plan_that_speaks_of_one_priority_leaves_the_default_of_the_other() -> None:
    rung = Escalation(priorities=(Priority.CRITICAL, Priority.LOW), after_s=5.0)
    ladder = a_ladder(rung)

    assert ladder.due_us(an_alert(Priority.CRITICAL)) == START + 5 * SECOND
    assert ladder.due_us(an_alert(Priority.LOW)) == START + 5 * SECOND
    assert ladder.due_us(an_alert(Priority.HIGH)) == START + MINUTE


def test_rungs_are_climbed_in_the_order_of_their_times() -> None:
    ladder = a_ladder(
        Escalation(after_s=90.0, role=Role.SUPERVISOR), Escalation(after_s=30.0, role=Role.OPERATOR)
    )

    record, (first,) = ladder.climb(an_alert(), START + 30 * SECOND)
    assert ladder.climb(record, START + 89 * SECOND) == (record, [])
    record, (second,) = ladder.climb(record, START + 90 * SECOND)

    assert (first.role, second.role) == ("operator", "supervisor")
    assert first.id != second.id
    assert record.escalation == 2


def test_whoever_slept_through_several_rungs_hears_of_each() -> None:
    ladder = a_ladder(
        Escalation(after_s=30.0, role=Role.OPERATOR), Escalation(after_s=90.0, role=Role.SUPERVISOR)
    )

    _, notices = ladder.climb(an_alert(), START + 60 * MINUTE)

    assert [one.role for one in notices] == ["operator", "supervisor"]


def test_the_last_rung_is_told_again_until_somebody_has_it() -> None:
    ladder = a_ladder()
    record, _ = ladder.climb(an_alert(), START + MINUTE)
    assert ladder.due_us(record) == START + MINUTE + REPEAT_US

    record, (again,) = ladder.climb(record, START + MINUTE + REPEAT_US)

    assert (record.escalation, again.role) == (2, "supervisor")
    had = asking(record, replace(record, state=AlertState.ACKNOWLEDGED), START)
    assert ladder.due_us(had) is None
    assert had.escalation == 2, "how far it came stays to be seen"


@pytest.mark.parametrize(
    ("rung", "role", "to", "text"),
    [
        (
            Escalation(after_s=0.0, role=Role.SUPERVISOR, channel=Channel.PHONE),
            "operator",
            "supervisor by phone",
            "Call the supervisor by phone: nobody has A-17: Person in Stage back area",
        ),
        (
            Escalation(after_s=0.0, team="alpha"),
            "field",
            "Team Alpha",
            "Team Alpha, call the control room: nobody has A-17: Person in Stage back area",
        ),
        (
            Escalation(after_s=0.0, team="alpha", channel=Channel.RADIO),
            "operator",
            "Team Alpha by radio",
            "Call Team Alpha by radio: nobody has A-17: Person in Stage back area",
        ),
    ],
)
def test_what_the_hub_cannot_reach_the_control_room_calls(
    rung: Escalation, role: str, to: str, text: str
) -> None:
    record, (notice,) = a_ladder(rung).climb(an_alert(), START)

    assert record.escalated_to == to
    assert (notice.role, notice.text) == (role, text)


def test_no_notice_of_a_drill_or_a_simulation_looks_real() -> None:
    ladder = a_ladder(Escalation(after_s=0.0))

    _, (drill,) = ladder.climb(an_alert(exercise=True), START)
    _, (play,) = ladder.climb(an_alert(simulated=True), START)

    assert drill.text.startswith("EXERCISE. Nobody has")
    assert play.text.startswith("SIMULATED. Nobody has")


def test_an_alert_asks_since_it_was_raised_or_shown_again() -> None:
    hidden = asking(an_alert(), an_alert(state=AlertState.SUPPRESSED), START)
    shown = asking(hidden, replace(hidden, state=AlertState.UNACKNOWLEDGED), START + MINUTE)

    assert hidden.asking_us is None
    assert shown.asking_us == START + MINUTE
    assert asking(None, an_alert(asking_us=None), START).asking_us == START


def test_coming_and_going_does_not_begin_the_ladder_anew() -> None:
    cleared = an_alert(state=AlertState.CLEARED_UNACKNOWLEDGED, escalation=1)

    returned = asking(cleared, an_alert(escalation=1), START + MINUTE)

    assert (returned.asking_us, returned.escalation) == (START, 1)


def test_becoming_graver_does_and_falling_back_and_rising_again_does_not() -> None:
    climbed = an_alert(escalation=1, escalated_to="supervisor", escalated_us=START)

    risen = asking(climbed, replace(climbed, priority=Priority.CRITICAL), START + MINUTE)
    fallen = asking(risen, replace(risen, priority=Priority.LOW), START + 2 * MINUTE)
    again = asking(fallen, replace(fallen, priority=Priority.CRITICAL), START + 3 * MINUTE)

    assert (risen.gravest, risen.asking_us) == (Priority.CRITICAL, START + MINUTE)
    assert (risen.escalation, risen.escalated_to, risen.escalated_us) == (0, None, None)
    assert again == replace(risen, priority=Priority.CRITICAL)
    assert a_ladder().due_us(fallen) == START + 90 * SECOND, "as of the worst that nobody had"
