"""Who may ask what: one table of roles for every action."""

from hub.core.alerts.refusal import Refusal
from wire.actions import (
    Acknowledge,
    Ask,
    Cancel,
    Clear,
    Confirm,
    OperatorAction,
    Order,
    Shelve,
    Unshelve,
)
from wire.labels import Role

# Acting on a site is the control room's. An administrator who must act signs in as an operator,
# so that the journal never shows a decision by somebody who was not on duty.
_ON_DUTY = (Role.OPERATOR, Role.SUPERVISOR)

MAY_ASK: dict[type[Ask], tuple[Role, ...]] = {
    Acknowledge: _ON_DUTY,
    Shelve: _ON_DUTY,
    Unshelve: _ON_DUTY,
    Clear: _ON_DUTY,
    Confirm: _ON_DUTY,
    Cancel: _ON_DUTY,
    Order: _ON_DUTY,
}
"""The roles that may ask each thing."""


def refusal_of(action: OperatorAction) -> Refusal | None:
    """Return why this person may not ask this, or None."""
    allowed = MAY_ASK[type(action.ask)]
    if action.role in allowed:
        return None
    what = type(action.ask).__name__.lower()
    return Refusal(reason=f"the role {action.role} may not {what}; {' or '.join(allowed)} may")
