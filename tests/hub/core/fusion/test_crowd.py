import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from throng import a_block, people_on_tracks

from hub.core.fusion.crowd import (
    CELLS_MAX,
    CROWD_ABOVE_PER_M2,
    CROWD_BELOW_PER_M2,
    FOUND_BELOW,
    LOST_ABOVE,
    SHOWN_MIN_PER_M2,
    Crowd,
)
from hub.core.fusion.crowd_field import CELL_M
from hub.core.fusion.lifecycle import COASTING, LOST, TENTATIVE
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.geometry import Floats
from hub.core.site import Area, Origin, Sensor, Site
from wire.feed import CrowdCell, CrowdView, ZoneCrowdView
from wire.ids import ulid
from wire.labels import Label, SensorKind
from wire.messages import Reading

START = 1_800_000_000_000_000
SECOND = 1_000_000
SQUARE = ((0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0))


def a_site(*sensors: Sensor) -> Site:
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-100.0, -100.0), (100.0, 100.0)),
        zones=(
            Area(id="gate", name="Gate", purpose="gate", polygon=SQUARE),
            Area(
                id="far",
                name="Far",
                purpose="public",
                polygon=((50.0, 50.0), (60.0, 50.0), (60.0, 60.0)),
            ),
        ),
        sensors=sensors,
    )


def a_counter(counts_zone: str | None = "gate") -> Sensor:
    return Sensor(
        id="count-01",
        kind=SensorKind.COUNTER,
        name="Gate counter",
        position=(0.0, 0.0),
        counts_zone=counts_zone,
    )


def a_reading(value: float, unit: str = "1") -> Reading:
    return Reading(
        id=ulid(START, bytes(10)),
        sender="count-01",
        boot=ulid(START, bytes(10)),
        seq=1,
        observed_us=START,
        sent_us=START,
        channel="persons",
        value=value,
        unit=unit,
        sigma=2.0,
    )


def a_look(
    points: Floats,
    at_us: int = START,
    *,
    sigma_m: float = 0.3,
    sensor: str = "cam-01",
    label: Label = Label.PERSON,
) -> Measurements:
    count = len(points)
    return Measurements(
        sensor=sensor,
        observed_us=at_us,
        mean=np.asarray(points, np.float64),
        covariance=np.tile(np.eye(2) * sigma_m**2, (count, 1, 1)),
        label=np.full(count, LABEL_INDEX[label], np.uint8),
        confidence=np.full(count, 0.9),
        object_id=(None,) * count,
        has_doppler=np.zeros(count, np.bool_),
        doppler_mps=np.zeros(count),
        doppler_sigma_mps=np.zeros(count),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
    )


def watched(crowd: Crowd, points: Floats, *, sensor: str = "cam-01", sigma_m: float = 0.3) -> None:
    for look in range(10):
        at_us = START - SECOND + look * SECOND // 10
        crowd.looked(a_look(points, at_us, sensor=sensor, sigma_m=sigma_m))


def gate(view: CrowdView) -> ZoneCrowdView:
    return view.zones[0]


def cell_at(view: CrowdView, east: float, north: float) -> CrowdCell | None:
    wanted = (math.floor(east / CELL_M), math.floor(north / CELL_M))
    return next((cell for cell in view.cells if (cell.column, cell.row) == wanted), None)


class Eye:
    def __init__(self, probability: float) -> None:
        self._probability = probability

    def at(self, points: Floats) -> Floats:
        return np.full(len(points), self._probability)


def sees(probability: float) -> Eye:
    return Eye(probability)


# --- Who is counted ---------------------------------------------------------------------------


def test_an_empty_square_has_no_cells_and_its_zones_are_empty() -> None:
    view = Crowd(a_site()).step(people_on_tracks([], START), START)

    assert (view.at_us, view.cell_m, view.cells, view.left_out) == (START, CELL_M, (), 0)
    assert [(zone.id, zone.persons) for zone in view.zones] == [("gate", 0.0), ("far", 0.0)]


def test_who_stands_alone_is_in_a_zone_but_in_no_cell() -> None:
    view = Crowd(a_site()).step(people_on_tracks([[10.0, 10.0]], START), START)

    assert view.cells == ()
    assert gate(view).persons == pytest.approx(1.0, abs=0.1)


