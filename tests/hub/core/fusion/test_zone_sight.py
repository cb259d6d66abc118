import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.walls import Walls
from hub.core.fusion.zone_sight import POINTS_A_SIDE_MAX, ZoneSight
from hub.core.site import Area, Place

START = 1_800_000_000_000_000


def a_zone(zone: str = "gate", size_m: float = 10.0, east_m: float = 0.0) -> Area:
    corners = ((0.0, 0.0), (size_m, 0.0), (size_m, size_m), (0.0, size_m))
    polygon = tuple((east_m + east, north) for east, north in corners)
    return Area(id=zone, name="Gate", purpose="gate", polygon=polygon)


def some_zones(*zones: Area, buildings: tuple[Area, ...] = ()) -> ZoneSight:
    return ZoneSight(zones, Walls(buildings))


def a_house(*corners: Place) -> Area:
    return Area(id="house", name="House", purpose="house", polygon=corners, height_m=10.0)


def test_a_plan_without_zones_covers_none() -> None:
    zones = some_zones()
    zones.put("cam-01", np.zeros(0, np.bool_))

    assert zones.covered_us({"cam-01": START}) == {}
    assert zones.views(["cam-01"]) == ()
    assert zones.unseen([]) == []


@given(st.floats(0.5, 200.0))
def test_a_zone_has_points_all_over_it_and_not_too_many(size_m: float) -> None:
    zones = some_zones(a_zone(size_m=size_m))

    assert 4 < len(zones.points) <= POINTS_A_SIDE_MAX**2 + 4
    assert zones.points.min() >= 0.0
    assert zones.points.max() <= size_m


def test_a_zone_along_a_facade_is_whole_without_the_wall_itself() -> None:
    house = a_house((0.0, 10.0), (10.0, 10.0), (10.0, 20.0), (0.0, 20.0))

    free = some_zones(a_zone(), buildings=(house,)).points

    assert free[:, 1].max() <= 9.5
    assert len(free) > 80


def test_a_zone_that_is_nothing_but_wall_keeps_its_points() -> None:
    walls = a_house((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5))

    zones = some_zones(a_zone(size_m=0.5), buildings=(walls,))

    assert len(zones.points) > 4


def test_each_zone_was_seen_whole_when_the_latest_look_at_its_oldest_point_was() -> None:
    zones = some_zones(a_zone(), a_zone("far", east_m=100.0))
    west = zones.points[:, 0] < 5.0
    zones.put("west", west)
    zones.put("rest", ~west)
    zones.put("also-west", west)

    covered = zones.covered_us({"west": START, "rest": START + 9, "also-west": START + 3})

    assert covered == {"gate": START + 3, "far": START + 9}


def test_a_sensor_that_sees_nothing_more_covers_nothing_more() -> None:
    zones = some_zones(a_zone())
    zones.put("cam-01", np.ones(len(zones.points), np.bool_))

    zones.put("cam-01", None)

    assert zones.covered_us({"cam-01": START}) == {}


def test_shares_of_a_zone_are_told_for_those_who_watch() -> None:
    zones = some_zones(a_zone())
    everywhere = np.ones(len(zones.points), np.bool_)
    zones.put("all", everywhere)
    zones.put("west", zones.points[:, 0] < 5.0)

    (both,) = zones.views(["all", "west", "stranger"])
    (one,) = zones.views(["west"])
    (none,) = zones.views([])

    assert both.seen == 1.0
    assert 0.4 < both.doubly_seen < 0.6
    assert 0.4 < one.seen < 0.6
    assert (none.seen, none.doubly_seen) == (0.0, 0.0)


def test_what_is_not_watched_of_a_zone_is_told_with_a_place_in_it() -> None:
    zones = some_zones(a_zone(), a_zone("far", east_m=100.0))
    zones.put("west", zones.points[:, 0] < 5.0)

    (gate, share, place), (far, all_of_it, _) = zones.unseen(["west"])

    assert (gate, far) == ("gate", "far")
    assert 0.4 < share < 0.6
    assert 5.0 <= place[0] <= 10.0
    assert all_of_it == 1.0
    assert zones.unseen(["west"])[0] == zones.unseen(["west"])[0]


@given(
    st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 50)), max_size=6),
    st.integers(1, 50),
)
def test_a_zone_was_seen_whole_as_a_look_at_every_point_by_itself_says(
    sensors: list[tuple[int, int]], scale: int
) -> None:
    zones = some_zones(a_zone(size_m=3.0), a_zone("far", size_m=scale / 5.0, east_m=100.0))
    looked_us, latest = {}, np.zeros(len(zones.points), np.int64)
    for index, (seed, at_us) in enumerate(sensors):
        seen = np.random.default_rng(seed).random(len(zones.points)) < 0.8
        zones.put(f"cam-{index}", seen)
        looked_us[f"cam-{index}"] = at_us
        latest[seen] = np.maximum(latest[seen], at_us)

    oldest = {
        zone: int(latest[part].min())
        for zone, part in zip(("gate", "far"), zones._parts, strict=True)
    }

    assert zones.covered_us(looked_us) == {zone: us for zone, us in oldest.items() if us > 0}
