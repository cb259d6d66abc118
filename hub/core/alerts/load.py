"""The load of the alert list on its operators, in the numbers of ISA-18.2 and EEMUA 191."""

from collections.abc import Iterable
from typing import Final

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.flood import Flood
from hub.core.alerts.lifecycle import HIDDEN
from wire.labels import AlertState
from wire.quantities import SECOND_US, Instant
from wire.work import LoadView

STANDING_US: Final = 3600 * SECOND_US


def load_view(alerts: Iterable[AlertRecord], flood: Flood, now_us: Instant) -> LoadView:
    """Return the load now. What is listed apart is counted apart."""
    every = tuple(alerts)
    shown = [one for one in every if one.state not in HIDDEN]
    states = [one.state for one in every]
    ten_count, hour_count = flood.per_operator(now_us)
    return LoadView(
        raised_10_min=ten_count,
        raised_hour=hour_count,
        standing=sum(now_us - one.raised_us >= STANDING_US for one in shown),
        stale=sum(one.stale for one in shown),
        chattering=sum(one.chattering for one in shown),
        shelved=states.count(AlertState.SHELVED),
        suppressed=states.count(AlertState.SUPPRESSED),
        out_of_service=states.count(AlertState.OUT_OF_SERVICE),
        flood_since_us=flood.since_us,
        flood_raised=0 if flood.since_us is None else flood.raised_count,
        operators=flood.operators,
    )
