"""What a rule listens to. A kind of rule overrides what concerns it; all else costs it nothing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct

from hub.core.fusion.bangs import Chain
from hub.core.geometry import Floats
from hub.core.rules.condition import Condition
from hub.core.rules.gas_course import GasRecord
from hub.core.rules.reach import Reach
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import Rows, TrackTable
from hub.core.site import Place, Rule
from wire.feed import CalibrationView
from wire.fields import CrowdView, ZoneCoverageView
from wire.labels import Posture
from wire.messages import Cue, Fault, Message, Reading
from wire.quantities import Identifier, Instant, Ulid

NOTHING: Final = ()
"""What a rule follows that follows no tracks."""


class Standing(Struct, frozen=True, kw_only=True):
    """A sensor's calibration now, and what the sensor is made of."""

    calibration: CalibrationView
    taint: Taint = Taint()


class SensorFact(Struct, frozen=True, kw_only=True):
    """What the hub knows of a sensor now."""

    delay_us: float | None = None  # Observation to arrival, smoothed; None: it sends no scans.
    silent: bool = False
    faults: tuple[Fault, ...] = ()
    taint: Taint = Taint()


class TeamFact(Struct, frozen=True, kw_only=True):
    """What the hub knows of a field team now. Teams that were never heard of have no fact."""

    place: Place
    observed_us: Instant
    taint: Taint = Taint()


class ActuatorFact(Struct, frozen=True, kw_only=True):
    """What the hub knows of an actuator now."""

    delay_s: float  # From accepting a command to its full effect, as it says itself.


class Facts(Struct, frozen=True, kw_only=True):
    """What rules are told once a second beside the tracks."""

    crowd: CrowdView | None = None
    coverage: tuple[ZoneCoverageView, ...] = ()
    standings: Mapping[Identifier, Standing] = {}
    sensors: Mapping[Identifier, SensorFact] = {}
    actuators: Mapping[Identifier, ActuatorFact] = {}
    teams: Mapping[Identifier, TeamFact] = {}
    claimed: frozenset[int] = frozenset()  # Tracks with a remote id that agrees with them.
    # Metres above the ground, and sigma, of the drones that a sensor tells the height of.
    heights: Mapping[int, tuple[float, float]] = {}
    postures: Mapping[Identifier, Posture] = {}


class Judge:
    """One rule, judged. Every call returns the conditions that changed."""

    # What it is told of the tracks, if it judges them: those on its ground; of those at a line only
    # who steps over it, from its left to its right.
    reach: Reach | None = None
    line: Floats | None = None

    @property
    def followed(self) -> Collection[int]:
        """The numbers of the tracks that it is told of whatever they do.

        Always the very same container. While a rule that has one follows nothing, time alone
        changes nothing of what it says.
        """
        return NOTHING

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next. May be a plain attribute of a kind."""
        return None

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on: the posture has changed."""
        raise NotImplementedError

    def active(self) -> list[Condition]:
        """Return every condition that was reported as true and not yet as gone."""
        raise NotImplementedError

    def start(self, now_us: Instant) -> None:
        """Begin: called once, before anything else."""

    def records(self) -> list[GasRecord]:
        """Return what it knows that neither a restart nor an edit of its rule may forget."""
        return []

    def to_keep(self, now_us: Instant) -> list[GasRecord]:
        """Return what a restarted hub must begin with, as far as it is due. Asked at readings."""
        raise NotImplementedError

    def restore(self, record: GasRecord, now_us: Instant) -> None:
        """Go on from what the journal kept, if it is this rule's."""

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        raise NotImplementedError

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what time alone has changed. Called at every tick: look at `next_wake_us` first."""
        raise NotImplementedError

    def cue(
        self,
        cue: Cue,
        place: Place | None,
        sigma_m: float | None,
        now_us: Instant,
        chain: Chain | None = None,
    ) -> list[Condition]:
        """Judge a sensor's statement, at the place where it or several together put it."""
        raise NotImplementedError

    def reading(self, reading: Reading, place: Place | None, now_us: Instant) -> list[Condition]:
        """Judge a reading, at the place of its sensor."""
        raise NotImplementedError

    def heard(self, message: Message, now_us: Instant) -> list[Condition]:
        """Take note that a device spoke, whatever it said."""
        raise NotImplementedError

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what is told once a second."""
        raise NotImplementedError

    def conditions(self, changed: Sequence[Condition], now_us: Instant) -> list[Condition]:
        """Judge conditions of other rules that changed."""
        raise NotImplementedError


def listens(judge: Judge, to: str) -> bool:
    """Return whether a kind of rule overrides this call."""
    return getattr(type(judge), to) is not getattr(Judge, to)
