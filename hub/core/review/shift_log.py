"""What people wrote and decided in a shift, read from the actions that the journal keeps.

Everything that hides, changes or commands something is in it with its reason: the next shift must
not find out by itself why an alert does not come.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from hub.core.effects import Asked
from hub.core.review.wall_clock import duration
from wire.actions import (
    AskKind,
    Cancel,
    CancelTask,
    Clear,
    Confirm,
    DropTrack,
    FreezeCalibration,
    HandOver,
    JoinIncident,
    LogEntry,
    Order,
    ResetCalibration,
    ReturnToService,
    SetPosture,
    Shelve,
    SkipStep,
    StartPlaybook,
    StopPlaybook,
    TakeOutOfService,
)
from wire.quantities import SECOND_US, Instant, Ulid
from wire.review import HandedOver, LogLine

# A sheet of paper holds less; beyond this the journal tells.
LINES_MAX: Final = 500


class AskedThen(NamedTuple):
    """What a person asked at an instant, and what became of it."""

    at_us: Instant
    asked: Asked


def log_lines(asked: Iterable[AskedThen]) -> tuple[LogLine, ...]:
    """Return the lines that people wrote into the log, oldest first."""
    return tuple(
        LogLine(at_us=one.at_us, by=one.asked.action.operator, text=ask.text, alert=ask.alert)
        for one in asked
        if one.asked.accepted and isinstance(ask := one.asked.action.ask, LogEntry)
    )[-LINES_MAX:]


def handovers(asked: Iterable[AskedThen]) -> tuple[HandedOver, ...]:
    """Return who handed over to whom, oldest first."""
    return tuple(
        HandedOver(at_us=one.at_us, by=one.asked.action.operator, to=ask.to, note=ask.note)
        for one in asked
        if one.asked.accepted and isinstance(ask := one.asked.action.ask, HandOver)
    )[-LINES_MAX:]


def decisions(asked: Iterable[AskedThen], numbers: Mapping[Ulid, int]) -> tuple[LogLine, ...]:
    """Return what people decided and why, oldest first; `numbers` names alerts."""
    found = ((one, text) for one in asked if one.asked.accepted and (text := _said(one, numbers)))
    return tuple(
        LogLine(
            at_us=one.at_us,
            by=one.asked.action.operator,
            text=text,
            alert=getattr(one.asked.action.ask, "alert", None),
        )
        for one, text in found
    )[-LINES_MAX:]


def _said(one: AskedThen, numbers: Mapping[Ulid, int]) -> str:
    ask = one.asked.action.ask
    told = (_of_alert(ask, numbers), _of_device(ask), _of_command(ask), _of_playbook(ask))
    return next((text for text in (*told, _of_track(ask)) if text), "")


def _of_alert(ask: AskKind, numbers: Mapping[Ulid, int]) -> str:
    match ask:
        case Shelve():
            name, length = _name(ask.alert, numbers), duration(ask.duration_s * SECOND_US)
            return f"shelved {name} for {length}: {ask.reason}"
        case Clear():
            outcome = ask.outcome.replace("_", " ")
            return f"cleared {_name(ask.alert, numbers)} as {outcome}: {ask.note}"
        case JoinIncident(incident=None):
            return f"set {_name(ask.alert, numbers)} apart from its incident"
        case JoinIncident():
            return f"put {_name(ask.alert, numbers)} into another incident"
        case _:
            return ""


def _of_device(ask: AskKind) -> str:
    match ask:
        case TakeOutOfService():
            length = duration(ask.duration_s * SECOND_US)
            return f"took {ask.target} out of service for {length}: {ask.reason}"
        case ReturnToService():
            return f"put {ask.target} back into service"
        case FreezeCalibration():
            return f"{'froze' if ask.frozen else 'released'} the calibration of {ask.sensor}"
        case ResetCalibration():
            return f"reset the calibration of {ask.sensor}: {ask.reason}"
        case _:
            return ""


def _of_command(ask: AskKind) -> str:
    match ask:
        case Order():
            what = f"ordered {ask.actuator} to {ask.action.replace('_', ' ')}"
            return f"{what}{_in_drill(ask)}: {ask.reason}"
        case Confirm():
            return "confirmed a command"
        case Cancel():
            return f"stopped a command: {ask.reason}"
        case _:
            return ""


def _of_playbook(ask: AskKind) -> str:
    match ask:
        case SetPosture():
            return f"set the posture of {ask.zone or 'the site'} to {ask.posture}: {ask.reason}"
        case StartPlaybook():
            return f"began playbook {ask.playbook}{_in_drill(ask)}: {ask.reason}"
        case StopPlaybook():
            return f"stopped a playbook: {ask.reason}"
        case SkipStep():
            return f"left step {ask.step} of a playbook out: {ask.reason}"
        case CancelTask():
            return f"cancelled a task: {ask.reason}"
        case _:
            return ""


def _in_drill(ask: Order | StartPlaybook) -> str:
    """Return the words for what was only rehearsed: the next shift must not take it for meant."""
    return " as an exercise" * ask.exercise


def _of_track(ask: AskKind) -> str:
    return f"dropped track {ask.track}: {ask.reason}" if isinstance(ask, DropTrack) else ""


def _name(alert: Ulid, numbers: Mapping[Ulid, int]) -> str:
    return f"A-{numbers[alert]}" if alert in numbers else "an older alert"
