"""What the types of actuators, playbooks and escalations cannot say."""

from collections.abc import Iterator
from typing import assert_never

from hub.adapters.problem import OF_THE_HUB, Path, Problem, known, outside, some, unique
from hub.core.response.guarding import MOVERS
from hub.core.site import (
    Actuator,
    ActuatorIs,
    AnyStep,
    Escalation,
    Interlock,
    ManualStep,
    NotInPosture,
    Playbook,
    PostureStep,
    Site,
    Step,
    TaskStep,
    VehicleCanStop,
    Verification,
    ZoneClear,
)
from wire.labels import ActuatorAction as Do
from wire.labels import ActuatorKind as Kind
from wire.labels import ActuatorPosition as Is
from wire.labels import Channel

_SWITCH = {Do.TURN_ON: {Is.ON}, Do.TURN_OFF: {Is.OFF}}
_NOISE = {Do.SOUND: {Is.ON}, Do.SILENCE: {Is.OFF}}
_LEAF = {
    Do.OPEN: {Is.OPEN},
    Do.CLOSE: {Is.CLOSED},
    Do.LOCK: {Is.LOCKED, Is.CLOSED},
    Do.UNLOCK: {Is.UNLOCKED, Is.CLOSED, Is.OPEN},
}

PLAUSIBLE: dict[Kind, dict[Do, set[Is]]] = {
    Kind.SIREN: _NOISE,
    Kind.SPEAKER: {**_NOISE, Do.SPEAK: {Is.ON}},
    Kind.SIGN: {**_SWITCH, Do.SHOW: {Is.ON}},
    Kind.LIGHT: _SWITCH,
    Kind.STROBE: _SWITCH,
    Kind.DOOR: _LEAF,
    Kind.TURNSTILE: _LEAF,
    Kind.GATE: _LEAF,
    Kind.BOLLARD: {Do.RAISE: {Is.RAISED}, Do.LOWER: {Is.LOWERED}},
    Kind.CAMERA_HEAD: {Do.AIM: set()},
    Kind.RELAY: {**_SWITCH, Do.OPEN: {Is.OPEN, Is.OFF}, Do.CLOSE: {Is.CLOSED, Is.ON}},
}
"""What each kind of actuator can do, and what its state may read once it has done so."""

_LEAVES = (Kind.DOOR, Kind.TURNSTILE, Kind.GATE)
_SHUTS = (Do.CLOSE, Do.LOCK)


def response_problems(site: Site) -> Iterator[Problem]:
    """Yield everything that is wrong with what a plan does about alerts."""
    for number, actuator in enumerate(site.actuators):
        yield from _actuator(("actuators", number), actuator, site)
    for number, playbook in enumerate(site.playbooks):
        yield from _playbook(("playbooks", number), playbook, site)
    for number, escalation in enumerate(site.escalations):
        yield from _escalation(("escalations", number), escalation, site)


def _zones(site: Site) -> list[str]:
    return [zone.id for zone in site.zones]


# --- Actuators --------------------------------------------------------------------------------


def _actuator(path: Path, actuator: Actuator, site: Site) -> Iterator[Problem]:
    for action, position in actuator.confirmed_by.items():
        here = (*path, "confirmed_by", action.value)
        yield from _action(here, actuator, action)
        expected = PLAUSIBLE[actuator.kind].get(action)
        if expected and position not in expected:
            what = f"{action} does not leave a {actuator.kind} {position}"
            yield Problem(here, what, f"use {' or '.join(sorted(expected))}")
    for action, verification in actuator.verified_by.items():
        here = (*path, "verified_by", action.value)
        yield from _action(here, actuator, action)
        yield from _verification(here, verification, site)
    yield from known((*path, "zone"), "zone", actuator.zone, _zones(site))
    yield from _safe(path, actuator)
    yield from _stand_in((*path, "stand_in"), actuator, site)


def _action(path: Path, actuator: Actuator, action: Do) -> Iterator[Problem]:
    can = PLAUSIBLE[actuator.kind]
    if action not in can:
        what = f"a {actuator.kind} cannot {action}"
        yield Problem(path, what, f"use one of: {', '.join(sorted(can))}")


def _verification(path: Path, verified: Verification, site: Site) -> Iterator[Problem]:
    yield from known((*path, "sensor"), "sensor", verified.sensor, [s.id for s in site.sensors])
    has_limit = verified.at_least is not None or verified.at_most is not None
    if (verified.cue is None) is (verified.channel is None):
        what = "nothing, or two things, would show the effect"
        yield Problem(path, what, "name a cue, or a channel with at_least or at_most")
    elif has_limit is (verified.channel is None):
        what = "a channel and its limit belong together"
        yield Problem(path, what, "name a channel with at_least or at_most, or only a cue")


def _safe(path: Path, actuator: Actuator) -> Iterator[Problem]:
    safe = actuator.safe_action
    if safe is not None:
        yield from _action((*path, "safe_action"), actuator, safe)
    if not actuator.escape_route:
        return
    if actuator.kind not in _LEAVES:
        what = f"nobody leaves by a {actuator.kind}"
        fix = f"say it of one of: {', '.join(sorted(_LEAVES))}"
        yield Problem((*path, "escape_route"), what, fix)
    if safe in _SHUTS:
        what = "it would shut an escape route when nobody can open it"
        yield Problem((*path, "safe_action"), what, "use open or unlock")


