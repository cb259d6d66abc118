from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_square import FRAME, SECOND, START, Voice

from hub.core.fusion.claims import EXISTENCE_MAX, LIFE_US, Claims
from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.fusion.measurement import LABEL_INDEX
from hub.core.fusion.tracks import Tracks
from hub.core.geometry import Floats
from wire.feed import ClaimView
from wire.labels import Label
from wire.messages import Bearing, Detection, Position, Scan

NUMBERS = 5000
"""Claims that nobody sees count from here in these tests."""

Place = tuple[float, float]


class TrackStandIn:
    """The columns of tracks that claims read."""

    def __init__(self, *where: Place, **changes: Any) -> None:
        count = len(where)
        self.number = np.arange(1000, 1000 + count, dtype=np.uint32)
        self.east, self.north = np.array(where, dtype=np.float64).reshape(-1, 2).T
        self.velocity_east = np.zeros(count)
        self.velocity_north = np.zeros(count)
        self.covariance = np.tile(np.eye(4), (count, 1, 1))
        self.updated_us = np.full(count, START)
        self.state = np.full(count, CONFIRMED, np.uint8)
        self.label = np.full(count, LABEL_INDEX[Label.DRONE], np.uint8)
        self.simulated = np.zeros(count, np.bool_)
        self.exercise = np.zeros(count, np.bool_)
        vars(self).update(changes)


class Hall:
    """A receiver, and the claims that it hears."""

    def __init__(self) -> None:
        self.claims = Claims(FRAME)
        self.voice = Voice("radio-01")
        self._count = 0

    def number(self) -> int:
        self._count += 1
        return NUMBERS + self._count - 1

    def hears(self, *said: tuple[str, Place], at_s: float = 0.0, **fields: Any) -> Scan:
        at_us = START + round(at_s * SECOND)
        detections = tuple(a_claim(*one, **fields) for one in said)
        return self.takes(self.voice.says(Scan, at_us, detections=detections))

    def takes(self, scan: Scan) -> Scan:
        return self.claims.take(scan, self.number)

    def sees(self, *where: Place, at_s: float = 0.0, **changes: Any) -> None:
        """Let sensors see drones there now; `height` is what they tell of the height of each."""
        height = changes.pop("height", (np.nan, np.nan))
        at_us = START + round(at_s * SECOND)
        tracks = TrackStandIn(*where, **{"updated_us": np.full(len(where), at_us), **changes})
        self.claims.match(cast("Tracks", tracks), lambda _: height, at_us)

    def alone(self) -> list[int]:
        return [claim.number for claim in self.claims.alone()]


def a_claim(
    identity: str | None = "drone-1", place: Place = (10.0, 0.0), **fields: Any
) -> Detection:
    lat_deg, lon_deg = FRAME.to_wgs84(*place)
    where = Position(
        lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=3.0, sigma_north_m=3.0, **fields
    )
    return Detection(label=Label.DRONE, confidence=1.0, where=where, object_id=identity)


def the_claim(hall: Hall, number: int = 1000) -> ClaimView:
    (claim,) = hall.claims.of(number)
    return claim


def nobody_looks(points: Floats) -> Floats:
    return np.zeros(len(points))


# --- Hearing ----------------------------------------------------------------------------------


def test_a_claim_is_taken_out_of_its_scan_and_a_direction_stays_a_measurement() -> None:
    hall = Hall()
    direction = Detection(
        label=Label.DRONE,
        confidence=1.0,
        where=Bearing(azimuth_deg=10.0, sigma_azimuth_deg=3.0),
        object_id="drone-1",
    )
    nameless = a_claim(None)
    scan = hall.voice.says(Scan, START, detections=(a_claim(), direction, nameless))

    rest = hall.takes(scan)

    assert rest.detections == (direction, nameless)
    assert hall.alone() == [NUMBERS]


