from collections.abc import Mapping

import pytest
from plan_parts import a_playbook, a_site, a_step, a_team, an_actuator

from hub.adapters.response_checks import PLAUSIBLE, response_problems
from hub.core.site import (
    ActuatorIs,
    Escalation,
    ManualStep,
    NotInPosture,
    PostureStep,
    Step,
    TaskStep,
    VehicleCanStop,
    Verification,
    ZoneClear,
)
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    Channel,
    CueKind,
    Posture,
    Role,
)
from wire.messages import Parameters

STEPS = ("playbooks", 0, "steps", 0)
HEARD = Verification(sensor="cam-01", cue=CueKind.SIREN_HEARD)


def a_task(**changes: object) -> TaskStep:
    return TaskStep(**{"id": "go", "text": "Go", "order": "Go and look", **changes})  # type: ignore[arg-type]


def verified(**changes: object) -> dict[str, object]:
    one = Verification(**{"sensor": "cam-01", **changes})  # type: ignore[arg-type]
    return {"actuators": (an_actuator(verified_by={ActuatorAction.SOUND: one}),)}


def stood_in(of: ActuatorKind = ActuatorKind.SIREN, **changes: object) -> dict[str, object]:
    first = an_actuator(kind=of, stand_in="other")
    return {"actuators": (first, an_actuator(id="other", **changes)), "playbooks": ()}


def escalated(**changes: object) -> dict[str, object]:
    return {"escalations": (Escalation(after_s=60.0, **changes),)}  # type: ignore[arg-type]


def interlocked(*interlocks: object) -> dict[str, object]:
    return {"playbooks": (a_playbook(a_step(interlocks=interlocks)),)}


@pytest.mark.parametrize(
    ("changes", "path", "what"),
    [
        (
            {"actuators": (an_actuator(confirmed_by={ActuatorAction.RAISE: "raised"}),)},
            ("actuators", 0, "confirmed_by", "raise"),
            "a siren cannot raise",
        ),
        (
            {
                "actuators": (
                    an_actuator(confirmed_by={ActuatorAction.SOUND: ActuatorPosition.OPEN}),
                )
            },
            ("actuators", 0, "confirmed_by", "sound"),
            "sound does not leave a siren open",
        ),
        (
            {"actuators": (an_actuator(verified_by={ActuatorAction.OPEN: HEARD}),)},
            ("actuators", 0, "verified_by", "open"),
            "a siren cannot open",
        ),
        (
            {"actuators": (an_actuator(stand_in="x"),)},
            ("actuators", 0, "stand_in"),
            "there is no other actuator 'x'",
        ),
        (
            {"actuators": (an_actuator(stand_in="siren"),)},
            ("actuators", 0, "stand_in"),
            "there is no other actuator 'siren'",
        ),
        (stood_in(), ("actuators", 0, "stand_in"), "other takes no part in exercises"),
        (
            stood_in(exercise=True, kind=ActuatorKind.SIGN),
            ("actuators", 0, "stand_in"),
            "a sign cannot do what a siren does",
        ),
        (
            stood_in(ActuatorKind.GATE, exercise=True, kind=ActuatorKind.GATE),
            ("actuators", 0, "stand_in"),
            "nothing would guard the place where a gate stands in",
        ),
        (
            verified(sensor="x", cue=CueKind.SIREN_HEARD),
            ("actuators", 0, "verified_by", "sound", "sensor"),
            "there is no sensor 'x'",
        ),
        (
            verified(),
            ("actuators", 0, "verified_by", "sound"),
            "nothing, or two things, would show the effect",
        ),
        (
            verified(channel="level"),
            ("actuators", 0, "verified_by", "sound"),
            "a channel and its limit belong together",
        ),
        (
            verified(cue=CueKind.SIREN_HEARD, at_most=1.0),
            ("actuators", 0, "verified_by", "sound"),
            "a channel and its limit belong together",
        ),
        (
            {"actuators": (an_actuator(zone="x"),)},
            ("actuators", 0, "zone"),
            "there is no zone 'x'",
        ),
        (
            {"actuators": (an_actuator(safe_action=ActuatorAction.OPEN),)},
            ("actuators", 0, "safe_action"),
            "a siren cannot open",
        ),
        (
            {"actuators": (an_actuator(escape_route=True),)},
            ("actuators", 0, "escape_route"),
            "nobody leaves by a siren",
        ),
        (
            {
                "actuators": (
                    an_actuator(
                        kind=ActuatorKind.DOOR, escape_route=True, safe_action=ActuatorAction.LOCK
                    ),
                )
            },
            ("actuators", 0, "safe_action"),
            "it would shut an escape route",
        ),
        (
            {"playbooks": (a_playbook(rules=("intruder", "x")),)},
            ("playbooks", 0, "rules", 1),
            "there is no rule 'x'",
        ),
        (
            {"playbooks": (a_playbook(a_step(), a_step()),)},
            ("playbooks", 0, "steps", 1, "id"),
            "there is another 'warn'",
        ),
        (
            {"playbooks": (a_playbook(a_step(actuator="x")),)},
            (*STEPS, "actuator"),
            "there is no actuator 'x'",
        ),
        (
            {"playbooks": (a_playbook(a_step(action=ActuatorAction.OPEN)),)},
            (*STEPS, "action"),
            "a siren cannot open",
        ),
        (
            interlocked(ZoneClear(zone="x")),
            (*STEPS, "interlocks", 0, "zone"),
            "there is no zone 'x'",
        ),
        (
            interlocked(VehicleCanStop(zone="x")),
            (*STEPS, "interlocks", 0, "zone"),
            "there is no zone 'x'",
        ),
        (
            interlocked(NotInPosture(zone="x")),
            (*STEPS, "interlocks", 0, "zone"),
            "there is no zone 'x'",
        ),
        (
            interlocked(ActuatorIs(actuator="siren", position=ActuatorPosition.OFF)),
            (*STEPS, "interlocks", 0, "actuator"),
            "there is no other actuator 'siren'",
        ),
        (
            {"playbooks": (a_playbook(a_task(skills=("fire",))),)},
            (*STEPS, "teams"),
            "it needs 1 and the plan has 0 teams with fire",
        ),
        (
            {"playbooks": (a_playbook(a_task(teams=2)),)},
            (*STEPS, "teams"),
            "it needs 2 and the plan has 1 teams",
        ),
        (
            {"playbooks": (a_playbook(a_task(place=(0.0, 99.0))),)},
            (*STEPS, "place"),
            "[0, 99] is outside the site's bounds",
        ),
        (
            {
                "playbooks": (
                    a_playbook(PostureStep(id="p", text="P", posture=Posture.INCIDENT, zone="x")),
                )
            },
            (*STEPS, "zone"),
            "there is no zone 'x'",
        ),
        (escalated(), ("escalations", 0), "nobody, or two, would be told"),
        (
            escalated(role=Role.SUPERVISOR, team="north"),
            ("escalations", 0),
            "nobody, or two, would be told",
        ),
        (escalated(team="x"), ("escalations", 0, "team"), "there is no team 'x'"),
        (
            escalated(role=Role.SUPERVISOR, priorities=()),
            ("escalations", 0, "priorities"),
            "it is empty, so that nobody is ever told",
        ),
        (
            escalated(team="north", channel=Channel.RADIO),
            ("escalations", 0, "channel"),
            "Team North has no call sign",
        ),
    ],
)
def test_each_problem_is_found_alone_and_at_its_place(
    changes: Mapping[str, object], path: tuple[str | int, ...], what: str
) -> None:
    (problem, *_) = response_problems(a_site(**changes))

    assert problem.path == path
    assert problem.what.startswith(what)
    assert problem.fix


