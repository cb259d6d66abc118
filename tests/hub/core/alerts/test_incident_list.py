from collections.abc import Sequence
from itertools import combinations
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.alerts import incident_list
from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.incident import IncidentRecord
from hub.core.alerts.incident_list import Incidents
from hub.core.alerts.refusal import Refusal
from hub.core.rules.taint import taint_of
from hub.core.site import Grouping, Origin, Site
from wire.actions import AcknowledgeIncident, AskKind, JoinIncident, OperatorAction
from wire.ids import ulid
from wire.labels import AlertState, Priority, Role

SECOND = 1_000_000
MINUTE = 60 * SECOND
START = 1_767_225_600 * SECOND


def a_site(**grouping: object) -> Site:
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
        grouping=Grouping(**grouping),  # type: ignore[arg-type]
    )


def identity(number: int) -> str:
    return ulid(START, number.to_bytes(10, "big"))


def an_alert(number: int, at_us: int = START, **changes: object) -> AlertRecord:
    plain = {
        "id": identity(number),
        "number": number,
        "key": f"key-{number}",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": f"Person {number} in Stage",
        "raised_us": at_us,
        "begun_us": at_us,
        "changed_us": at_us,
        "cause": ulid(START, bytes(10)),
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def closed(alert: AlertRecord) -> AlertRecord:
    return replace(alert, state=AlertState.CLOSED, active=False, cleared_us=START, closed_us=START)


def an_action(ask: AskKind, role: Role = Role.OPERATOR) -> OperatorAction:
    return OperatorAction(
        id=ulid(START, b"action    "), operator="Ann", role=role, asked_us=START, ask=ask
    )


def join(incidents: Incidents, alert: int, incident: str | None) -> list[IncidentRecord]:
    ask = JoinIncident(alert=identity(alert), incident=incident)
    answer = incidents.act(an_action(ask), START)
    assert not isinstance(answer, Refusal), answer
    assert answer[1] == ()
    return answer[0]


def refused(incidents: Incidents, ask: AskKind, role: Role = Role.OPERATOR) -> str:
    answer = incidents.act(an_action(ask, role), START)
    assert isinstance(answer, Refusal)
    return answer.reason


def numbers(record: IncidentRecord) -> list[int]:
    return [member.number for member in record.members]


def groups(incidents: Incidents) -> list[list[int]]:
    return sorted(numbers(record) for record in incidents.open.values())


# --- Alerts ---------------------------------------------------------------------------------------


def test_an_alert_by_itself_is_an_incident() -> None:
    incidents = Incidents(a_site())

    (record,) = incidents.apply(an_alert(1), START)

    assert (record.number, numbers(record), record.opened_us) == (1, [1], START)
    assert incidents.of(identity(1)) == record.id
    assert incidents.view(record, {}).alerts == (identity(1),)
    assert incidents.apply(an_alert(1), START) == []


def test_alerts_near_one_another_are_one_incident_and_far_ones_are_two() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, place=(0.0, 0.0)), START)

    (near,) = incidents.apply(an_alert(2, place=(10.0, 0.0)), START)
    (far,) = incidents.apply(an_alert(3, place=(100.0, 0.0)), START)

    assert (near.number, far.number) == (1, 2)
    assert [one.why for one in near.members] == ["the first of it", "10 m from A-1"]
    assert groups(incidents) == [[1, 2], [3]]


def test_an_alert_that_bridges_two_incidents_makes_them_one() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, place=(0.0, 0.0)), START)
    incidents.apply(an_alert(2, place=(50.0, 0.0)), START)

    gone, kept = incidents.apply(an_alert(3, place=(25.0, 0.0)), START + SECOND)

    assert (gone.number, gone.merged_into, gone.closed_us) == (2, kept.id, START + SECOND)
    assert (kept.number, numbers(kept), kept.closed_us) == (1, [1, 2, 3], None)
    assert [one.why for one in kept.members][1] == "by way of A-3"
    assert groups(incidents) == [[1, 2, 3]]
    assert incidents.of(identity(2)) == kept.id