def _stand_in(path: Path, actuator: Actuator, site: Site) -> Iterator[Problem]:
    others = {one.id: one for one in site.actuators if one.id != actuator.id}
    yield from known(path, "other actuator", actuator.stand_in, others)
    other = others.get(actuator.stand_in or "")
    if other is None:
        return
    if not other.exercise:
        yield Problem(path, f"{other.id} takes no part in exercises", "give it exercise = true")
    if other.kind is not actuator.kind:
        what = f"a {other.kind} cannot do what a {actuator.kind} does"
        yield Problem(path, what, f"name a {actuator.kind}")
    elif other.kind in MOVERS:
        # The step's interlocks look at the place of the one that it stands in for.
        what = f"nothing would guard the place where a {other.kind} stands in"
        yield Problem(path, what, "take stand_in away, or let it take part itself: exercise = true")


# --- Playbooks --------------------------------------------------------------------------------


def _playbook(path: Path, playbook: Playbook, site: Site) -> Iterator[Problem]:
    rules = [*(rule.id for rule in site.rules), *OF_THE_HUB]
    for number, name in enumerate(playbook.rules):
        yield from known((*path, "rules", number), "rule", name, rules)
    yield from known((*path, "zone"), "zone", playbook.zone, _zones(site))
    steps = enumerate(playbook.steps)
    yield from unique([((*path, "steps", number, "id"), step.id) for number, step in steps])
    for number, step in enumerate(playbook.steps):
        yield from _step((*path, "steps", number), step, site)


def _step(path: Path, step: AnyStep, site: Site) -> Iterator[Problem]:
    match step:
        case Step():
            yield from _command(path, step, site)
        case TaskStep():
            yield from _task(path, step, site)
        case PostureStep():
            yield from known((*path, "zone"), "zone", step.zone, _zones(site))
        case ManualStep():
            pass  # What its types say is enough.
        case _:  # pragma: no cover
            assert_never(step)


def _command(path: Path, step: Step, site: Site) -> Iterator[Problem]:
    actuators = {actuator.id: actuator for actuator in site.actuators}
    yield from known((*path, "actuator"), "actuator", step.actuator, actuators)
    if step.actuator in actuators:
        yield from _action((*path, "action"), actuators[step.actuator], step.action)
    yield from _parameters((*path, "parameters"), step)
    for number, interlock in enumerate(step.interlocks):
        yield from _interlock((*path, "interlocks", number), interlock, step, site)
    if step.action is Do.RAISE and not any(isinstance(i, ZoneClear) for i in step.interlocks):
        what = "nothing keeps it from rising under somebody"
        fix = 'add interlocks = [{ kind = "zone_clear", zone = "…" }]'
        yield Problem((*path, "interlocks"), what, fix)


def _parameters(path: Path, step: Step) -> Iterator[Problem]:
    if step.action in (Do.SPEAK, Do.SHOW) and not step.parameters.text:
        what = f"{step.action} needs a text"
        yield Problem((*path, "text"), what, 'add parameters = { text = "…" }')
    if step.action is Do.AIM and step.parameters.azimuth_deg is None:
        what = "aim needs a direction"
        yield Problem((*path, "azimuth_deg"), what, "add parameters = { azimuth_deg = … }")


def _interlock(path: Path, interlock: Interlock, step: Step, site: Site) -> Iterator[Problem]:
    match interlock:
        case ZoneClear() | VehicleCanStop() | NotInPosture():
            yield from known((*path, "zone"), "zone", interlock.zone, _zones(site))
        case ActuatorIs():
            others = [one.id for one in site.actuators if one.id != step.actuator]
            here = (*path, "actuator")
            yield from known(here, "other actuator", interlock.actuator, others)
        case _:  # pragma: no cover
            assert_never(interlock)


def _task(path: Path, step: TaskStep, site: Site) -> Iterator[Problem]:
    if step.place is not None:
        yield from outside((*path, "place"), step.place, site)
    able = [team for team in site.teams if set(step.skills) <= set(team.skills)]
    if len(able) < step.teams:
        skilled = f" with {', '.join(step.skills)}" if step.skills else ""
        what = f"it needs {step.teams} and the plan has {len(able)} teams{skilled}"
        yield Problem((*path, "teams"), what, "add a [[team]], or ask for fewer or less")


# --- Escalations ------------------------------------------------------------------------------


def _escalation(path: Path, escalation: Escalation, site: Site) -> Iterator[Problem]:
    yield from some((*path, "priorities"), escalation.priorities, "so that nobody is ever told")
    if (escalation.role is None) is (escalation.team is None):
        what = "nobody, or two, would be told"
        yield Problem(path, what, "name a role or a team")
    teams = {team.id: team for team in site.teams}
    yield from known((*path, "team"), "team", escalation.team, teams)
    team = teams.get(escalation.team or "")
    if team is not None and escalation.channel is Channel.RADIO and team.call_sign is None:
        what = f"{team.name} has no call sign to be called by"
        yield Problem((*path, "channel"), what, "give the team a call_sign, or use app or phone")