def test_a_crowd_is_shown_with_its_density_and_its_flow() -> None:
    tracks = people_on_tracks(a_block(1.0, 20.0), START, velocity=(0.5, -0.25))

    view = Crowd(a_site()).step(tracks, START)

    cell = cell_at(view, 10.0, 10.0)
    assert cell is not None
    # Of a hundred people two are not tracked yet.
    assert cell.density == pytest.approx(1.02, abs=0.03)
    assert (cell.east_mps, cell.north_mps) == (0.5, -0.25)
    assert 0.0 < cell.sigma_density < 0.2
    assert 0.0 < cell.sigma_flow_mps < 0.2
    assert gate(view).persons == pytest.approx(408.0, abs=4.0)
    assert min(cell.density for cell in view.cells) >= SHOWN_MIN_PER_M2


@pytest.mark.parametrize(
    ("label", "persons"),
    [(Label.PERSON, 400.0), (Label.UNKNOWN, 200.0), (Label.VEHICLE, 0.0), (Label.BAG, 0.0)],
)
def test_only_people_are_a_crowd_and_the_unknown_by_half(label: Label, persons: float) -> None:
    tracks = people_on_tracks(a_block(1.0, 20.0), START, label=label)

    view = Crowd(a_site()).step(tracks, START)

    assert gate(view).persons == pytest.approx(persons, rel=0.03)


@pytest.mark.parametrize(("state", "counts"), [(TENTATIVE, 0), (COASTING, 1), (LOST, 0)])
def test_only_who_is_shown_is_counted(state: int, counts: int) -> None:
    tracks = people_on_tracks([[10.0, 10.0]], START, state=state)

    view = Crowd(a_site()).step(tracks, START)

    assert gate(view).persons == pytest.approx(counts, abs=0.1)


def test_people_are_counted_where_they_are_now() -> None:
    tracks = people_on_tracks([[25.0, 10.0]], START, velocity=(-4.0, 0.0))

    view = Crowd(a_site()).step(tracks, START + 2 * SECOND)

    assert gate(view).persons > 0.8


def test_who_is_seldom_found_stands_for_those_who_are_not() -> None:
    tracks = people_on_tracks(a_block(1.0, 20.0), START)
    crowd = Crowd(a_site())

    well = gate(crowd.step(tracks, START, {"cam-01": sees(0.9), "cam-02": sees(0.9)}))
    badly = gate(crowd.step(tracks, START, {"cam-01": sees(0.3)}))

    assert well.persons == pytest.approx(408.0, abs=2.0)
    assert badly.persons == pytest.approx(400.0 / (0.98 * (1.0 - 0.7**3)), abs=5.0)
    assert badly.sigma_persons > 3.0 * well.sigma_persons


def test_who_was_seen_elsewhere_stands_for_itself_where_nobody_looks() -> None:
    tracks = people_on_tracks(a_block(1.0, 20.0), START)

    blind = gate(Crowd(a_site()).step(tracks, START, {"cam-01": sees(0.0)}))

    assert blind.persons == pytest.approx(400.0, abs=1.0)
    assert blind.sigma_persons > 300.0


# --- Where identity is lost -------------------------------------------------------------------


def test_identity_is_lost_where_people_stand_closer_than_the_sharpest_sensor_can_tell() -> None:
    block = a_block(1.0, 20.0)
    tracks = people_on_tracks(block, START, sigma_m=0.05)
    sharp, blurred = Crowd(a_site()), Crowd(a_site())
    watched(sharp, block, sigma_m=0.1)
    watched(blurred, block, sigma_m=0.5)

    seen_sharply, seen_badly = sharp.step(tracks, START), blurred.step(tracks, START)

    assert not gate(seen_sharply).lost
    assert sharp.numbers == frozenset()
    assert gate(seen_badly).lost
    cell = cell_at(seen_badly, 10.0, 10.0)
    assert cell is not None
    assert cell.lost
    assert len(blurred.numbers) > 300


def test_one_sharp_sensor_is_enough() -> None:
    block = a_block(1.0, 20.0)
    crowd = Crowd(a_site())
    watched(crowd, block, sensor="cam-01", sigma_m=0.5)
    watched(crowd, block, sensor="cam-02", sigma_m=0.1)

    assert not gate(crowd.step(people_on_tracks(block, START, sigma_m=0.05), START)).lost