def test_an_alert_that_comes_to_name_a_track_of_another_incident_bridges_them() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, tracks=(7,)), START)
    incidents.apply(an_alert(2, tracks=(8,)), START)

    changed = incidents.apply(an_alert(2, tracks=(7, 8)), START)

    assert len(changed) == 2
    assert groups(incidents) == [[1, 2]]


def test_an_intruder_who_walks_by_another_happening_is_no_part_of_it() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, place=(0.0, 0.0)), START)
    intruder = an_alert(2, place=(100.0, 0.0))
    incidents.apply(intruder, START)

    incidents.apply(replace(intruder, place=(2.0, 0.0)), START + SECOND)
    incidents.apply(replace(intruder, place=(2.0, 0.0), tracks=(5,)), START + SECOND)
    assert groups(incidents) == [[1], [2]]

    incidents.apply(replace(intruder, place=(2.0, 0.0), begun_us=START + MINUTE), START + MINUTE)
    assert groups(incidents) == [[1, 2]]


def test_an_incident_closes_when_all_its_alerts_have() -> None:
    incidents = Incidents(a_site())
    one, other = an_alert(1, place=(0.0, 0.0)), an_alert(2, place=(1.0, 0.0))
    incidents.apply(one, START)
    incidents.apply(other, START)

    (half,) = incidents.apply(closed(one), START + SECOND)
    assert half.closed_us is None
    (whole,) = incidents.apply(closed(other), START + MINUTE)

    assert (whole.closed_us, numbers(whole)) == (START + MINUTE, [1, 2])
    assert incidents.open == {}
    assert incidents.of(one.id) is None
    assert incidents.apply(closed(one), START + MINUTE) == []


def test_what_happens_where_an_incident_was_is_another_one() -> None:
    incidents = Incidents(a_site())
    one = an_alert(1, place=(0.0, 0.0))
    incidents.apply(one, START)
    incidents.apply(closed(one), START)

    (record,) = incidents.apply(an_alert(2, place=(0.0, 0.0)), START)

    assert (record.number, numbers(record)) == (2, [2])


@pytest.mark.parametrize("taint", [{"simulated": True}, {"exercise": True}])
def test_real_simulated_and_exercise_alerts_never_share_an_incident(taint: dict[str, bool]) -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, place=(0.0, 0.0), tracks=(1,)), START)

    incidents.apply(an_alert(2, place=(0.0, 0.0), tracks=(1,), **taint), START)

    assert groups(incidents) == [[1], [2]]


def test_without_grouping_every_alert_is_an_incident() -> None:
    incidents = Incidents(a_site(enabled=False))
    for number in (1, 2, 3):
        incidents.apply(an_alert(number, place=(0.0, 0.0), tracks=(1,)), START)
        incidents.apply(an_alert(number, place=(0.0, 0.0), tracks=(1, 2)), START)

    assert groups(incidents) == [[1], [2], [3]]


def test_an_edited_plan_groups_from_then_on() -> None:
    incidents = Incidents(a_site(enabled=False))
    incidents.apply(an_alert(1, place=(0.0, 0.0)), START)

    incidents.replan(a_site())
    incidents.apply(an_alert(2, place=(0.0, 0.0)), START)

    assert groups(incidents) == [[1, 2]]


def test_an_alert_that_is_too_low_to_be_an_incident_waits_for_one() -> None:
    incidents = Incidents(a_site(priority_min=Priority.MEDIUM))
    low = an_alert(1, place=(0.0, 0.0), priority=Priority.LOW)
    assert incidents.apply(low, START) == []
    assert incidents.of(low.id) is None

    (record,) = incidents.apply(an_alert(2, place=(1.0, 0.0)), START)

    assert numbers(record) == [1, 2]
    assert incidents.of(low.id) == record.id


def test_an_alert_that_rises_is_an_incident_then() -> None:
    incidents = Incidents(a_site(priority_min=Priority.MEDIUM))
    low = an_alert(1, priority=Priority.LOW)
    incidents.apply(low, START)

    (record,) = incidents.apply(replace(low, priority=Priority.HIGH), START)

    assert numbers(record) == [1]


