import pytest
from msgspec.structs import replace
from response_world import SECOND, START, a_cue, a_reading, a_site

from hub.core.response.command import CommandRecord
from hub.core.response.verification import Verifications
from hub.core.site import Site, Verification
from wire.ids import ulid
from wire.labels import ActuatorAction, CommandState, CueKind, EffectClass
from wire.messages import Cue, Reading


def a_command(**changes: object) -> CommandRecord:
    plain = {
        "id": ulid(START, b"command   "),
        "text": "Sound the siren",
        "actuator": "siren-1",
        "action": ActuatorAction.SOUND,
        "effect": EffectClass.WARN,
        "reason": "Vehicle",
        "state": CommandState.COMPLETED,
        "requested_by": "Ann",
        "requested_us": START,
        "changed_us": START,
        "sent_us": START,
        "done_us": START,
        "expires_us": START + SECOND,
        "valid_us": SECOND,
    }
    return CommandRecord(**{**plain, **changes})  # type: ignore[arg-type]


def a_site_that_asks(asked: Verification) -> Site:
    site = a_site()
    siren, *others = site.actuators
    asking = replace(siren, verified_by={ActuatorAction.SOUND: asked})
    return replace(site, actuators=(asking, *others))


def shows(said: Cue | Reading, command: CommandRecord, site: Site | None = None) -> bool:
    return Verifications(site or a_site()).shows(said, command)


def test_the_cue_that_the_plan_asks_for_shows_the_effect() -> None:
    assert shows(a_cue(START), a_command())


@pytest.mark.parametrize(
    "cue",
    [
        a_cue(START, sender="ear-2"),
        a_cue(START, kind=CueKind.IMPULSE_SOUND),
        a_cue(START - 1),
        a_cue(START, simulated=True),
        a_cue(START, exercise=True),
    ],
)
def test_others_other_words_earlier_ones_and_those_of_a_play_do_not(cue: Cue) -> None:
    assert not shows(cue, a_command())


def test_a_play_verifies_a_play_and_a_drill_a_drill() -> None:
    assert shows(a_cue(START, simulated=True), a_command(simulated=True))
    assert shows(a_cue(START, exercise=True), a_command(exercise=True))
    assert shows(a_cue(START), a_command(exercise=True)), "real ears hear a drill"
    assert not shows(a_cue(START), a_command(simulated=True)), "no real ear hears a play"


def test_only_what_is_under_way_or_done_is_open_to_it() -> None:
    is_open = {state for state in CommandState if shows(a_cue(START), a_command(state=state))}

    assert is_open == {
        CommandState.SENT,
        CommandState.ACCEPTED,
        CommandState.COMPLETED,
        CommandState.CONFIRMED,
    }


def test_what_was_seen_and_what_never_left_need_nothing() -> None:
    assert not shows(a_cue(START), a_command(seen_us=START))
    assert not shows(a_cue(START), a_command(sent_us=None))


def test_a_reading_shows_it_between_its_limits() -> None:
    asked = Verification(sensor="ear-1", channel="sound_level", at_least=80.0, at_most=130.0)
    site = a_site_that_asks(asked)

    assert shows(a_reading(START, value=92.0), a_command(), site)
    assert not shows(a_reading(START, value=79.0), a_command(), site)
    assert not shows(a_reading(START, value=131.0), a_command(), site)
    assert not shows(a_reading(START, value=92.0, channel="wind"), a_command(), site)


def test_a_reading_may_have_one_limit_only() -> None:
    quiet = Verification(sensor="ear-1", channel="sound_level", at_most=60.0)

    assert shows(a_reading(START, value=50.0), a_command(), a_site_that_asks(quiet))
    assert not shows(a_reading(START, value=70.0), a_command(), a_site_that_asks(quiet))


def test_it_is_due_so_long_after_the_actuators_own_word() -> None:
    verifications = Verifications(a_site())

    assert verifications.due_us(a_command()) == START + 10 * SECOND
    assert verifications.due_us(a_command(done_us=None)) is None
    assert verifications.due_us(a_command(actuator="bollard-1")) is None
    assert verifications.due_us(a_command(actuator="gone")) is None
    assert not shows(a_cue(START), a_command(actuator="gone"))
