import pytest

from hub.core.alerts.urgency import URGENT, graver, is_graver
from wire.labels import Priority


def test_high_and_critical_are_urgent() -> None:
    assert {Priority.HIGH, Priority.CRITICAL} == URGENT


@pytest.mark.parametrize("one", Priority)
@pytest.mark.parametrize("other", Priority)
def test_the_graver_of_two_is_never_below_either(one: Priority, other: Priority) -> None:
    top = graver(one, other)

    assert top in (one, other)
    assert not is_graver(one, top)
    assert not is_graver(other, top)


def test_critical_is_above_all() -> None:
    assert all(is_graver(Priority.CRITICAL, one) for one in Priority if one != "critical")
