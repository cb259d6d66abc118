"""The simulated site: a little of everything, real, simulated and exercising, and plans to edit."""

from msgspec.structs import replace

from hub.core.site import (
    Actuator,
    Area,
    CompoundRule,
    CueRule,
    Escalation,
    GasRule,
    IntrusionRule,
    LoiteringRule,
    ManualStep,
    Origin,
    Playbook,
    PostureStep,
    Sensor,
    SilenceRule,
    Site,
    Step,
    Suppression,
    TaskStep,
    Team,
    TeamLostRule,
    Tripwire,
    TripwireRule,
    Verification,
    ZoneClear,
)
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    CueKind,
    EffectClass,
    PlaybookKind,
    Posture,
    Priority,
    Role,
    SensorKind,
)

SITE = "square"
LINE = ((20.0, 0.0), (22.0, 0.0), (22.0, 10.0), (20.0, 10.0))
BY_RULE = "the panic button says it already"
BY_POSTURE = "everybody leaves"

CUES = {
    CueKind.BUTTON_PRESSED: "panic",
    CueKind.DOOR_FORCED: "forced",
    CueKind.DOOR_HELD: "held",
}
"""Which rule must have an alert for a cue."""

COMPOUND = CompoundRule(id="attack", of=("panic", "entry", "forced"), within_m=200.0)
"""Any two of them, anywhere on the site."""


def a_site() -> Site:
    """Return the plan that the first hub begins with."""
    square = ((-45.0, -45.0), (45.0, -45.0), (45.0, 45.0), (-45.0, 45.0))
    stage = ((-5.0, 0.0), (5.0, 0.0), (5.0, 10.0), (-5.0, 10.0))
    return Site(
        id=SITE,
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-50.0, -50.0), (50.0, 50.0)),
        zones=(
            Area(id="square", name="Square", purpose="public", polygon=square),
            Area(id="stage", name="Stage back", purpose="sterile", polygon=stage),
            Area(id="line", name="Bollard line", purpose="gate", polygon=LINE),
        ),
        tripwires=(Tripwire(id="entry", name="Entry", start=(-20.0, 20.0), end=(-20.0, -20.0)),),
        sensors=_sensors(),
        actuators=_actuators(),
        teams=(
            Team(id="team-1", name="Team 1", call_sign="Alfa"),
            Team(id="team-2", name="Team 2", skills=("first-aid",)),
            Team(id="team-play", name="Team 9"),
        ),
        rules=_rules(),
        playbooks=_playbooks(),
        escalations=(
            Escalation(after_s=30.0, role=Role.SUPERVISOR),
            Escalation(after_s=90.0, team="team-1"),
        ),
    )


def edited(number: int) -> Site:
    """Return the plan after the edit of that number; each changes something that hurts."""
    base = a_site()
    match number % 6:
        case 0:
            rules = tuple(
                replace(rule, priority=Priority.MEDIUM) if rule.id == "panic" else rule
                for rule in base.rules
            )
            return replace(base, rules=rules)
        case 1:
            rules = tuple(
                replace(rule, enabled=False) if rule.id in ("stage", "held") else rule
                for rule in base.rules
            )
            return replace(base, rules=rules, operators=3)
        case 2:
            return replace(base, escalations=(Escalation(after_s=60.0, role=Role.SUPERVISOR),))
        case 3:
            defend = replace(base.playbooks[0], steps=base.playbooks[0].steps[2:])
            return replace(base, playbooks=(defend, *base.playbooks[1:]))
        case 4:
            teams = tuple(team for team in base.teams if team.id != "team-2")
            return replace(base, teams=teams)
        case _:
            return base


def _sensors() -> tuple[Sensor, ...]:
    kinds = {
        "button-play": SensorKind.BUTTON,
        "button-real": SensorKind.BUTTON,
        "button-drill": SensorKind.BUTTON,
        "door-01": SensorKind.ACCESS,
        "gas-01": SensorKind.GAS,
        "mic-01": SensorKind.ACOUSTIC,
        "radar-01": SensorKind.RADAR,
    }
    return tuple(
        Sensor(id=name, kind=kind, name=name, position=(9.0 * place, -20.0))
        for place, (name, kind) in enumerate(kinds.items())
    )