def test_a_low_alert_that_closed_or_is_made_of_something_else_joins_nothing() -> None:
    incidents = Incidents(a_site(priority_min=Priority.MEDIUM))
    low = an_alert(1, place=(0.0, 0.0), priority=Priority.LOW)
    incidents.apply(low, START)
    incidents.apply(closed(low), START)
    incidents.apply(replace(low, id=identity(3), simulated=True), START)

    incidents.apply(an_alert(2, place=(1.0, 0.0)), START)

    assert groups(incidents) == [[2]]


def test_loose_alerts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incident_list, "LOOSE_MAX", 2)
    incidents = Incidents(a_site(priority_min=Priority.MEDIUM))
    for number in (1, 2, 3):
        incidents.apply(an_alert(number, priority=Priority.LOW, zone="stage"), START)

    incidents.apply(an_alert(4, zone="stage"), START)

    assert groups(incidents) == [[2, 3, 4]]


@pytest.mark.parametrize("state", [AlertState.SUPPRESSED, AlertState.OUT_OF_SERVICE])
def test_an_alert_that_asks_nobody_makes_no_incident_until_it_shows(state: AlertState) -> None:
    incidents = Incidents(a_site())
    hidden = an_alert(1, state=state)

    assert incidents.apply(hidden, START) == []
    assert incidents.apply(replace(hidden, state=AlertState.UNACKNOWLEDGED), START)


def test_an_incident_takes_no_more_alerts_than_a_person_can_work_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(incident_list, "MEMBERS_MAX", 3)
    incidents = Incidents(a_site())
    for number in range(1, 5):
        incidents.apply(an_alert(number, zone="stage"), START)
    assert groups(incidents) == [[1, 2, 3], [4]]

    incidents.apply(an_alert(5, zone="gate"), START)
    incidents.apply(an_alert(6, zone="gate"), START)
    incidents.apply(an_alert(5, zone="gate", tracks=(9,)), START)
    incidents.apply(an_alert(4, zone="stage", tracks=(9,)), START)
    assert groups(incidents) == [[1, 2, 3], [4, 5, 6]]
    # Together they would be too many.
    full = an_alert(7, tracks=(20,))
    incidents.apply(full, START)
    incidents.apply(an_alert(8, tracks=(21,)), START)
    incidents.apply(an_alert(9, tracks=(20,)), START)
    incidents.apply(an_alert(9, tracks=(20, 21)), START)
    for number, track in ((10, 30), (11, 30), (12, 31), (13, 31)):
        incidents.apply(an_alert(number, tracks=(track,)), START)
    incidents.apply(an_alert(13, tracks=(30, 31)), START)
    assert groups(incidents) == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11], [12, 13]]


# --- People ---------------------------------------------------------------------------------------


def test_a_person_puts_an_alert_into_an_incident_and_it_stays_there() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, place=(0.0, 0.0), tracks=(1,)), START)
    (far,) = incidents.apply(an_alert(2, place=(100.0, 0.0)), START)

    gone, joined = join(incidents, 1, far.id)
    assert (gone.closed_us, gone.members) == (START, ())
    assert numbers(joined) == [1, 2]
    assert joined.members[0].why == "put here by Ann"

    incidents.apply(an_alert(1, place=(0.0, 0.0), tracks=(1, 5), begun_us=START + 9), START + 9)
    (other,) = incidents.apply(an_alert(3, place=(0.0, 300.0), tracks=(6,)), START)
    assert groups(incidents) == [[1, 2], [3]]
    assert other.number == 3


def test_an_incident_that_a_person_decided_on_is_merged_with_no_other() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, place=(0.0, 0.0)), START)
    incidents.apply(an_alert(2, place=(10.0, 0.0)), START)

    join(incidents, 2, None)
    assert groups(incidents) == [[1], [2]]
    incidents.apply(an_alert(3, place=(5.0, 0.0)), START)
    assert groups(incidents) == [[1, 3], [2]]

    incidents.apply(an_alert(3, place=(5.0, 0.0), tracks=(4,)), START)
    incidents.apply(an_alert(2, place=(10.0, 0.0), tracks=(4,), begun_us=START + 1), START)
    incidents.apply(an_alert(4, tracks=(4,)), START)
    assert sorted(map(len, groups(incidents))) == [1, 3]


