import msgspec
from small_square import (
    BUTTON,
    CAMERA,
    EAR,
    INSIDE,
    MINUTE,
    SECOND,
    SITE,
    START,
    Hub,
    Voice,
    a_hub_with_actuators,
    a_site,
    entries,
    published,
)

from hub.core.effects import Accepted, Durability, InboxMark, Journal, Publish
from hub.core.inputs import Refused
from wire import topics
from wire.actions import (
    Acknowledge,
    Clear,
)
from wire.codec import Slot
from wire.ids import ulid
from wire.labels import (
    AlertOutcome,
    Role,
)
from wire.messages import (
    AlertNotice,
    Committed,
    OutboxFloor,
    Reading,
    Report,
)

PANIC = {"rules": a_site().rules[2:3], "playbooks": ()}
"""Changes of the plan: only the panic button is judged, and nothing is done about it."""


# --- Exactly once ---------------------------------------------------------------------------


def test_a_cue_that_comes_twice_is_journalled_once_and_committed_again() -> None:
    hub, cue = Hub(a_site(**PANIC)), Voice(BUTTON).cue(START)

    hub.takes(cue, START)
    again = hub.takes(cue, START + SECOND)

    assert len(hub.alerts) == 1
    assert entries(again) == []
    assert published(again, Committed)[0].committed_seq == 1


def test_a_cue_from_before_a_restart_is_not_taken_again() -> None:
    before, cue = Hub(a_site(**PANIC)), Voice(BUTTON).cue(START)
    before.takes(cue, START)
    after = Hub(a_site(**PANIC), START + MINUTE)
    after.restores(before.standing(), START + MINUTE)

    again = after.takes(cue, START + MINUTE)

    assert entries(again) == []
    assert published(again, Committed)[0].committed_seq == 1


def test_what_is_committed_follows_the_prefix_without_gaps() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)

    told = [
        [
            one.committed_seq
            for one in published(hub.takes(button.cue(START, seq=seq), START), Committed)
        ]
        for seq in (2, 4, 1, 3)
    ]

    assert told == [[], [], [2], [4]]
    assert sum(isinstance(entry.record, Accepted) for entry in entries(hub.done)) == 4


def test_a_message_is_committed_behind_its_own_journal_entry_and_its_mark() -> None:
    hub = Hub(a_site(**PANIC))

    effects = hub.takes(Voice(BUTTON).cue(START), START)

    first, second, third, *_ = effects
    assert isinstance(first, Journal)
    assert isinstance(first.entry.record, Accepted)
    assert isinstance(second, Journal)
    assert isinstance(second.entry.record, InboxMark)
    assert isinstance(third, Publish)
    assert third.topic == topics.sensor_committed(SITE, BUTTON)
    assert third.retain


def test_a_message_that_can_never_be_read_takes_its_place_in_the_sequence() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)
    topic = topics.sensor_cue(SITE, BUTTON)
    broken = Refused(
        source=BUTTON,
        code="bad_value",
        text="kind: no such kind",
        fix="see the schema",
        slot=Slot(sender=BUTTON, boot=button.boot, seq=1),
        topic=topic,
        payload=b'{"kind":"?"}',
    )

    first = hub.takes(broken, START)
    second = hub.takes(button.cue(START, seq=2), START)

    assert [one.committed_seq for one in published(first + second, Committed)] == [1, 2]
    kept = entries(first)[0].record
    assert isinstance(kept, Accepted)
    assert (kept.topic, kept.payload) == (topic, b'{"kind":"?"}')


def test_a_strangers_unreadable_message_takes_no_place() -> None:
    hub = Hub()
    slot = Slot(sender="stranger-01", boot=ulid(START, bytes(10)), seq=1)

    effects = hub.takes(
        Refused(source="stranger-01", code="bad_value", text="-", fix="-", slot=slot), START
    )

    assert entries(effects) == []


