"""What keeps sensors true besides their scans: what people ask of a calibration, what is kept."""

from collections.abc import Iterator
from typing import assert_never

from hub.core.alerts.roles import refusal_of
from hub.core.devices import Devices
from hub.core.effects import Durability, Entry, Journal
from hub.core.fusion.calibration import Calibration
from hub.core.rules.judge import Standing
from hub.core.rules.taint import taint_of
from wire.actions import CalibrationAsk, FreezeCalibration, OperatorAction, ResetCalibration
from wire.quantities import Identifier, Instant


class Upkeep:
    """The calibration of the site's sensors, as people and the journal meet it."""

    def __init__(self, calibration: Calibration, devices: Devices) -> None:
        self._calibration = calibration
        self._devices = devices

    def act(self, action: OperatorAction, now_us: Instant) -> str:
        """Do what a person asks of a calibration; return why not, or nothing."""
        ask = action.ask
        assert isinstance(ask, CalibrationAsk)
        if (refusal := refusal_of(action)) is not None:
            return refusal.reason
        match ask:
            case FreezeCalibration():
                return self._calibration.freeze(
                    ask.sensor, action.operator, now_us, frozen=ask.frozen
                )
            case ResetCalibration():
                return self._calibration.reset(ask.sensor, now_us)
            case _:  # pragma: no cover
                assert_never(ask)

    def journal(self, now_us: Instant) -> Iterator[Journal]:
        """Yield what a restarted hub must begin with."""
        for record, is_news in self._calibration.due(now_us):
            durability = Durability.STATE if is_news else Durability.MARK
            entry = Entry(at_us=now_us, key=record.sensor, durability=durability, record=record)
            yield Journal(entry=entry)

    def standings(self) -> dict[Identifier, Standing]:
        """Return how each sensor's calibration stands."""
        views = {name: self._calibration.view(name) for name in self._devices.sensors}
        return {
            name: Standing(calibration=view, taint=taint_of(self._devices.sensors[name]))
            for name, view in views.items()
            if view is not None
        }
