"""A site with a siren, bollards and a jammer; a bystander; and what people and devices say."""

from collections.abc import Iterable, Mapping

from track_rows import add_rows

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.command import CommandRecord
from hub.core.response.dispatcher import Response
from hub.core.response.live_picture import KnownActuator, LivePicture
from hub.core.site import (
    Actuator,
    Area,
    Origin,
    Playbook,
    Sensor,
    Site,
    Step,
    Verification,
    ZoneClear,
)
from wire.actions import AskKind, Confirm, OperatorAction, Order
from wire.feed import LABELS
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertState,
    CueKind,
    EffectClass,
    Label,
    OutcomeStatus,
    Priority,
    Role,
    SensorKind,
)
from wire.messages import ActuatorAbout, ActuatorState, Cue, Outcome, Pose, Reading

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NAMES = {"siren-1": "Siren", "bollard-1": "Bollards", "jammer-1": "Jammer"}
EFFECTS = {
    "siren-1": EffectClass.WARN,
    "bollard-1": EffectClass.IMPEDE,
    "jammer-1": EffectClass.SUPPRESS,
}
ACTIONS = {
    "siren-1": ActuatorAction.SOUND,
    "bollard-1": ActuatorAction.RAISE,
    "jammer-1": ActuatorAction.TURN_ON,
}
POSITIONS = {ActuatorAction.RAISE: ActuatorPosition.RAISED}
HEARD = {ActuatorAction.SOUND: Verification(sensor="ear-1", cue=CueKind.SIREN_HEARD, within_s=10.0)}
RUN = ulid(START, b"run       ")
CLEAR = ZoneClear(zone="line", labels=(Label.PERSON,))


def a_site() -> Site:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (0.0, 2.0))
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
        zones=(Area(id="line", name="Bollard line", purpose="gate", polygon=corners),),
        sensors=(Sensor(id="ear-1", kind=SensorKind.ACOUSTIC, name="Ear", position=(0.0, 0.0)),),
        actuators=tuple(
            Actuator(
                id=one,
                kind=ActuatorKind.RELAY,
                name=name,
                position=(0.0, 0.0),
                effect=EFFECTS[one],
                confirmed_by=POSITIONS if one == "bollard-1" else {},
                verified_by=HEARD if one == "siren-1" else {},
                exercise=one == "siren-1",
            )
            for one, name in NAMES.items()
        ),
        playbooks=(
            Playbook(
                id="attack",
                name="Vehicle attack",
                rules=("crossing",),
                steps=tuple(
                    Step(
                        id=f"use-{one}",
                        text=f"Use the {name}",
                        actuator=one,
                        action=ACTIONS[one],
                        interlocks=(CLEAR,) if one == "bollard-1" else (),
                        expires_after_s=20.0,
                    )
                    for one, name in NAMES.items()
                ),
            ),
        ),
    )


