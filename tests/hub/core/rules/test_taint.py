from itertools import product

from hub.core.rules.condition import Condition
from hub.core.rules.taint import Taint, taint_of
from wire.labels import Priority


def test_no_two_taints_share_a_key() -> None:
    taints = [Taint(simulated=one, exercise=two) for one, two in product((False, True), repeat=2)]

    assert len({taint.key("fence") for taint in taints}) == 4
    assert Taint().key("fence") == "fence"


def test_the_taint_of_a_message_is_what_it_says_of_itself() -> None:
    condition = Condition(
        key="fence",
        rule="fence",
        rule_kind="intrusion",
        active=True,
        priority=Priority.HIGH,
        summary="Person in Stage",
        observed_us=1,
        cause="0" * 26,
        exercise=True,
    )

    assert taint_of(condition) == Taint(exercise=True)
