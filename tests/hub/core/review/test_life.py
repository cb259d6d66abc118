import msgspec
from msgspec.structs import replace
from past_alerts import MINUTE, SECOND, START, acknowledged, an_alert, changes_of, closed

from hub.core.effects import Accepted
from hub.core.review.life import evidence
from wire.ids import ulid
from wire.labels import AlertOutcome, AlertState, Priority
from wire.review import Dossier, EvidenceView

CUE = ulid(START + SECOND, b"a cue     ")
SCAN = ulid(START, b"a scan    ")


def a_dossier(*messages: str) -> Dossier:
    return Dossier(
        alert=an_alert().id,
        number=1,
        at_us=START,
        priority=Priority.HIGH,
        summary="Person in Stage",
        rule="backstage",
        rule_kind="intrusion",
        messages=messages,
    )


def an_accepted(identity: str) -> Accepted:
    payload = msgspec.json.encode({"id": identity, "kind": "button_pressed"})
    return Accepted(topic="t/cue", sender="button-01", boot=CUE, seq=1, payload=payload)


def told(view: EvidenceView) -> list[tuple[str, str | None]]:
    return [(one.state.value, one.by) for one in view.steps]


def test_the_life_of_an_alert_is_told_step_by_step_with_who_did_it() -> None:
    raised = replace(an_alert(), messages=(SCAN,))
    moved = replace(raised, place=(1.0, 1.0), changed_us=START + 1)
    taken = acknowledged(raised, START + MINUTE)
    shelved = replace(
        taken, state=AlertState.SHELVED, shelved_by="Bob", changed_us=START + 2 * MINUTE
    )
    back = replace(shelved, state=AlertState.UNACKNOWLEDGED, changed_us=START + 3 * MINUTE)
    over = closed(acknowledged(back, START + 4 * MINUTE, "Cid"), START + 5 * MINUTE)
    said = replace(over, outcome=AlertOutcome.TRUE, outcome_by="Dee", changed_us=START + 6 * MINUTE)

    view = evidence(
        changes_of(raised, moved, taken, shelved, back, over, said), (), (), steps_max=100
    )

    assert told(view) == [
        ("unacknowledged", None),
        ("acknowledged", "Ann"),
        ("shelved", "Bob"),
        ("unacknowledged", None),
        ("closed", "Cid"),
        ("closed", "Dee"),
    ]
    assert view.alert.outcome is AlertOutcome.TRUE


def test_who_clears_an_alert_closed_it_and_what_closes_by_itself_nobody_did() -> None:
    taken = acknowledged(an_alert(), START)
    cleared = closed(taken, START + MINUTE, closed_by="Bob")
    by_itself = closed(taken, START + MINUTE)

    assert told(evidence(changes_of(taken, cleared), (), (), steps_max=9))[-1] == ("closed", "Bob")
    assert told(evidence(changes_of(taken, by_itself), (), (), steps_max=9))[-1] == ("closed", None)


def test_messages_that_the_journal_keeps_are_there_word_for_word() -> None:
    record = an_alert(cause=CUE)
    accepted = [an_accepted(CUE), an_accepted(ulid(START, b"another   "))]

    view = evidence(changes_of(record), (a_dossier(CUE, SCAN),), accepted, steps_max=9)

    assert [(one.id, one.topic, one.payload is None) for one in view.messages] == [
        (SCAN, None, True),
        (CUE, "t/cue", False),
    ]
    assert view.messages[1].sent_us == START + SECOND
    assert [one.at_us for one in view.dossiers] == [START]


def test_a_long_life_is_told_from_its_end() -> None:
    records = [
        replace(an_alert(), repeats=number, changed_us=START + number) for number in range(10)
    ]

    view = evidence(changes_of(*records), (), (), steps_max=4)

    assert [one.at_us - START for one in view.steps] == [6, 7, 8, 9]
    assert view.left_out == 6
