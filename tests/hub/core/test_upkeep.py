from wrong_sensors import BEGIN_US, Walkers, WrongSensor, a_site_of, residuals_of

from hub.core.devices import Devices
from hub.core.effects import Durability
from hub.core.fusion.calibration import Calibration
from hub.core.rules.taint import Taint
from hub.core.upkeep import Upkeep
from wire.actions import CalibrationAsk, FreezeCalibration, OperatorAction, ResetCalibration
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import CalibrationState, Role
from wire.quantities import SECOND_US


class Room:
    """A hub's two sensors, which have seen people for some seconds."""

    def __init__(self) -> None:
        site = a_site_of("one", "two", "three")
        self.calibration = Calibration(site)
        self.devices = Devices(site, SiteFrame(52.0, 5.0))
        self.upkeep = Upkeep(self.calibration, self.devices)
        self.now_us = BEGIN_US
        walkers = Walkers(30)
        sensors = (WrongSensor(name="one", east_m=1.0), WrongSensor(name="two"))
        for step in range(60):
            self.now_us = BEGIN_US + step * SECOND_US // 10
            for sensor in sensors:
                seen, velocity = walkers.seen_by(sensor, step / 10.0)
                corrected = self.calibration.corrected(seen, self.now_us)
                self.calibration.observe(residuals_of(corrected, velocity), self.now_us)

    def ask(self, ask: CalibrationAsk, role: Role = Role.OPERATOR) -> str:
        action = OperatorAction(
            id=ulid(self.now_us, bytes(10)),
            operator="Ann",
            role=role,
            asked_us=self.now_us,
            ask=ask,
        )
        return self.upkeep.act(action, self.now_us)

    def state(self, sensor: str) -> CalibrationState:
        view = self.calibration.view(sensor)
        assert view is not None
        return view.state


def test_an_operator_freezes_and_releases_a_calibration() -> None:
    room = Room()

    assert room.ask(FreezeCalibration(sensor="one", frozen=True)) == ""
    assert room.state("one") is CalibrationState.FROZEN
    assert room.ask(FreezeCalibration(sensor="one", frozen=False)) == ""
    assert room.state("one") is CalibrationState.STEADY


def test_a_supervisor_resets_a_calibration() -> None:
    room = Room()

    assert room.ask(ResetCalibration(sensor="one", reason="moved"), Role.SUPERVISOR) == ""

    assert room.state("one") is CalibrationState.LEARNING


def test_who_is_not_on_duty_is_refused_in_words() -> None:
    room = Room()

    refusal = room.ask(ResetCalibration(sensor="one", reason="moved"), Role.FIELD)

    assert refusal == "the role field may not reset calibration; operator or supervisor may"
    assert room.state("one") is CalibrationState.STEADY


def test_an_unknown_sensor_is_refused_in_words() -> None:
    refusal = Room().ask(FreezeCalibration(sensor="ghost", frozen=True))

    assert refusal == "the site has no sensor ghost"


def test_news_are_history_and_what_is_newer_only_replaces() -> None:
    room = Room()

    news = [entry.entry for entry in room.upkeep.journal(room.now_us)]
    room.calibration.reset("one", room.now_us)
    news += [entry.entry for entry in room.upkeep.journal(room.now_us)]

    assert [(one.key, one.durability) for one in news] == [
        ("one", Durability.STATE),
        ("two", Durability.STATE),
        ("one", Durability.STATE),
    ]


def test_standings_are_of_sensors_that_measure_places_and_say_what_they_are_made_of() -> None:
    room = Room()
    room.devices.sensors["one"].simulated = True

    standings = room.upkeep.standings()

    assert list(standings) == ["one", "two"]
    assert standings["one"].taint == Taint(simulated=True)
    assert standings["two"].calibration.state is CalibrationState.STEADY
