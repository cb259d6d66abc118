"""A picture with one of everything that a shift hands over, and people who asked for things."""

from typing import Any

from past_alerts import HOUR, MINUTE, START, identity

from hub.core.effects import Asked
from hub.core.review.shift_log import AskedThen
from wire.actions import AskKind, OperatorAction
from wire.columns import columns
from wire.feed import (
    ActuatorView,
    AlertView,
    EastNorth,
    HubView,
    SensorView,
    Shape,
    SiteView,
    Snapshot,
    TrackColumns,
    TrackRow,
)
from wire.fields import CrowdView, ZoneCrowdView
from wire.labels import (
    ActuatorKind,
    ActuatorPosition,
    AlertState,
    EffectClass,
    HealthState,
    Label,
    PlaybookKind,
    Posture,
    Priority,
    Role,
    RunState,
    SensorKind,
    StepState,
    TaskState,
)
from wire.messages import Fault
from wire.work import (
    IncidentView,
    PostureView,
    RunStepView,
    RunView,
    ServiceView,
    TaskView,
    TeamView,
)


def a_place(east_m: float, north_m: float) -> EastNorth:
    return EastNorth(east_m=east_m, north_m=north_m)


def a_shape(identity: str, name: str, purpose: str, east_m: float, north_m: float) -> Shape:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    polygon = tuple(a_place(east_m + east, north_m + north) for east, north in corners)
    return Shape(id=identity, name=name, purpose=purpose, polygon=polygon)


def a_site_view() -> SiteView:
    return SiteView(
        id="square",
        name="Small Square",
        origin_lat_deg=52.0,
        origin_lon_deg=5.0,
        bounds=(a_place(-100.0, -100.0), (a_place(100.0, 100.0))),
        ground=(
            a_shape("road", "Harbour Road", "road", 40.0, 0.0),
            a_shape("lawn", "Lawn", "green", 300.0, 0.0),
        ),
        buildings=(a_shape("church", "Church", "church", 0.0, 30.0),),
        zones=(a_shape("stage", "Stage", "sterile", 0.0, 0.0),),
    )


def an_alert_view(number: int = 1, **changes: Any) -> AlertView:
    plain: dict[str, Any] = {
        "id": identity(number),
        "number": number,
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": f"Person {number} in Stage",
        "zone": "Stage",
        "at": a_place(5.0, 5.0),
        "raised_us": START,
        "changed_us": START,
    }
    return AlertView(**{**plain, **changes})


def an_incident_view(**changes: Any) -> IncidentView:
    plain: dict[str, Any] = {
        "id": identity(900),
        "number": 4,
        "summary": "Person 1 in Stage",
        "priority": Priority.HIGH,
        "alerts": (identity(1), identity(2)),
        "open_count": 2,
        "unacknowledged_count": 1,
        "at": a_place(5.0, 5.0),
        "radius_m": 12.0,
        "zones": ("Stage",),
        "opened_us": START,
        "changed_us": START,
    }
    return IncidentView(**{**plain, **changes})


def a_sensor_view(identity: str = "cam-01", **changes: Any) -> SensorView:
    plain: dict[str, Any] = {
        "id": identity,
        "kind": SensorKind.CAMERA,
        "name": "Camera 1",
        "at": a_place(0.0, -20.0),
        "state": HealthState.OK,
        "last_us": START,
    }
    return SensorView(**{**plain, **changes})


def an_actuator_view(identity: str = "gate-01", **changes: Any) -> ActuatorView:
    plain: dict[str, Any] = {
        "id": identity,
        "kind": ActuatorKind.GATE,
        "name": "North gate",
        "at": a_place(5.0, 25.0),
        "effect": EffectClass.RESTRICT,
        "position": ActuatorPosition.CLOSED,
        "state": HealthState.OK,
        "last_us": START,
    }
    return ActuatorView(**{**plain, **changes})


def a_task_view(number: int = 3, **changes: Any) -> TaskView:
    plain: dict[str, Any] = {
        "id": identity(700 + number),
        "number": number,
        "text": "Look behind the stage",
        "state": TaskState.ON_SCENE,
        "team": "medics",
        "alert": identity(1),
        "asked_by": "Ann",
        "created_us": START,
        "changed_us": START,
    }
    return TaskView(**{**plain, **changes})