def test_a_cell_does_not_flicker_between_lost_and_found() -> None:
    block = a_block(1.0, 20.0)
    crowd = Crowd(a_site())

    def lost_at(crowding: float) -> bool:
        tracks = people_on_tracks(block, START, sigma_m=crowding / math.sqrt(1.02))
        cell = cell_at(crowd.step(tracks, START), 10.0, 10.0)
        assert cell is not None
        return cell.lost

    between = (LOST_ABOVE + FOUND_BELOW) / 2.0

    assert not lost_at(between)
    assert lost_at(LOST_ABOVE + 0.01)
    assert lost_at(between)
    assert not lost_at(FOUND_BELOW - 0.01)
    assert not lost_at(between)


@pytest.mark.parametrize(
    "place", [(10.0, 10.0), (9.0, 9.0), (11.9, 8.1)], ids=["corner", "middle", "rim"]
)
@pytest.mark.parametrize("count", [2, 3, 5])
def test_friends_who_walk_together_stay_dots_however_badly_they_are_seen(
    place: tuple[float, float], count: int
) -> None:
    turns = np.linspace(0.0, 2.0 * math.pi, count, endpoint=False)
    points = np.array(place) + 0.4 * np.column_stack((np.sin(turns), np.cos(turns)))
    crowd = Crowd(a_site())
    watched(crowd, points, sigma_m=1.5)

    view = crowd.step(people_on_tracks(points, START, sigma_m=1.0), START)

    assert crowd.numbers == frozenset()
    assert not any(cell.lost for cell in view.cells)


def test_groups_of_friends_all_over_a_square_are_no_crowd() -> None:
    groups = a_block(0.03, 100.0, low_m=-50.0)
    friends = np.vstack([groups + np.array((0.0, aside)) for aside in (-0.5, 0.0, 0.5)])
    crowd = Crowd(a_site())
    watched(crowd, friends, sigma_m=1.5)

    crowd.step(people_on_tracks(friends, START, sigma_m=1.0), START)

    assert crowd.numbers == frozenset()


def test_a_crowd_takes_in_who_stands_at_its_edge_but_nobody_far_away() -> None:
    thick, edge = a_block(1.0, 8.0), [[9.0, 4.0], [9.5, 4.0]]
    apart = [[60.0, 60.0], [60.5, 60.0]]
    tracks = people_on_tracks(np.vstack((thick, edge, apart)), START, sigma_m=1.0)
    crowd = Crowd(a_site())

    view = crowd.step(tracks, START)

    there = cell_at(view, 9.0, 4.0)
    assert there is not None
    assert there.density < CROWD_BELOW_PER_M2
    assert there.lost
    *_, third_last, second_last, last = tracks.number.tolist()
    assert third_last in crowd.numbers
    assert not {second_last, last} & crowd.numbers


def test_a_crowd_begins_dense_and_ends_clearly_thinner() -> None:
    crowd = Crowd(a_site())

    def is_lost_at(density: float) -> bool:
        block = a_block(density * 0.98, 20.0)
        cell = cell_at(crowd.step(people_on_tracks(block, START, sigma_m=1.0), START), 10.0, 10.0)
        assert cell is not None
        return cell.lost

    between = (CROWD_ABOVE_PER_M2 + CROWD_BELOW_PER_M2) / 2.0

    assert not is_lost_at(between)
    assert is_lost_at(CROWD_ABOVE_PER_M2 * 1.2)
    assert is_lost_at(between)
    assert not is_lost_at(CROWD_BELOW_PER_M2 * 0.8)
    assert not is_lost_at(between)


def test_a_crowd_takes_enough_people_and_ends_with_clearly_fewer() -> None:
    crowd = Crowd(a_site())

    def is_lost_with(count: int) -> bool:
        # As dense as can be, so that only their number decides.
        points = np.full((count, 2), 9.0)
        cell = cell_at(crowd.step(people_on_tracks(points, START, sigma_m=0.4), START), 9.0, 9.0)
        assert cell is not None
        return cell.lost

    counts = (7, 12, 7, 4, 7)

    assert [is_lost_with(count) for count in counts] == [False, True, True, False, False]


