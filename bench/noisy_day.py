"""A noisy day on the market square through the real engine: how often it asks its one operator.

    PYTHONPATH=. python -m bench.noisy_day                    24 hours, scans in a quarter of each
    PYTHONPATH=. python -m bench.noisy_day --share 1          scans all day: half an hour of work
    PYTHONPATH=. python -m bench.noisy_day --hours 6 --seed 3
    PYTHONPATH=. python -m bench.noisy_day --correlation off  every alert an incident of its own

Noise: passers-by, traffic on the roads outside, false detections, cameras that swing in the wind,
gusts that sound like bangs to one microphone, a chattering door, a sensor that comes and goes. In
between five things happen that must not be missed. To be faster than a day, five eyes look once a
second each, and only in a share of each hour; the rates are also printed for that share alone.
"""

import argparse
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hub.adapters.site_file import load_site
from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.incident import IncidentRecord
from hub.core.alerts.incident_list import Incidents
from hub.core.effects import Effect, Journal, Show
from hub.core.engine import Engine
from hub.core.site import Actuator, CueRule, Place, Sensor, Site
from wire.actions import Acknowledge, AskKind, Clear, OperatorAction
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import (
    AlertOutcome,
    AlertState,
    CueKind,
    HealthState,
    Label,
    Priority,
    Role,
    SensorKind,
)
from wire.messages import (
    ActuatorAbout,
    Cue,
    Detection,
    FieldOfView,
    Health,
    Message,
    Pose,
    Position,
    Scan,
    SensorAbout,
)
from wire.quantities import SECOND_US

PLAN = Path("simulators/scenarios/market-square/site.toml")
START_US = 1_800_000_000_000_000 // (86_400 * SECOND_US) * 86_400 * SECOND_US
BOOT = ulid(START_US, bytes(10))
EYES = ("cam-01", "cam-02", "cam-03", "cam-04", "rad-01")
EARS = ("aco-01", "aco-02", "aco-03", "aco-04", "aco-05")
RANGE_M = 110.0
LOOK_US = SECOND_US // 5  # One eye after the other: each looks once a second.
HEARTBEAT_S = 7
SOUND_MPS = 343.0
FOUND_WITHIN_S = 180.0
SPEED_MPS = 1.3

# What passers-by there are at each hour, and how many vehicles pass by; at night next to nobody.
PEOPLE = (2, 0, 0, 0, 0, 2, 4, 6, 8, 10, 12, 12, 14, 14, 12, 12, 12, 12, 10, 8, 8, 6, 4, 2)
PASSING_PER_PERSON = 10
ROADS = (
    ((93.0, -69.0), (93.0, 69.0)),
    ((87.0, 69.0), (87.0, -69.0)),
    ((-87.0, -69.0), (-87.0, 69.0)),
    ((-93.0, 69.0), (-93.0, -69.0)),
)
ROAD_MPS = 9.0


class Happening(Struct, frozen=True, kw_only=True):
    """Something that must not be missed."""

    name: str
    at_h: float
    rules: tuple[str, ...]


STORY = (
    Happening(name="intruder", at_h=2.5, rules=("backstage-intrusion",)),
    Happening(name="vehicle", at_h=10.5, rules=("east-vehicle", "east-approach")),
    Happening(name="gunshot", at_h=14.2, rules=("impulse-sound",)),
    Happening(name="unattended bag", at_h=16.0, rules=("market-object",)),
    Happening(name="panic button", at_h=20.3, rules=("panic",)),
)


class Walker:
    """Somebody or something on its way along some places."""

    def __init__(
        self,
        way: list[tuple[float, Place]],
        *,
        label: Label = Label.PERSON,
        seen_by: tuple[str, ...] = EYES,
    ) -> None:
        self.way, self.label, self.seen_by = way, label, seen_by

    def at(self, now_s: float) -> Place | None:
        """Return where it is; None before and after."""
        for (from_s, start), (to_s, end) in zip(self.way, self.way[1:], strict=False):
            if from_s <= now_s < to_s:
                share = (now_s - from_s) / (to_s - from_s)
                return (
                    start[0] + share * (end[0] - start[0]),
                    start[1] + share * (end[1] - start[1]),
                )
        return None