def test_no_alert_of_a_decided_incident_bridges_it_to_another() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, zone="stage"), START)
    incidents.apply(an_alert(2, zone="stage"), START)
    (other,) = incidents.apply(an_alert(3, tracks=(3,)), START)
    join(incidents, 1, None)
    join(incidents, 1, incidents.of(identity(2)))

    incidents.apply(an_alert(2, zone="stage", tracks=(3,)), START)

    assert groups(incidents) == [[1, 2], [3]]
    assert incidents.open[other.id] == other


def test_an_alert_that_bridges_a_decided_incident_joins_what_it_is_tied_to_most() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, place=(0.0, 0.0)), START)
    incidents.apply(an_alert(2, place=(10.0, 0.0), tracks=(4,)), START)
    join(incidents, 2, None)

    incidents.apply(an_alert(3, place=(0.0, 0.0), tracks=(4,)), START)

    assert groups(incidents) == [[1], [2, 3]]


def test_an_alert_set_apart_from_itself_is_only_held() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, tracks=(1,)), START)

    (record,) = join(incidents, 1, None)
    incidents.apply(an_alert(2, tracks=(2,)), START)
    incidents.apply(an_alert(2, tracks=(1, 2)), START)

    assert (record.number, record.is_held) == (1, True)
    assert groups(incidents) == [[1], [2]]


def test_a_low_alert_is_put_into_an_incident_or_made_one_by_hand() -> None:
    incidents = Incidents(a_site(priority_min=Priority.HIGH))
    for number in (1, 2):
        incidents.apply(an_alert(number, priority=Priority.LOW), START)
    (record,) = incidents.apply(an_alert(3), START)

    join(incidents, 1, record.id)
    join(incidents, 2, None)

    assert groups(incidents) == [[1, 3], [2]]
    assert incidents.apply(an_alert(1, priority=Priority.LOW), START) == []


def test_what_cannot_be_joined_is_refused_with_the_reason() -> None:
    incidents = Incidents(a_site())
    (one,) = incidents.apply(an_alert(1), START)
    (drill,) = incidents.apply(an_alert(2, exercise=True), START)
    incidents.apply(an_alert(3, zone="stage"), START)
    incidents.apply(an_alert(4, zone="stage"), START)
    incidents.apply(closed(an_alert(4, zone="stage")), START)

    def ask(alert: int, incident: str | None) -> str:
        return refused(incidents, JoinIncident(alert=identity(alert), incident=incident))

    assert ask(9, one.id) == "there is no such alert in an open incident"
    assert ask(1, identity(9)).startswith("there is no such open incident")
    assert ask(1, one.id) == "it is in I-1 already"
    assert ask(1, drill.id).startswith("real, simulated and exercise alerts are never")
    assert ask(4, one.id) == "it has closed, and stays in the incident that it was of"


def test_a_full_incident_takes_no_alert_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incident_list, "MEMBERS_MAX", 1)
    incidents = Incidents(a_site())
    (one,) = incidents.apply(an_alert(1), START)
    incidents.apply(an_alert(2), START)

    reason = refused(incidents, JoinIncident(alert=identity(2), incident=one.id))

    assert reason == "I-1 has 1 alerts, which is as many as it may have"


def test_who_acknowledges_an_incident_has_every_alert_that_nobody_has() -> None:
    incidents = Incidents(a_site())
    states = [
        AlertState.UNACKNOWLEDGED,
        AlertState.ACKNOWLEDGED,
        AlertState.CLEARED_UNACKNOWLEDGED,
        AlertState.SHELVED,
    ]
    for number, state in enumerate(states, 1):
        (record,) = incidents.apply(an_alert(number, zone="stage", state=state), START)

    answer = incidents.act(an_action(AcknowledgeIncident(incident=record.id)), START)

    assert answer == ([], (identity(1), identity(3)))


def test_an_incident_that_somebody_has_or_that_is_gone_is_not_acknowledged() -> None:
    incidents = Incidents(a_site())
    (record,) = incidents.apply(an_alert(1, state=AlertState.ACKNOWLEDGED), START)
    ask = AcknowledgeIncident(incident=record.id)

    assert refused(incidents, ask) == "somebody has every alert of I-1 already"
    assert refused(incidents, AcknowledgeIncident(incident=identity(9))).startswith("there is no")
    assert "may not acknowledge incident" in refused(incidents, ask, Role.WALL)


