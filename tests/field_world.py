"""A square with playbooks and three field teams; its alerts, and what teams and people say."""

from typing import Any

from hub.core.alerts.alert import AlertRecord
from hub.core.response.run import RunRecord
from hub.core.response.runs import Change, Want, WantTask
from hub.core.response.tasks import Tasks
from hub.core.response.team import Teams
from hub.core.site import (
    Actuator,
    Area,
    ManualStep,
    Origin,
    Playbook,
    PostureStep,
    Site,
    Step,
    TaskStep,
    Team,
)
from wire.actions import AskKind, OperatorAction
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    AlertState,
    EffectClass,
    HealthState,
    PlaybookKind,
    Posture,
    Priority,
    ReceiptStatus,
    Role,
)
from wire.messages import Health, Position, Receipt, TeamPosition

SECOND = 1_000_000
MINUTE = 60 * SECOND
START = 1_767_225_600 * SECOND
ORIGIN = Origin(lat_deg=52.0, lon_deg=5.0)
FRAME = SiteFrame(ORIGIN.lat_deg, ORIGIN.lon_deg)
BOOT = ulid(START, b"team boot ")
ALPHA, BRAVO, MEDIC = "team-alpha", "team-bravo", "team-medic"
NEAR, FAR = (10.0, 0.0), (80.0, 0.0)
SIREN = Step(id="siren", text="Sound the siren", actuator="siren-1", action=ActuatorAction.SOUND)
GATE = Step(id="gate", text="Close the gate", actuator="gate-1", action=ActuatorAction.CLOSE)
SEND = TaskStep(id="send", text="Send a team", order="Go and look", skills=("steward",))
EVACUATING = PostureStep(id="posture", text="Evacuate", posture=Posture.EVACUATING)
CALL = ManualStep(id="call", text="Call the fire brigade")


def an_actuator(name: str, effect: EffectClass) -> Actuator:
    kind = ActuatorKind.SIREN if effect is EffectClass.WARN else ActuatorKind.GATE
    return Actuator(id=name, kind=kind, name=name, position=(0.0, 0.0), effect=effect)


def a_playbook(*steps: Any, **changes: Any) -> Playbook:
    plain: dict[str, Any] = {
        "id": "evacuate",
        "name": "Evacuate",
        "kind": PlaybookKind.EVACUATE,
        "rules": ("attack",),
        "steps": steps or (SIREN, GATE, SEND, EVACUATING, CALL),
    }
    return Playbook(**(plain | changes))


def a_site(*playbooks: Playbook, **changes: Any) -> Site:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    plain: dict[str, Any] = {
        "id": "square",
        "name": "Square",
        "origin": ORIGIN,
        "bounds": ((-100.0, -100.0), (100.0, 100.0)),
        "zones": (Area(id="stage", name="Stage", purpose="stage", polygon=corners),),
        "actuators": (
            an_actuator("siren-1", EffectClass.WARN),
            an_actuator("gate-1", EffectClass.RESTRICT),
        ),
        "teams": (
            Team(id=ALPHA, name="Stewards north", skills=("steward",), call_sign="Alpha"),
            Team(id=BRAVO, name="Stewards south", skills=("steward",), call_sign="Bravo"),
            Team(id=MEDIC, name="First aid", skills=("first-aid",)),
        ),
        "playbooks": playbooks or (a_playbook(),),
    }
    return Site(**(plain | changes))


def an_alert(at_us: int = START, **changes: Any) -> AlertRecord:
    plain: dict[str, Any] = {
        "id": ulid(START, b"alert     "),
        "number": 17,
        "key": "attack/7",
        "rule": "attack",
        "rule_kind": "cue",
        "priority": Priority.CRITICAL,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Vehicle on the square",
        "place": (0.0, 0.0),
        "raised_us": START,
        "begun_us": at_us,
        "changed_us": at_us,
        "cause": ulid(START, bytes(10)),
    }
    return AlertRecord(**(plain | changes))


def an_action(
    ask: AskKind,
    operator: str = "Ann",
    *,
    role: Role = Role.OPERATOR,
    at_us: int = START,
    **more: Any,
) -> OperatorAction:
    word = f"{operator}{type(ask).__name__}".encode()[:10].ljust(10)
    return OperatorAction(
        id=ulid(at_us, word), operator=operator, role=role, asked_us=at_us, ask=ask, **more
    )


def a_health(team: str, at_us: int = START, **changes: Any) -> Health:
    return Health(**(_envelope(team, at_us) | {"state": HealthState.OK} | changes))


def a_position(team: str, place: tuple[float, float], at_us: int, **changes: Any) -> TeamPosition:
    lat_deg, lon_deg = FRAME.to_wgs84(*place)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=3.0, sigma_north_m=3.0)
    return TeamPosition(**(_envelope(team, at_us) | {"position": where} | changes))


def a_receipt(
    team: str, task: str, status: ReceiptStatus, at_us: int = START, **changes: Any
) -> Receipt:
    return Receipt(**(_envelope(team, at_us) | {"task": task, "status": status} | changes))


def _envelope(team: str, at_us: int) -> dict[str, Any]:
    return {
        "id": ulid(at_us, team.encode()[:10].ljust(10)),
        "sender": team,
        "boot": BOOT,
        "seq": 1,
        "observed_us": at_us,
        "sent_us": at_us,
    }


def some_teams(at_us: int = START, site: Site | None = None, **taint: bool) -> Teams:
    """Return teams that answer their phones: Alpha near the origin, Bravo and the medics far."""
    teams = Teams(site or a_site(), FRAME)
    for team, place in ((ALPHA, NEAR), (BRAVO, FAR), (MEDIC, FAR)):
        teams.health(a_health(team, at_us, **taint), at_us)
        teams.position(a_position(team, place, at_us, **taint), at_us)
    return teams


def keep_awake(teams: Teams, at_us: int, *names: str, **taint: bool) -> None:
    for team in names or (ALPHA, BRAVO, MEDIC):
        teams.health(a_health(team, at_us, **taint), at_us)


def a_want(alert: AlertRecord | None = None, at_us: int = START, **changes: Any) -> WantTask:
    plain: dict[str, Any] = {
        "run": ulid(START, b"run       "),
        "step": SEND,
        "alert": alert,
        "begun_us": at_us,
        "by": "Evacuate",
    }
    return WantTask(**(plain | changes))


def runs_in(changes: list[Change]) -> list[RunRecord]:
    return [one for one in changes if isinstance(one, RunRecord)]


def wants_in(changes: list[Change]) -> list[Want]:
    return [one for one in changes if not isinstance(one, RunRecord)]


def some_tasks(teams: Teams | None = None) -> Tasks:
    return Tasks(teams or some_teams())
