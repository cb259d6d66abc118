import msgspec
import pytest

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.service import ServiceRecord, Services
from hub.core.site import Actuator, IntrusionRule, Origin, Sensor, Site, Team
from wire.actions import ReturnToService, TakeOutOfService
from wire.labels import ActuatorKind, AlertState, EffectClass, Priority, SensorKind

SECOND = 1_000_000
START = 1_767_225_600 * SECOND

SITE = Site(
    id="square",
    name="Square",
    origin=Origin(lat_deg=52.0, lon_deg=5.0),
    bounds=((-500.0, -500.0), (500.0, 500.0)),
    rules=(IntrusionRule(id="backstage", zone="stage"),),
    sensors=tuple(
        Sensor(id=one, kind=SensorKind.CAMERA, name=one, position=(0.0, 0.0))
        for one in ("cam-1", "cam-2")
    ),
    actuators=(
        Actuator(
            id="siren-1",
            kind=ActuatorKind.SIREN,
            name="Siren",
            position=(0.0, 0.0),
            effect=EffectClass.WARN,
        ),
    ),
    teams=(Team(id="alpha", name="Alpha"),),
)


def an_alert(**changes: object) -> AlertRecord:
    plain = {
        "id": "01KDVXT000000000000000000A",
        "number": 17,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.OUT_OF_SERVICE,
        "active": True,
        "summary": "Person in Stage back area",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "cause": "01KDVXT000000000000000000B",
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def taken_out(
    services: Services, target: str, duration_s: int = 60, now_us: int = START
) -> ServiceRecord:
    ask = TakeOutOfService(target=target, duration_s=duration_s, reason="lens is cleaned")
    record = services.act(ask, "Sue", now_us)
    assert isinstance(record, ServiceRecord), record
    return record


@pytest.mark.parametrize("target", ["backstage", "cam-1", "siren-1", "alpha"])
def test_rules_devices_and_teams_of_the_plan_go_out_of_service(target: str) -> None:
    services = Services(SITE)

    record = taken_out(services, target)

    assert (record.by, record.until_us) == ("Sue", START + 60 * SECOND)
    assert services.next_wake_us == START + 60 * SECOND
    assert msgspec.json.decode(msgspec.json.encode(record), type=ServiceRecord) == record


def test_what_the_plan_does_not_have_is_refused_until_it_does() -> None:
    services = Services(SITE)
    ask = TakeOutOfService(target="cam-9", duration_s=60, reason="x")
    camera = Sensor(id="cam-9", kind=SensorKind.CAMERA, name="9", position=(0.0, 0.0))

    assert isinstance(services.act(ask, "Sue", START), Refusal)

    services.replan(msgspec.structs.replace(SITE, sensors=(camera,)))

    assert isinstance(services.act(ask, "Sue", START), ServiceRecord)


def test_asking_again_changes_its_end_and_not_its_beginning() -> None:
    services = Services(SITE)
    taken_out(services, "cam-1")

    record = taken_out(services, "cam-1", duration_s=600, now_us=START + SECOND)

    assert (record.since_us, record.until_us) == (START, START + 601 * SECOND)
    assert services.next_wake_us == START + 601 * SECOND


def test_it_ends_by_itself_or_by_a_person_and_is_known_to_have_ended() -> None:
    services = Services(SITE)
    taken_out(services, "cam-1")
    taken_out(services, "cam-2", duration_s=120)
    assert services.wake(START + 60 * SECOND - 1) == []

    (over,) = services.wake(START + 60 * SECOND)
    ended = services.act(ReturnToService(target="cam-2"), "Ann", START + 61 * SECOND)

    assert (over.target, over.ended_us, over.ended_by) == ("cam-1", START + 60 * SECOND, None)
    assert isinstance(ended, ServiceRecord)
    assert (ended.until_us, ended.ended_by) == (START + 61 * SECOND, "Ann")
    assert services.next_wake_us is None
    assert isinstance(services.act(ReturnToService(target="cam-2"), "Ann", START), Refusal)


def test_an_alert_is_hidden_by_its_rule() -> None:
    services = Services(SITE)
    assert services.hiding(an_alert()) is None
    taken_out(services, "backstage")

    hiding = services.hiding(an_alert(sensors=("cam-1",)))

    assert hiding is not None
    assert hiding.why == "backstage is out of service: lens is cleaned"
    assert hiding.until_us == START + 60 * SECOND
    assert services.hiding(an_alert(rule="other")) is None


def test_an_alert_is_hidden_by_its_devices_only_while_all_of_them_are_out() -> None:
    services = Services(SITE)
    both = an_alert(sensors=("cam-1", "cam-2"))
    taken_out(services, "cam-1", duration_s=600)
    assert services.hiding(both) is None
    taken_out(services, "cam-2")

    hiding = services.hiding(both)

    assert hiding is not None
    assert hiding.until_us == START + 60 * SECOND, "then one of them is back"


def test_a_restart_knows_what_is_out_and_nothing_of_what_has_ended() -> None:
    services, again = Services(SITE), Services(SITE)
    record = taken_out(services, "cam-1")
    over = msgspec.structs.replace(record, target="cam-2", ended_us=START)

    again.restore(record)
    again.restore(over)

    assert [one.id for one in again.views((), START)] == ["cam-1"]


def test_the_list_counts_what_is_hidden() -> None:
    services = Services(SITE)
    taken_out(services, "cam-1")
    taken_out(services, "backstage")
    alerts = [
        an_alert(sensors=("cam-1",)),
        an_alert(rule="other", sensors=("cam-1",)),
        an_alert(sensors=("cam-1",), state=AlertState.ACKNOWLEDGED),
    ]

    views = services.views(alerts, START)

    assert [(one.id, one.hidden_count) for one in views] == [("backstage", 1), ("cam-1", 2)]
    assert services.views(alerts, START + 60 * SECOND) == ()
