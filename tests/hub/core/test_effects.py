from typing import get_args

import msgspec
import pytest
from small_square import BUTTON, START, Voice

from hub.core.effects import Accepted, Asked, Durability, Entry, InboxMark, Publish, Record
from wire import codec, topics
from wire.actions import Acknowledge, OperatorAction
from wire.delivery import Mark
from wire.ids import ulid
from wire.labels import Role

ID = ulid(START, b"x" * 10)


def an_accepted() -> Accepted:
    cue = Voice(BUTTON).cue(START)
    topic = topics.sensor_cue("square", BUTTON)
    return Accepted(topic=topic, sender=BUTTON, boot=cue.boot, seq=1, payload=codec.encode(cue))


def an_asked() -> Asked:
    action = OperatorAction(
        id=ID, operator="Ann", role=Role.OPERATOR, asked_us=START, ask=Acknowledge(alert=ID)
    )
    return Asked(action=action, accepted=False, reason="there is no such open alert")


@pytest.mark.parametrize(
    "record",
    [
        an_accepted(),
        an_asked(),
        InboxMark(mark=Mark(sender=BUTTON, boot=ID, committed_seq=3, ahead=(5, 7))),
    ],
)
def test_a_line_of_the_journal_reads_as_it_was_written(record: Record) -> None:
    entry = Entry(at_us=START, key="key", durability=Durability.HISTORY, record=record)

    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry


def test_each_kind_of_record_has_a_name_of_its_own() -> None:
    tags = [kind.__struct_config__.tag for kind in get_args(Record)]

    assert len(set(tags)) == len(tags) == 14
    assert {"accepted", "alert", "command", "incident", "run", "task"} <= set(tags)


def test_a_message_is_published_at_least_once_and_not_kept_unless_asked() -> None:
    publish = Publish(topic="t", message=None)

    assert (publish.qos, publish.retain) == (1, False)
