from msgspec.structs import replace

from hub.core.response.safe_state import SafeStates
from hub.core.site import Actuator, Origin, Site
from wire.codec import decode, encode
from wire.ids import ulid
from wire.labels import ActuatorAction, ActuatorKind, EffectClass

NOW = 1_767_225_600_000_000
BOOT = ulid(NOW, b"hub-boot  ")
GATE = Actuator(
    id="gate-1",
    kind=ActuatorKind.GATE,
    name="North gate",
    position=(0.0, 0.0),
    effect=EffectClass.RESTRICT,
    safe_action=ActuatorAction.OPEN,
    safe_after_s=20.0,
)
SIREN = replace(GATE, id="siren-1", kind=ActuatorKind.SIREN, safe_action=None)


def a_site(*actuators: Actuator) -> Site:
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-50.0, -50.0), (50.0, 50.0)),
        actuators=actuators,
    )


def test_every_actuator_is_told_once_what_the_site_wants() -> None:
    states = SafeStates(a_site(GATE, SIREN), BOOT)

    (gate_topic, gate), (_, siren) = states.due(NOW)

    assert gate_topic == "vedette/1/square/actuator/gate-1/safe"
    assert gate is not None
    assert siren is not None
    assert (gate.actuator, gate.action, gate.after_s) == ("gate-1", ActuatorAction.OPEN, 20.0)
    assert (siren.action, siren.seq) == (None, 2)
    assert decode(gate_topic, encode(gate), site="square") == gate
    assert states.due(NOW + 1) == []


def test_two_hubs_with_one_plan_say_the_same() -> None:
    other = ulid(NOW, b"other-boot")
    (_, first), (_, second) = (SafeStates(a_site(GATE), boot).due(NOW)[0] for boot in (BOOT, other))

    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert (first.action, first.after_s) == (second.action, second.after_s)


def test_an_edited_plan_tells_what_differs_and_takes_back_what_is_gone() -> None:
    states = SafeStates(a_site(GATE, SIREN), BOOT)
    states.due(NOW)

    states.replan(a_site(replace(GATE, safe_after_s=5.0)))
    said = states.due(NOW + 1)

    assert [(topic.split("/")[4], message and message.after_s) for topic, message in said] == [
        ("siren-1", None),
        ("gate-1", 5.0),
    ]
    assert states.due(NOW + 2) == []


def test_what_comes_back_with_the_next_plan_is_told_anew() -> None:
    states = SafeStates(a_site(GATE), BOOT)
    states.due(NOW)
    states.replan(a_site())
    states.due(NOW + 1)

    states.replan(a_site(GATE))
    ((_, message),) = states.due(NOW + 2)

    assert message is not None