def test_the_same_identity_from_two_receivers_is_one_claim_the_latest() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)), at_s=1.0)

    other = Voice("radio-02").says(Scan, START + 2 * SECOND, detections=(a_claim(),))
    hall.takes(other)
    hall.hears(("drone-1", (99.0, 0.0)), at_s=1.5)

    (claim,) = hall.claims.alone()
    assert (claim.sensor, claim.number) == ("radio-02", NUMBERS)
    assert claim.place == pytest.approx((10.0, 0.0), abs=1e-3)
    assert (claim.first_us, claim.observed_us) == (START + SECOND, START + 2 * SECOND)


def test_a_claim_from_the_other_end_of_the_world_is_not_shown() -> None:
    hall = Hall()

    hall.hears(("drone-1", (60_000.0, 0.0)))

    assert hall.alone() == []


def test_of_very_many_claims_the_one_heard_longest_ago_gives_way() -> None:
    hall = Hall()
    for index in range(1_001):
        hall.hears((f"drone-{index}", (0.0, 0.0)), at_s=index / 1000.0)

    identities = {claim.identity for claim in hall.claims.alone()}
    assert len(identities) == 1_000
    assert "drone-0" not in identities


# --- Whom it belongs to -----------------------------------------------------------------------


def test_a_claim_where_a_drone_is_seen_belongs_to_it_and_agrees() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)), height_m=40.0)

    hall.sees((50.0, 0.0), (12.0, 0.0), height=(38.0, 2.0))

    claim = the_claim(hall, 1001)
    assert (claim.identity, claim.agrees, claim.sensor) == ("drone-1", True, "radio-01")
    assert claim.apart_m == pytest.approx(2.0, abs=0.01)
    assert claim.height_m == 40.0
    assert hall.alone() == []


def test_a_claim_far_from_all_that_is_seen_belongs_to_nothing() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))

    hall.sees((50.0, 0.0))

    assert hall.claims.of(1000) == ()
    assert hall.alone() == [NUMBERS]


@pytest.mark.parametrize(
    "changes",
    [
        {"label": np.array([LABEL_INDEX[Label.PERSON]])},
        {"state": np.array([TENTATIVE])},
        {"simulated": np.array([True])},
        {"exercise": np.array([True])},
    ],
)
def test_what_cannot_be_the_thing_is_not_said_to_be_it(changes: dict[str, Any]) -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))

    hall.sees((10.0, 0.0), **changes)

    assert hall.alone() == [NUMBERS]


def test_a_thing_of_no_known_kind_that_coasts_may_be_it() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))

    hall.sees((10.0, 0.0), label=np.array([LABEL_INDEX[Label.UNKNOWN]]), state=np.array([COASTING]))

    assert the_claim(hall).agrees


def test_a_claim_that_drifts_away_from_its_track_is_said_to_disagree() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))
    hall.sees((10.0, 0.0))

    hall.hears(("drone-1", (80.0, 0.0)), at_s=1.0)
    hall.sees((10.0, 0.0), at_s=1.0)

    claim = the_claim(hall)
    assert not claim.agrees
    assert claim.apart_m == pytest.approx(70.0, abs=0.1)


def test_a_claim_whose_height_is_wrong_disagrees() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)), height_m=40.0, sigma_height_m=3.0)
    hall.sees((10.0, 0.0))

    hall.sees((10.0, 0.0), height=(90.0, 2.0))
    assert not the_claim(hall).agrees

    hall.sees((10.0, 0.0), height=(50.0, 2.0))
    assert the_claim(hall).agrees


def test_another_track_that_it_agrees_with_takes_a_claim_over() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))
    hall.sees((10.0, 0.0), (80.0, 0.0))

    hall.hears(("drone-1", (80.0, 0.0)), at_s=1.0)
    hall.sees((10.0, 0.0), (80.0, 0.0), at_s=1.0)

    assert hall.claims.of(1000) == ()
    assert the_claim(hall, 1001).agrees


def test_two_who_fly_side_by_side_do_not_swap_their_claims() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))
    hall.sees((10.0, 0.0), (14.0, 0.0))

    hall.hears(("drone-1", (13.0, 0.0)), at_s=1.0)
    hall.sees((10.0, 0.0), (14.0, 0.0), at_s=1.0)

    assert the_claim(hall, 1000).agrees


