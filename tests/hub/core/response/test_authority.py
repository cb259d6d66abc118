import pytest
from msgspec.structs import replace

from hub.core.response.authority import NEEDS, Authority, missing, needs, stronger
from hub.core.response.command import CommandRecord
from wire.labels import ActuatorAction, CommandState, EffectClass

ID = "01KDVXT000000000000000000A"


def a_command(*confirmed_by: str, playbook: str | None = "attack") -> CommandRecord:
    return CommandRecord(
        id=ID,
        playbook=playbook,
        text="Raise bollards",
        actuator="bollard-1",
        action=ActuatorAction.RAISE,
        effect=EffectClass.IMPEDE,
        reason="Vehicle",
        state=CommandState.AWAITING_CONFIRMATION,
        requested_by="Ann" if playbook is None else "Attack",
        confirmed_by=confirmed_by,
        requested_us=1_767_225_600_000_000,
        changed_us=1_767_225_600_000_000,
        expires_us=1_767_225_600_000_000,
        valid_us=1,
    )


def test_every_effect_has_its_authority_and_it_grows() -> None:
    assert set(NEEDS) == set(EffectClass)
    order = [list(Authority).index(needs(effect)) for effect in EffectClass]
    assert order == sorted(order)
    assert needs(EffectClass.WARN) == "automatic"
    assert needs(EffectClass.SUPPRESS) == "two_person"


def test_the_stronger_effect_does_more_to_people() -> None:
    assert stronger(EffectClass.WARN, EffectClass.IMPEDE) is EffectClass.IMPEDE
    assert stronger(EffectClass.SUPPRESS, EffectClass.INFORM) is EffectClass.SUPPRESS


@pytest.mark.parametrize(
    ("command", "effect", "expected"),
    [
        (a_command(), EffectClass.WARN, None),
        (a_command(), EffectClass.IMPEDE, "waits for a confirmation"),
        (a_command("Ann"), EffectClass.IMPEDE, None),
        (a_command(), EffectClass.SUPPRESS, "waits for the confirmation of two people"),
        (
            a_command("Ann"),
            EffectClass.SUPPRESS,
            "waits for a second person to confirm besides Ann",
        ),
        (
            a_command("Ann", "Ann"),
            EffectClass.SUPPRESS,
            "waits for a second person to confirm besides Ann",
        ),
        (a_command("Ann", "Bob"), EffectClass.SUPPRESS, None),
        (
            a_command(playbook=None),
            EffectClass.SUPPRESS,
            "waits for a second person to confirm besides Ann",
        ),
        (a_command("Bob", playbook=None), EffectClass.SUPPRESS, None),
        (
            a_command("Ann", playbook=None),
            EffectClass.SUPPRESS,
            "waits for a second person to confirm besides Ann",
        ),
    ],
)
def test_it_is_said_whose_yes_is_missing(
    command: CommandRecord, effect: EffectClass, expected: str | None
) -> None:
    assert missing(replace(command, effect=effect), effect) == expected