@pytest.mark.parametrize(
    ("kind", "step", "what"),
    [
        (
            ActuatorKind.BOLLARD,
            a_step(action=ActuatorAction.RAISE),
            "nothing keeps it from rising under somebody",
        ),
        (
            ActuatorKind.BOLLARD,
            a_step(action=ActuatorAction.RAISE, interlocks=(NotInPosture(),)),
            "nothing keeps it from rising under somebody",
        ),
        (ActuatorKind.SIGN, a_step(action=ActuatorAction.SHOW), "show needs a text"),
        (ActuatorKind.SPEAKER, a_step(action=ActuatorAction.SPEAK), "speak needs a text"),
        (ActuatorKind.CAMERA_HEAD, a_step(action=ActuatorAction.AIM), "aim needs a direction"),
    ],
)
def test_a_step_says_what_its_action_needs(kind: ActuatorKind, step: Step, what: str) -> None:
    site = a_site(actuators=(an_actuator(kind=kind),), playbooks=(a_playbook(step),))

    (problem,) = response_problems(site)

    assert problem.what == what


def test_a_playbook_with_what_it_needs_is_good() -> None:
    steps = (
        a_step(action=ActuatorAction.RAISE, interlocks=(ZoneClear(zone="stage"), NotInPosture())),
        a_step(id="up", action=ActuatorAction.LOWER, parameters=Parameters(text="x")),
        a_task(skills=("first-aid",), place=(1.0, 1.0)),
        PostureStep(id="p", text="P", posture=Posture.EVACUATING, zone="stage"),
        ManualStep(id="call", text="Call the fire brigade"),
    )
    changes = {
        "actuators": (an_actuator(kind=ActuatorKind.BOLLARD, zone="stage"),),
        # Without rules only people begin it; a fault of an actuator may begin one, too.
        "playbooks": (a_playbook(*steps, rules=()), a_playbook(rules=("actuator-fault",))),
        "teams": (a_team(call_sign="N 1"),),
        "escalations": (
            Escalation(after_s=60.0, role=Role.SUPERVISOR),
            Escalation(after_s=120.0, team="north", channel=Channel.RADIO),
        ),
    }
    site = a_site(**changes)

    problems = [one for one in response_problems(site) if one.path[:2] != ("playbooks", 1)]

    assert problems == []


def test_an_escape_route_that_opens_by_itself_and_a_verified_siren_are_good() -> None:
    door = an_actuator(kind=ActuatorKind.DOOR, escape_route=True, safe_action=ActuatorAction.UNLOCK)
    loud = Verification(sensor="cam-01", channel="level", at_least=80.0)
    siren = an_actuator(
        id="horn", verified_by={ActuatorAction.SOUND: HEARD, ActuatorAction.SILENCE: loud}
    )

    assert list(response_problems(a_site(actuators=(door, siren)))) == []


def test_every_kind_of_actuator_can_do_something() -> None:
    assert set(PLAUSIBLE) == set(ActuatorKind)
    assert all(PLAUSIBLE.values())
