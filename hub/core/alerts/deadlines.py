"""What time alone makes of one alert. All of it follows from the record, also after a restart."""

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.changes import unshelved
from hub.core.alerts.chattering import quiet_us, stale_us
from hub.core.alerts.escalation import Ladder
from wire.quantities import Instant
from wire.work import NoticeView


def due_us(record: AlertRecord, ladder: Ladder) -> Instant | None:
    """Return when time alone changes an open alert next."""
    due = (record.shelved_until_us, stale_us(record), quiet_us(record), ladder.due_us(record))
    return min((at_us for at_us in due if at_us is not None), default=None)


def timed(
    record: AlertRecord, ladder: Ladder, now_us: Instant
) -> tuple[AlertRecord, list[NoticeView]]:
    """Return the alert as time has changed it, and what people must be told of it."""
    if record.shelved_until_us is not None and now_us >= record.shelved_until_us:
        record = unshelved(record)
    if _is_over(stale_us(record), now_us):
        record = replace(record, stale=True)
    if _is_over(quiet_us(record), now_us):
        record = replace(record, chattering=False)
    return ladder.climb(record, now_us)


def _is_over(at_us: Instant | None, now_us: Instant) -> bool:
    return at_us is not None and now_us >= at_us
