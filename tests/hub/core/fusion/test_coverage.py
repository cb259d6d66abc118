import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.fusion.coverage import Coverage, Stand
from hub.core.fusion.watch import STEADY_LOOKS, STEADY_US
from hub.core.geometry import FieldOfViewArea, Footprint, Sector
from hub.core.site import Area, Place
from wire.feed import CoverageView
from wire.labels import CueKind, HealthState, Label, SensorKind
from wire.messages import Cue, Health
from wire.quantities import SECOND_US

START = 1_800_000_000_000_000
ULID = "01JZZZZZZZZZZZZZZZZZZZZZZZ"
SITE = ((-30.0, -30.0), (30.0, 30.0))


def a_zone(zone: str = "gate", size_m: float = 10.0) -> Area:
    corners = ((0.0, 0.0), (size_m, 0.0), (size_m, size_m), (0.0, size_m))
    return Area(id=zone, name="Gate", purpose="gate", polygon=corners)


def a_house(*corners: Place, height_m: float = 10.0) -> Area:
    return Area(id="house", name="House", purpose="house", polygon=corners, height_m=height_m)


# Between the zone and who stands in the south-west.
WALL = a_house((-10.0, -3.0), (3.0, -10.0), (3.0, -9.0), (-10.0, -2.0))


def a_view_of(*corners: Place) -> FieldOfViewArea:
    return Footprint(corners=corners)


WEST = a_view_of((-1.0, -1.0), (5.5, -1.0), (5.5, 11.0), (-1.0, 11.0))
EAST = a_view_of((4.5, -1.0), (11.0, -1.0), (11.0, 11.0), (4.5, 11.0))
ALL = Sector(east_m=5.0, north_m=5.0, azimuth_deg=0.0, width_deg=360.0, range_max_m=50.0)


def a_stand(
    area: FieldOfViewArea = ALL,
    origin: Place = (5.0, 5.0),
    kind: SensorKind = SensorKind.CAMERA,
    labels: tuple[Label, ...] = (),
    height_m: float = 4.0,
) -> Stand:
    return Stand(area=area, origin=origin, height_m=height_m, kind=kind, labels=labels)


def a_coverage(*zones: Area, buildings: tuple[Area, ...] = ()) -> Coverage:
    return Coverage(zones or (a_zone(),), buildings, SITE)


def a_health(state: HealthState, sender: str = "cam-01", at_us: int = START) -> Health:
    return Health(
        id=ULID, sender=sender, boot=ULID, seq=1, observed_us=at_us, sent_us=at_us, state=state
    )


def a_cue(kind: CueKind, sender: str = "cam-01", at_us: int = START) -> Cue:
    return Cue(
        id=ULID,
        sender=sender,
        boot=ULID,
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        kind=kind,
        confidence=1.0,
    )


def cells(view: CoverageView | None) -> np.ndarray:
    assert view is not None
    return np.frombuffer(view.probability, np.uint8).reshape(view.rows, view.columns)


def watching(coverage: Coverage, sensor: str, stand: Stand, at_us: int = START) -> None:
    coverage.see(sensor, stand, 10.0)
    look(coverage, sensor, at_us)


