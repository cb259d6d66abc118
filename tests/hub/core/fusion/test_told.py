import numpy as np
import pytest
from small_square import FRAME, SECOND, START, Voice, a_detection, a_site

from hub.core.fusion.measurement import Georeferencer
from hub.core.fusion.told import Told
from hub.core.fusion.tracker import Tracker
from hub.core.site import Sensor
from wire.labels import Label, SensorKind
from wire.messages import Detection, Position, Scan, SensorAbout

RADIO = "radio-01"
TAGS = "tags-01"
RADAR = "radar-01"
SENSORS = (
    Sensor(id=RADIO, kind=SensorKind.RADIO, name="Remote id", position=(0.0, 0.0)),
    Sensor(id=TAGS, kind=SensorKind.TAG, name="Tags", position=(0.0, 0.0)),
    Sensor(id="team-1", kind=SensorKind.TAG, name="Team 1", position=(0.0, 0.0), expected=False),
    Sensor(id=RADAR, kind=SensorKind.RADAR, name="Radar", position=(0.0, 0.0)),
)

Place = tuple[float, float]


class Sky:
    """What sensors say, up to the tracks."""

    def __init__(self) -> None:
        self.tracker = Tracker(bounds=a_site().bounds)
        self.told = Told(SENSORS, FRAME, self.tracker)
        self.georeferencer = Georeferencer(FRAME)
        self.voices = {sensor.id: Voice(sensor.id) for sensor in SENSORS}

    def hears(self, sensor: str, *detections: Detection, at_s: float) -> Scan:
        at_us = START + round(at_s * SECOND)
        scan = self.voices[sensor].says(Scan, at_us, detections=detections)
        rest = self.told.measured(scan)
        measurements = self.told.weighed(self.georeferencer.measure(rest))
        self.tracker.update(measurements, at_us)
        return rest

    def wakes(self, at_s: float) -> None:
        at_us = START + round(at_s * SECOND)
        self.tracker.wake(at_us)
        self.told.wake(at_us)

    @property
    def shown(self) -> list[int]:
        return sorted(number for number in self.tracker.tracks.number.tolist() if number < 2**31)


def a_drone(place: Place, identity: str | None = None, **where: float) -> Detection:
    lat_deg, lon_deg = FRAME.to_wgs84(*place)
    position = Position(
        lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=1.0, sigma_north_m=1.0, **where
    )
    return Detection(label=Label.DRONE, confidence=0.9, where=position, object_id=identity)


def test_no_number_of_claims_makes_a_track() -> None:
    sky = Sky()

    for step in range(100):
        sky.hears(RADIO, a_drone((10.0, 0.0), "drone-1"), at_s=step / 10.0)
        sky.wakes(step / 10.0)

    assert len(sky.tracker.tracks) == 0
    assert [claim.identity for claim in sky.told.claims.alone()] == ["drone-1"]


def test_claims_neither_feed_nor_move_the_track_they_belong_to() -> None:
    claimed, plain = Sky(), Sky()

    for step in range(30):
        for sky in (claimed, plain):
            seen = a_drone((10.0 + step / 5.0, 0.0), height_m=40.0, sigma_height_m=2.0)
            sky.hears(RADAR, seen, at_s=step / 10.0)
        claimed.hears(RADIO, a_drone((10.5 + step / 5.0, 0.0), "drone-1"), at_s=step / 10.0)
        claimed.wakes(step / 10.0)
        plain.wakes(step / 10.0)

    (number,) = claimed.shown
    assert [claim.agrees for claim in claimed.told.claims.of(number)] == [True]
    for column in ("east", "covariance", "existence", "updated_us"):
        one, other = getattr(claimed.tracker.tracks, column), getattr(plain.tracker.tracks, column)
        assert one.tobytes() == other.tobytes()


def test_a_claim_that_nobody_sees_has_a_number_of_its_own() -> None:
    sky = Sky()
    sky.hears(RADIO, a_drone((50.0, 50.0), "drone-1"), at_s=0.0)

    for step in range(30):
        sky.hears(RADAR, a_drone((10.0, 0.0)), at_s=step / 10.0)
        sky.wakes(step / 10.0)

    (claim,) = sky.told.claims.alone()
    assert claim.number not in sky.shown


def a_tag(place: Place, identity: str) -> Detection:
    return a_detection(place, object_id=identity)


def test_tags_that_cross_stay_on_their_tracks() -> None:
    sky = Sky()
    numbers: list[dict[int, int]] = []

    for step in range(80):
        along = 0.15 * step - 6.0
        tags = (a_tag((along, 0.0), "a"), a_tag((-along, 0.05), "b"))
        sky.hears(TAGS, *tags, at_s=step / 10.0)
        sky.wakes(step / 10.0)
        tracks = sky.tracker.tracks
        carried = sky.tracker.rows.columns.identity[: len(tracks)]
        numbers.append(dict(zip(carried.tolist(), tracks.number.tolist(), strict=True)))

    assert len(sky.shown) == 2
    assert numbers[-1] == numbers[20]


def test_no_identity_is_on_two_tracks() -> None:
    sky = Sky()
    for step in range(20):
        sky.hears(TAGS, a_tag((0.0, 0.0), "a"), at_s=step / 10.0)

    # The tag jumps, as satellite positions in a street do: that is another track now.
    for step in range(20, 24):
        sky.hears(TAGS, a_tag((30.0, 0.0), "a"), at_s=step / 10.0)

    tracks = sky.tracker.tracks
    carried = sky.tracker.rows.columns.identity[: len(tracks)]
    assert len(tracks) == 2
    assert (carried != 0).tolist() == (tracks.east > 15.0).tolist()


def an_about(*, filtered: bool) -> SensorAbout:
    return Voice(RADAR).about_sensor(START, kind=SensorKind.RADAR, filtered=filtered)


def watched(*, filtered: bool, scans: int) -> Sky:
    sky = Sky()
    sky.told.about(an_about(filtered=filtered))
    for step in range(scans):
        sky.hears(RADAR, a_drone((10.0, 0.0), "t-7"), at_s=step / 10.0)
    return sky


def test_a_sensor_that_filters_is_not_counted_ten_times_a_second() -> None:
    plain, filtered = watched(filtered=False, scans=20), watched(filtered=True, scans=20)

    one, other = (sky.tracker.tracks.covariance[0, 0, 0] for sky in (plain, filtered))
    assert other > 3.0 * one
    # Two seconds are two independent reports: the place is no surer than those make it.
    assert other > 1.0 / 2.0 * 0.9


def test_a_sensor_that_filters_confirms_within_two_seconds_and_not_within_a_half() -> None:
    early, later = watched(filtered=True, scans=3), watched(filtered=True, scans=20)

    assert early.shown == []
    assert later.shown == [1000]


def test_heights_are_followed_where_positions_tell_them() -> None:
    sky = Sky()
    for step in range(30):
        seen = a_drone((10.0, 0.0), height_m=20.0 + 0.1 * step, sigma_height_m=1.0)
        sky.hears(RADAR, seen, at_s=step / 10.0)

    height = sky.tracker.rows.columns.height[0]
    assert height == pytest.approx([22.9, 1.0], abs=0.5)


def test_who_tells_no_height_has_none() -> None:
    sky = Sky()
    sky.hears(RADAR, a_drone((10.0, 0.0)), at_s=0.0)

    assert sky.tracker.rows.columns.height_us[0] == 0
    assert not np.isnan(sky.tracker.rows.columns.height[0]).any()
