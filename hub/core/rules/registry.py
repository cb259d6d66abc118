"""Every rule of a site, judged. A new kind of rule has its line in `JUDGES`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from hub.core.fusion.bangs import Chain
from hub.core.rules.basis import Basis
from hub.core.rules.calibration import CalibrationJudge
from hub.core.rules.clock_fault import ClockJudge
from hub.core.rules.compound import CompoundJudge
from hub.core.rules.condition import Condition
from hub.core.rules.counter_flow import CounterFlowJudge
from hub.core.rules.coverage_gap import CoverageJudge
from hub.core.rules.cue import CueJudge
from hub.core.rules.density import DensityJudge
from hub.core.rules.dispersal import DispersalJudge
from hub.core.rules.drone import DroneJudge
from hub.core.rules.expression import ExpressionJudge
from hub.core.rules.gas import GasJudge
from hub.core.rules.gas_course import GasRecord
from hub.core.rules.intrusion import IntrusionJudge
from hub.core.rules.judge import NOTHING, Facts, Judge, listens
from hub.core.rules.lines import Lines
from hub.core.rules.loitering import LoiteringJudge
from hub.core.rules.reach import Concerned
from hub.core.rules.round import TURN_US, TURNS_MAX, Round
from hub.core.rules.silence import SilenceJudge
from hub.core.rules.tamper import TamperJudge
from hub.core.rules.team_lost import TeamLostJudge
from hub.core.rules.team_zone import TeamZoneJudge
from hub.core.rules.track_table import Rows, SensorsOf, TrackTable
from hub.core.rules.tripwire import TripwireJudge
from hub.core.rules.unattended import UnattendedJudge
from hub.core.rules.variant import posture_of, variant
from hub.core.rules.vehicle_approach import VehicleApproachJudge
from hub.core.rules.vehicle_zone import VehicleZoneJudge
from hub.core.rules.watched import PacedJudge
from hub.core.site import (
    CalibrationRule,
    ClockRule,
    CompoundRule,
    CounterFlowRule,
    CoverageRule,
    CueRule,
    DensityRule,
    DispersalRule,
    DroneRule,
    ExpressionRule,
    GasRule,
    IntrusionRule,
    LoiteringRule,
    Place,
    Rule,
    RulePlan,
    SilenceRule,
    Site,
    TamperRule,
    TeamLostRule,
    TeamZoneRule,
    TripwireRule,
    UnattendedRule,
    VehicleApproachRule,
    VehicleZoneRule,
)
from wire.labels import Posture
from wire.messages import Cue, Message, Reading
from wire.quantities import Identifier, Instant, Ulid

R = TypeVar("R", bound=RulePlan)
Builder = Callable[[Rule, Basis], Judge]


def _kind(kind: type[R], build: Callable[[R, Basis], Judge]) -> tuple[type[RulePlan], Builder]:
    """Return one line of the table, with the rule's own type kept."""

    def checked(rule: Rule, on: Basis) -> Judge:
        assert isinstance(rule, kind)
        return build(rule, on)

    return kind, checked


def _approach(rule: VehicleApproachRule, on: Basis) -> VehicleApproachJudge:
    actuator = on.actuator(rule.actuator)
    barrier = None if actuator is None or actuator.zone is None else on.zone(actuator.zone)
    zone = on.zone(rule.zone)
    return VehicleApproachJudge(rule, zone, actuator, barrier, on.sensors_of, on.offsets())


JUDGES: Final[dict[type[RulePlan], Builder]] = dict(
    (
        # --- Tracks
        _kind(
            IntrusionRule,
            lambda rule, on: IntrusionJudge(rule, on.zone(rule.zone), on.sensors_of, on.offsets()),
        ),
        _kind(
            TripwireRule,
            lambda rule, on: TripwireJudge(
                rule, on.tripwire(rule.tripwire), on.sensors_of, on.offsets()
            ),
        ),
        _kind(
            LoiteringRule,
            lambda rule, on: LoiteringJudge(rule, on.zone(rule.zone), on.sensors_of, on.offsets()),
        ),
        _kind(
            UnattendedRule,
            lambda rule, on: UnattendedJudge(rule, on.zone(rule.zone), on.sensors_of, on.offsets()),
        ),
        _kind(
            VehicleZoneRule,
            lambda rule, on: VehicleZoneJudge(
                rule, on.zone(rule.zone), on.sensors_of, on.offsets()
            ),
        ),
        _kind(VehicleApproachRule, _approach),
        _kind(
            DispersalRule,
            lambda rule, on: DispersalJudge(rule, on.zone(rule.zone), on.sensors_of),
        ),
        _kind(
            DroneRule,
            lambda rule, on: DroneJudge(rule, on.zone(rule.zone), on.sensors_of, on.offsets()),
        ),
        # --- Crowds
        _kind(
            DensityRule,
            lambda rule, on: DensityJudge(rule, on.zone(rule.zone), on.sensors_of, on.offsets()),
        ),
        _kind(
            CounterFlowRule,
            lambda rule, on: CounterFlowJudge(
                rule, on.zone(rule.zone), on.sensors_of, on.offsets()
            ),
        ),
        # --- What sensors say
        _kind(CueRule, CueJudge),
        _kind(SilenceRule, lambda rule, on: SilenceJudge(rule, on.expected(rule.devices))),
        _kind(CalibrationRule, lambda rule, on: CalibrationJudge(rule, on.sensors(rule.devices))),
        _kind(GasRule, lambda rule, on: GasJudge(rule, on.sensors(rule.devices), on.offsets())),
        _kind(TamperRule, lambda rule, on: TamperJudge(rule, on.sensors(rule.devices))),
        _kind(ClockRule, lambda rule, on: ClockJudge(rule, on.sensors(rule.devices))),
        _kind(
            CoverageRule,
            lambda rule, on: CoverageJudge(rule, on.zone(rule.zone), on.offsets()),
        ),
        # --- Teams
        _kind(
            TeamLostRule, lambda rule, on: TeamLostJudge(rule, on.teams(rule.teams), on.offsets())
        ),
        _kind(
            TeamZoneRule,
            lambda rule, on: TeamZoneJudge(rule, on.zone(rule.zone), on.teams(), on.offsets()),
        ),
        # --- Of other conditions, and the site's own
        _kind(CompoundRule, lambda rule, _: CompoundJudge(rule)),
        _kind(ExpressionRule, ExpressionJudge),
    )
)
"""What judges each kind of rule, and what of the plan it looks up."""