def look(
    coverage: Coverage, sensor: str, until_us: int = START, *, simulated: bool = False
) -> None:
    """Let a sensor look for as long as it takes to be believed."""
    for at_us in range(until_us - STEADY_US, until_us + 1, STEADY_US // STEADY_LOOKS):
        coverage.scanned(sensor, at_us, at_us, simulated=simulated)


# --- Zones seen whole: what an interlock waits for ----------------------------------------------


def test_a_zone_that_nobody_looked_at_is_not_covered() -> None:
    coverage = a_coverage()
    assert coverage.covered_us() == {}

    coverage.see("cam-01", a_stand())

    assert coverage.covered_us() == {}


def test_a_zone_is_covered_from_the_moment_a_sensor_that_sees_all_of_it_looked() -> None:
    coverage = a_coverage()
    coverage.see("cam-01", a_stand())

    look(coverage, "cam-01", START)
    assert coverage.covered_us() == {"gate": START}
    look(coverage, "cam-01", START + 5)

    assert coverage.covered_us() == {"gate": START + 5}


def test_two_sensors_cover_together_what_neither_sees_whole_as_of_the_older_look() -> None:
    coverage = a_coverage()
    coverage.see("west", a_stand(WEST))
    coverage.see("east", a_stand(EAST))

    look(coverage, "west", START)
    assert coverage.covered_us() == {}
    look(coverage, "east", START + 5)

    assert coverage.covered_us() == {"gate": START}


def test_a_zone_behind_a_wall_is_not_seen() -> None:
    far = a_stand(origin=(-10.0, -10.0))
    free, walled = a_coverage(), a_coverage(buildings=(WALL,))

    watching(free, "cam-01", far)
    watching(walled, "cam-01", far)

    assert free.covered_us() == {"gate": START}
    assert walled.covered_us() == {}


def test_a_sensor_that_does_not_say_where_it_looks_covers_nothing() -> None:
    coverage = a_coverage()
    coverage.see("cam-01", None)

    look(coverage, "cam-01", START)
    look(coverage, "cam-02", START)

    assert coverage.covered_us() == {}
    assert coverage.watching(START) == ()


def test_a_sensor_that_is_turned_away_takes_what_it_saw_with_it() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand())

    coverage.see("cam-01", a_stand(a_view_of((50.0, 50.0), (60.0, 50.0), (60.0, 60.0))))
    look(coverage, "cam-01", START + 5)
    assert coverage.covered_us() == {}
    coverage.see("cam-01", None)

    assert coverage.covered_us() == {}


def test_a_sensor_that_is_turned_towards_a_zone_has_not_seen_it_before_it_looks() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand(a_view_of((50.0, 50.0), (60.0, 50.0), (60.0, 60.0))))

    coverage.see("cam-01", a_stand())

    assert coverage.covered_us() == {}
    look(coverage, "cam-01", START + 1)
    assert coverage.covered_us() == {"gate": START + 1}


def test_a_sensor_that_says_again_where_it_stands_goes_on_watching() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand())
    coverage.take_renewed()

    coverage.see("cam-01", a_stand(), 10.0)

    assert coverage.covered_us() == {"gate": START}
    assert coverage.take_renewed() == ()


@pytest.mark.parametrize(
    "stand",
    [
        a_stand(kind=SensorKind.ACOUSTIC),
        a_stand(kind=SensorKind.TAG),
        a_stand(kind=SensorKind.RADAR, labels=(Label.DRONE,)),
    ],
)
def test_who_would_not_find_a_person_does_not_clear_a_zone(stand: Stand) -> None:
    coverage = a_coverage()

    watching(coverage, "one", stand)

    assert coverage.covered_us() == {}
    assert coverage.watching(START) == ()


def test_a_sensor_that_cannot_see_clears_no_zone_however_often_it_says_so() -> None:
    coverage = a_coverage()
    coverage.see("cam-01", a_stand())
    coverage.cue(a_cue(CueKind.VIEW_COVERED), START)

    look(coverage, "cam-01", START + 1)

    assert coverage.covered_us() == {}


def test_a_corner_that_nobody_sees_leaves_a_large_zone_uncovered() -> None:
    coverage = a_coverage(a_zone(size_m=80.0))
    most = a_view_of((-1.0, -1.0), (81.0, -1.0), (81.0, 76.0), (76.0, 81.0), (-1.0, 81.0))

    watching(coverage, "cam-01", a_stand(most))

    assert coverage.covered_us() == {}


# --- What is simulated clears no real ground ----------------------------------------------------


def test_what_a_simulated_sensor_sees_is_covered_for_what_is_simulated_alone() -> None:
    coverage = a_coverage()
    coverage.see("cam-01", a_stand(), simulated=True)

    look(coverage, "cam-01", START, simulated=True)

    assert coverage.covered_us() == {}
    assert coverage.covered_us(simulated=True) == {"gate": START}


def test_real_and_simulated_sensors_cover_a_zone_together_in_play_alone() -> None:
    coverage = a_coverage()
    coverage.see("west", a_stand(WEST))
    coverage.see("east", a_stand(EAST), simulated=True)

    look(coverage, "west", START)
    look(coverage, "east", START + 5, simulated=True)

    assert coverage.covered_us() == {}
    assert coverage.covered_us(simulated=True) == {"gate": START}


def test_a_simulator_in_a_sensors_name_makes_its_picture_no_fresher() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand())

    look(coverage, "cam-01", START + SECOND_US, simulated=True)

    assert coverage.covered_us() == {"gate": START}
    assert coverage.covered_us(simulated=True) == {"gate": START + SECOND_US}


