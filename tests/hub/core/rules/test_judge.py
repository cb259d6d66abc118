import pytest
from small_square import START, Voice

from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, Judge, listens
from wire.messages import Message

CALLS = ("tracks", "wake", "cue", "reading", "heard", "second", "conditions", "to_keep")


class Listener(Judge):
    """A kind of rule that only wants to know who spoke."""

    def heard(self, message: Message, now_us: int) -> list[Condition]:
        assert message.observed_us <= now_us
        return []


@pytest.mark.parametrize("call", CALLS)
def test_a_kind_is_told_only_what_it_listens_to(call: str) -> None:
    assert listens(Listener(), call) is (call == "heard")
    assert not listens(Judge(), call)


def test_time_and_the_start_change_nothing_of_a_kind_that_says_nothing_of_them() -> None:
    listener = Listener()

    listener.start(START)

    assert listener.next_wake_us is None
    assert listener.reach is None
    assert listener.records() == []
    assert listener.heard(Voice("cam-01").health(START), START) == []


def test_facts_of_a_site_where_nothing_is_known_are_empty() -> None:
    facts = Facts()

    assert (facts.crowd, facts.coverage) == (None, ())
    assert [*facts.sensors, *facts.teams, *facts.postures, *facts.claimed] == []
