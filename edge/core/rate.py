"""When a frame was seen, and which frames are worth telling. Pure: instants come in as numbers."""

SECOND_US = 1_000_000


class FrameClock:
    """The instants of a recorded video's frames: evenly spaced from its first."""

    def __init__(self, begin_us: int, frame_rate_hz: float) -> None:
        assert frame_rate_hz > 0.0, "a video has a frame rate"
        self._begin_us = begin_us
        self._frame_rate_hz = frame_rate_hz

    def instant_us(self, index: int) -> int:
        """Return when the frame of that index, from 0, was seen."""
        return self._begin_us + round(index * SECOND_US / self._frame_rate_hz)


class Pace:
    """Lets frames through at most at a rate, as evenly as they come."""

    def __init__(self, rate_max_hz: float) -> None:
        assert rate_max_hz > 0.0, "a pace of nothing is no pace"
        self._period_us = SECOND_US / rate_max_hz
        self._next_us: float | None = None

    def admits(self, observed_us: int) -> bool:
        """Return whether a frame of that instant is due."""
        # Half a percent early is due: frame intervals are rounded to microseconds.
        if self._next_us is not None and observed_us < self._next_us - 0.005 * self._period_us:
            return False
        # Counting on from the due moment keeps the mean rate; after a pause there is no backlog.
        due_us = observed_us if self._next_us is None else self._next_us
        self._next_us = max(due_us, observed_us - self._period_us) + self._period_us
        return True


class RateMeter:
    """The rate at which something happened over the last span."""

    def __init__(self, span_us: int = 5 * SECOND_US) -> None:
        self._span_us = span_us
        self._instants: list[int] = []

    def count(self, at_us: int) -> None:
        """Take note that it happened."""
        self._instants.append(at_us)
        self._forget(at_us)

    def rate_hz(self, now_us: int) -> float:
        """Return how often a second it happened of late."""
        self._forget(now_us)
        return len(self._instants) * SECOND_US / self._span_us

    def _forget(self, now_us: int) -> None:
        oldest_us = now_us - self._span_us
        keep = next((n for n, at in enumerate(self._instants) if at > oldest_us), None)
        self._instants = [] if keep is None else self._instants[keep:]