def test_a_merged_incident_is_found_under_its_old_id_for_an_hour() -> None:
    incidents = Incidents(a_site())
    incidents.apply(an_alert(1, tracks=(1,)), START)
    (second,) = incidents.apply(an_alert(2, tracks=(2,)), START)
    incidents.apply(an_alert(3, tracks=(1, 2)), START)
    ask = an_action(AcknowledgeIncident(incident=second.id))

    assert incidents.act(ask, START) == ([], (identity(1), identity(2), identity(3)))
    assert incidents.next_wake_us == START + 60 * MINUTE
    assert incidents.wake(START + 60 * MINUTE) == []
    assert incidents.next_wake_us is None
    assert isinstance(incidents.act(ask, START), Refusal)


def test_merged_incidents_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incident_list, "REMEMBERED_MAX", 1)
    incidents = Incidents(a_site())
    for track in (1, 2, 3):
        incidents.apply(an_alert(track, tracks=(track,)), START)
    first = incidents.of(identity(2))
    assert first is not None

    incidents.apply(an_alert(4, tracks=(1, 2)), START)
    incidents.apply(an_alert(5, tracks=(1, 3)), START)

    assert refused(incidents, AcknowledgeIncident(incident=first)).startswith("there is no such")


# --- The journal ----------------------------------------------------------------------------------


def test_a_restarted_hub_goes_on_with_the_incidents_it_had() -> None:
    before = Incidents(a_site())
    before.apply(an_alert(1, place=(0.0, 0.0)), START)
    (record,) = before.apply(an_alert(2, place=(1.0, 0.0)), START)
    after = Incidents(a_site())

    after.restore(record)

    assert after.open == before.open
    (joined,) = after.apply(an_alert(3, place=(2.0, 0.0)), START)
    assert (joined.id, numbers(joined)) == (record.id, [1, 2, 3])


def test_which_incidents_merge_does_not_depend_on_the_order_of_the_journal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(incident_list, "MEMBERS_MAX", 5)
    before = Incidents(a_site())
    for number, track in ((1, 1), (2, 2), (3, 2), (4, 3), (5, 3)):
        before.apply(an_alert(number, tracks=(track,)), START)
    records = list(before.open.values())

    for order in (records, records[::-1]):
        after = Incidents(a_site())
        for record in order:
            after.restore(record)
        after.apply(an_alert(6, tracks=(1, 2, 3)), START)

        assert groups(after) == [[1, 2, 3, 6], [4, 5]]


def test_a_closed_incident_only_counts_for_its_number() -> None:
    before = Incidents(a_site())
    before.apply(an_alert(1), START)
    (over,) = before.apply(closed(an_alert(1)), START)
    after = Incidents(a_site())

    after.restore(over)

    assert after.open == {}
    assert after.apply(an_alert(2), START)[0].number == 2


def test_what_was_restored_is_held_against_the_open_alerts() -> None:
    before = Incidents(a_site())
    (record,) = before.apply(an_alert(1), START)
    (lost,) = before.apply(an_alert(2), START)
    after = Incidents(a_site())
    for one in (record, lost):
        after.restore(one)

    changed = after.settle({identity(1): an_alert(1), identity(3): an_alert(3)}, START)

    assert groups(after) == [[1], [3]]
    assert [numbers(one) for one in changed if one.closed_us is not None] == [[2]]


# --- Invariants -----------------------------------------------------------------------------------

ALERTS = st.lists(
    st.tuples(
        st.integers(1, 12),  # The alert's number.
        st.sampled_from(["seen", "again", "closed", "join", "apart"]),
        st.integers(0, 5),  # Place, in steps of 20 m.
        st.frozensets(st.integers(1, 6), max_size=2),  # Tracks.
        st.sampled_from(["real", "simulated", "exercise"]),
    ),
    max_size=60,
)
Step = tuple[int, str, int, frozenset[int], str]


