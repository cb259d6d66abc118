import numpy as np

from bench.rules import KINDS, START_US, Cost, Meter, a_plan, least, run, the_scans
from wire.quantities import SECOND_US


def test_a_plan_has_as_many_rules_and_zones_as_asked_and_of_every_kind() -> None:
    plan = a_plan(KINDS, 30)

    assert (len(plan.rules), len(plan.zones)) == (KINDS, 30)
    assert len({type(rule) for rule in plan.rules}) == KINDS


def test_every_sensor_scans_its_quarter_ten_times_a_second() -> None:
    scans = the_scans(40, 2.0)

    assert len(scans) == 80
    assert len({scan.sender for scan in scans}) == 4
    assert scans[-1].observed_us - START_US < 2 * SECOND_US
    # Whoever is seen is in one quarter.
    assert sum(len(scan.detections) for scan in scans[:4]) == 40


def test_the_least_of_several_runs_is_taken_scan_by_scan() -> None:
    one = Cost(handled=np.array([1.0, 5.0]), rules=np.array([0.1, 0.5]))
    other = Cost(handled=np.array([2.0, 3.0]), rules=np.array([0.2, 0.3]))

    found = least([one, other])

    assert (found.handled.tolist(), found.rules.tolist()) == ([1.0, 3.0], [0.1, 0.3])


def test_every_scan_after_the_warm_up_counts() -> None:
    cost = run(KINDS, KINDS, the_scans(20, 4.0), Meter())

    assert len(cost.handled) == len(cost.rules) == 40
    assert (cost.handled > 0.0).all()