def test_a_sender_far_beyond_a_gap_is_asked_to_wait() -> None:
    hub, button = Hub(a_site(rules=(), playbooks=())), Voice(BUTTON)
    for seq in range(2, 2 + 4096):
        hub.takes(
            button.says(Reading, START, seq=seq, channel="battery", value=1.0, unit="V"), START
        )

    effects = hub.takes(button.cue(START, seq=9_000), START)

    assert hub.refused() == {"too_far_ahead": 1}
    assert effects == []


def test_a_sender_that_gave_messages_up_moves_the_mark_by_its_floor() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)
    hub.takes(button.cue(START, seq=5), START)

    effects = hub.takes(button.health(START, floors=(OutboxFloor(boot=button.boot, seq=5),)), START)

    (entry,) = entries(effects)
    assert isinstance(entry.record, InboxMark)
    assert entry.record.mark.committed_seq == 5
    assert entry.durability is Durability.MARK
    told = published(hub.takes(button.cue(START, seq=6), START), Committed)
    assert told[0].committed_seq == 6


def test_readings_and_reports_are_kept_and_committed() -> None:
    hub = Hub()

    effects = hub.takes(
        Voice(EAR).says(Reading, START, channel="level", value=61.0, unit="dB"), START
    )
    hub.takes(Voice("team-01").says(Report, START, text="all quiet"), START)

    assert isinstance(entries(effects)[0].record, Accepted)
    assert published(effects, Committed)[0].committed_seq == 1
    assert hub.refused() == {"unknown_device": 1}


# --- After a restart ------------------------------------------------------------------------


def test_a_restarted_hub_has_the_same_open_alerts_and_commands() -> None:
    before = a_hub_with_actuators()
    before.sees(Voice(CAMERA), INSIDE, from_us=START)
    before.takes(Voice(BUTTON).cue(START + SECOND), START + SECOND)
    before.asks(Acknowledge(alert=before.alerts[0].id), START + SECOND)
    was = before.engine.snapshot(Role.OPERATOR)

    after = Hub(start_us=START + 2 * SECOND)
    effects = after.restores(before.standing(), START + 2 * SECOND)

    now = after.engine.snapshot(Role.OPERATOR)
    assert {one.id: one for one in now.alerts} == {one.id: one for one in was.alerts}
    assert {one.id: one for one in now.commands} == {one.id: one for one in was.commands}
    assert {one.alert for one in published(effects, AlertNotice)} == {one.id for one in was.alerts}


def test_a_restarted_hub_uses_no_number_again() -> None:
    before = Hub(a_site(**PANIC))
    before.takes(Voice(BUTTON).cue(START), START)
    (closed,) = before.alerts
    before.asks(Acknowledge(alert=closed.id), START)
    before.asks(Clear(alert=closed.id, note="a drill", outcome=AlertOutcome.TEST), START)
    assert before.alerts == []

    after = Hub(a_site(**PANIC), START + MINUTE)
    after.restores(before.standing(), START + MINUTE)
    after.takes(Voice(BUTTON, "second").cue(START + MINUTE), START + MINUTE)

    assert after.alerts[0].number == closed.number + 1


def test_history_is_nothing_to_begin_with() -> None:
    before = Hub(a_site(**PANIC))
    before.takes(Voice(BUTTON).cue(START), START)
    before.asks(Acknowledge(alert=ulid(START, bytes(10))), START)
    history = [entry for entry in entries(before.done) if entry.durability is Durability.HISTORY]
    after = Hub(a_site(**PANIC))

    # The dossier of the alert, the cue, and what was asked.
    assert len(history) == 3
    assert after.restores(history, START) == []


def test_a_journals_entries_survive_being_written_down() -> None:
    hub = a_hub_with_actuators()
    hub.takes(Voice(BUTTON).cue(START), START)

    for entry in entries(hub.done):
        assert msgspec.json.decode(msgspec.json.encode(entry), type=type(entry)) == entry
