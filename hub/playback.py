"""A recording played through a fresh engine: what it raises, and whether it is still the same."""

import time
from collections.abc import Iterator

from hub.adapters.replayer import Recording, first_difference, replay
from hub.adapters.runner import read_input
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Durability, Effect, Journal
from hub.core.engine import Engine
from wire.quantities import SECOND_US


def play(
    recording: Recording, *, speed: float = 0.0, until_s: float | None = None
) -> Iterator[str]:
    """Yield a line for each change of an alert, `speed` times as fast as life; 0 is at once."""
    pace = _Pace(speed, recording.beginning.start_us)
    said = ""
    for at_us, effect in _effects(recording):
        if until_s is not None and at_us - recording.beginning.start_us > until_s * SECOND_US:
            return
        pace.wait(at_us)
        # A mark is no change of an alert: it only remembers the latest number.
        if isinstance(effect, Journal) and effect.entry.durability is not Durability.MARK:
            record = effect.entry.record
            if isinstance(record, AlertRecord) and (line := _line(at_us, record)) != said:
                # That it joined an incident is no change that the line tells.
                said = line
                yield line


def compare(recording: Recording) -> str:
    """Return where a replay differs from what was recorded; empty where it does not."""
    found = first_difference(recording, _effects(recording))
    if found is None:
        return ""
    return (
        f"effect {found.effect_number}, at {instant(found.at_us)}, is another:\n"
        f"  recorded {found.recorded}\n  replayed {found.replayed}"
    )


def instant(at_us: int) -> str:
    """Return an instant as people and programs read it (RFC 3339)."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at_us // SECOND_US))
    return f"{whole}.{at_us // 1000 % 1000:03d}Z"


class _Pace:
    """Holds a replay back to a multiple of the speed of life."""

    def __init__(self, speed: float, start_us: int) -> None:
        self._speed = speed
        self._start_us = start_us
        self._start_s = time.monotonic()

    def wait(self, at_us: int) -> None:
        if self._speed:
            due_s = self._start_s + (at_us - self._start_us) / SECOND_US / self._speed
            time.sleep(max(0.0, due_s - time.monotonic()))


def _effects(recording: Recording) -> Iterator[tuple[int, Effect]]:
    beginning = recording.beginning
    engine = Engine(
        beginning.site,
        boot=beginning.boot,
        start_us=beginning.start_us,
        software=beginning.software,
    )
    return replay(recording, engine, read_input)


def _line(at_us: int, alert: AlertRecord) -> str:
    name = f"A-{alert.number}"
    return f"{instant(at_us)} {name:6} {alert.priority:8} {alert.state:22} {alert.summary}"
