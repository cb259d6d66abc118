import numpy as np
from wrong_sensors import BEGIN_US, a_measured_scan, residuals_of

from hub.core.fusion.neighbours import Neighbours, Sighting
from hub.core.fusion.sensor_errors import ERROR_COUNT

MS = 1_000


def a_sighting(*places: tuple[float, float], at_us: int = BEGIN_US) -> Sighting:
    scan = a_measured_scan("eye", np.array(places), at_us)
    return Sighting(
        seen=residuals_of(scan, np.zeros((len(places), 2))), applied=np.zeros(ERROR_COUNT)
    )


def three() -> Neighbours:
    neighbours = Neighbours()
    for _ in range(3):
        neighbours.add()
    return neighbours


def test_neighbours_are_those_who_see_something_near_just_now() -> None:
    neighbours = three()
    neighbours.saw(0, a_sighting((0.0, 0.0), (10.0, 10.0)), BEGIN_US)
    neighbours.saw(1, a_sighting((15.0, 5.0)), BEGIN_US)
    neighbours.saw(2, a_sighting((200.0, 5.0)), BEGIN_US)

    assert neighbours.of(0, BEGIN_US).tolist() == [1]
    assert neighbours.of(2, BEGIN_US).tolist() == []


def test_who_has_seen_nothing_for_a_second_is_no_neighbour() -> None:
    neighbours = three()
    neighbours.saw(0, a_sighting((0.0, 0.0)), BEGIN_US)
    neighbours.saw(1, a_sighting((1.0, 0.0)), BEGIN_US + 1_001 * MS)

    assert neighbours.of(1, BEGIN_US + 1_001 * MS).tolist() == []


def test_among_scans_that_came_late_the_nearest_in_time_is_compared() -> None:
    neighbours = three()
    for at_ms in (300, 100, 200):
        neighbours.saw(0, a_sighting((0.0, 0.0), at_us=BEGIN_US + at_ms * MS), BEGIN_US)

    found = neighbours.nearest(0, BEGIN_US + 120 * MS)

    assert found is not None
    assert found.seen.observed_us == BEGIN_US + 100 * MS


def test_scans_too_far_apart_in_time_are_not_compared() -> None:
    neighbours = three()
    neighbours.saw(0, a_sighting((0.0, 0.0)), BEGIN_US)

    assert neighbours.nearest(0, BEGIN_US + 401 * MS) is None
    assert neighbours.nearest(1, BEGIN_US) is None


def test_what_was_seen_before_a_move_is_forgotten() -> None:
    neighbours = three()
    neighbours.saw(0, a_sighting((0.0, 0.0)), BEGIN_US)
    neighbours.saw(1, a_sighting((0.0, 0.0)), BEGIN_US)

    neighbours.forget(1)

    assert neighbours.of(0, BEGIN_US).tolist() == []
    assert neighbours.nearest(1, BEGIN_US) is None
