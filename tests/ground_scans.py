"""Scans that are on the ground already, and what sensors see of it: what a tracker is told."""

import numpy as np
from hypothesis import strategies as st

from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.sight import Sight, sight_of
from hub.core.fusion.walls import Walls
from hub.core.geometry import PLANE_M, Sector
from wire.feed import LABELS
from wire.labels import Label, SensorKind

START_US = 1_700_000_000_000_000
SECOND = 1_000_000
AROUND = Sector(east_m=0.0, north_m=0.0, azimuth_deg=0.0, width_deg=360.0, range_max_m=100.0)

Place = tuple[float, float]


def a_scan(*where: Place, at_s: float = 0.0, **changes: object) -> Measurements:
    count = len(where)
    scan = {
        "sensor": "cam-01",
        "observed_us": START_US + round(at_s * SECOND),
        "mean": np.array(where, dtype=np.float64).reshape(-1, 2),
        "covariance": np.tile(np.eye(2) * 0.09, (count, 1, 1)),
        "label": np.full(count, LABEL_INDEX[Label.PERSON], np.uint8),
        "confidence": np.full(count, 0.9),
        "object_id": (None,) * count,
        "has_doppler": np.zeros(count, np.bool_),
        "doppler_mps": np.zeros(count),
        "doppler_sigma_mps": np.zeros(count),
        "origin": (0.0, 0.0),
        "bearing_deg": np.empty(0),
        "bearing_sigma_deg": np.empty(0),
    }
    return Measurements(**{**scan, **changes})


def a_sight(area: Sector = AROUND, labels: tuple[Label, ...] = ()) -> Sight:
    """Return what a camera sees where nothing stands in its way."""
    place, kind = (area.east_m, area.north_m), SensorKind.CAMERA
    sight = sight_of(area, place, Walls(), height_m=4.0, kind=kind, labels=labels)
    assert sight is not None
    return sight


# --- Whatever the contract allows -------------------------------------------------------------

_deltas = st.sampled_from([0.0, 0.02, 0.1, 0.5, 2.0, 9.0, 100.0])
_labels = st.sampled_from(range(len(LABELS)))
_coordinates = st.floats(-60.0, 60.0) | st.sampled_from([0.0, PLANE_M, -PLANE_M])
# Many on one spot, and some within a millimetre of it.
_places = st.tuples(_coordinates, _coordinates) | st.sampled_from([(1.0, 1.0), (1.001, 1.0)])
_sigmas = st.sampled_from([0.001, 0.3, 2.0, 1000.0])
_covariances = st.builds(
    lambda east, north, shared: [
        [east**2, shared * east * north],
        [shared * east * north, north**2],
    ],
    _sigmas,
    _sigmas,
    st.sampled_from([-0.999, 0.0, 0.5, 0.999]),
)


@st.composite
def any_scan(draw: st.DrawFn, at_s: float) -> Measurements:
    """Draw what any sensor may send."""
    where = draw(st.lists(_places, max_size=5))

    def each(strategy: st.SearchStrategy[object], kind: object = np.float64) -> np.ndarray:
        return np.array([draw(strategy) for _ in where], kind)

    has_doppler = each(st.booleans(), np.bool_)
    may_begin = each(st.sampled_from([True, True, True, False]), np.bool_)
    bearings = draw(st.lists(st.floats(0.0, 360.0), max_size=2))
    return a_scan(
        *where,
        at_s=at_s,
        sensor=draw(st.sampled_from(["cam-01", "cam-02"])),
        covariance=each(_covariances).reshape(-1, 2, 2),
        label=each(_labels, np.uint8),
        confidence=each(st.floats(0.0, 1.0)),
        object_id=tuple(draw(st.none() | st.sampled_from("ab")) for _ in where),
        has_doppler=has_doppler,
        doppler_mps=np.where(has_doppler, each(st.sampled_from([-150.0, -1.0, 0.0, 150.0])), 0.0),
        doppler_sigma_mps=np.where(has_doppler, each(_sigmas), 0.0),
        bearing_deg=np.array(bearings),
        bearing_sigma_deg=np.array([draw(st.sampled_from([0.001, 2.0, 90.0])) for _ in bearings]),
        identity=each(st.sampled_from([0, 0, 7, 8]), np.int64),
        news=each(st.sampled_from([1.0, 1.0, 0.3, 0.01])),
        may_begin=may_begin,
        height_m=each(st.sampled_from([np.nan, -500.0, 30.0, 10_000.0])),
        height_sigma_m=each(_sigmas),
        simulated=draw(st.booleans()),
    )


@st.composite
def any_scans(draw: st.DrawFn) -> list[tuple[Measurements, float]]:
    """Draw scans of any sensors, and how late each arrives."""
    at_s = 0.0
    found = []
    for _ in range(draw(st.integers(1, 8))):
        at_s += draw(_deltas)
        found.append((draw(any_scan(at_s)), draw(st.sampled_from([0.0, 0.3, 2.9, -2.0]))))
    return found
