"""Who may ask what: one table of roles for every action."""

from hub.core.alerts.refusal import Refusal
from wire.actions import (
    Acknowledge,
    AcknowledgeIncident,
    AnswerTask,
    Ask,
    Assess,
    Cancel,
    CancelTask,
    Clear,
    Confirm,
    CreateTask,
    DoStep,
    DropTrack,
    FreezeCalibration,
    HandOver,
    JoinIncident,
    LogEntry,
    MergeTracks,
    OperatorAction,
    Order,
    Relabel,
    ResetCalibration,
    ReturnToService,
    SetPosture,
    Shelve,
    SkipStep,
    SplitTrack,
    StartPlaybook,
    StopPlaybook,
    TakeOutOfService,
    Unshelve,
)
from wire.labels import Role

# Acting on a site is the control room's. An administrator who must act signs in as an operator,
# so that the journal never shows a decision by somebody who was not on duty.
_ON_DUTY = (Role.OPERATOR, Role.SUPERVISOR)
# To hide what nobody has acknowledged for days, or to change what a whole site is told, is not
# one operator's decision.
_LEADING = (Role.SUPERVISOR,)

MAY_ASK: dict[type[Ask], tuple[Role, ...]] = {
    Acknowledge: _ON_DUTY,
    Shelve: _ON_DUTY,
    Unshelve: _ON_DUTY,
    Clear: _ON_DUTY,
    Assess: _ON_DUTY,
    TakeOutOfService: _LEADING,
    ReturnToService: _ON_DUTY,
    AcknowledgeIncident: _ON_DUTY,
    JoinIncident: _ON_DUTY,
    SetPosture: _ON_DUTY,
    StartPlaybook: _ON_DUTY,
    StopPlaybook: _ON_DUTY,
    DoStep: _ON_DUTY,
    SkipStep: _ON_DUTY,
    CreateTask: _ON_DUTY,
    CancelTask: _ON_DUTY,
    AnswerTask: (*_ON_DUTY, Role.FIELD),
    LogEntry: _ON_DUTY,
    HandOver: _ON_DUTY,
    Confirm: _ON_DUTY,
    Cancel: _ON_DUTY,
    Order: _ON_DUTY,
    Relabel: _ON_DUTY,
    MergeTracks: _ON_DUTY,
    SplitTrack: _ON_DUTY,
    DropTrack: _ON_DUTY,
    FreezeCalibration: _ON_DUTY,
    ResetCalibration: _ON_DUTY,
}
"""The roles that may ask each thing."""


def refusal_of(action: OperatorAction) -> Refusal | None:
    """Return why this person may not ask this, or None."""
    allowed = MAY_ASK[type(action.ask)]
    if action.role in allowed:
        return None
    what = str(type(action.ask).__struct_config__.tag).replace("_", " ")
    return Refusal(reason=f"the role {action.role} may not {what}; {' or '.join(allowed)} may")
