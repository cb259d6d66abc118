import pytest

from simulators.machines import lasts_us, takes_us
from wire.ids import ulid
from wire.labels import ActuatorAction, ActuatorKind
from wire.messages import Command, Parameters

NOW_US = 1_790_000_000_000_000
SECOND = 1_000_000


def a_command(action: ActuatorAction, **parameters: object) -> Command:
    return Command(
        id=ulid(NOW_US, bytes(10)),
        sender="hub",
        boot=ulid(NOW_US, bytes(10)),
        seq=1,
        observed_us=NOW_US,
        sent_us=NOW_US,
        actuator="a-01",
        action=action,
        parameters=Parameters(**parameters),  # type: ignore[arg-type] # known fields only
        reason="a test",
    )


@pytest.mark.parametrize(("to_deg", "share"), [(0.0, 0.0), (180.0, 1.0), (270.0, 0.5)])
def test_a_head_turns_the_shorter_way(to_deg: float, share: float) -> None:
    parameters = Parameters(azimuth_deg=to_deg)

    assert takes_us(ActuatorKind.CAMERA_HEAD, parameters, 0.0, SECOND) == round(share * SECOND)


def test_what_does_not_turn_takes_its_own_time() -> None:
    assert takes_us(ActuatorKind.GATE, Parameters(azimuth_deg=90.0), 0.0, SECOND) == SECOND
    assert takes_us(ActuatorKind.CAMERA_HEAD, Parameters(), 0.0, SECOND) == SECOND


def test_what_is_said_lasts_as_long_as_it_takes_to_say() -> None:
    siren, speaker = ActuatorKind.SIREN, ActuatorKind.SPEAKER

    assert lasts_us(siren, a_command(ActuatorAction.SOUND)) is None
    assert lasts_us(siren, a_command(ActuatorAction.SOUND, duration_s=3.0)) == 3 * SECOND
    assert lasts_us(speaker, a_command(ActuatorAction.SPEAK, text="x" * 150)) == 10 * SECOND
    assert lasts_us(speaker, a_command(ActuatorAction.SPEAK)) == 2 * SECOND
    assert lasts_us(speaker, a_command(ActuatorAction.SPEAK, duration_s=9.0)) == 9 * SECOND