def test_a_simulator_in_a_sensors_name_does_not_say_that_its_view_is_free() -> None:
    coverage = a_coverage()
    coverage.see("cam-01", a_stand())
    coverage.cue(a_cue(CueKind.VIEW_COVERED), START)
    coverage.health(a_health(HealthState.ERROR))

    coverage.cue(replace(a_cue(CueKind.VIEW_RESTORED, at_us=START + 1), simulated=True), START + 1)
    coverage.health(replace(a_health(HealthState.OK, at_us=START + 1), simulated=True))
    look(coverage, "cam-01", START + 2)

    assert coverage.covered_us() == {}
    assert coverage.covered_us(simulated=True) == {"gate": START + 2}


def test_where_a_simulator_says_that_a_sensor_stands_nothing_real_is_seen() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand(WEST))

    coverage.see("cam-01", a_stand(), simulated=True)
    look(coverage, "cam-01", START + 1)
    assert coverage.covered_us() == {}
    coverage.see("cam-01", a_stand())

    assert coverage.covered_us() == {"gate": START + 1}


def test_a_simulator_that_repeats_where_a_sensor_stands_takes_nothing_from_it() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand())

    coverage.see("cam-01", a_stand(), simulated=True)

    assert coverage.covered_us() == {"gate": START}


SAYINGS = st.lists(
    st.tuples(
        st.sampled_from(["see", "turn", "look", "fault", "well", "cover", "free"]),
        st.sampled_from(["west", "east"]),
        st.booleans(),
    ),
    max_size=30,
)


def say(coverage: Coverage, saying: tuple[str, str, bool], at_us: int) -> None:
    what, sender, simulated = saying
    match what:
        case "see":
            coverage.see(sender, a_stand({"west": WEST, "east": EAST}[sender]), simulated=simulated)
        case "turn":
            coverage.see(sender, a_stand(), simulated=simulated)
        case "look":
            look(coverage, sender, at_us, simulated=simulated)
        case "fault" | "well":
            state = HealthState.ERROR if what == "fault" else HealthState.OK
            coverage.health(replace(a_health(state, sender, at_us), simulated=simulated))
        case _:
            kind = CueKind.VIEW_COVERED if what == "cover" else CueKind.VIEW_RESTORED
            coverage.cue(replace(a_cue(kind, sender, at_us), simulated=simulated), at_us)


@settings(max_examples=200, deadline=None)
@given(SAYINGS)
def test_whatever_simulators_say_no_real_zone_is_clear_that_would_not_be_without_them(
    sayings: list[tuple[str, str, bool]],
) -> None:
    both, real = a_coverage(), a_coverage()

    for place, saying in enumerate(sayings):
        say(both, saying, START + place)
        if not saying[2]:
            say(real, saying, START + place)

    assert both.covered_us().items() <= real.covered_us().items()


# --- What others read ---------------------------------------------------------------------------


def test_a_sight_is_none_while_its_not_seeing_proves_nothing() -> None:
    coverage = a_coverage()
    assert coverage.sight("cam-01") is None

    coverage.see("cam-01", a_stand())
    assert coverage.sight("cam-01") is not None
    coverage.health(a_health(HealthState.ERROR))
    assert coverage.sight("cam-01") is None
    coverage.health(a_health(HealthState.OK))

    assert coverage.sight("cam-01") is not None


def test_who_reads_sights_is_told_which_are_others_now() -> None:
    coverage = a_coverage()
    coverage.see("cam-01", a_stand())
    assert coverage.take_renewed() == ("cam-01",)
    assert coverage.take_renewed() == ()

    coverage.health(a_health(HealthState.OK))
    assert coverage.take_renewed() == ()
    coverage.cue(a_cue(CueKind.VIEW_DARK), START)
    assert coverage.take_renewed() == ("cam-01",)
    coverage.cue(a_cue(CueKind.VIEW_RESTORED), START)

    assert coverage.take_renewed() == ("cam-01",)


def test_the_map_is_shown_again_only_when_somebody_begins_or_ceases_to_watch() -> None:
    coverage = a_coverage()
    nobody = coverage.view(START)
    assert coverage.view(START + SECOND_US) is None

    watching(coverage, "cam-01", a_stand())
    one = coverage.view(START)
    assert coverage.view(START + SECOND_US) is None
    silent = coverage.view(START + 10 * SECOND_US)

    assert not cells(nobody).any()
    assert cells(one).max() == round(0.9 * 255)
    assert one is not None
    assert [(zone.id, zone.seen, zone.doubly_seen) for zone in one.zones] == [("gate", 1.0, 0.0)]
    assert not cells(silent).any()