def test_tracks_that_begin_or_cease_to_be_lost_are_named_once() -> None:
    block = a_block(1.0, 20.0)
    crowd = Crowd(a_site())
    clear, blurred = (people_on_tracks(block, START, sigma_m=one) for one in (0.05, 0.5))

    crowd.step(clear, START)
    assert crowd.turned == frozenset()
    crowd.step(blurred, START)
    assert crowd.turned == crowd.numbers != frozenset()
    crowd.step(blurred, START)
    assert crowd.turned == frozenset()


def test_where_tracks_merge_each_stands_for_as_many_as_the_sensors_see() -> None:
    block = a_block(4.0, 20.0)
    # Of four that stand together the tracker holds one.
    tracks = people_on_tracks(a_block(1.0, 20.0), START, sigma_m=0.3)
    crowd = Crowd(a_site())
    half = block[::2]
    watched(crowd, half)

    view = crowd.step(tracks, START, {"cam-01": sees(0.5)})

    assert gate(view).persons == pytest.approx(1600.0, rel=0.15)
    assert gate(view).sigma_persons > 0.15 * gate(view).persons


def test_where_people_stand_apart_looks_add_nobody() -> None:
    block = a_block(0.1, 20.0)
    crowd = Crowd(a_site())
    watched(crowd, np.repeat(block, 2, axis=0))

    view = crowd.step(people_on_tracks(block, START), START)

    assert gate(view).persons == pytest.approx(len(block) / 0.98, abs=0.5)


def test_old_looks_and_things_that_are_no_people_are_not_counted() -> None:
    block = a_block(4.0, 20.0)
    tracks = people_on_tracks(a_block(1.0, 20.0), START, sigma_m=0.5)
    crowd = Crowd(a_site())
    watched(crowd, block)
    for look in range(10):
        at_us = START - SECOND + look * SECOND // 10
        crowd.looked(a_look(block, at_us, sensor="cam-02", label=Label.VEHICLE))
    for look in range(4):
        crowd.looked(a_look(block, START - (9 - 3 * look) * SECOND, sensor="cam-03"))

    # Five seconds later only the tracks are left, as nobody has looked since.
    later = gate(crowd.step(tracks, START + 5 * SECOND))
    # And a sensor that finds next to nothing is not asked how many there are.
    watched(crowd, block)
    unasked = gate(crowd.step(tracks, START, {"cam-01": sees(0.2), "cam-04": sees(0.9)}))

    assert later.persons < 450.0
    assert unasked.persons < 450.0


def test_looks_at_another_place_say_nothing_of_a_crowd() -> None:
    crowd = Crowd(a_site())
    watched(crowd, a_block(4.0, 10.0, low_m=60.0))

    view = crowd.step(people_on_tracks(a_block(1.0, 20.0), START), START)

    assert gate(view).persons == pytest.approx(408.0, abs=2.0)


def test_a_crowd_that_sways_presses_although_its_filters_say_that_it_stands() -> None:
    crowd, block = Crowd(a_site()), a_block(1.0, 20.0)
    for second in range(20):
        aside = (0.3 * (second % 2), 0.0)
        tracks = people_on_tracks(block + np.array(aside), START + second * SECOND, sigma_m=0.05)
        view = crowd.step(tracks, START + second * SECOND)

    cell = cell_at(view, 10.0, 10.0)
    assert cell is not None
    assert cell.pressure == pytest.approx(0.09, rel=0.15)
    assert 0.04 < cell.sigma_pressure < 0.06


def test_after_a_pause_nobody_is_taken_to_have_run() -> None:
    crowd, block = Crowd(a_site()), a_block(1.0, 20.0)
    for second in (0, 1, 30, 31):
        tracks = people_on_tracks(block + np.array((second, 0.0)), START + second * SECOND)
        view = crowd.step(tracks, START + second * SECOND)

    assert max(cell.pressure for cell in view.cells) < 1.0


# --- Counters ---------------------------------------------------------------------------------


def test_a_counter_is_joined_with_the_tracks_of_its_zone() -> None:
    crowd = Crowd(a_site(a_counter()))
    assert crowd.reading(a_reading(30.0), START) == ()

    view = crowd.step(people_on_tracks([[10.0, 10.0]], START), START, {"cam-01": sees(0.0)})

    assert gate(view).counters == ("count-01",)
    # Nobody looks there: the counter alone knows.
    assert gate(view).persons == pytest.approx(30.0, abs=0.5)
    assert gate(view).sigma_persons == pytest.approx(2.0, abs=0.2)
    assert view.zones[1].counters == ()


