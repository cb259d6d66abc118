"""When something is due next, of many things: asked at every tick, so asking costs nothing."""

from heapq import heapify, heappop, heappush

from wire.quantities import Instant

# Entries of the heap that are no longer true are left in it until they are this many.
STALE_MAX = 64


class Timers:
    """One instant for each key; the earliest is always at hand."""

    def __init__(self) -> None:
        self._due: dict[str, Instant] = {}
        self._heap: list[tuple[Instant, str]] = []

    @property
    def next_us(self) -> Instant | None:
        """The earliest instant, or None where nothing is due at all."""
        heap = self._heap
        while heap and self._due.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None

    def set(self, key: str, due_us: Instant | None) -> None:
        """Let a key be due at an instant, in place of any other; None: not at all."""
        if due_us is None:
            self._due.pop(key, None)
            return
        if self._due.get(key) == due_us:
            return
        self._due[key] = due_us
        heappush(self._heap, (due_us, key))
        if len(self._heap) > 2 * len(self._due) + STALE_MAX:
            self._heap = [(at_us, one) for one, at_us in self._due.items()]
            heapify(self._heap)

    def take(self, now_us: Instant) -> list[str]:
        """Return the keys that are due, earliest first, and forget them."""
        taken = []
        while (next_us := self.next_us) is not None and next_us <= now_us:
            _, key = heappop(self._heap)
            del self._due[key]
            taken.append(key)
        return taken