def a_walk(now_s: float, *places: Place, speed_mps: float = SPEED_MPS) -> list[tuple[float, Place]]:
    """Return a way from place to place at one speed."""
    way = [(now_s, places[0])]
    for place in places[1:]:
        now_s += max(0.1, math.dist(way[-1][1], place) / speed_mps)
        way.append((now_s, place))
    return way


class Square:
    """The noisy world: what each device says, second by second."""

    def __init__(self, site: Site, seed: int, share: float) -> None:
        self._site = site
        self._share = share
        self._dice = random.Random(seed)  # noqa: S311 -- a story, not a secret.
        self._frame = SiteFrame(site.origin.lat_deg, site.origin.lon_deg, site.origin.height_m)
        self._seqs: Counter[tuple[str, str]] = Counter()
        self._walkers: list[Walker] = []
        self._silent_until_s = dict.fromkeys((one.id for one in site.sensors), -1.0)
        self._later: list[tuple[float, str, CueKind, float]] = []
        self._gust_until_s = -1.0
        self._told: set[str] = set()

    def looks(self, now_s: float) -> bool:
        """Return whether the eyes look now: in a share of each hour, and around the story."""
        is_share = (now_s % 3600.0) < 3600.0 * self._share
        return is_share or any(
            -60.0 <= now_s - one.at_h * 3600.0 < FOUND_WITHIN_S + 120.0 for one in STORY
        )

    def second(self, now_s: float) -> Iterator[tuple[int, Message]]:
        """Yield what is said in one second."""
        self._make_noise(now_s)
        for one in STORY:
            if one.name not in self._told and now_s >= one.at_h * 3600.0:
                self._told.add(one.name)
                self._happen(one.name, now_s)
        said = [*self._heartbeats(now_s), *self._statements(now_s)]
        if self.looks(now_s):
            said += [
                (START_US + round(now_s * SECOND_US) + n * LOOK_US, eye)
                for n, eye in enumerate(EYES)
            ]
        for at_us, what in sorted(said, key=lambda one: one[0]):
            yield at_us, what if isinstance(what, Message) else self._scan(what, at_us)

    # --- Noise ----------------------------------------------------------------------------------

    def _make_noise(self, now_s: float) -> None:
        dice = self._dice
        self._walkers = [one for one in self._walkers if one.way[-1][0] > now_s]
        if self.looks(now_s):
            self._people(now_s)
        if dice.random() < 10 / 3600:  # A gust: a camera swings, a microphone hears a bang.
            self._gust_until_s = now_s + dice.uniform(5.0, 30.0)
            for ear in dice.sample(EARS, dice.choice((1, 1, 2))):
                self._later.append((now_s, ear, CueKind.IMPULSE_SOUND, dice.uniform(0.1, 0.45)))
        if dice.random() < 4 / 86_400:  # A door that does not close well.
            for n in range(12):
                at_s = now_s + n * dice.uniform(4.0, 15.0)
                self._later.append((at_s, "door-01", CueKind.DOOR_HELD, 0.9))
        if dice.random() < 4 / 86_400:  # A sensor that comes and goes.
            self._silent_until_s[dice.choice(("aco-05", "count-north"))] = now_s + 25.0

    def _people(self, now_s: float) -> None:
        dice = self._dice
        wanted = PEOPLE[int(now_s // 3600) % 24]
        walking = sum(one.label is Label.PERSON for one in self._walkers)
        if walking < wanted and dice.random() < 0.1:
            start, end = self._edge(), self._edge()
            middle = (dice.uniform(-40, 40), dice.uniform(-25, 15))
            self._walkers.append(Walker(a_walk(now_s, start, middle, end)))
        # A vehicle on the roads outside: only the radar sees that far.
        if dice.random() < (6 + PASSING_PER_PERSON * wanted) / 3600:
            way = a_walk(now_s, *dice.choice(ROADS), speed_mps=ROAD_MPS)
            self._walkers.append(Walker(way, label=Label.VEHICLE, seen_by=("rad-01",)))
        if dice.random() < 2 / 3600:  # A flag, a shadow: one camera takes it for a person.
            place = (dice.uniform(-50, 50), dice.uniform(-35, 38))
            until_s = now_s + dice.uniform(2.0, 20.0)
            way = [(now_s, place), (until_s, place)]
            self._walkers.append(Walker(way, seen_by=(dice.choice(EYES[:4]),)))

    def _edge(self) -> Place:
        return self._dice.choice(((-58.0, -30.0), (58.0, -30.0), (4.0, -55.0), (-57.0, 20.0)))

    # --- The story ------------------------------------------------------------------------------

    def _happen(self, name: str, now_s: float) -> None:
        match name:
            case "intruder":
                way = a_walk(now_s, (4.0, 30.0), (25.0, 33.0))
                way.append((way[-1][0] + 40.0, (26.0, 33.0)))
                way += a_walk(way[-1][0], (26.0, 33.0), (4.0, 30.0))[1:]
                self._walkers.append(Walker(way))
            case "vehicle":
                way = a_walk(now_s, (98.0, 0.0), (45.0, 0.0), speed_mps=10.0)
                way.append((way[-1][0] + 60.0, (44.5, 0.0)))
                self._walkers.append(Walker(way, label=Label.VEHICLE))
            case "gunshot":
                for sensor in self._site.sensors:
                    if sensor.id in EARS:
                        way_m = math.dist(sensor.position, (0.0, -10.0))
                        at_s = now_s + way_m / SOUND_MPS
                        self._later.append((at_s, sensor.id, CueKind.IMPULSE_SOUND, 0.95))
            case "unattended bag":
                way = a_walk(now_s, (-50.0, -5.0), (-30.0, -17.5), (-10.0, 0.0), (4.0, -55.0))
                self._walkers.append(Walker(way))
                left_s = way[1][0]
                bag = [(left_s, (-30.0, -17.5)), (left_s + 150.0, (-30.0, -17.5))]
                self._walkers.append(Walker(bag, label=Label.BAG))
            case _:
                self._later.append((now_s, "panic-01", CueKind.BUTTON_PRESSED, 1.0))

    # --- Messages -------------------------------------------------------------------------------

    def envelope(self, sender: str, stream: str, at_us: int) -> dict[str, Any]:
        """Return what every message carries."""
        self._seqs[sender, stream] += 1
        return {
            "id": ulid(at_us, self._dice.randbytes(10)),
            "sender": sender,
            "boot": BOOT,
            "seq": self._seqs[sender, stream],
            "observed_us": at_us,
            "sent_us": at_us,
        }

    def abouts(self, at_us: int) -> Iterator[Message]:
        """Yield what each device says of itself at the start."""
        planned: tuple[Sensor | Actuator, ...] = (*self._site.sensors, *self._site.actuators)
        for one in planned:
            lat_deg, lon_deg = self._frame.to_wgs84(*one.position)
            pose = Pose(lat_deg=lat_deg, lon_deg=lon_deg)
            envelope = self.envelope(one.id, "about", at_us)
            if isinstance(one, Sensor):
                view = FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=RANGE_M)
                yield SensorAbout(
                    kind=one.kind,
                    name=one.name,
                    pose=pose,
                    field_of_view=view if one.id in EYES else None,
                    scan_rate_hz=1.0 if one.id in EYES else 0.0,
                    **envelope,
                )
            else:
                actions = tuple(one.confirmed_by)
                yield ActuatorAbout(
                    kind=one.kind,
                    name=one.name,
                    pose=pose,
                    effect=one.effect,
                    actions=actions,
                    **envelope,
                )

    def _heartbeats(self, now_s: float) -> list[tuple[int, Message | str]]:
        if int(now_s) % HEARTBEAT_S:
            return []
        at_us = START_US + round(now_s * SECOND_US)
        named = [one.id for one in self._site.sensors] + [one.id for one in self._site.actuators]
        return [
            (at_us, Health(state=HealthState.OK, **self.envelope(name, "health", at_us)))
            for name in named
            if self._silent_until_s.get(name, -1.0) < now_s
        ]

    def _statements(self, now_s: float) -> list[tuple[int, Message | str]]:
        due = [one for one in self._later if one[0] < now_s + 1.0]
        self._later = [one for one in self._later if one[0] >= now_s + 1.0]
        said: list[tuple[int, Message | str]] = []
        for at_s, sender, kind, confidence in sorted(due):
            at_us = START_US + round(at_s * SECOND_US)
            envelope = self.envelope(sender, "kept", at_us)
            said.append((at_us, Cue(kind=kind, confidence=confidence, **envelope)))
        return said

    def _scan(self, eye: str, at_us: int) -> Scan:
        dice, now_s = self._dice, (at_us - START_US) / SECOND_US
        swing_m = 0.0
        if now_s < self._gust_until_s and eye != "rad-01":
            swing_m = 0.8 * math.sin(now_s * 2.0 + len(eye) + ord(eye[-1]))
        detections = []
        for walker in self._walkers:
            place = walker.at(now_s) if eye in walker.seen_by else None
            if place is not None and dice.random() < 0.9:
                detections.append(self._detection(walker.label, place, swing_m))
        if dice.random() < 0.02:
            place = (dice.uniform(-58, 58), dice.uniform(-38, 38))
            detections.append(self._detection(Label.PERSON, place, 0.0))
        return Scan(detections=tuple(detections), **self.envelope(eye, "scan", at_us))

    def _detection(self, label: Label, place: Place, swing_m: float) -> Detection:
        dice = self._dice
        east_m, north_m = place[0] + dice.gauss(swing_m, 0.3), place[1] + dice.gauss(0, 0.3)
        lat_deg, lon_deg = self._frame.to_wgs84(east_m, north_m)
        where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.5, sigma_north_m=0.5)
        return Detection(label=label, confidence=0.85, where=where)