def a_run_view(**changes: Any) -> RunView:
    plain: dict[str, Any] = {
        "id": identity(800),
        "playbook": "intruder",
        "name": "Intruder",
        "kind": PlaybookKind.OTHER,
        "state": RunState.RUNNING,
        "alert": identity(1),
        "started_by": "Ann",
        "started_us": START,
        "reason": "alert",
        "steps": (
            RunStepView(
                step="call",
                text="Call the police",
                kind="manual",
                needs="person",
                state=StepState.DUE,
            ),
            RunStepView(
                step="warn",
                text="Sound the siren",
                kind="command",
                needs="automatic",
                state=StepState.DONE,
            ),
        ),
    }
    return RunView(**{**plain, **changes})


def people_at(*places: tuple[float, float], label: Label = Label.PERSON) -> TrackColumns:
    return columns(
        TrackRow(
            number=number,
            label=label,
            east_m=east_m,
            north_m=north_m,
            heading_deg=0.0,
            speed_mps=0.0,
            sigma_m=0.3,
        )
        for number, (east_m, north_m) in enumerate(places)
    )


def _alerts() -> tuple[AlertView, ...]:
    return (
        an_alert_view(2, priority=Priority.LOW, acknowledged_by="Ann"),
        an_alert_view(1),
        an_alert_view(
            3,
            state=AlertState.SHELVED,
            shelved_by="Ann",
            shelved_until_us=START + HOUR,
            shelve_reason="rain on the lens",
        ),
        an_alert_view(4, state=AlertState.SUPPRESSED, hidden_why="the market is open"),
        an_alert_view(
            5,
            state=AlertState.OUT_OF_SERVICE,
            hidden_why="cam-01 is out of service",
            hidden_until_us=START + HOUR,
        ),
    )


def a_picture(**changes: Any) -> Snapshot:
    """Return a picture with one of everything."""
    plain: dict[str, Any] = {
        "number": 1,
        "at_us": START + HOUR,
        "role": Role.SUPERVISOR,
        "site": a_site_view(),
        "hub": HubView(faults=(Fault(code="broker_lost", text="no connection to the broker"),)),
        "alerts": _alerts(),
        "closed": (an_alert_view(6, state=AlertState.CLOSED, closed_us=START),),
        "incidents": (an_incident_view(),),
        "sensors": (
            a_sensor_view(),
            a_sensor_view("cam-02", name="Camera 2", silent=True),
            a_sensor_view("cam-03", name="Camera 3", last_us=None, state=None),
            a_sensor_view("cam-04", name="Camera 4", state=HealthState.GOODBYE),
            a_sensor_view(
                "cam-05",
                name="Camera 5",
                state=HealthState.WARNING,
                faults=(Fault(code="dirty", text="the lens is dirty"),),
            ),
        ),
        "actuators": (an_actuator_view(), an_actuator_view("siren-01", kind=ActuatorKind.SIREN)),
        "runs": (a_run_view(), a_run_view(id=identity(801), state=RunState.COMPLETED)),
        "tasks": (a_task_view(), a_task_view(4, state=TaskState.DONE)),
        "teams": (TeamView(id="medics", name="Medics", skills=("first-aid",)),),
        "postures": (
            PostureView(
                id="site", posture=Posture.RAISED, since_us=START, by="Ann", reason="a threat"
            ),
        ),
        "services": (
            ServiceView(
                id="cam-01",
                by="Sue",
                since_us=START,
                until_us=START + HOUR,
                reason="new lens",
                hidden_count=2,
            ),
        ),
        "crowd": CrowdView(
            at_us=START,
            cell_m=2.0,
            zones=(
                ZoneCrowdView(
                    id="stage",
                    persons=41.6,
                    sigma_persons=3.2,
                    density=0.4,
                    sigma_density=0.1,
                    density_max=3.25,
                ),
            ),
        ),
        "tracks": people_at((5.0, 5.0), (20.0, 5.0), (90.0, 90.0)),
    }
    return Snapshot(**{**plain, **changes})


def asked_then(
    ask: AskKind, at_us: int = START + MINUTE, *, by: str = "Ann", accepted: bool = True
) -> AskedThen:
    action = OperatorAction(
        id=identity(500), operator=by, role=Role.OPERATOR, asked_us=at_us, ask=ask
    )
    return AskedThen(at_us, Asked(action=action, accepted=accepted))
