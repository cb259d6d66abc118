from small_square import BUTTON, FRAME, HUB_BOOT, SITE, START, Voice, a_site

from hub.core.effects import Accepted, Durability, Effect, InboxMark, Journal, Publish
from hub.core.intake import Intake
from hub.core.notices import Notices
from wire import topics
from wire.codec import Slot
from wire.delivery import AHEAD_MAX, Mark, Taken
from wire.messages import Committed, OutboxFloor

TOPIC = topics.sensor_cue(SITE, BUTTON)
BUTTONS = Voice(BUTTON)


def an_intake() -> Intake:
    return Intake(Notices(a_site(), FRAME, HUB_BOOT))


def take(intake: Intake, seq: int) -> tuple[Taken, list[Effect]]:
    slot = Slot(sender=BUTTON, boot=BUTTONS.boot, seq=seq)
    return intake.take(slot, TOPIC, b"payload", START)


def committed(effects: list[Effect]) -> list[int]:
    return [
        one.message.committed_seq
        for one in effects
        if isinstance(one, Publish) and isinstance(one.message, Committed)
    ]


def test_a_new_message_is_kept_with_its_mark_and_then_committed() -> None:
    taken, (kept, marked, told) = take(an_intake(), 1)

    assert taken is Taken.NEW
    assert isinstance(kept, Journal)
    assert isinstance(kept.entry.record, Accepted)
    assert (kept.entry.durability, kept.entry.record.payload) == (Durability.HISTORY, b"payload")
    assert isinstance(marked, Journal)
    assert isinstance(marked.entry.record, InboxMark)
    assert marked.entry.durability is Durability.MARK
    assert committed([told]) == [1]


def test_a_message_beyond_a_gap_is_kept_and_not_committed() -> None:
    intake = an_intake()

    taken, effects = take(intake, 2)

    assert (taken, len(effects), committed(effects)) == (Taken.NEW, 2, [])
    assert committed(take(intake, 1)[1]) == [2]


def test_a_message_that_comes_again_is_committed_again_and_no_more() -> None:
    intake = an_intake()
    take(intake, 1)

    taken, effects = take(intake, 1)

    assert (taken, len(effects), committed(effects)) == (Taken.DUPLICATE, 1, [1])


def test_a_sender_that_is_too_far_ahead_is_left_to_send_again() -> None:
    intake = an_intake()
    for seq in range(2, 2 + AHEAD_MAX):
        take(intake, seq)

    assert take(intake, 2 + AHEAD_MAX) == (Taken.REFUSED, [])
    assert committed(take(intake, 1)[1]) == [1 + AHEAD_MAX]


def test_a_floor_moves_the_mark_once() -> None:
    intake = an_intake()
    health = BUTTONS.health(START, floors=(OutboxFloor(boot=BUTTONS.boot, seq=5),))

    (moved,) = intake.floors(health, START)

    assert isinstance(moved, Journal)
    assert isinstance(moved.entry.record, InboxMark)
    assert moved.entry.record.mark.committed_seq == 4
    assert intake.floors(health, START) == []


def test_a_restored_mark_is_where_it_goes_on() -> None:
    intake = an_intake()

    intake.restore(Mark(sender=BUTTON, boot=BUTTONS.boot, committed_seq=3, ahead=(5,)))

    assert [take(intake, seq)[0] for seq in (3, 5)] == [Taken.DUPLICATE, Taken.DUPLICATE]
    assert committed(take(intake, 4)[1]) == [5]
