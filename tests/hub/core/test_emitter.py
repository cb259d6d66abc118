from small_square import START

from hub.core.effects import Durability, Entry, Journal, PlanRecord, Publish
from hub.core.emitter import Emitter

RECORD = PlanRecord(version="2", by="Ann", reason="the event")


def a_publish(topic: str) -> Publish:
    return Publish(topic=topic, message=None)


def test_effects_come_out_in_the_order_in_which_all_parts_added_them() -> None:
    emitter = Emitter(START)

    emitter.add(a_publish("a"), a_publish("b"))
    emitter.keep("plan/2", RECORD, Durability.HISTORY)
    emitter.add(a_publish("c"))

    kinds = [one.topic if isinstance(one, Publish) else "kept" for one in emitter.flush()]
    assert kinds == ["a", "b", "kept", "c"]


def test_what_is_kept_bears_the_instant_at_which_it_was_decided() -> None:
    emitter = Emitter(START)

    emitter.keep("plan/2", RECORD, Durability.HISTORY)
    emitter.now_us = START + 5
    emitter.keep("plan/3", RECORD, Durability.STATE)

    assert emitter.flush() == [
        Journal(
            entry=Entry(at_us=START, key="plan/2", durability=Durability.HISTORY, record=RECORD)
        ),
        Journal(
            entry=Entry(at_us=START + 5, key="plan/3", durability=Durability.STATE, record=RECORD)
        ),
    ]


def test_an_effect_comes_out_once() -> None:
    emitter = Emitter(START)
    emitter.add(a_publish("a"))

    first, second = emitter.flush(), emitter.flush()
    first.append(a_publish("b"))
    emitter.add(a_publish("c"))

    assert second == []
    assert emitter.flush() == [a_publish("c")]
