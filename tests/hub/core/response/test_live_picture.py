from hub.core.response.live_picture import KnownActuator
from wire.labels import ActuatorAction, ActuatorKind, EffectClass
from wire.messages import ActuatorAbout, Pose


def test_an_actuator_that_was_heard_of_is_there_until_it_is_silent() -> None:
    about = ActuatorAbout(
        id="01KDVXT000000000000000000A",
        sender="siren-1",
        boot="01KDVXT000000000000000000A",
        seq=1,
        observed_us=1_767_225_600_000_000,
        sent_us=1_767_225_600_000_000,
        kind=ActuatorKind.SIREN,
        name="Siren",
        pose=Pose(lat_deg=0.0, lon_deg=0.0),
        effect=EffectClass.WARN,
        actions=(ActuatorAction.SOUND,),
    )

    assert not KnownActuator(about=about).silent
