"""The alert list in figures, beside the numbers that ISA-18.2 and EEMUA 191 ask for.

Counted from the journal's changes of alerts, and only from them: two people who ask for the same
hours read the same figures.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.incident import UNACKNOWLEDGED
from hub.core.review.asking import SPAN_US, AlertChange, Asking, Flood, asked, asks, floods, peak
from hub.core.review.targets import Found, measures
from hub.core.rules.taint import Taint, taint_of
from wire.labels import AlertOutcome, AlertState, Priority
from wire.quantities import SECOND_US, Count, Instant, Ulid
from wire.review import (
    AcknowledgeTimes,
    FloodSpan,
    KpiView,
    LoadSpan,
    OutcomeCount,
    PriorityShare,
    SourceShare,
)

# ISA-18.2, 16.4.8, four priorities: about 80, 15 and 5 %, and less than 1 % of the most urgent.
PRIORITY_TARGETS: Final = {
    Priority.LOW: 0.80,
    Priority.MEDIUM: 0.15,
    Priority.HIGH: 0.05,
    Priority.CRITICAL: 0.01,
}
URGENT: Final = frozenset({Priority.HIGH, Priority.CRITICAL})
TOP_COUNT: Final = 10
STANDING_US: Final = 3600 * SECOND_US
STALE_US: Final = 86_400 * SECOND_US
# ISA-18.2 (16.4.6) has no number for chattering; three times within a minute is common practice.
CHATTER_COUNT: Final = 3
CHATTER_US: Final = 60 * SECOND_US
# Nor for fleeting: so short that nobody could have done anything about it.
FLEETING_US: Final = 10 * SECOND_US


class Hours(Struct, frozen=True, kw_only=True):
    """What is counted: from an instant up to another, for so many people on duty."""

    start_us: Instant
    end_us: Instant
    operators: Count = 1

    @property
    def length_us(self) -> Instant:
        """How long it is; never nothing, so that one may divide by it."""
        return max(1, self.end_us - self.start_us)

    def hold(self, at_us: Instant) -> bool:
        """Whether an instant is among them."""
        return self.start_us <= at_us < self.end_us


def kpi(changes: Sequence[AlertChange], hours: Hours, *, complete: bool = True) -> KpiView:
    """Return the figures of some hours.

    Changes are in the journal's order. Those of the ten minutes before tell whether a flood was
    on already; of older alerts that were open it needs the last change before.
    """
    early = asked(changes, hours.start_us - SPAN_US)
    raised = [one for one in early if hours.hold(one.at_us)]
    latest = _latest(changes, hours.end_us)
    waits = _waits(changes, hours)
    swamped = _clipped(floods([one.at_us for one in early], hours.operators, hours.end_us), hours)
    ended = [one for one in latest.values() if one.closed_us and hours.hold(one.closed_us)]
    top = _top(raised)
    load = _load(raised, hours)
    found = Found(
        raised=len(raised),
        hours=hours.length_us / (3600 * SECOND_US),
        operators=hours.operators,
        peak=peak([one.at_us for one in raised]),
        load=tuple(span.raised for span in load),
        hourly=_hourly(load),
        flood_share=_flooded_us(swamped, hours) / hours.length_us,
        top_share=sum(one.share for one in top),
        source_count=len({(one.record.rule, one.record.zone_name) for one in raised}),
        chattering=_chattering(raised),
        fleeting=_fleeting(changes, hours),
        standing=_open_for(latest.values(), hours.end_us, STANDING_US),
        stale=_open_for(latest.values(), hours.end_us, STALE_US),
        closed=len(ended),
        # After a day without a word the hub writes "undetermined": that is nobody's word.
        assessed=sum(one.outcome_by is not None for one in ended),
        urgent_share=_share(sum(one.record.priority in URGENT for one in raised), len(raised)),
    )
    return KpiView(
        start_us=hours.start_us,
        end_us=hours.end_us,
        operators=hours.operators,
        raised=len(raised),
        alerts=len({one.record.id for one in raised}),
        closed=len(ended),
        simulated=sum(taint_of(one.record) != Taint() for one in raised),
        measures=measures(found),
        load=load,
        priorities=_priorities(raised),
        top=top,
        floods=swamped,
        acknowledged=_acknowledged(waits, latest.values()),
        outcomes=_outcomes(ended),
        complete=complete,
    )


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least this share of all is not above."""
    if not values:
        return None
    rank = -(-len(values) * round(share * 100) // 100)
    return sorted(values)[max(rank, 1) - 1]


# --- Load ---------------------------------------------------------------------------------------


def _load(raised: Iterable[Asking], hours: Hours) -> tuple[LoadSpan, ...]:
    """Return how much was asked in each ten minutes, the last of them perhaps shorter."""
    count = -(-hours.length_us // SPAN_US)
    of_each = Counter((one.at_us - hours.start_us) // SPAN_US for one in raised)
    return tuple(
        LoadSpan(start_us=hours.start_us + place * SPAN_US, raised=of_each[place])
        for place in range(count)
    )


def _hourly(load: Sequence[LoadSpan]) -> tuple[Count, ...]:
    per_hour = 3600 * SECOND_US // SPAN_US
    raised = [span.raised for span in load]
    return tuple(sum(raised[at : at + per_hour]) for at in range(0, len(raised), per_hour))


def _clipped(found: Iterable[Flood], hours: Hours) -> tuple[FloodSpan, ...]:
    """Return the floods that were on within the hours."""
    return tuple(
        FloodSpan(start_us=max(one.start_us, hours.start_us), end_us=one.end_us, raised=one.raised)
        for one in found
        if one.start_us < hours.end_us and (one.end_us is None or one.end_us > hours.start_us)
    )


def _flooded_us(swamped: Iterable[FloodSpan], hours: Hours) -> Instant:
    return sum(
        (hours.end_us if one.end_us is None else one.end_us) - one.start_us for one in swamped
    )


# --- Shares -------------------------------------------------------------------------------------


def _priorities(raised: Sequence[Asking]) -> tuple[PriorityShare, ...]:
    of_each = Counter(one.record.priority for one in raised)
    return tuple(
        PriorityShare(
            priority=priority,
            raised=of_each[priority],
            share=_share(of_each[priority], len(raised)),
            target=target,
        )
        for priority, target in PRIORITY_TARGETS.items()
    )


def _top(raised: Sequence[Asking]) -> tuple[SourceShare, ...]:
    """Return the rules and zones that asked most."""
    of_each = Counter((one.record.rule, one.record.zone_name) for one in raised)
    ranked = sorted(of_each.items(), key=lambda one: (-one[1], one[0][0], one[0][1] or ""))
    return tuple(
        SourceShare(rule=rule, zone=zone, raised=count, share=_share(count, len(raised)))
        for (rule, zone), count in ranked[:TOP_COUNT]
    )


def _share(part: Count, whole: Count) -> float:
    return round(part / whole, 4) if whole else 0.0


# --- Quality ------------------------------------------------------------------------------------


def _chattering(raised: Iterable[Asking]) -> Count:
    """Return how many alerts asked three times within a minute."""
    times: dict[Ulid, list[Instant]] = {}
    for one in raised:
        times.setdefault(one.record.id, []).append(one.at_us)
    return sum(
        any(
            later_us - first_us <= CHATTER_US
            for first_us, later_us in zip(each, each[CHATTER_COUNT - 1 :], strict=False)
        )
        for each in times.values()
    )


def _fleeting(changes: Iterable[AlertChange], hours: Hours) -> Count:
    """Return how often a condition went before anybody could have done anything."""
    before: dict[Ulid, AlertRecord] = {}
    count = 0
    for at_us, record in changes:
        known = before.get(record.id)
        went = known is not None and known.active and not record.active
        is_short = at_us - record.begun_us < FLEETING_US
        count += went and is_short and hours.hold(at_us)
        before[record.id] = record
    return count


def _open_for(latest: Iterable[AlertRecord], now_us: Instant, least_us: Instant) -> Count:
    """Return how many alerts are open, and have been for so long."""
    return sum(
        one.state is not AlertState.CLOSED and now_us - one.raised_us > least_us for one in latest
    )


def _latest(changes: Iterable[AlertChange], end_us: Instant) -> dict[Ulid, AlertRecord]:
    return {record.id: record for at_us, record in changes if at_us < end_us}


def _outcomes(ended: Iterable[AlertRecord]) -> tuple[OutcomeCount, ...]:
    of_each = Counter(one.outcome for one in ended)
    order: tuple[AlertOutcome | None, ...] = (*AlertOutcome, None)
    return tuple(
        OutcomeCount(outcome=outcome, count=of_each[outcome])
        for outcome in order
        if of_each[outcome]
    )


# --- Acknowledging ------------------------------------------------------------------------------


class _Wait(Struct, frozen=True):
    """How long an alert waited for somebody."""

    seconds: float
    urgent: bool


def _waits(changes: Iterable[AlertChange], hours: Hours) -> list[_Wait]:
    before: dict[Ulid, AlertRecord] = {}
    asked_us: dict[Ulid, Instant] = {}
    found = []
    for at_us, record in changes:
        known = before.get(record.id)
        if asks(known, record):
            asked_us[record.id] = at_us
        is_taken = record.acknowledged_us is not None and (
            known is None or known.acknowledged_us != record.acknowledged_us
        )
        if is_taken and hours.hold(at_us):
            waited_us = at_us - asked_us.get(record.id, record.begun_us)
            found.append(_Wait(waited_us / SECOND_US, record.priority in URGENT))
        before[record.id] = record
    return found


def _acknowledged(waits: Sequence[_Wait], latest: Iterable[AlertRecord]) -> AcknowledgeTimes:
    every = [one.seconds for one in waits]
    urgent = [one.seconds for one in waits if one.urgent]
    return AcknowledgeTimes(
        count=len(every),
        median_s=quantile(every, 0.5),
        p90_s=quantile(every, 0.9),
        urgent_count=len(urgent),
        urgent_median_s=quantile(urgent, 0.5),
        urgent_p90_s=quantile(urgent, 0.9),
        waiting=sum(one.state in UNACKNOWLEDGED for one in latest),
    )
