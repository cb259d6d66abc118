import numpy as np
import pytest
from contract_strategies import any_of
from hypothesis import given
from hypothesis import strategies as st
from small_square import (
    CAMERA,
    EAR,
    FRAME,
    RADAR,
    SECOND,
    START,
    Voice,
    a_detection,
    a_pose,
    a_site,
)

from hub.core.fusion.fuser import Fused, Fuser
from hub.core.fusion.lifecycle import LOST
from hub.core.site import Sensor
from wire.feed import LABELS
from wire.ids import ulid
from wire.labels import CueKind, HealthState, Label, SensorKind
from wire.messages import (
    Bearing,
    Detection,
    FieldOfView,
    Polar,
    Position,
    Reading,
    Scan,
    SensorAbout,
)

RADIO = "radio-01"
COUNTER = "counter-01"
WEATHER = "weather-01"
PLACE = (20.0, 10.0)


class Square:
    """A site's fuser, and its sensors that talk to it."""

    def __init__(self) -> None:
        plan = a_site()
        more = (
            Sensor(id=RADIO, kind=SensorKind.RADIO, name="Remote id", position=(0.0, 0.0)),
            Sensor(id=COUNTER, kind=SensorKind.COUNTER, name="Counter", position=(0.0, 0.0)),
            Sensor(id=WEATHER, kind=SensorKind.WEATHER, name="Weather", position=(0.0, 0.0)),
        )
        # As large as a site may be, so that nothing said is out of bounds.
        bounds = ((-10_000.0, -10_000.0), (10_000.0, 10_000.0))
        self.fuser = Fuser(a_site(sensors=(*plan.sensors, *more), bounds=bounds), FRAME)
        self.voices = {one: Voice(one) for one in (CAMERA, RADAR, EAR, RADIO, COUNTER, WEATHER)}
        self.now_us = START

    def knows(self, sensor: str = CAMERA, **fields: object) -> int:
        """Introduce a sensor; return how much of what it says of itself is of no use."""
        return len(self.fuser.about(self.voices[sensor].about_sensor(self.now_us, **fields)))

    def sees(self, *places: tuple[float, float], sensor: str = CAMERA, **fields: object) -> Fused:
        return self.says(*[a_detection(place) for place in places], sensor=sensor, **fields)

    def says(self, *detections: Detection, sensor: str = CAMERA, **fields: object) -> Fused:
        self.now_us += SECOND // 10
        scan = self.voices[sensor].says(Scan, self.now_us, detections=detections, **fields)
        return self.fuser.scan(scan, self.now_us)

    def watches(self, *places: tuple[float, float], scans: int = 20) -> None:
        for _ in range(scans):
            self.sees(*places)

    @property
    def numbers(self) -> list[int]:
        tracks = self.fuser.tracks
        return sorted(int(one) for one in tracks.number[tracks.state != LOST] if one < 2**31)


def test_what_a_sensor_sees_becomes_a_track_with_its_sources() -> None:
    square = Square()
    assert square.knows() == 0

    square.watches(PLACE)

    (number,) = square.numbers
    view = square.fuser.view(number, square.now_us)
    assert view is not None
    assert (view.at.east_m, view.at.north_m) == pytest.approx(PLACE, abs=0.1)
    assert [one.sensor for one in view.sources] == [CAMERA]
    assert square.fuser.sensors_of(number) == (CAMERA,)
    assert square.fuser.view(number + 1, square.now_us) is None


def test_the_tracker_knows_where_a_sensor_looks_as_soon_as_it_says_so() -> None:
    square = Square()
    square.knows()
    square.watches(PLACE)
    elsewhere = FieldOfView(azimuth_deg=180.0, width_deg=90.0, range_max_m=50.0)
    square.knows(RADAR, kind=SensorKind.RADAR, pose=a_pose(-20.0, 0.0), field_of_view=elsewhere)
    before = square.fuser.tracks.existence[0]

    square.sees(sensor=RADAR)
    assert square.fuser.tracks.existence[0] > 0.999 * before

    square.sees()
    assert square.fuser.tracks.existence[0] < 0.999 * before


