"""How often one may fail before having to wait. Pure: the moment is an argument."""

from collections import OrderedDict, deque
from typing import Final

# Beyond this many names and addresses the longest unheard of is forgotten: memory has a bound.
_KEYS_MAX: Final = 10_000


class Throttle:
    """Failures of each key within a sliding span."""

    def __init__(self, failures_max: int, span_s: float) -> None:
        self._failures_max = failures_max
        self._span_s = span_s
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, key: str, now_s: float) -> float:
        """Return how long this key must wait before it may try again; 0 for now."""
        failures = self._failures.get(key)
        if failures is None or len(failures) < self._failures_max:
            return 0.0
        return max(0.0, failures[0] + self._span_s - now_s)

    def failed(self, key: str, now_s: float) -> None:
        """Count one failure."""
        failures = self._failures.setdefault(key, deque(maxlen=self._failures_max))
        failures.append(now_s)
        self._failures.move_to_end(key)
        if len(self._failures) > _KEYS_MAX:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget this key's failures."""
        self._failures.pop(key, None)