def test_where_more_are_counted_than_tracked_the_field_holds_them_too() -> None:
    crowd = Crowd(a_site(a_counter()))
    tracks = people_on_tracks(a_block(0.25, 20.0), START)
    before = crowd.step(tracks, START)
    crowd.reading(a_reading(400.0), START)

    view = crowd.step(tracks, START)

    first, cell = cell_at(before, 10.0, 10.0), cell_at(view, 10.0, 10.0)
    assert first is not None
    assert cell is not None
    assert (first.density, cell.density) == (
        pytest.approx(0.25, abs=0.02),
        pytest.approx(1.0, abs=0.05),
    )
    assert cell.sigma_density > 0.3
    assert gate(view).persons == pytest.approx(400.0, abs=1.0)
    assert (first.lost, cell.lost) == (False, False)


def test_nobody_is_sure_of_a_zone_that_nobody_watches() -> None:
    crowd, nobody = Crowd(a_site()), people_on_tracks([], START)

    watched, blind = (
        gate(crowd.step(nobody, START, {"cam-01": sees(probability)})) for probability in (0.9, 0.0)
    )
    left = gate(crowd.step(nobody, START, {}))

    assert (watched.persons, blind.persons) == (0.0, 0.0)
    assert watched.sigma_persons < 1.0
    assert blind.sigma_persons == left.sigma_persons == pytest.approx(100.0, abs=1.0)


def test_a_bad_reading_is_refused() -> None:
    (wrong,) = Crowd(a_site(a_counter())).reading(a_reading(30.0, unit="kg"), START)

    assert wrong.code == "wrong_unit"


@pytest.mark.parametrize("zone", [None, "nowhere"])
def test_a_counter_of_no_zone_is_told_so(zone: str | None) -> None:
    (wrong,) = Crowd(a_site(a_counter(zone))).reading(a_reading(30.0), START)

    assert (wrong.code, wrong.fix) == ("no_zone", "give it counts_zone in site.toml")


# --- Bounds and invariants --------------------------------------------------------------------


def test_only_the_densest_cells_are_shown_and_the_others_counted() -> None:
    thin, thick = a_block(0.25, 140.0, low_m=-70.0), a_block(1.0, 10.0)
    tracks = people_on_tracks(np.vstack((thin, thick)), START)

    view = Crowd(a_site()).step(tracks, START)

    assert len(view.cells) == CELLS_MAX
    assert view.left_out > 3_000
    assert cell_at(view, 5.0, 5.0) is not None
    places = [(cell.row, cell.column) for cell in view.cells]
    assert places == sorted(places)


@given(arrays(np.float64, (20, 2), elements=st.floats(-30.0, 30.0)))
def test_the_order_of_the_tracks_changes_nothing(points: Floats) -> None:
    order = np.argsort(points[:, 0] + points[:, 1], kind="stable")
    one = people_on_tracks(points, START)
    other = people_on_tracks(points[order], START)
    other.number[:] = one.number[order]

    assert Crowd(a_site()).step(one, START) == Crowd(a_site()).step(other, START)


@given(
    arrays(np.float64, (10, 2), elements=st.floats(-10_000.0, 10_000.0)),
    st.floats(0.0, 100.0),
    st.floats(-150.0, 150.0),
    st.floats(0.0, 1.0),
    st.integers(0, 60),
)
def test_no_crowd_within_limits_makes_a_number_that_is_none(
    points: Floats, sigma_m: float, speed_mps: float, probability: float, wait_s: int
) -> None:
    crowd = Crowd(a_site())
    watched(crowd, points)
    for step in range(2):
        now_us = START + step * wait_s * SECOND
        tracks = people_on_tracks(points, START, velocity=(speed_mps, 0.0), sigma_m=sigma_m)
        view = crowd.step(tracks, now_us, {"cam-01": sees(probability)})

        for cell in view.cells:
            assert all(math.isfinite(getattr(cell, name)) for name in CrowdCell.__struct_fields__)
        for zone in view.zones:
            assert math.isfinite(zone.persons)
            assert math.isfinite(zone.sigma_persons)
            assert math.isfinite(zone.pressure)