def test_a_sensor_that_misses_whom_others_see_is_believed_less_there_and_only_there() -> None:
    square, elsewhere = Square(), np.array([(-20.0, -10.0)])
    square.knows()
    square.knows(RADAR, kind=SensorKind.RADAR)
    before = square.fuser.coverage.evidence(PLACE, START).looks

    for _ in range(300):
        square.sees(PLACE)
        square.sees(sensor=RADAR)

    after = {
        one.sensor: one.probability for one in square.fuser.coverage.evidence(PLACE, START).looks
    }
    assert {one.probability for one in before} == {0.9}
    assert after[CAMERA] == 0.9
    assert after[RADAR] < 0.7
    sight = square.fuser.coverage.sight(RADAR)
    assert sight is not None
    assert sight.at(elsewhere)[0] == pytest.approx(0.9)


def test_a_sensor_that_finds_whom_others_see_stays_believed() -> None:
    square = Square()
    square.knows()
    square.knows(RADAR, kind=SensorKind.RADAR)

    for _ in range(300):
        square.sees(PLACE)
        square.sees(PLACE, sensor=RADAR)

    looks = square.fuser.coverage.evidence(PLACE, START).looks
    assert {one.sensor for one in looks} == {CAMERA, RADAR}
    assert min(one.probability for one in looks) >= 0.9


def test_a_sensor_that_is_broken_or_covered_watches_nothing() -> None:
    for say in (
        lambda voice, at_us: voice.health(at_us, state=HealthState.ERROR),
        lambda voice, at_us: voice.cue(at_us, CueKind.VIEW_COVERED),
    ):
        square = Square()
        square.knows()
        square.watches(PLACE)
        assert square.fuser.coverage.watching(square.now_us) == (CAMERA,)

        square.fuser.hear(say(square.voices[CAMERA], square.now_us), square.now_us)
        square.fuser.wake(square.now_us)

        assert square.fuser.coverage.watching(square.now_us) == ()


def test_a_stranger_is_not_listened_to() -> None:
    square = Square()

    square.fuser.hear(Voice("cam-99").health(START), START)
    square.fuser.hear(square.voices[CAMERA].cue(START), START)

    assert not square.fuser.coverage.watching(START)


def test_time_alone_ends_tracks() -> None:
    square = Square()
    square.watches(PLACE)
    (number,) = square.numbers

    lost: list[int] = []
    for _ in range(120):
        square.now_us += SECOND // 10
        lost += square.fuser.wake(square.now_us).lost

    assert lost == [number]
    assert square.numbers == []


def test_a_drone_that_only_says_where_it_is_is_a_claim_and_no_track() -> None:
    square = Square()
    square.knows(RADAR, kind=SensorKind.RADAR)
    lat_deg, lon_deg = FRAME.to_wgs84(*PLACE)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=2.0, sigma_north_m=2.0)
    drone = Detection(label=Label.DRONE, confidence=0.9, where=where, object_id="drone-1")

    for _ in range(20):
        square.says(drone, sensor=RADIO)
        square.fuser.wake(square.now_us)

    assert square.numbers == []
    (claim,) = square.fuser.claims.alone()
    view = square.fuser.view(claim.number, square.now_us)
    assert view is not None
    assert view.label is Label.DRONE
    unwatched = view.existence

    square.says(sensor=RADAR)
    doubted = square.fuser.view(claim.number, square.now_us)
    assert doubted is not None
    assert doubted.existence < unwatched


def test_residuals_teach_the_calibration_of_both_sensors() -> None:
    square = Square()
    square.knows()
    square.knows(RADAR, kind=SensorKind.RADAR, pose=a_pose(-20.0, 0.0))

    for step in range(100):
        walker = (20.0 * np.sin(step / 10.0), 0.2 * step - 10.0)
        square.sees(walker)
        square.sees((walker[0] + 1.0, walker[1]), sensor=RADAR)

    assert square.fuser.calibration.view(RADAR) is not None


def test_a_counter_counts_and_a_weather_station_tells_how_fast_sound_is() -> None:
    square = Square()
    count = {"channel": "people", "value": 3.0, "unit": "1"}
    warmth = {"channel": "temperature", "value": 20.0, "unit": "Cel"}

    for sensor, fields in ((COUNTER, count), (WEATHER, warmth), (CAMERA, warmth)):
        reading = square.voices[sensor].says(Reading, START, **fields)
        assert isinstance(square.fuser.reading(reading, START), tuple)

    assert square.fuser.crowded(START) is not None


