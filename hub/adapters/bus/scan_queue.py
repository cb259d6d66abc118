"""Scans on their way from the network to the engine: bounded, fair, and never the cause of harm.

A scan is worth little when late, so the oldest are dropped first; the noisiest sensor pays for
the room it takes; a sensor that talks faster than any real one is throttled alone.
"""

from collections import Counter, deque
from typing import NamedTuple

# Two seconds of a site with 50 sensors of 20 Hz: what is older than that comes too late.
WAITING_MAX = 2_000
# A scan may have a megabyte, a hub in distress has not much more memory than this to spare.
WAITING_BYTES_MAX = 64 * 1024 * 1024
# The fastest real sensors, radars and lidars, turn at 20 to 100 Hz.
RATE_MAX_HZ = 200.0
BURST_MAX = 200.0
# A site has hundreds of sensors. Topics that somebody makes up must not fill the memory.
SENSORS_MAX = 10_000


class Waiting(NamedTuple):
    """One scan as it came."""

    topic: str
    payload: bytes


class _Bucket:
    """How many scans one sensor may still send now."""

    __slots__ = ("at_s", "tokens")

    def __init__(self, at_s: float) -> None:
        self.at_s = at_s
        self.tokens = BURST_MAX

    def takes(self, now_s: float) -> bool:
        self.tokens = min(BURST_MAX, self.tokens + (now_s - self.at_s) * RATE_MAX_HZ)
        self.at_s = now_s
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True


class ScanQueue:
    """First in, first out over all sensors, with one bound for all and one for each."""

    def __init__(self) -> None:
        self._order: deque[str] = deque()  # The topic of each scan that waits, oldest first.
        self._by_topic: dict[str, deque[Waiting]] = {}
        self._gone: Counter[str] = Counter()  # Dropped ones that still stand in the order.
        self._count = 0
        self._buckets: dict[str, _Bucket] = {}
        self._bytes = 0
        self.dropped_count = 0
        """Scans that never reach the engine, for whatever reason."""
        self.throttled: Counter[str] = Counter()
        """Of those, how many each topic lost because it was too fast."""

    def __len__(self) -> int:
        return self._count

    def put(self, topic: str, payload: bytes, now_s: float) -> bool:
        """Take a scan in, and return whether it was taken; another may go for it."""
        if not self._may_come(topic, now_s):
            self.dropped_count += 1
            return False
        self._by_topic.setdefault(topic, deque()).append(Waiting(topic, payload))
        self._order.append(topic)
        self._count += 1
        self._bytes += len(payload)
        while self._count > WAITING_MAX or self._bytes > WAITING_BYTES_MAX:
            self._drop_of_the_noisiest()
        if len(self._order) > 2 * WAITING_MAX:
            self._tidy()
        return True

    def take(self, count_max: int) -> list[Waiting]:
        """Return the oldest scans, at most `count_max`."""
        taken: list[Waiting] = []
        while self._order and len(taken) < count_max:
            topic = self._order.popleft()
            if not self._is_gone(topic):
                taken.append(self._remove_oldest(topic))
        return taken

    def _is_gone(self, topic: str) -> bool:
        """Whether this place in the order is of a dropped scan; each is asked for once."""
        gone_count = self._gone.pop(topic, 0)
        if gone_count > 1:
            self._gone[topic] = gone_count - 1
        return gone_count > 0

    def _tidy(self) -> None:
        """Forget the places of what was dropped, so that a stalled engine costs no memory."""
        self._order = deque(topic for topic in self._order if not self._is_gone(topic))

    def _may_come(self, topic: str, now_s: float) -> bool:
        bucket = self._buckets.get(topic)
        if bucket is None:
            if len(self._buckets) >= SENSORS_MAX:
                del self._buckets[next(iter(self._buckets))]
            bucket = self._buckets[topic] = _Bucket(now_s)
        if bucket.takes(now_s):
            return True
        if topic in self.throttled or len(self.throttled) < SENSORS_MAX:
            self.throttled[topic] += 1
        return False

    def _drop_of_the_noisiest(self) -> None:
        noisiest = max(self._by_topic, key=lambda topic: len(self._by_topic[topic]))
        self._remove_oldest(noisiest)
        self._gone[noisiest] += 1
        self.dropped_count += 1

    def _remove_oldest(self, topic: str) -> Waiting:
        waiting = self._by_topic[topic]
        scan = waiting.popleft()
        self._count -= 1
        self._bytes -= len(scan.payload)
        if not waiting:
            del self._by_topic[topic]
        return scan
