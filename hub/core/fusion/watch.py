"""Whether one sensor watches: it looks often enough, is not broken, and its view is free."""

from typing import Final

from wire.labels import CueKind, HealthState
from wire.messages import Cue, Health
from wire.quantities import SECOND_US, Count, Identifier, Instant, Line, Ulid

# Of its own period: one look may be lost and one be late.
_PERIODS: Final = 3.0
# No faster sensor is given less, for a link may pause; no slower one is given more.
FRESH_MIN_US: Final = 3 * SECOND_US
FRESH_MAX_US: Final = 15 * SECOND_US
# A sensor that does not say how often it looks.
FRESH_UNKNOWN_US: Final = 5 * SECOND_US

# A zone is only known to be clear by looks that go on for so long, and are so many: one look in ten
# misses a person, and five in a row hardly ever.
STEADY_US: Final = 2 * SECOND_US
STEADY_LOOKS: Final = 5
# A longer pause begins anew: a track that was seen before it lives on unseen for longer than this.
PAUSE_MAX_US: Final = 1_500_000

# What it sees then is nothing, or not where it seems to be.
_BLOCKED: Final = {
    CueKind.VIEW_COVERED: "its view is covered",
    CueKind.VIEW_DEFOCUSED: "its view is out of focus",
    CueKind.VIEW_MOVED: "it was moved",
    CueKind.VIEW_DARK: "its view is dark",
}
_BLOCKED_FAULTS: Final = {kind.value: text for kind, text in _BLOCKED.items()}
_BROKEN: Final = {
    HealthState.ERROR: "it reports an error",
    HealthState.GOODBYE: "it said goodbye",
}


class Watch:
    """One sensor's looking, as far as it can be believed."""

    def __init__(self) -> None:
        self.looked_us: Instant = 0  # The last look that can be believed; 0: none.
        self._since_us: Instant = 0  # When it began to look without a pause.
        self._looks: Count = 0  # Since then.
        self._fresh_us = FRESH_UNKNOWN_US
        self._broken: Line | None = None
        self._blocked: Line | None = None
        self._stated_us: Instant = 0
        self._stated_in: Ulid | None = None

    def expect(self, scan_rate_hz: float) -> None:
        """Learn how often it means to look."""
        if scan_rate_hz <= 0.0:
            self._fresh_us = FRESH_UNKNOWN_US
            return
        fresh_us = _PERIODS / scan_rate_hz * SECOND_US
        self._fresh_us = int(min(max(fresh_us, FRESH_MIN_US), FRESH_MAX_US))

    def looked(self, observed_us: Instant, now_us: Instant) -> None:
        """Take note of a look. One in the future proves no more than one now."""
        if self.fault is not None:
            return
        at_us = min(observed_us, now_us)
        if at_us - self.looked_us > PAUSE_MAX_US:
            self._since_us, self._looks = at_us, 0
        self._looks += at_us >= self._since_us
        self.looked_us = max(self.looked_us, at_us)

    @property
    def steady_us(self) -> Instant:
        """The last look of a sensor that has looked long enough to miss nobody; 0: not yet."""
        is_steady = self.looked_us - self._since_us >= STEADY_US and self._looks >= STEADY_LOOKS
        return self.looked_us if is_steady else 0

    def unsteady(self) -> None:
        """Let it look for a while before it is believed that nobody is there."""
        self._since_us, self._looks = self.looked_us, 0

    def forget(self) -> None:
        """Take what it saw before as not seen: it looks elsewhere now."""
        self.looked_us = self._since_us = self._looks = 0

    def health(self, health: Health) -> None:
        """Take note of how it says it is."""
        faults = (_BLOCKED_FAULTS.get(fault.code) for fault in health.faults)
        self._broken = _BROKEN.get(health.state) or next(filter(None, faults), None)
        if self._broken is None and health.boot != self._stated_in:
            self._blocked = None  # It was started again since, and says nothing is wrong.
        self._distrust(health.observed_us)

    def cue(self, cue: Cue, now_us: Instant) -> None:
        """Take note of what it says about its own view, the latest whatever order it comes in."""
        is_about_view = cue.kind in _BLOCKED or cue.kind is CueKind.VIEW_RESTORED
        stated_us = min(cue.observed_us, now_us)
        if not is_about_view or stated_us < self._stated_us:
            return
        self._stated_us, self._stated_in = stated_us, cue.boot
        self._blocked = _BLOCKED.get(cue.kind)
        self._distrust(stated_us)

    @property
    def fault(self) -> Line | None:
        """Why its looks cannot be believed; None where they can."""
        return self._broken or self._blocked

    def objection(self, now_us: Instant) -> Line | None:
        """Return why it does not watch now; None where it does."""
        if self.fault is not None:
            return self.fault
        if self.looked_us == 0:
            return "it has not looked yet"
        age_us = now_us - self.looked_us
        if age_us > self._fresh_us:
            return f"it looked last {age_us // SECOND_US} s ago"
        return None

    def _distrust(self, since_us: Instant) -> None:
        """Take looks after an instant as not made, if something is wrong since then."""
        if self.fault is not None:
            self.looked_us = min(self.looked_us, since_us)
            self.unsteady()


Watches = dict[Identifier, Watch]
