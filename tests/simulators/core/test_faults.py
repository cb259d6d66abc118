import numpy as np
import pytest

from simulators.core.faults import Delivery
from simulators.core.plan import DeliveryPlan


def delays(plan: DeliveryPlan, count: int = 4_000) -> list[tuple[float, ...]]:
    delivery = Delivery(plan, 0.1, np.random.default_rng(1))
    return [delivery.delays_s() for _ in range(count)]


def test_without_faults_every_scan_leaves_once_after_its_latency() -> None:
    found = delays(DeliveryPlan())

    assert {len(one) for one in found} == {1}
    assert all(0.08 <= one[0] <= 0.12 for one in found)


def test_scans_are_lost_doubled_and_late_as_often_as_planned() -> None:
    plan = DeliveryPlan(lost_ratio=0.1, duplicate_ratio=0.2, late_ratio=0.3, late_s=(1.0, 2.0))

    found = delays(plan)

    assert sum(len(one) == 0 for one in found) / 4_000 == pytest.approx(0.1, abs=0.02)
    kept = [one for one in found if one]
    assert sum(len(one) == 2 for one in kept) / len(kept) == pytest.approx(0.2, abs=0.03)
    assert sum(one[0] > 1.0 for one in kept) / len(kept) == pytest.approx(0.3, abs=0.03)


def test_a_sensor_is_silent_until_its_time() -> None:
    delivery = Delivery(DeliveryPlan(), 0.1, np.random.default_rng(1))
    delivery.silent_until_s = 40.0

    assert delivery.is_silent(39.9)
    assert not delivery.is_silent(40.0)