# Of a rule that follows nothing, nobody but itself knows when it has to wake.
_ALWAYS: Final = (0,)
_CALLS: Final = ("tracks", "wake", "cue", "reading", "heard", "second", "conditions", "to_keep")


class Seat(Struct, kw_only=True):
    """A judge, with all that it was made from."""

    rule: Rule  # As the plan has it.
    seen: tuple[object, ...]  # What it looked up in the plan.
    judge: Judge
    current: Rule  # As the posture has it.


class Judges:
    """All rules of a site. Every call returns the conditions that changed."""

    def __init__(self, site: Site, sensors_of: SensorsOf) -> None:
        self._sensors_of = sensors_of
        self._seats: dict[Identifier, Seat] = {}
        self._postures: Mapping[Identifier, Posture] = {}
        self._listeners: dict[str, list[Judge]] = {}
        self._concerned, self._lines = Concerned(()), Lines(())
        self._round = Round()
        self._turn_us: Instant | None = None  # When it is somebody's turn: none is asked earlier.
        self._paced: list[PacedJudge] = []
        self._wakeful: list[tuple[Judge, Collection[int]]] = []
        self._seat(site)

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = [self._round.next_us, *(judge.next_wake_us for judge in self._listeners["wake"])]
        return min((at_us for at_us in due if at_us is not None), default=None)

    def active(self) -> list[Condition]:
        """Return every condition that was reported as true and not yet as gone."""
        return [one for seat in self._seats.values() for one in seat.judge.active()]

    # --- The plan -----------------------------------------------------------------------------

    def start(self, now_us: Instant) -> None:
        """Begin: a device that is never heard is silent from this instant."""
        self._begin({}, now_us)

    def adjust(self, postures: Mapping[Identifier, Posture]) -> None:
        """Judge by what the plan says for these postures, by zone and "site", from now on."""
        self._postures = dict(postures)
        for seat in self._seats.values():
            self._suit(seat)
        self._reach()

    def replan(self, site: Site, now_us: Instant) -> list[Condition]:
        """Judge by another plan; return that what judges of the old one had said is over.

        A rule that is the same, and means the same zones, lines and devices, keeps its judge and
        all that the judge knows.
        """
        before = self._seats
        self._seat(site)
        self._begin(before, now_us)
        gone = [seat for name, seat in before.items() if seat is not self._seats.get(name)]
        over = [
            replace(condition, active=False, observed_us=now_us)
            for seat in gone
            for condition in seat.judge.active()
        ]
        return over + self._tell_new(before, now_us)

    def _begin(self, before: Mapping[Identifier, Seat], now_us: Instant) -> None:
        """Start those that are new. Who looks every so often does so apart from the others."""
        paced = count()
        for name, seat in self._seats.items():
            turn = next(paced) % TURNS_MAX if isinstance(seat.judge, PacedJudge) else 0
            known = before.get(name)
            if seat is known:
                continue
            seat.judge.start(now_us + turn * TURN_US)
            for record in known.judge.records() if known is not None else ():
                # The limits that were passed were other ones.
                seat.judge.restore(replace(record, reasons=()), now_us)

    def _tell_new(self, before: Mapping[Identifier, Seat], now_us: Instant) -> list[Condition]:
        """Let new judges of conditions know what holds already."""
        active = self.active()
        return [
            condition
            for name, seat in self._seats.items()
            if seat is not before.get(name) and listens(seat.judge, "conditions")
            for condition in seat.judge.conditions(active, now_us)
        ]

    def _seat(self, site: Site) -> None:
        before = self._seats
        self._seats = {rule.id: self._seated(rule, site) for rule in site.rules if rule.enabled}
        for name, seat in self._seats.items():
            known = before.get(name)
            if known is not None and (known.rule, known.seen) == (seat.rule, seat.seen):
                self._seats[name] = known
            else:
                self._suit(seat)
        judges = [seat.judge for seat in self._seats.values()]
        self._listeners = {
            call: [judge for judge in judges if listens(judge, call)] for call in _CALLS
        }
        wakes = self._listeners["wake"]
        self._paced = [judge for judge in wakes if isinstance(judge, PacedJudge)]
        self._wakeful = [
            (judge, _ALWAYS if judge.followed is NOTHING else judge.followed)
            for judge in wakes
            if not isinstance(judge, PacedJudge)
        ]
        self._round.keep(self._listeners["second"])
        self._turn_us = 0
        self._reach()

    def _reach(self) -> None:
        """Find out anew where each judge listens to tracks."""
        judges = self._listeners["tracks"]
        self._concerned, self._lines = Concerned(judges), Lines(judges, self._lines)

    def _seated(self, rule: Rule, site: Site) -> Seat:
        basis = Basis(site, self._sensors_of)
        judge = JUDGES[type(rule)](rule, basis)
        return Seat(rule=rule, seen=basis.seen, judge=judge, current=rule)

    def _suit(self, seat: Seat) -> None:
        """Let a judge judge by what its rule is in the posture of now."""
        current = variant(seat.rule, posture_of(seat.rule, self._postures))
        if current != seat.current:
            seat.current = current
            seat.judge.adjust(current)

    # --- What the journal keeps ---------------------------------------------------------------

    def to_keep(self, now_us: Instant) -> list[GasRecord]:
        """Return what a restarted hub must begin with, after a reading."""
        return [one for judge in self._listeners["to_keep"] for one in judge.to_keep(now_us)]

    def restore(self, record: GasRecord, now_us: Instant) -> None:
        """Let the rule that a record is about go on from it, if the plan still has it."""
        seat = self._seats.get(record.rule)
        if seat is not None:
            seat.judge.restore(record, now_us)

    # --- What happens -------------------------------------------------------------------------

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        judges = self._listeners["tracks"]
        if not (judges and rows.size):
            return []
        told = self._lines.sift(tracks, rows, self._concerned.of(tracks, rows), now_us)
        return _all(judges[one].tracks(tracks, its, now_us, cause) for one, its in told.parts())

    def cue(
        self,
        cue: Cue,
        place: Place | None,
        sigma_m: float | None,
        now_us: Instant,
        chain: Chain | None = None,
    ) -> list[Condition]:
        """Judge a sensor's statement, at the place where it or several together put it."""
        judges = self._listeners["cue"]
        return _all(judge.cue(cue, place, sigma_m, now_us, chain) for judge in judges)

    def reading(self, reading: Reading, place: Place | None, now_us: Instant) -> list[Condition]:
        """Judge a reading, at the place of its sensor."""
        judges = self._listeners["reading"]
        return _all(judge.reading(reading, place, now_us) for judge in judges)

    def heard(self, message: Message, now_us: Instant) -> list[Condition]:
        """Take note that a device spoke, whatever it said."""
        return _all(judge.heard(message, now_us) for judge in self._listeners["heard"])

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what is told once a second: the first rules now, the others as time goes on."""
        self._round, self._turn_us = Round(self._listeners["second"], facts, now_us), now_us
        return self.take_turns(tracks, now_us)

    def conditions(self, changed: Sequence[Condition], now_us: Instant) -> list[Condition]:
        """Judge conditions of other rules that changed."""
        if not changed:
            return []
        return _all(judge.conditions(changed, now_us) for judge in self._listeners["conditions"])

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what time alone has changed, and by those whose turn it is."""
        # Most rules have nothing to do at most ticks: they are not even called.
        due = [judge for judge, follows in self._wakeful if follows]
        changed = _all(judge.wake(tracks, now_us) for judge in due)
        return changed + self.take_turns(tracks, now_us)

    def take_turns(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge by those that look every so often, or are told the second's facts, and are due.

        Called at every input, not only at ticks: so none of them has to wait for all.
        """
        if self._turn_us is None or now_us < self._turn_us:
            return []
        looking = [judge for judge in self._paced if now_us >= judge.due_us]
        facts, told = self._round.facts, self._round.take(now_us)
        if self._round.next_us is None:
            self._round = Round()  # Nobody needs its facts, and they are large.
        changed = _all(judge.wake(tracks, now_us) for judge in looking)
        changed += _all(judge.second(facts, tracks, now_us) for judge in told)
        due = [self._round.next_us, *(judge.due_us for judge in self._paced)]
        self._turn_us = min((at_us for at_us in due if at_us is not None), default=None)
        return changed


def judges(site: Site, sensors_of: SensorsOf) -> Judges:
    """Return every rule of the site, ready to judge. The plan's names were checked on reading."""
    return Judges(site, sensors_of)


def _all(changed: Iterable[list[Condition]]) -> list[Condition]:
    return [condition for some in changed for condition in some]