def test_who_sees_next_to_nothing_for_walls_is_told_so() -> None:
    coverage = a_coverage(buildings=(a_house((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),))

    unusable = coverage.see("cam-01", a_stand(origin=(5.0, 5.0)))

    assert unusable is not None
    assert unusable.code == "walled_in"
    assert coverage.see("cam-02", a_stand(origin=(-5.0, 5.0))) is None


def test_gaps_are_zones_of_which_a_part_is_not_watched() -> None:
    coverage = a_coverage()
    (gap,) = coverage.gaps(START)
    assert (gap.zone, gap.share) == ("gate", 1.0)

    watching(coverage, "west", a_stand(WEST))
    (gap,) = coverage.gaps(START)
    assert 0.3 < gap.share < 0.6
    assert gap.place[0] > 5.5
    watching(coverage, "east", a_stand(EAST))

    assert coverage.gaps(START) == ()
    assert len(coverage.gaps(START + 60 * SECOND_US)) == 1


def test_evidence_names_who_should_have_seen_a_place_and_who_could_not_and_why() -> None:
    coverage = a_coverage(buildings=(WALL,))
    watching(coverage, "near", a_stand())
    watching(coverage, "far", a_stand(origin=(-10.0, -10.0)), START + 1)
    coverage.see("mute", a_stand())
    coverage.see("aside", a_stand(a_view_of((20.0, 20.0), (25.0, 20.0), (25.0, 25.0))))
    coverage.see("ear", a_stand(kind=SensorKind.ACOUSTIC))
    coverage.see("lost", None)

    evidence = coverage.evidence((6.0, 6.0), START + 1)

    assert evidence.probability == 0.9
    assert (evidence.at.east_m, evidence.at.north_m, evidence.at_us) == (6.0, 6.0, START + 1)
    near, mute, far = evidence.looks
    assert (near.sensor, near.probability, near.watching) == ("near", 0.9, True)
    assert (near.looked_us, near.note) == (START, None)
    assert (mute.sensor, mute.watching, mute.looked_us) == ("mute", False, None)
    assert mute.note == "it has not looked yet"
    assert (far.sensor, far.probability, far.watching) == ("far", 0.0, True)
    assert far.note == "a building stands between"


def test_a_place_that_nobody_looks_at_has_no_evidence() -> None:
    evidence = a_coverage().evidence((6.0, 6.0), START)

    assert (evidence.probability, evidence.looks) == (0.0, ())


# --- What is learnt -----------------------------------------------------------------------------


def test_a_sensor_that_misses_whom_others_see_is_counted_on_less_there() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand())
    coverage.view(START)
    coverage.take_renewed()
    here = np.tile((20.0, 20.0), (400, 1))

    coverage.looked("cam-01", here, np.zeros(400, np.bool_))
    coverage.looked("cam-01", np.empty((0, 2)), np.zeros(0, np.bool_))
    coverage.looked("stranger", here, np.zeros(400, np.bool_))
    view = coverage.view(START + SECOND_US)

    assert coverage.take_renewed() == ("cam-01",)
    sight = coverage.sight("cam-01")
    assert sight is not None
    assert sight.at(here[:1])[0] < 0.3
    assert coverage.evidence((20.0, 20.0), START).probability < 0.3
    assert cells(view)[25, 25] < 80 < cells(view)[15, 15]
    assert coverage.view(START + SECOND_US) is None


def test_what_a_covered_lens_misses_teaches_nothing() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand())
    coverage.cue(a_cue(CueKind.VIEW_COVERED), START)

    coverage.looked("cam-01", np.tile((20.0, 20.0), (400, 1)), np.zeros(400, np.bool_))
    coverage.cue(a_cue(CueKind.VIEW_RESTORED), START)
    coverage.scanned("cam-01", START, START)

    assert coverage.evidence((20.0, 20.0), START).probability == 0.9


