"""What an exercise declares and commands, driven through the engine: it goes as it came."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_square import (
    BOLLARD,
    BUTTON,
    MINUTE,
    SECOND,
    SIREN,
    START,
    Hub,
    Voice,
    a_site,
    deltas,
    entries,
    published,
)

from hub.core.effects import Durability, Effect, Entry, Journal
from hub.core.response.command import CommandRecord
from hub.core.response.posture import PostureRecord
from hub.core.site import Actuator, CueRule, ManualStep, Playbook, PostureStep, Site, Step
from wire.actions import Acknowledge, Clear, DoStep, Order, SetPosture, StartPlaybook, StopPlaybook
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertOutcome,
    CueKind,
    EffectClass,
    Posture,
    Role,
)
from wire.messages import Command, Parameters

SIGN, SPARE = "sign-01", "sign-02"
EVACUATE = PostureStep(id="posture", text="Evacuate", posture=Posture.EVACUATING)
CLEAR_STAGE = PostureStep(id="stage", text="Raise", posture=Posture.RAISED, zone="stage")
CALL = ManualStep(id="call", text="Call the fire brigade")
SHOW = Step(
    id="show",
    text="Show the way out",
    actuator=SIGN,
    action=ActuatorAction.SHOW,
    parameters=Parameters(text="THIS WAY"),
)


def a_sign(name: str, **changes: Any) -> Actuator:
    plain: dict[str, Any] = {
        "id": name,
        "kind": ActuatorKind.SIGN,
        "name": name,
        "position": (2.0, 2.0),
        "effect": EffectClass.INFORM,
    }
    return Actuator(**{**plain, **changes})


def a_plan() -> Site:
    playbooks = (
        Playbook(id="leave", name="Leave", rules=("panic",), steps=(EVACUATE, SHOW, CALL)),
        Playbook(id="stage", name="Clear the stage", steps=(CLEAR_STAGE, CALL)),
    )
    signs = (a_sign(SIGN, stand_in=SPARE), a_sign(SPARE, exercise=True))
    panic = CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), clear_after_s=10.0)
    site = a_site(rules=(panic,), playbooks=playbooks)
    return a_site(rules=(panic,), playbooks=playbooks, actuators=(*site.actuators, *signs))


def a_hub() -> Hub:
    """Return a hub whose two signs are heard of."""
    hub = Hub(a_plan())
    for name in (SIGN, SPARE):
        about = Voice(name, exercise=name == SPARE).about_siren(
            START, kind=ActuatorKind.SIGN, actions=(ActuatorAction.SHOW,)
        )
        hub.takes(about, START)
    return hub


def begun(hub: Hub, at_us: int, playbook: str = "leave", *, exercise: bool = True) -> str:
    """Begin a playbook; return the id of its run."""
    ask = StartPlaybook(playbook=playbook, reason="the yearly drill", exercise=exercise)
    assert hub.asks(ask, at_us) == ""
    hub.lives(at_us)
    return hub.engine.snapshot(Role.OPERATOR).runs[-1].id


def postures(hub: Hub) -> dict[str, Posture]:
    return dict(hub.engine._decisions.responding.postures.now)


def kept_postures(hub: Hub) -> list[tuple[PostureRecord, Durability]]:
    return [
        (one.record, one.durability)
        for one in entries(hub.done)
        if isinstance(one.record, PostureRecord)
    ]


# --- Its posture --------------------------------------------------------------------------------


def test_the_posture_of_a_drill_goes_when_a_person_stops_it() -> None:
    hub = a_hub()
    run = begun(hub, START + SECOND)
    assert postures(hub) == {"site": Posture.EXERCISE}

    assert hub.asks(StopPlaybook(run=run, reason="well done"), START + 2 * SECOND) == ""

    assert postures(hub) == {}
    (declared, kept), (ended, forgotten) = kept_postures(hub)
    assert (declared.drill, kept) == (run, Durability.STATE)
    assert (ended.posture, ended.by, ended.reason, forgotten) == (
        Posture.NORMAL,
        "Leave",
        "the exercise is over",
        Durability.ENDED,
    )
    hub.lives(START + 4 * SECOND)
    told = [one.text for delta in deltas(hub.done) for one in delta.notices]
    assert "EXERCISE: Leave is over, and Small Square is normal" in told
    assert [one.posture for one in hub.engine.snapshot(Role.OPERATOR).postures] == ["normal"]


def test_the_posture_of_a_drill_goes_when_each_step_of_it_is_over() -> None:
    hub = a_hub()
    run = begun(hub, START + SECOND, "stage")
    assert postures(hub) == {"stage": Posture.EXERCISE}

    assert hub.asks(DoStep(run=run, step="call"), START + 2 * SECOND) == ""

    assert postures(hub) == {}


def test_the_posture_of_a_drill_goes_when_its_alert_closes() -> None:
    hub = a_hub()
    hub.takes(Voice(BUTTON, exercise=True).cue(START + SECOND), START + SECOND)
    hub.lives(START + 20 * SECOND)
    (alert,) = hub.alerts
    assert (alert.exercise, postures(hub)) == (True, {"site": Posture.EXERCISE})

    hub.asks(Acknowledge(alert=alert.id), START + 21 * SECOND)
    over = Clear(alert=alert.id, note="over", outcome=AlertOutcome.TEST)
    hub.asks(over, START + 22 * SECOND)

    assert (hub.alerts, postures(hub)) == ([], {})


def test_while_another_drill_is_under_way_there_is_still_an_exercise() -> None:
    hub = a_hub()
    first, second = begun(hub, START + SECOND), begun(hub, START + 2 * SECOND, "stage")
    assert postures(hub) == {"site": Posture.EXERCISE, "stage": Posture.EXERCISE}

    hub.asks(StopPlaybook(run=first, reason="enough"), START + 3 * SECOND)
    assert postures(hub) == {"site": Posture.EXERCISE, "stage": Posture.EXERCISE}
    hub.asks(StopPlaybook(run=second, reason="enough"), START + 4 * SECOND)

    assert postures(hub) == {}


@pytest.mark.parametrize("posture", [one for one in Posture if one is not Posture.EXERCISE])
def test_what_a_person_declared_since_stays(posture: Posture) -> None:
    hub = a_hub()
    run = begun(hub, START + SECOND)
    hub.asks(SetPosture(posture=posture, reason="smoke"), START + 2 * SECOND)
    before = kept_postures(hub)

    hub.asks(StopPlaybook(run=run, reason="it is real"), START + 3 * SECOND)
    hub.lives(START + 10 * SECOND)

    assert kept_postures(hub) == before
    assert postures(hub).get("site", Posture.NORMAL) is posture


def test_the_playbook_in_earnest_takes_the_place_of_its_drill() -> None:
    hub = a_hub()
    drill = begun(hub, START + SECOND)

    begun(hub, START + 2 * SECOND, exercise=False)
    hub.asks(StopPlaybook(run=drill, reason="it is real"), START + 3 * SECOND)

    assert postures(hub) == {"site": Posture.EVACUATING}


# --- A restart ----------------------------------------------------------------------------------


def again(hub: Hub, *, runs: bool = True) -> Hub:
    """Return a hub that begins with the journal of one before it, a minute later."""
    other, at_us = Hub(a_plan(), start_us=START + MINUTE), START + MINUTE
    standing = [one for one in hub.standing() if runs or isinstance(one.record, PostureRecord)]
    other.restores(standing, at_us)
    other.lives(at_us + SECOND)
    return other


def test_a_restart_in_the_midst_of_a_drill_ends_nothing() -> None:
    before = a_hub()
    run = begun(before, START + SECOND)

    after = again(before)

    assert postures(after) == {"site": Posture.EXERCISE}
    after.asks(StopPlaybook(run=run, reason="enough"), START + 2 * MINUTE)
    assert postures(after) == {}


def test_a_posture_that_a_power_cut_left_behind_its_drill_goes_at_the_restart() -> None:
    before = a_hub()
    begun(before, START + SECOND)

    after = again(before, runs=False)

    assert postures(after) == {}
    assert [one.posture for one, _ in kept_postures(after)] == [Posture.NORMAL]


def test_a_restart_ends_no_exercise_that_a_person_declared() -> None:
    before = a_hub()
    before.asks(SetPosture(posture=Posture.EXERCISE, reason="open day"), START + SECOND)

    after = again(before)

    assert postures(after) == {"site": Posture.EXERCISE}
    assert kept_postures(after) == []


# --- Whatever happens ---------------------------------------------------------------------------

MEANT = (Posture.RAISED, Posture.INCIDENT, Posture.EVACUATING)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("declare"), st.sampled_from(Posture), st.sampled_from([None, "stage"])),
        st.tuples(st.just("drill"), st.sampled_from(["leave", "stage"]), st.none()),
        st.tuples(st.just("stop"), st.integers(0, 3), st.none()),
        st.tuples(st.just("tick off"), st.integers(0, 3), st.none()),
        st.tuples(st.just("restart"), st.none(), st.none()),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(EVENTS)
def test_no_drill_ends_what_is_meant_and_none_leaves_an_exercise_behind(
    events: list[tuple[str, Any, Any]],
) -> None:
    hub, now_us = a_hub(), START
    declared: dict[str, Posture] = {}
    for what, chosen, zone in events:
        now_us += SECOND
        runs = [one for one in hub.engine.snapshot(Role.OPERATOR).runs if one.state == "running"]
        if what == "declare":
            if hub.asks(SetPosture(posture=chosen, zone=zone, reason="said"), now_us) == "":
                declared[zone or "site"] = chosen
        elif what == "drill":
            hub.asks(StartPlaybook(playbook=chosen, reason="drill", exercise=True), now_us)
        elif what == "restart":
            standing = hub.standing()
            hub = Hub(a_plan(), start_us=now_us)
            hub.restores(standing, now_us)
            # The next restart finds what this one has found, and all that came since.
            hub.done = [*_journal(standing), *hub.done]
        elif runs:
            run = runs[chosen % len(runs)].id
            stop = StopPlaybook(run=run, reason="over")
            hub.asks(stop if what == "stop" else DoStep(run=run, step="call"), now_us)
        hub.lives(now_us)
        _is_as_people_have_it(hub, declared)


def _journal(standing: list[Entry]) -> list[Effect]:
    return [Journal(entry=one) for one in standing]


def _is_as_people_have_it(hub: Hub, declared: dict[str, Posture]) -> None:
    now = postures(hub)
    is_drill = any(
        one.state == "running" for one in hub.engine.snapshot(Role.OPERATOR).runs if one.exercise
    )
    is_meant = declared.get("site") in MEANT
    for place in ("site", "stage"):
        said, stands = declared.get(place, Posture.NORMAL), now.get(place, Posture.NORMAL)
        if said in MEANT:
            assert stands is said
        elif said is Posture.EXERCISE:
            # Nothing that a drill does ends it; in a zone, what is meant for the site hides it.
            assert stands is (Posture.NORMAL if is_meant and place == "stage" else said)
        else:
            assert stands is Posture.NORMAL or (stands is Posture.EXERCISE and is_drill)


# --- Its commands -------------------------------------------------------------------------------


def test_a_stand_in_shows_what_is_rehearsed_and_the_real_sign_nothing() -> None:
    hub = a_hub()

    begun(hub, START + SECOND)

    (command,) = published(hub.done, Command)
    assert (command.actuator, command.exercise) == (SPARE, True)
    assert command.parameters.text == "EXERCISE: THIS WAY"
    (view,) = hub.engine.snapshot(Role.OPERATOR).commands
    assert (view.actuator, view.exercise) == (SPARE, True)
    records = [one.record for one in entries(hub.done) if isinstance(one.record, CommandRecord)]
    assert records[-1].text == "Show the way out (in its place: sign-02)"

    begun(hub, START + 2 * SECOND, exercise=False)
    meant = published(hub.done, Command)[-1]
    assert (meant.actuator, meant.exercise, meant.parameters.text) == (SIGN, False, "THIS WAY")


def test_every_screen_says_exercise_while_a_drill_is_under_way() -> None:
    hub = a_hub()
    run = begun(hub, START + SECOND)
    hub.lives(START + 3 * SECOND)
    assert hub.engine.snapshot(Role.OPERATOR).hub.exercise

    hub.asks(StopPlaybook(run=run, reason="enough"), START + 4 * SECOND)
    hub.lives(START + 6 * SECOND)

    assert not hub.engine.snapshot(Role.OPERATOR).hub.exercise


def test_an_order_as_an_exercise_reaches_only_what_takes_part() -> None:
    hub = a_hub()
    hub.takes(Voice(SIREN, exercise=True).about_siren(START), START)
    hub.takes(Voice(BOLLARD, exercise=True).about_bollard(START), START)
    hub.takes(Voice(SIREN).state(START, ActuatorPosition.OFF), START)
    sound, up, show = ActuatorAction.SOUND, ActuatorAction.RAISE, ActuatorAction.SHOW

    answers = [
        hub.asks(Order(actuator=name, action=action, reason="drill", exercise=True), START + SECOND)
        for name, action in ((SIREN, sound), (BOLLARD, up), (SIGN, show), (SPARE, show))
    ]

    partakers = "those that one may: Siren, sign-02"
    assert answers == [
        "",
        f"no exercise drives Bollard; {partakers}",
        f"no exercise drives sign-01; {partakers}",
        "",
    ]
    commands = published(hub.done, Command)
    assert [(one.actuator, one.exercise) for one in commands] == [(SIREN, True), (SPARE, True)]
