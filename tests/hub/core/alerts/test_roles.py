from typing import get_args

import pytest

from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import MAY_ASK, refusal_of
from wire.actions import Acknowledge, AskKind, OperatorAction
from wire.labels import Role

ID = "01KDVXT000000000000000000A"


def an_action(role: Role) -> OperatorAction:
    return OperatorAction(
        id=ID, operator="Ann", role=role, asked_us=1_767_225_600_000_000, ask=Acknowledge(alert=ID)
    )


def test_every_thing_that_can_be_asked_has_its_roles() -> None:
    assert set(MAY_ASK) == set(get_args(AskKind))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR])
def test_who_is_on_duty_may_act(role: Role) -> None:
    assert refusal_of(an_action(role)) is None


@pytest.mark.parametrize("role", [Role.WALL, Role.FIELD, Role.PLANNER, Role.AUDITOR, Role.ADMIN])
def test_nobody_else_may_and_is_told_who_may(role: Role) -> None:
    refusal = refusal_of(an_action(role))

    assert refusal == Refusal(
        reason=f"the role {role} may not acknowledge; operator or supervisor may"
    )