def an_alert(at_us: int = START, **changes: object) -> AlertRecord:
    plain = {
        "id": ulid(START, b"alert     "),
        "number": 17,
        "key": "crossing/7",
        "rule": "crossing",
        "rule_kind": "tripwire",
        "priority": Priority.CRITICAL,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Vehicle crossed Kerkstraat line at 47 km/h",
        "raised_us": START,
        "begun_us": at_us,
        "changed_us": at_us,
        "cause": ulid(START, bytes(10)),
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def an_about(one: str, **changes: object) -> ActuatorAbout:
    plain = {
        "id": ulid(START, one.encode().ljust(10)[:10]),
        "sender": one,
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": START,
        "sent_us": START,
        "kind": ActuatorKind.RELAY,
        "name": NAMES[one],
        "pose": Pose(lat_deg=52.0, lon_deg=5.0),
        "effect": EFFECTS[one],
        "actions": (ACTIONS[one],),
    }
    return ActuatorAbout(**{**plain, **changes})  # type: ignore[arg-type]


def a_picture(
    now_us: int = START,
    *,
    person_at: tuple[float, float] | None = None,
    seen_s_ago: float = 0.0,
    alerts: Iterable[AlertRecord] = (),
    actuators: Mapping[str, KnownActuator] | None = None,
) -> LivePicture:
    rows = Rows()
    if person_at is not None:
        add_rows(rows, 1)
        rows.columns.mean[0, :2] = person_at
        rows.columns.state[0] = CONFIRMED
        rows.columns.label[0] = LABELS.index(Label.PERSON)
        rows.columns.updated_us[0] = now_us
    everything = {one: KnownActuator(about=an_about(one)) for one in NAMES}
    return LivePicture(
        tracks=Tracks(rows),
        covered_us={"line": now_us - round(seen_s_ago * SECOND)},
        covered_in_play_us={"line": now_us - round(seen_s_ago * SECOND)},
        actuators=everything if actuators is None else actuators,
        alerts={alert.id: alert for alert in alerts},
    )


def an_action(
    ask: AskKind, operator: str = "Ann", *, role: Role = Role.OPERATOR, at_us: int = START
) -> OperatorAction:
    return OperatorAction(
        id=ulid(at_us, operator.encode().ljust(10)[:10]),
        operator=operator,
        role=role,
        asked_us=at_us,
        ask=ask,
    )


def an_order(one: str = "bollard-1", **changes: object) -> Order:
    plain = {"actuator": one, "action": ACTIONS[one], "reason": "test of the morning"}
    return Order(**{**plain, **changes})  # type: ignore[arg-type]


def an_outcome(
    command: CommandRecord, status: OutcomeStatus, now_us: int = START, **changes: object
) -> Outcome:
    plain = {
        "id": ulid(now_us, b"outcome   "),
        "sender": command.actuator,
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": now_us,
        "sent_us": now_us,
        "command": command.id,
        "status": status,
    }
    return Outcome(**{**plain, **changes})  # type: ignore[arg-type]


def a_state(now_us: int = START, **changes: object) -> ActuatorState:
    plain = {
        "id": ulid(now_us, b"state     "),
        "sender": "bollard-1",
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": now_us,
        "sent_us": now_us,
        "position": ActuatorPosition.RAISED,
    }
    return ActuatorState(**{**plain, **changes})  # type: ignore[arg-type]


def a_response() -> Response:
    return Response(a_site())


def a_cue(at_us: int = START, **changes: object) -> Cue:
    plain = {
        "id": ulid(at_us, b"cue       "),
        "sender": "ear-1",
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": at_us,
        "sent_us": at_us,
        "kind": CueKind.SIREN_HEARD,
        "confidence": 0.9,
    }
    return Cue(**{**plain, **changes})  # type: ignore[arg-type]


def a_reading(at_us: int = START, **changes: object) -> Reading:
    plain = {
        "id": ulid(at_us, b"reading   "),
        "sender": "ear-1",
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": at_us,
        "sent_us": at_us,
        "channel": "sound_level",
        "value": 92.0,
        "unit": "dB",
    }
    return Reading(**{**plain, **changes})  # type: ignore[arg-type]


def begun(
    response: Response,
    picture: LivePicture | None = None,
    *,
    alert: AlertRecord | None = None,
    now_us: int = START,
) -> list[CommandRecord]:
    """Begin every step of the plan's playbook for an alert."""
    (playbook,) = a_site().playbooks
    what = alert or an_alert(now_us)
    return [
        record
        for step in playbook.steps
        if isinstance(step, Step)
        for record in response.step(playbook, step, what, RUN, now_us, picture or a_picture(now_us))
    ]


def done(
    response: Response, ask: AskKind, picture: LivePicture, operator: str, now_us: int
) -> CommandRecord:
    answer = response.act(an_action(ask, operator, at_us=now_us), picture, now_us)
    assert not isinstance(answer, Refusal), answer
    (record,) = answer
    return record


def refused(response: Response, ask: AskKind, operator: str = "Ann", now_us: int = START) -> str:
    answer = response.act(an_action(ask, operator, at_us=now_us), a_picture(now_us), now_us)
    assert isinstance(answer, Refusal)
    return answer.reason


def sent_bollards(response: Response, now_us: int = START) -> CommandRecord:
    _, bollards, _ = begun(response)
    return done(response, Confirm(command=bollards.id), a_picture(now_us), "Ann", now_us)
