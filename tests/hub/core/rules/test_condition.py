from hub.core.rules.condition import Condition
from wire.labels import Priority


def test_a_condition_is_real_and_clears_by_itself_unless_it_says_otherwise() -> None:
    condition = Condition(
        key="fence",
        rule="fence",
        rule_kind="intrusion",
        active=True,
        priority=Priority.HIGH,
        summary="Person in Stage",
        observed_us=1,
        cause="0" * 26,
    )

    assert (condition.simulated, condition.exercise, condition.latched) == (False, False, False)