def test_a_fast_drone_may_have_flown_on_since_its_claim_was_made() -> None:
    hall = Hall()
    hall.hears(("drone-1", (0.0, 0.0)))
    fast = {"velocity_east": np.array([25.0])}

    hall.sees((14.0, 0.0), **fast)
    assert the_claim(hall).agrees

    still = Hall()
    still.hears(("drone-1", (0.0, 0.0)))
    still.sees((14.0, 0.0))
    assert still.alone() == [NUMBERS]


def test_a_claim_stands_alone_again_when_its_track_has_ended() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))
    hall.sees((10.0, 0.0))

    hall.sees()

    assert hall.alone() == [NUMBERS]


def test_a_claim_that_is_not_repeated_ends() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 0.0)))

    hall.sees(at_s=LIFE_US / SECOND)
    assert hall.alone() == [NUMBERS]

    hall.sees(at_s=LIFE_US / SECOND + 0.001)
    assert hall.alone() == []


def test_of_a_swarm_of_claims_beside_one_track_the_eight_nearest_are_shown() -> None:
    hall = Hall()
    hall.hears(*((f"drone-{index}", (10.0 + 0.1 * index, 0.0)) for index in range(12)))

    hall.sees((10.0, 0.0))

    shown = hall.claims.of(1000)
    assert [claim.identity for claim in shown] == [f"drone-{index}" for index in range(8)]


# --- Only claimed -----------------------------------------------------------------------------


def test_what_is_only_claimed_is_no_fact() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 5.0)), height_m=40.0, sigma_height_m=3.0)

    view = hall.claims.view(NUMBERS, nobody_looks)

    assert view is not None
    assert (view.confirmed, view.coasting, view.existence) == (False, False, EXISTENCE_MAX)
    assert (view.label, view.label_confidence) == (Label.DRONE, 0.0)
    assert (view.at.east_m, view.at.north_m) == pytest.approx((10.0, 5.0), abs=1e-3)
    assert (view.sigma_major_m, view.sigma_minor_m) == pytest.approx((3.0, 3.0))
    assert (view.height_m, view.sigma_height_m, view.sensors) == (40.0, 3.0, ("radio-01",))
    assert [claim.identity for claim in view.claims] == ["drone-1"]
    assert hall.claims.is_alone(NUMBERS)
    assert hall.claims.view(NUMBERS + 1, nobody_looks) is None
    assert not hall.claims.is_alone(NUMBERS + 1)


def test_what_sensors_should_see_and_do_not_is_doubted() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 5.0)))

    view = hall.claims.view(NUMBERS, lambda points: np.full(len(points), 0.9))

    assert view is not None
    assert view.existence == pytest.approx(0.05 / 0.55)


def test_what_is_heard_since_the_last_frame_is_told_once() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 5.0)), ("drone-2", (20.0, 5.0)))
    assert hall.claims.take_heard() == {NUMBERS, NUMBERS + 1}

    hall.hears(("drone-2", (21.0, 5.0)), at_s=1.0)

    assert hall.claims.take_heard() == {NUMBERS + 1}
    assert hall.claims.take_heard() == frozenset()


def test_what_was_left_alone_by_its_track_is_told_too() -> None:
    hall = Hall()
    hall.hears(("drone-1", (10.0, 5.0)))
    hall.sees((10.0, 5.0))
    assert hall.claims.take_heard() == frozenset()

    hall.sees()

    assert hall.claims.take_heard() == {NUMBERS}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.tuples(st.floats(-50.0, 50.0), st.floats(-50.0, 50.0)),
        ),
        max_size=6,
    ),
    st.permutations(range(6)),
)
def test_the_order_of_claims_in_a_scan_changes_nothing(
    said: list[tuple[str, Place]], order: list[int]
) -> None:
    one, two = Hall(), Hall()

    one.hears(*said)
    two.hears(*(said[place] for place in order if place < len(said)))

    for hall in (one, two):
        hall.sees((0.0, 0.0), (10.0, 10.0))
    assert one.claims.alone() == two.claims.alone()
    assert one.claims.of(1000) == two.claims.of(1000)
