import pytest
from past_alerts import identity
from shift_pages import asked_then

from hub.core.review import shift_log
from hub.core.review.shift_log import decisions, handovers, log_lines
from wire.actions import (
    Acknowledge,
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
from wire.labels import ActuatorAction, AlertOutcome, Posture

ALERT = identity(17)
OTHER = identity(99)


def test_what_people_wrote_is_in_the_log() -> None:
    lines = log_lines(
        [
            asked_then(LogEntry(text="Gate 3 sticks", alert=ALERT)),
            asked_then(LogEntry(text="not taken"), accepted=False),
            asked_then(Acknowledge(alert=ALERT)),
        ]
    )

    assert [(one.by, one.text, one.alert) for one in lines] == [("Ann", "Gate 3 sticks", ALERT)]


def test_who_handed_over_to_whom_is_told() -> None:
    (one,) = handovers([asked_then(HandOver(to="Bob", note="quiet night"), by="Ann")])

    assert (one.by, one.to, one.note) == ("Ann", "Bob", "quiet night")
    assert handovers([asked_then(HandOver(to="Bob"), accepted=False)]) == ()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (Shelve(alert=ALERT, duration_s=1800, reason="rain"), "shelved A-17 for 30 min: rain"),
        (
            Clear(alert=ALERT, note="a fox", outcome=AlertOutcome.FALSE_DATA),
            "cleared A-17 as false data: a fox",
        ),
        (JoinIncident(alert=ALERT), "set A-17 apart from its incident"),
        (JoinIncident(alert=OTHER, incident=ALERT), "put an older alert into another incident"),
        (
            TakeOutOfService(target="cam-01", duration_s=86_400, reason="new lens"),
            "took cam-01 out of service for 24 h: new lens",
        ),
        (ReturnToService(target="cam-01"), "put cam-01 back into service"),
        (
            Order(actuator="door-1", action=ActuatorAction.TURN_ON, reason="dark"),
            "ordered door-1 to turn on: dark",
        ),
        (
            Order(actuator="sign-1", action=ActuatorAction.TURN_ON, reason="yearly", exercise=True),
            "ordered sign-1 to turn on as an exercise: yearly",
        ),
        (Confirm(command=ALERT), "confirmed a command"),
        (Cancel(command=ALERT, reason="too late"), "stopped a command: too late"),
        (FreezeCalibration(sensor="cam-01", frozen=True), "froze the calibration of cam-01"),
        (FreezeCalibration(sensor="cam-01", frozen=False), "released the calibration of cam-01"),
        (
            ResetCalibration(sensor="cam-01", reason="moved"),
            "reset the calibration of cam-01: moved",
        ),
        (
            SetPosture(posture=Posture.RAISED, reason="threat"),
            "set the posture of the site to raised: threat",
        ),
        (
            SetPosture(posture=Posture.NORMAL, zone="stage", reason="over"),
            "set the posture of stage to normal: over",
        ),
        (StartPlaybook(playbook="evacuate", reason="fire"), "began playbook evacuate: fire"),
        (
            StartPlaybook(playbook="evacuate", reason="yearly", exercise=True),
            "began playbook evacuate as an exercise: yearly",
        ),
        (StopPlaybook(run=ALERT, reason="false"), "stopped a playbook: false"),
        (
            SkipStep(run=ALERT, step="call", reason="they are here"),
            "left step call of a playbook out: they are here",
        ),
        (CancelTask(task=ALERT, reason="done"), "cancelled a task: done"),
        (DropTrack(track=7, reason="a statue"), "dropped track 7: a statue"),
    ],
)
def test_a_decision_is_told_with_its_reason(ask: AskKind, said: str) -> None:
    (line,) = decisions([asked_then(ask)], {ALERT: 17})

    assert (line.by, line.text) == ("Ann", said)


def test_what_decides_nothing_or_was_refused_is_no_decision() -> None:
    asked = [
        asked_then(Acknowledge(alert=ALERT)),
        asked_then(Confirm(command=ALERT), accepted=False),
    ]

    assert decisions(asked, {}) == ()


def test_a_sheet_holds_the_latest_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shift_log, "LINES_MAX", 2)
    asked = [asked_then(LogEntry(text=f"line {number}")) for number in range(3)]

    assert [one.text for one in log_lines(asked)] == ["line 1", "line 2"]
