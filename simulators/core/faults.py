"""Messages that come late, twice or never, and sensors that fall silent."""

import numpy as np

from simulators.core.plan import DeliveryPlan

# A duplicate follows its original by this much: a retransmission's time-out.
DUPLICATE_AFTER_S = 0.2


class Delivery:
    """Decides the fate of each scan of one sensor."""

    def __init__(self, plan: DeliveryPlan, latency_s: float, rng: np.random.Generator) -> None:
        self._plan = plan
        self._latency_s = latency_s
        self._rng = rng
        self.silent_until_s = 0.0
        """On the world's clock: until then the sensor says nothing at all."""

    def is_silent(self, world_s: float) -> bool:
        """Whether the sensor says nothing now."""
        return world_s < self.silent_until_s

    def delays_s(self) -> tuple[float, ...]:
        """Return how long after its instant each copy of a scan leaves; none if it is lost."""
        plan = self._plan
        lost, twice, late, spread, wait = self._rng.uniform(size=5).tolist()
        if lost < plan.lost_ratio:
            return ()
        # Detectors take longer when they see more; a fifth either way is modest.
        delay = self._latency_s * (0.8 + 0.4 * spread)
        if late < plan.late_ratio:
            delay += plan.late_s[0] + wait * (plan.late_s[1] - plan.late_s[0])
        if twice < plan.duplicate_ratio:
            return delay, delay + DUPLICATE_AFTER_S
        return (delay,)
