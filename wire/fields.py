"""What stands in the place of single tracks on the map: the crowd as a field, and where we look."""

from wire.quantities import Count, DistanceM, Identifier, Instant, Ratio
from wire.work import EastNorth, View


class CrowdCell(View, frozen=True, kw_only=True, array_like=True):
    """A square of ground and the crowd on it."""

    column: int  # Its south-west corner is (column, row) times the cell's side.
    row: int
    density: float  # Persons per square metre.
    sigma_density: float
    east_mps: float  # Mean flow.
    north_mps: float
    pressure: float  # Density times the variance of velocity, 1/s^2.
    lost: bool  # Too dense to tell who is who: single tracks mean nothing here.
    sigma_flow_mps: float = 0.0  # Of each component of the mean flow.
    sigma_pressure: float = 0.0


class ZoneCrowdView(View, frozen=True, kw_only=True):
    """The crowd in one zone."""

    id: Identifier
    persons: float
    sigma_persons: float
    density: float
    sigma_density: float
    density_max: float = 0.0  # Of its densest cell.
    pressure: float = 0.0  # Of its worst cell, 1/s^2.
    east_mps: float = 0.0
    north_mps: float = 0.0
    lost: bool = False  # In some cell of it.
    counters: tuple[Identifier, ...] = ()  # Sensors that count there, beside the tracks.
    sigma_flow_mps: float = 0.0
    sigma_pressure: float = 0.0


class CrowdView(View, frozen=True, kw_only=True):
    """The crowd as a field, once a second where there is one."""

    at_us: Instant
    cell_m: DistanceM
    cells: tuple[CrowdCell, ...] = ()  # Where there is somebody; the densest where they are many.
    zones: tuple[ZoneCrowdView, ...] = ()
    left_out: Count = 0  # Cells with somebody that are not in it, all less dense.


class ZoneCoverageView(View, frozen=True, kw_only=True):
    """How much of a zone is watched now."""

    id: Identifier
    seen: Ratio  # Share of its ground that a sensor sees now.
    doubly_seen: Ratio  # By two sensors or more.


class CoverageView(View, frozen=True, kw_only=True):
    """Where somebody would be seen now: a raster over the site, sent when it changes."""

    at_us: Instant
    low: EastNorth  # South-west corner of the first cell.
    cell_m: DistanceM
    columns: Count
    rows: Count
    probability: bytes = b""  # uint8 a cell, row by row from the south-west; 255 is certainty.
    zones: tuple[ZoneCoverageView, ...] = ()