class Operator:
    """One person, who has each alert within a minute and says what it was."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 -- a story, not a secret.
        self._due: dict[str, int] = {}

    def asks(self, alerts: dict[str, AlertRecord], now_us: int) -> Iterator[OperatorAction]:
        """Yield what is asked now: one thing at a time."""
        for alert in alerts.values():
            is_new = alert.state in (AlertState.UNACKNOWLEDGED, AlertState.CLEARED_UNACKNOWLEDGED)
            is_over = alert.state is AlertState.ACKNOWLEDGED and alert.latched
            if not (is_new or is_over):
                continue
            wait_us = round(self._dice.uniform(10.0, 60.0) * SECOND_US)
            due_us = self._due.setdefault(f"{alert.id}/{alert.state}", now_us + wait_us)
            if now_us >= due_us:
                del self._due[f"{alert.id}/{alert.state}"]
                ask: AskKind = Acknowledge(alert=alert.id)
                if is_over:
                    outcome = AlertOutcome.BENIGN
                    ask = Clear(alert=alert.id, note="seen to", outcome=outcome)
                yield OperatorAction(
                    id=ulid(now_us, self._dice.randbytes(10)),
                    operator="Ada",
                    role=Role.OPERATOR,
                    asked_us=now_us,
                    ask=ask,
                )
                return


class Ledger:
    """What the day asked of its operator."""

    def __init__(self, site: Site, square: Square) -> None:
        self.square = square
        self.open: dict[str, AlertRecord] = {}
        self.hours: Counter[int] = Counter()
        self.rules: Counter[str] = Counter()
        self.raised: list[tuple[float, str]] = []
        self.looked_count = 0
        self.incidents: set[str] = set()
        self.alone: set[str] = set()
        self.flood_s: list[float] = []
        self._begun: dict[str, int] = {}
        off = replace(site, grouping=replace(site.grouping, enabled=False))
        self._without = Incidents(off)

    def take(self, effects: list[Effect], now_us: int) -> None:
        """Count what is new."""
        for effect in effects:
            if isinstance(effect, Show) and _is_flood(effect):
                self.flood_s.append((now_us - START_US) / SECOND_US)
            if not isinstance(effect, Journal) or effect.entry.key == "latest-number":
                continue
            record = effect.entry.record
            if isinstance(record, IncidentRecord):
                self.incidents.add(record.id)
            elif isinstance(record, AlertRecord):
                self._alert(record, now_us)

    def _alert(self, record: AlertRecord, now_us: int) -> None:
        self.alone |= {one.id for one in self._without.apply(record, now_us)}
        if record.state is AlertState.CLOSED:
            self.open.pop(record.id, None)
            return
        self.open[record.id] = record
        is_asking = record.state is AlertState.UNACKNOWLEDGED
        if is_asking and self._begun.get(record.id) != record.begun_us:
            self._begun[record.id] = record.begun_us
            at_s = (now_us - START_US) / SECOND_US
            self.hours[int(at_s // 3600)] += 1
            self.rules[record.rule] += 1
            self.raised.append((at_s, record.rule))
            self.looked_count += self.square.looks(at_s)

    def missed(self, hours: float) -> list[str]:
        """Return what happened and was not told."""
        return [
            one.name
            for one in STORY
            if one.at_h < hours
            and not any(
                rule in one.rules and 0.0 <= at_s - one.at_h * 3600.0 <= FOUND_WITHIN_S
                for at_s, rule in self.raised
            )
        ]

    def floods_outside(self) -> int:
        """Return how many seconds of flood there were outside the ten minutes of what happened."""
        return sum(
            not any(0.0 <= at_s - one.at_h * 3600.0 < 900.0 for one in STORY)
            for at_s in self.flood_s
        )


def _is_flood(shown: Show) -> bool:
    return shown.delta.load is not None and shown.delta.load.flood_since_us is not None


def a_site(*, is_correlated: bool = True) -> Site:
    """Return the market square with a button and a door, for one operator."""
    site = load_site(PLAN)
    button = Sensor(id="panic-01", kind=SensorKind.BUTTON, name="Bar", position=(-20.0, 5.0))
    door = Sensor(id="door-01", kind=SensorKind.ACCESS, name="Cellar", position=(40.0, 30.0))
    rules = (
        CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), summary="Panic button"),
        CueRule(id="door", cues=(CueKind.DOOR_HELD,), priority=Priority.LOW, summary="Door held"),
    )
    return replace(
        site,
        sensors=(*site.sensors, button, door),
        rules=(*site.rules, *rules),
        operators=1,
        grouping=replace(site.grouping, enabled=is_correlated),
    )


def live(engine: Engine, ledger: Ledger, operator: Operator, seconds: range) -> None:
    """Live through some seconds of the day."""
    square = ledger.square
    begin_us = START_US + seconds.start * SECOND_US
    for about in square.abouts(begin_us):
        ledger.take(engine.handle(about, begin_us), begin_us)
    for second in seconds:
        if second % 3600 == 0:  # A day takes long: say how far it is.
            sys.stderr.write(f"hour {second // 3600}: {sum(ledger.hours.values())} alerts\n")
        for at_us, message in square.second(second):
            ledger.take(engine.handle(message, at_us), at_us)
        now_us = START_US + (second + 1) * SECOND_US - 1
        for action in operator.asks(ledger.open, now_us):
            ledger.take(engine.handle(action, now_us), now_us)


def main() -> int:
    """Live through the day and print what it asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--share", type=float, default=0.25, help="of each hour that eyes look")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--correlation", choices=("on", "off"), default="on")
    arguments = parser.parse_args()
    began_s = time.perf_counter()
    site = a_site(is_correlated=arguments.correlation == "on")
    square = Square(site, arguments.seed, arguments.share)
    ledger, operator = Ledger(site, square), Operator(arguments.seed)
    seconds = range(1, round(arguments.hours * 3600))
    live(
        Engine(site, boot=BOOT, start_us=START_US, software="noisy day"), ledger, operator, seconds
    )
    looked_s = sum(map(square.looks, seconds))
    _print(ledger, arguments.hours, looked_s / 3600, time.perf_counter() - began_s)
    return 1 if ledger.missed(arguments.hours) or ledger.floods_outside() else 0


def _print(ledger: Ledger, hours: float, looked_h: float, took_s: float) -> None:
    count = sum(ledger.hours.values())
    print(f"lived      {hours:g} h in {took_s:.0f} s, with scans in {looked_h:.1f} h of them")
    print(f"alerts     {count}: {count / hours:.2f} an hour for one operator, at most 6 wanted")
    print(f"           {ledger.looked_count / looked_h:.2f} an hour while there were scans")
    print(f"incidents  {len(ledger.incidents)}: {len(ledger.incidents) / hours:.2f} an hour")
    print(f"           {len(ledger.alone)} if each alert were one of its own")
    print(f"by hour    {' '.join(str(ledger.hours[hour]) for hour in range(math.ceil(hours)))}")
    print(f"by rule    {', '.join(f'{rule} {n}' for rule, n in ledger.rules.most_common())}")
    print(f"floods     {len(ledger.flood_s)} s, {ledger.floods_outside()} s of them unscripted")
    print(f"missed     {', '.join(ledger.missed(hours)) or 'nothing'}")


if __name__ == "__main__":
    sys.exit(main())