def test_each_sensor_has_its_turn_to_have_learnt() -> None:
    coverage = a_coverage()
    for sensor in ("cam-01", "cam-02", "cam-03"):
        watching(coverage, sensor, a_stand())
        coverage.looked(sensor, np.tile((20.0, 20.0), (400, 1)), np.zeros(400, np.bool_))
    coverage.see("lost", None)
    coverage.take_renewed()

    for second in range(8):
        coverage.view(START + second)

    assert sorted(coverage.take_renewed()) == ["cam-01", "cam-02", "cam-03"]


# --- What always holds --------------------------------------------------------------------------

PLACES = st.tuples(st.floats(-30.0, 30.0), st.floats(-30.0, 30.0))
AREAS: st.SearchStrategy[FieldOfViewArea] = st.builds(
    Sector,
    east_m=st.floats(-30.0, 30.0),
    north_m=st.floats(-30.0, 30.0),
    azimuth_deg=st.floats(0.0, 360.0),
    width_deg=st.floats(1.0, 360.0),
    range_max_m=st.floats(0.0, 80.0),
) | st.builds(Footprint, corners=st.lists(PLACES, min_size=3, max_size=6).map(tuple))
STANDS = st.builds(a_stand, AREAS, PLACES, height_m=st.floats(-2.0, 30.0))
HOUSES = st.builds(
    lambda low, width_m, depth_m, height_m: a_house(
        low,
        (low[0] + width_m, low[1]),
        (low[0] + width_m, low[1] + depth_m),
        (low[0], low[1] + depth_m),
        height_m=height_m,
    ),
    PLACES,
    st.floats(0.5, 20.0),
    st.floats(0.5, 20.0),
    st.floats(0.0, 20.0),
)


@given(st.lists(STANDS, max_size=3), STANDS)
def test_a_sensor_more_never_lowers_coverage(stands: list[Stand], another: Stand) -> None:
    few, more = a_coverage(), a_coverage()
    for index, stand in enumerate(stands):
        watching(few, f"cam-{index}", stand)
        watching(more, f"cam-{index}", stand)

    watching(more, "another", another)
    before, after = few.view(START), more.view(START)

    assert (cells(after) >= cells(before)).all()
    assert before is not None
    assert after is not None
    assert after.zones[0].seen >= before.zones[0].seen
    assert few.covered_us().items() <= more.covered_us().items()


@given(st.lists(HOUSES, max_size=3), HOUSES, STANDS)
def test_a_building_more_never_raises_coverage_of_who_stands_free(
    houses: list[Area], another: Area, stand: Stand
) -> None:
    # Who stands in a wall is taken to hang before it, and may so see more.
    stand = a_stand(stand.area, (-60.0, -60.0), height_m=stand.height_m)
    few, more = (
        a_coverage(buildings=tuple(houses)),
        a_coverage(buildings=(*houses, another)),
    )
    watching(few, "cam-01", stand)
    watching(more, "cam-01", stand)

    assert (cells(more.view(START)) <= cells(few.view(START))).all()


@given(STANDS, st.sampled_from([HealthState.ERROR, HealthState.GOODBYE]))
def test_who_is_silent_or_broken_covers_nothing(stand: Stand, state: HealthState) -> None:
    silent, broken = a_coverage(), a_coverage()
    watching(silent, "cam-01", stand)
    watching(broken, "cam-01", stand)
    broken.health(a_health(state))
    later_us = START + 60 * SECOND_US

    assert not cells(silent.view(later_us)).any()
    assert not cells(broken.view(START)).any()
    assert broken.sight("cam-01") is None
    assert silent.evidence((1.0, 1.0), later_us).probability == 0.0


@given(st.lists(HOUSES, max_size=3), STANDS, PLACES)
def test_evidence_of_a_place_is_a_probability_whatever_stands_where(
    houses: list[Area], stand: Stand, place: Place
) -> None:
    coverage = a_coverage(buildings=tuple(houses))
    watching(coverage, "cam-01", stand)

    evidence = coverage.evidence(place, START)

    assert 0.0 <= evidence.probability <= 0.9
    assert all(look.note is not None for look in evidence.looks if look.probability == 0.0)


def test_looks_that_were_refused_for_their_clock_make_the_others_doubtful() -> None:
    coverage = a_coverage()
    watching(coverage, "cam-01", a_stand())

    coverage.refused("cam-01", simulated=True)
    assert coverage.covered_us() == {"gate": START}
    coverage.refused("cam-01")
    coverage.refused("a-stranger")

    coverage.scanned("cam-01", START + 1, START + 1)
    assert coverage.covered_us() == {}