def _actuators() -> tuple[Actuator, ...]:
    sirens = tuple(
        Actuator(
            id=name,
            kind=ActuatorKind.SIREN,
            name=name,
            position=(0.0, 0.0),
            effect=EffectClass.WARN,
            confirmed_by={ActuatorAction.SOUND: ActuatorPosition.ON},
            verified_by=(
                {
                    ActuatorAction.SOUND: Verification(
                        sensor="mic-01", cue=CueKind.SIREN_HEARD, within_s=15.0
                    )
                }
                if name == "siren-real"
                else {}
            ),
            exercise=name == "siren-drill",
        )
        for name in ("siren-real", "siren-play", "siren-drill")
    )
    return (
        *sirens,
        Actuator(
            id="bollard-01",
            kind=ActuatorKind.BOLLARD,
            name="Bollards",
            position=(21.0, 5.0),
            effect=EffectClass.IMPEDE,
            zone="line",
            confirmed_by={
                ActuatorAction.RAISE: ActuatorPosition.RAISED,
                ActuatorAction.LOWER: ActuatorPosition.LOWERED,
            },
            safe_action=ActuatorAction.LOWER,
        ),
        Actuator(
            id="gate-01",
            kind=ActuatorKind.GATE,
            name="Gate",
            position=(21.0, 5.0),
            effect=EffectClass.RESTRICT,
            zone="line",
            escape_route=True,
            confirmed_by={
                ActuatorAction.OPEN: ActuatorPosition.OPEN,
                ActuatorAction.CLOSE: ActuatorPosition.CLOSED,
            },
        ),
        Actuator(
            id="foam-01",
            kind=ActuatorKind.RELAY,
            name="Foam",
            position=(0.0, 0.0),
            effect=EffectClass.SUPPRESS,
            confirmed_by={ActuatorAction.TURN_ON: ActuatorPosition.ON},
        ),
    )


def _rules() -> tuple[
    IntrusionRule
    | TripwireRule
    | CueRule
    | SilenceRule
    | LoiteringRule
    | GasRule
    | TeamLostRule
    | CompoundRule,
    ...,
]:
    return (
        IntrusionRule(
            id="stage",
            zone="stage",
            suppressed=(Suppression(reason=BY_POSTURE, postures=(Posture.EVACUATING,)),),
        ),
        TripwireRule(id="entry", tripwire="entry", priority=Priority.CRITICAL),
        CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), clear_after_s=20.0),
        CueRule(
            id="forced",
            cues=(CueKind.DOOR_FORCED,),
            clear_after_s=20.0,
            # High: so this must never hide it.
            suppressed=(Suppression(reason=BY_RULE, rule="held"),),
        ),
        CueRule(
            id="held",
            priority=Priority.LOW,
            cues=(CueKind.DOOR_HELD,),
            clear_after_s=60.0,
        ),
        GasRule(
            id="gas",
            channel="co",
            priority=Priority.MEDIUM,
            on_at=30.0,
            off_at=20.0,
            stay_min_s=1.0,
            clear_after_s=5.0,
            suppressed=(Suppression(reason=BY_RULE, rule="held"),),
            by_posture={Posture.RAISED: {"priority": "high"}},
        ),
        LoiteringRule(id="loiter", zone="line", stay_min_s=10.0),
        SilenceRule(id="silence", silence_max_s=75.0),
        TeamLostRule(id="lost", silence_max_s=120.0),
        COMPOUND,
    )


def _calm(clear: tuple[ZoneClear, ...]) -> Playbook:
    return Playbook(
        id="calm",
        name="Back to normal",
        steps=(
            PostureStep(id="posture", text="Normal", posture=Posture.NORMAL),
            Step(
                id="lower",
                text="Lower the bollards",
                actuator="bollard-01",
                action=ActuatorAction.LOWER,
                interlocks=clear,
            ),
            Step(
                id="close",
                text="Close the gate",
                actuator="gate-01",
                action=ActuatorAction.CLOSE,
                interlocks=clear,
            ),
        ),
    )


def _playbooks() -> tuple[Playbook, ...]:
    sirens = tuple(
        Step(id=name, text=f"Sound {name}", actuator=name, action=ActuatorAction.SOUND)
        for name in ("siren-real", "siren-play", "siren-drill")
    )
    clear = (ZoneClear(zone="line"),)
    return (
        Playbook(
            id="defend",
            name="Defend",
            rules=("entry", "panic", "forced"),
            steps=(
                *sirens,
                Step(
                    id="block",
                    text="Raise the bollards",
                    actuator="bollard-01",
                    action=ActuatorAction.RAISE,
                    interlocks=clear,
                ),
                TaskStep(id="go", text="Send somebody", order="Go and look", after_s=2.0),
                Step(
                    id="quell",
                    text="Foam",
                    actuator="foam-01",
                    action=ActuatorAction.TURN_ON,
                    after_s=5.0,
                ),
                ManualStep(id="call", text="Call the police", late_after_s=60.0),
            ),
        ),
        Playbook(
            id="evacuate",
            name="Evacuate",
            kind=PlaybookKind.EVACUATE,
            steps=(
                PostureStep(id="posture", text="Evacuate", posture=Posture.EVACUATING),
                Step(
                    id="open",
                    text="Open the gate",
                    actuator="gate-01",
                    action=ActuatorAction.OPEN,
                    holds=True,
                ),
                TaskStep(
                    id="aid", text="First aid", order="Stand by", skills=("first-aid",), teams=1
                ),
                sirens[0],
            ),
        ),
        _calm(clear),
    )