def test_a_cue_that_is_no_sound_is_no_bang() -> None:
    square = Square()

    assert square.fuser.heard(square.voices[EAR].cue(START), START) is None


def test_a_sound_with_its_onset_is_one() -> None:
    square = Square()
    square.knows(EAR, kind=SensorKind.ACOUSTIC, field_of_view=None)

    cue = square.voices[EAR].cue(START, CueKind.IMPULSE_SOUND)

    assert square.fuser.heard(cue, START) is not None


# --- Invariants -------------------------------------------------------------------------------

near = st.floats(-200.0, 200.0)
# Every number within its limits; places near enough to meet.
positions = st.builds(
    lambda place, where: Position(
        lat_deg=FRAME.to_wgs84(*place)[0],
        lon_deg=FRAME.to_wgs84(*place)[1],
        sigma_east_m=where.sigma_east_m,
        sigma_north_m=where.sigma_north_m,
        correlation=where.correlation,
    ),
    st.tuples(near, near) | st.just((1.0, 1.0)),
    any_of(Position),
)
extremes = st.sampled_from([0.001, 0.3, 90.0])
polars = st.builds(
    Polar,
    range_m=st.sampled_from([0.0, 5.0, 50.0, 20_000.0]),
    azimuth_deg=st.sampled_from([0.0, 45.0, 90.0, 360.0]),
    sigma_range_m=st.sampled_from([0.001, 0.3, 1000.0]),
    sigma_azimuth_deg=extremes,
    doppler_mps=st.none() | st.sampled_from([-150.0, 0.0, 150.0]),
    sigma_doppler_mps=st.none() | st.sampled_from([0.001, 1000.0]),
)
bearings = st.builds(Bearing, azimuth_deg=st.floats(0.0, 360.0), sigma_azimuth_deg=extremes)
wheres = positions | polars | bearings | any_of(Detection).map(lambda one: one.where)
detections = st.builds(
    Detection,
    label=st.sampled_from(LABELS),
    confidence=st.floats(0.0, 1.0),
    where=wheres,
    object_id=st.none() | st.sampled_from(["a", "b"]),
)


@given(
    st.lists(any_of(SensorAbout), max_size=2),
    st.lists(
        st.tuples(
            st.sampled_from([CAMERA, RADAR]),
            st.lists(detections, max_size=5),
            st.sampled_from([0, 1, SECOND // 10, SECOND, 20 * SECOND]),
            st.sampled_from([0, SECOND // 2, 29 * SECOND // 10, -2 * SECOND]),
        ),
        max_size=8,
    ),
)
def test_nothing_that_the_contract_allows_breaks_a_number(
    abouts: list[SensorAbout], scans: list[tuple[str, list[Detection], int, int]]
) -> None:
    square = Square()
    square.knows()
    square.knows(RADAR, kind=SensorKind.RADAR, pose=a_pose(-20.0, 0.0))
    for sensor, about in zip((RADAR, CAMERA), abouts, strict=False):
        fields = {name: getattr(about, name) for name in ("pose", "field_of_view", "labels")}
        square.knows(sensor, **fields)

    for index, (sensor, said, pause_us, late_us) in enumerate(scans):
        square.now_us += pause_us
        at_us = square.now_us - late_us
        identity = ulid(START + index, b"whatever  ")
        scan = square.voices[sensor].says(Scan, at_us, detections=tuple(said), id=identity)
        square.fuser.scan(scan, square.now_us)
        square.fuser.wake(square.now_us)
        tracks = square.fuser.tracks
        assert np.isfinite(tracks.predicted(square.now_us)).all()
        assert np.isfinite(tracks.covariance).all()
        assert (np.linalg.eigvalsh(tracks.covariance) > 0.0).all()
        assert ((tracks.existence >= 0.0) & (tracks.existence <= 1.0)).all()
        for number in tracks.number[tracks.state != LOST].tolist():
            assert square.fuser.view(number, square.now_us) is not None