class Story:
    """Alerts that live as the alert list lets them, and the incidents that they make."""

    def __init__(self) -> None:
        self.incidents = Incidents(a_site())
        self.alerts: dict[int, AlertRecord] = {}
        self.changed: list[IncidentRecord] = []
        self.now_us = START

    def play(self, step: Step) -> None:
        number, what, place, tracks, made_of = step
        self.now_us += SECOND
        if what in ("join", "apart"):
            self._by_hand(number, place if what == "join" else None)
            return
        before = self.alerts.get(number)
        if before is None or before.state is AlertState.CLOSED:
            alert = an_alert(number, self.now_us, **{made_of: True} if made_of != "real" else {})
            number = len(self.alerts) + 100 if before is not None else number
            alert = replace(alert, id=identity(number), number=number)
        else:
            alert = replace(before, begun_us=self.now_us) if what == "again" else before
        alert = replace(alert, place=(place * 20.0, 0.0), tracks=tuple(tracks))
        alert = closed(alert) if what == "closed" else alert
        self.alerts[number] = alert
        self.changed += self.incidents.apply(alert, self.now_us)

    def _by_hand(self, number: int, target: int | None) -> None:
        chosen = list(self.incidents.open)[target : target + 1] if target is not None else [None]
        for incident in chosen:
            ask = JoinIncident(alert=identity(number), incident=incident)
            answer = self.incidents.act(an_action(ask), self.now_us)
            self.changed += [] if isinstance(answer, Refusal) else answer[0]


def read_back(record: IncidentRecord) -> IncidentRecord:
    return msgspec.json.decode(msgspec.json.encode(record), type=IncidentRecord)


@settings(max_examples=200)
@given(ALERTS)
def test_every_open_alert_is_in_exactly_one_incident(steps: Sequence[Step]) -> None:
    story = Story()

    for step in steps:
        story.play(step)

        incidents = story.incidents
        members = [one.alert for record in incidents.open.values() for one in record.members]
        assert len(members) == len(set(members))
        for alert in story.alerts.values():
            if alert.state is not AlertState.CLOSED:
                assert alert.id in members
            assert incidents.of(alert.id) is None or alert.id in members
        for record in incidents.open.values():
            assert any(one.is_open for one in record.members)
            made_of = {
                taint_of(a) for a in story.alerts.values() if incidents.of(a.id) == record.id
            }
            assert made_of == {record.taint}


@settings(max_examples=100)
@given(ALERTS)
def test_the_journal_holds_all_that_a_restarted_hub_and_a_second_one_need(
    steps: Sequence[Step],
) -> None:
    story, twin = Story(), Story()
    for step in steps:
        story.play(step)
        twin.play(step)
    restarted = Incidents(a_site())
    latest = {record.id: read_back(record) for record in story.changed}

    for record in latest.values():
        restarted.restore(record)

    assert twin.changed == story.changed
    assert restarted.open == story.incidents.open
    assert all(
        restarted.of(alert.id) == story.incidents.of(alert.id) for alert in story.alerts.values()
    )


@given(
    st.lists(st.frozensets(st.integers(1, 8), min_size=1, max_size=3), min_size=1, max_size=10),
    st.randoms(use_true_random=False),
)
def test_in_whatever_order_alerts_come_their_tracks_make_the_same_incidents(
    tracks: list[frozenset[int]], randomly: Random
) -> None:
    alerts = [an_alert(number, tracks=tuple(each)) for number, each in enumerate(tracks, 1)]
    shuffled = alerts.copy()
    randomly.shuffle(shuffled)
    straight, other = Incidents(a_site()), Incidents(a_site())
    for alert in alerts:
        straight.apply(alert, START)
    for alert in shuffled:
        other.apply(alert, START)

    assert groups(straight) == groups(other) == sorted(components(tracks))


def components(tracks: list[frozenset[int]]) -> list[list[int]]:
    """Return which alerts hang together, found slowly."""
    return united([({number}, set(each)) for number, each in enumerate(tracks, 1)])


def united(found: list[tuple[set[int], set[int]]]) -> list[list[int]]:
    for first, second in combinations(found, 2):
        if first[1] & second[1]:
            rest = [one for one in found if one is not first and one is not second]
            return united([(first[0] | second[0], first[1] | second[1]), *rest])
    return [sorted(alerts) for alerts, _ in found]
