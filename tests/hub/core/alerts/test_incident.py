import msgspec
import pytest

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.incident import (
    IncidentRecord,
    Member,
    gravest,
    in_order,
    incident_view,
    member_of,
)
from hub.core.rules.taint import Taint
from wire.ids import ulid
from wire.labels import AlertState, Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND


def an_alert(number: int = 1, **changes: object) -> AlertRecord:
    plain = {
        "id": ulid(START, number.to_bytes(10, "big")),
        "number": number,
        "key": f"key-{number}",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": f"Person {number} in Stage",
        "raised_us": START + number,
        "begun_us": START + number,
        "changed_us": START + number,
        "cause": ulid(START, bytes(10)),
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def a_member(number: int = 1, **changes: object) -> Member:
    return member_of(an_alert(number, **changes), "the first of it")


def an_incident(*members: Member, **changes: object) -> IncidentRecord:
    plain = {
        "id": ulid(START, b"incident  "),
        "number": 1,
        "members": members,
        "opened_us": START,
        "changed_us": START,
    }
    return IncidentRecord(**{**plain, **changes})  # type: ignore[arg-type]


def test_a_record_comes_back_from_the_journal_as_it_was() -> None:
    record = an_incident(a_member(1, place=(1.0, 2.0), tracks=(7,)), simulated=True)

    assert msgspec.json.decode(msgspec.json.encode(record), type=IncidentRecord) == record
    assert record.taint == Taint(simulated=True)


def test_a_member_that_walks_a_few_metres_is_where_it_was() -> None:
    before = a_member(1, place=(0.0, 0.0))

    near = member_of(an_alert(1, place=(3.0, 0.0)), "else", before)
    far = member_of(an_alert(1, place=(6.0, 0.0)), "else", before)

    assert (near.place, far.place) == ((0.0, 0.0), (6.0, 0.0))
    assert near.why == "the first of it"


def test_a_member_names_a_bounded_number_of_tracks() -> None:
    assert a_member(1, tracks=tuple(range(100, 0, -1))).tracks == tuple(range(1, 65))


@pytest.mark.parametrize(
    ("changes", "ended_us"),
    [
        ({"active": True}, None),
        ({"active": False, "cleared_us": START + 5}, START + 5),
        ({"active": True, "state": AlertState.CLOSED, "closed_us": START + 9}, START + 9),
    ],
)
def test_a_member_ends_when_its_condition_goes_or_a_person_closes_it(
    changes: dict[str, object], ended_us: int | None
) -> None:
    assert a_member(1, **changes).ended_us == ended_us


def test_members_stand_oldest_first() -> None:
    assert [one.number for one in in_order([a_member(3), a_member(1), a_member(2)])] == [1, 2, 3]


def test_the_gravest_is_the_oldest_of_the_most_urgent_that_are_open() -> None:
    closed = a_member(1, priority=Priority.CRITICAL, state=AlertState.CLOSED)
    hidden = a_member(2, priority=Priority.CRITICAL, state=AlertState.SUPPRESSED)
    first, second = a_member(3), a_member(4)

    assert gravest([closed, hidden, second, first]) == first
    assert gravest([closed, second]) == second
    assert gravest([closed]) == closed
    assert gravest([]) is None


def test_an_incident_is_shown_with_its_extent_its_counts_and_its_reasons() -> None:
    record = an_incident(
        a_member(1, place=(0.0, 0.0), zone_name="Stage", priority=Priority.LOW),
        a_member(2, place=(6.0, 8.0), zone_name="Gate", state=AlertState.ACKNOWLEDGED),
        a_member(3, zone_name="Gate", state=AlertState.CLOSED),
    )

    view = incident_view(record, {})

    assert view.at is not None
    assert (view.at.east_m, view.at.north_m, view.radius_m) == (3.0, 4.0, 5.0)
    assert (view.open_count, view.unacknowledged_count) == (2, 1)
    assert view.zones == ("Stage", "Gate")
    assert (view.summary, view.priority) == ("Person 2 in Stage", Priority.HIGH)
    assert view.why == ("the first of it",) * 3


def test_an_incident_speaks_in_the_words_of_its_alert_as_it_is_now() -> None:
    member = a_member(1)

    view = incident_view(an_incident(member), {member.alert: an_alert(1, summary="2 people")})

    assert view.summary == "2 people"
    assert view.at is None


def test_an_incident_whose_last_alert_was_taken_out_says_so() -> None:
    view = incident_view(an_incident(), {})

    assert (view.summary, view.priority, view.alerts) == (
        "No alert is left in it",
        Priority.LOW,
        (),
    )


def test_an_incident_is_held_once_a_person_put_an_alert_into_it() -> None:
    held = msgspec.structs.replace(a_member(2), held=True)

    assert an_incident(a_member(1), held).is_held
    assert not an_incident(a_member(1)).is_held
