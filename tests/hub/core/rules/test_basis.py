from hub.core.rules.basis import Basis
from hub.core.site import Actuator, Area, Offset, Origin, Sensor, Site, Team, Tripwire
from wire.labels import ActuatorKind, EffectClass, SensorKind


def a_sensor(name: str, *, expected: bool = True) -> Sensor:
    return Sensor(
        id=name, kind=SensorKind.CAMERA, name=name, position=(0.0, 0.0), expected=expected
    )


def an_area(name: str) -> Area:
    return Area(id=name, name=name, purpose="-", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))


SIREN = Actuator(
    id="siren",
    kind=ActuatorKind.SIREN,
    name="Siren",
    position=(0.0, 0.0),
    effect=EffectClass.WARN,
)
LINE = Tripwire(id="line", name="Line", start=(0.0, 0.0), end=(1.0, 0.0))
SITE = Site(
    id="square",
    name="Square",
    origin=Origin(lat_deg=52.0, lon_deg=5.0),
    bounds=((-5.0, -5.0), (5.0, 5.0)),
    offsets=(Offset(from_us=0, ahead_s=3600),),
    zones=(an_area("stage"), an_area("bank")),
    buildings=(an_area("hall"),),
    tripwires=(LINE,),
    sensors=(a_sensor("cam-1"), a_sensor("cam-2", expected=False)),
    actuators=(SIREN,),
    teams=(Team(id="north", name="North"), Team(id="south", name="South")),
)


def ids(things: tuple[Area | Sensor | Actuator | Team, ...]) -> list[str]:
    return [thing.id for thing in things]


def test_it_finds_what_is_named_or_all_where_none_is() -> None:
    basis = Basis(SITE, lambda _: ("cam-1",))

    assert basis.zone("bank").id == "bank"
    assert (ids(basis.zones()), ids(basis.zones("bank"))) == (["stage", "bank"], ["bank"])
    assert ids(basis.landmarks()) == ["stage", "bank", "hall"]
    assert basis.tripwire("line") is LINE
    assert (ids(basis.sensors()), ids(basis.sensors(("cam-2",)))) == (["cam-1", "cam-2"], ["cam-2"])
    assert ids(basis.expected()) == ["cam-1", "siren"]
    assert ids(basis.expected(("cam-2", "siren"))) == ["cam-2", "siren"]
    assert (basis.actuator("siren"), basis.actuator(None)) == (SIREN, None)
    assert (ids(basis.teams()), ids(basis.teams(("south",)))) == (["north", "south"], ["south"])
    assert basis.offsets() == SITE.offsets
    assert basis.sensors_of(1) == ("cam-1",)


def test_it_remembers_what_was_looked_up_and_nothing_else() -> None:
    basis, other = Basis(SITE, lambda _: ()), Basis(SITE, lambda _: ())
    basis.zone("bank")
    other.zone("bank")

    assert basis.seen == other.seen == (SITE.zones[1],)
