import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED, LOST
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.stopping import stopping_distance_m, too_near
from hub.core.site import Area, VehicleCanStop
from wire.feed import LABELS
from wire.labels import Label

SECOND = 1_000_000
NOW = 1_767_225_600 * SECOND
GATE = Area(
    id="gate",
    name="Gate",
    purpose="gate",
    polygon=((-3.0, 0.0), (3.0, 0.0), (3.0, 2.0), (-3.0, 2.0)),
)
CAN_STOP = VehicleCanStop(zone="gate")


def a_vehicle(
    north_m: float,
    speed_mps: float,
    *,
    east_m: float = 0.0,
    label: Label = Label.VEHICLE,
    state: int = CONFIRMED,
    age_s: float = 0.0,
    sigma_m: float = 0.0,
) -> Tracks:
    """North of the gate, driving south."""
    rows = Rows()
    add_rows(rows, 1)
    rows.columns.mean[0] = (east_m, north_m, 0.0, -speed_mps)
    rows.columns.covariance[0] = 0.0
    rows.columns.covariance[0, 0, 0] = sigma_m**2
    rows.columns.state[0] = state
    rows.columns.label[0] = LABELS.index(label)
    rows.columns.updated_us[0] = NOW - round(age_s * SECOND)
    return Tracks(rows)


def against(tracks: Tracks, delay_s: float = 0.0, interlock: VehicleCanStop = CAN_STOP) -> bool:
    return too_near(interlock, GATE, tracks, NOW, delay_s) is not None


def test_the_distance_counts_reaction_delay_and_braking() -> None:
    at_64_kmh = 64.0 / 3.6

    assert stopping_distance_m(10.0, CAN_STOP) == pytest.approx(15.0 + 100.0 / 6.8)
    undisturbed = stopping_distance_m(at_64_kmh, VehicleCanStop(zone="g", reaction_s=2.0), 4.0)
    braking = at_64_kmh**2 / 6.8
    assert undisturbed - braking == pytest.approx(106.7, abs=0.05)


def test_who_is_nearer_than_that_forbids_and_who_is_further_away_does_not() -> None:
    # At 10 m/s it takes 29.7 m, and 40 m more while an actuator moves for 4 s.
    assert against(a_vehicle(30.0, 10.0))
    assert not against(a_vehicle(45.0, 10.0))
    assert against(a_vehicle(45.0, 10.0), delay_s=4.0)
    assert not against(a_vehicle(100.0, 10.0), delay_s=4.0)


def test_the_reason_can_be_read_aloud() -> None:
    reason = too_near(CAN_STOP, GATE, a_vehicle(22.0, 10.0), NOW, 0.0)

    assert reason == "a vehicle 20 m from Gate needs 30 m to stop at 36 km/h"


def test_who_drives_elsewhere_stands_or_is_no_vehicle_does_not_forbid() -> None:
    assert not against(a_vehicle(20.0, -10.0))
    assert not against(a_vehicle(20.0, 10.0, east_m=40.0))
    assert not against(a_vehicle(5.0, 0.2))
    assert not against(a_vehicle(5.0, 10.0, label=Label.PERSON))
    assert not against(a_vehicle(5.0, 10.0, state=LOST))
    assert not against(Tracks(Rows()))


def test_what_nobody_could_name_may_be_a_vehicle() -> None:
    assert against(a_vehicle(20.0, 10.0, label=Label.UNKNOWN))


def test_a_driver_may_steer_a_little_and_a_track_may_be_beside_where_it_is_believed() -> None:
    beside = 3.0 + 1.3 + 0.5 + 20.0 * 0.17

    assert against(a_vehicle(22.0, 10.0, east_m=beside - 0.3))
    assert not against(a_vehicle(22.0, 10.0, east_m=beside + 1.5))
    assert against(a_vehicle(22.0, 10.0, east_m=beside + 1.5, sigma_m=3.0))


def test_a_vehicle_has_come_nearer_since_it_was_seen() -> None:
    assert not against(a_vehicle(45.0, 10.0))
    assert against(a_vehicle(45.0, 10.0, age_s=1.5))


@given(st.floats(0.5, 40.0), st.floats(0.0, 10.0), st.floats(3.0, 200.0))
def test_who_could_not_stop_forbids_and_a_longer_delay_never_helps(
    speed_mps: float, delay_s: float, north_m: float
) -> None:
    vehicle = a_vehicle(north_m, speed_mps)

    if north_m - 2.0 <= stopping_distance_m(speed_mps, CAN_STOP, delay_s):
        assert against(vehicle, delay_s)
    if against(vehicle, delay_s):
        assert against(vehicle, delay_s + 1.0)
