from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from past_alerts import HOUR, MINUTE, SECOND, START, acknowledged, an_alert, changes_of, closed

from hub.core.alerts.alert import AlertRecord
from hub.core.review.asking import SPAN_US, AlertChange
from hub.core.review.kpi import Hours, kpi, quantile
from wire.labels import AlertOutcome, AlertState, Priority
from wire.review import KpiView, Measure

SHIFT = Hours(start_us=START, end_us=START + 8 * HOUR)


def figure(view: KpiView, identity: str) -> Measure:
    (found,) = [one for one in view.measures if one.id == identity]
    return found


def test_a_shift_without_alerts_has_figures_too() -> None:
    view = kpi([], SHIFT)

    assert (view.raised, view.alerts, view.closed, view.top, view.floods) == (0, 0, 0, (), ())
    assert len(view.load) == 48
    assert view.acknowledged.median_s is None
    assert figure(view, "per_10_min").met


def test_the_load_is_of_each_operator() -> None:
    alerts = [an_alert(number, START + number * MINUTE) for number in range(48)]

    view = kpi(changes_of(*alerts), replace(SHIFT, operators=2))

    assert view.raised == 48
    assert figure(view, "per_hour").value == 3.0
    assert figure(view, "per_10_min").value == 0.5
    assert figure(view, "peak_10_min").value == 5.0
    assert [one.raised for one in view.load[:6]] == [10, 10, 10, 10, 8, 0]


def test_what_came_before_the_shift_is_not_of_it() -> None:
    old = an_alert(1, START - HOUR)
    view = kpi(changes_of(old, acknowledged(old, START + MINUTE)), SHIFT)

    assert view.raised == 0
    assert view.acknowledged.count == 1
    assert view.acknowledged.median_s == 3660.0


def test_a_flood_that_was_on_at_the_beginning_counts_from_there() -> None:
    alerts = [an_alert(number, START - MINUTE + number * SECOND) for number in range(12)]

    view = kpi(changes_of(*alerts), SHIFT)

    (flood,) = view.floods
    assert flood.start_us == START
    assert flood.end_us == START - MINUTE + SPAN_US + 7 * SECOND
    share = (flood.end_us - START) / (8 * HOUR)
    assert figure(view, "flood").value == round(100 * share, 2)
    assert figure(view, "flood").met is False


def test_a_flood_that_goes_on_counts_up_to_the_end() -> None:
    alerts = [an_alert(number, START + 8 * HOUR - MINUTE) for number in range(12)]

    view = kpi(changes_of(*alerts), SHIFT)

    assert view.floods[0].end_us is None
    assert figure(view, "flood").value == round(100 * MINUTE / (8 * HOUR), 2)


def test_priorities_stand_beside_eighty_fifteen_and_five() -> None:
    view = kpi(
        changes_of(
            an_alert(1, priority=Priority.LOW),
            an_alert(2, priority=Priority.LOW),
            an_alert(3, priority=Priority.MEDIUM),
            an_alert(4, priority=Priority.CRITICAL),
        ),
        SHIFT,
    )

    assert [(one.raised, one.share, one.target) for one in view.priorities] == [
        (2, 0.5, 0.8),
        (1, 0.25, 0.15),
        (0, 0.0, 0.05),
        (1, 0.25, 0.01),
    ]
    assert figure(view, "urgent").value == 25.0
    assert figure(view, "urgent").met is None


def test_the_top_ten_are_rules_and_zones() -> None:
    alerts = [an_alert(number, rule=f"rule-{min(number, 11):02}") for number in range(1, 15)]

    view = kpi(changes_of(*alerts), SHIFT)

    assert len(view.top) == 10
    assert (view.top[0].rule, view.top[0].raised, view.top[0].zone) == ("rule-11", 4, "Stage")
    assert view.top[1].rule == "rule-01"


def test_an_alert_that_asks_three_times_in_a_minute_chatters() -> None:
    def thrice(number: int, gap_us: int) -> list[AlertRecord]:
        begun = [START + turn * gap_us for turn in range(3)]
        return [an_alert(number, START, begun_us=at, changed_us=at) for at in begun]

    view = kpi(changes_of(*thrice(1, 30 * SECOND), *thrice(2, 31 * SECOND)), SHIFT)

    assert figure(view, "chattering").value == 1
    assert figure(view, "chattering").met is False


def test_a_condition_that_is_gone_at_once_is_fleeting() -> None:
    fast, slow = an_alert(1), an_alert(2)
    gone = [
        replace(one, active=False, changed_us=START + seconds * SECOND)
        for one, seconds in ((fast, 9), (slow, 10))
    ]

    assert figure(kpi(changes_of(fast, slow, *gone), SHIFT), "fleeting").value == 1


def test_alerts_that_stand_and_that_went_stale_are_counted_at_the_end() -> None:
    end_us = SHIFT.end_us
    alerts = [an_alert(1, end_us - HOUR), an_alert(2, end_us - HOUR - 1), an_alert(3, START)]
    stale = an_alert(4, end_us - 24 * HOUR - 1)
    over = closed(an_alert(5, START), START + HOUR)

    view = kpi(changes_of(stale, *alerts, over), SHIFT)

    assert figure(view, "standing").value == 3
    assert figure(view, "stale").value == 1


def test_the_times_to_acknowledge_run_from_the_latest_asking() -> None:
    first, second = an_alert(1), an_alert(2, priority=Priority.LOW)
    back = replace(first, begun_us=START + MINUTE, changed_us=START + MINUTE)
    view = kpi(
        changes_of(
            first,
            second,
            back,
            acknowledged(back, START + MINUTE + 20 * SECOND),
            acknowledged(second, START + 40 * SECOND),
            an_alert(3, START + HOUR),
        ),
        SHIFT,
    )

    times = view.acknowledged
    assert (times.count, times.median_s, times.p90_s) == (2, 20.0, 40.0)
    assert (times.urgent_count, times.urgent_median_s, times.urgent_p90_s) == (1, 20.0, 20.0)
    assert times.waiting == 1


def test_an_alert_that_comes_back_from_its_shelf_waits_from_then_on() -> None:
    shelved = an_alert(1, state=AlertState.SHELVED)
    back = replace(shelved, state=AlertState.UNACKNOWLEDGED, changed_us=START + HOUR)

    view = kpi(changes_of(shelved, back, acknowledged(back, START + HOUR + 9 * SECOND)), SHIFT)

    assert view.acknowledged.median_s == 9.0


def test_what_comes_as_the_shift_ends_is_the_next_shifts() -> None:
    view = kpi(changes_of(an_alert(1, START), an_alert(2, SHIFT.end_us)), SHIFT)

    assert view.raised == 1


def test_outcomes_are_those_of_the_alerts_that_closed() -> None:
    def over(number: int, outcome: AlertOutcome | None, by: str | None) -> AlertRecord:
        return closed(an_alert(number), START + HOUR, outcome=outcome, outcome_by=by)

    view = kpi(
        changes_of(
            over(1, AlertOutcome.TRUE, "Ann"),
            over(2, AlertOutcome.FALSE_DATA, "Ann"),
            over(3, AlertOutcome.TRUE, "Ann"),
            over(4, None, None),
            over(5, AlertOutcome.UNDETERMINED, None),
            closed(an_alert(6, START - HOUR), START - 1),
        ),
        SHIFT,
    )

    assert {one.outcome: one.count for one in view.outcomes} == {
        AlertOutcome.TRUE: 2,
        AlertOutcome.FALSE_DATA: 1,
        AlertOutcome.UNDETERMINED: 1,
        None: 1,
    }
    assert view.closed == 5
    assert figure(view, "assessed").value == 60.0


def test_drills_and_simulations_are_counted_and_told_apart() -> None:
    view = kpi(
        changes_of(an_alert(1, simulated=True), an_alert(2), an_alert(3, exercise=True)), SHIFT
    )

    assert (view.raised, view.simulated) == (3, 2)


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([], 0.5, None),
        ([3.0], 0.9, 3.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([float(one) for one in range(1, 11)], 0.9, 9.0),
        ([float(one) for one in range(1, 12)], 0.9, 10.0),
    ],
)
def test_a_quantile_is_a_value_that_occurred(
    values: list[float], share: float, found: float | None
) -> None:
    assert quantile(values, share) == found


# --- Against a slow count -------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.integers(0, 20_000),  # Seconds, from an hour before the shift on.
        st.integers(1, 6),  # The alert's number.
        st.sampled_from(["ask", "acknowledge", "clear", "close", "hide", "rise"]),
    ),
    max_size=80,
)
HOURS = Hours(start_us=START, end_us=START + 4 * HOUR)


def history(steps: list[tuple[int, int, str]]) -> list[AlertChange]:
    """Return the changes of alerts that live like this."""
    found: list[AlertChange] = []
    living: dict[int, AlertRecord] = {}
    spent = Counter[int]()
    for second, number, what in sorted(steps):
        at_us = START - HOUR + second * SECOND
        record = living.get(number)
        if record is None or record.state is AlertState.CLOSED:
            spent[number] += 1
            record = an_alert(number + 100 * spent[number], at_us)
        elif what == "ask":
            record = replace(record, state=AlertState.UNACKNOWLEDGED, active=True, begun_us=at_us)
        elif what == "acknowledge":
            record = acknowledged(record, at_us)
        elif what == "clear":
            record = replace(
                record, active=False, state=AlertState.CLEARED_UNACKNOWLEDGED, cleared_us=at_us
            )
        elif what == "close":
            record = closed(record, at_us)
        elif what == "hide":
            record = replace(record, state=AlertState.SHELVED)
        else:
            record = replace(record, priority=Priority.CRITICAL)
        living[number] = record
        found.append(AlertChange(at_us, record))
    return found


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_figures_are_those_that_a_slow_count_finds(steps: list[tuple[int, int, str]]) -> None:
    changes = history(steps)

    view = kpi(changes, HOURS)

    lives: dict[str, list[AlertChange]] = {}
    for change in changes:
        lives.setdefault(change.record.id, []).append(change)
    raised, waits, standing, waiting = [], [], 0, 0
    for life in lives.values():
        for place, (at_us, record) in enumerate(life):
            before = life[place - 1].record if place else None
            is_within = START <= at_us < HOURS.end_us
            began = before is None or record.begun_us != before.begun_us
            shows = before is not None and before.state is not AlertState.UNACKNOWLEDGED
            if is_within and record.state is AlertState.UNACKNOWLEDGED and (began or shows):
                raised.append((at_us, record))
            if (
                before is not None
                and before.acknowledged_us != record.acknowledged_us
                and is_within
            ):
                asked_us = max(
                    when
                    for where, (when, then) in enumerate(life[:place])
                    if then.state is AlertState.UNACKNOWLEDGED
                    and (
                        where == 0
                        or life[where - 1].record.state is not AlertState.UNACKNOWLEDGED
                        or life[where - 1].record.begun_us != then.begun_us
                    )
                )
                waits.append((at_us - asked_us) / SECOND)
        known = [one.record for one in life if one.at_us < HOURS.end_us]
        if known and known[-1].state is not AlertState.CLOSED:
            standing += HOURS.end_us - known[-1].raised_us > HOUR
        waiting += bool(known) and known[-1].state in (
            AlertState.UNACKNOWLEDGED,
            AlertState.CLEARED_UNACKNOWLEDGED,
        )
    assert view.raised == len(raised) == sum(one.raised for one in view.load)
    assert view.alerts == len({record.id for _, record in raised})
    assert sum(one.raised for one in view.priorities) == len(raised)
    for place, span in enumerate(view.load):
        start_us = START + place * SPAN_US
        assert span.raised == sum(start_us <= at < start_us + SPAN_US for at, _ in raised)
    assert sorted([view.acknowledged.median_s or 0.0]) == [_middle(waits)]
    assert view.acknowledged.count == len(waits)
    assert view.acknowledged.waiting == waiting
    assert figure(view, "standing").value == standing
    per_hour = Fraction(len(raised), 4)
    assert figure(view, "per_hour").value == round(float(per_hour), 2)


def _middle(waits: list[float]) -> float:
    ranked = sorted(waits)
    return ranked[(len(ranked) - 1) // 2] if ranked else 0.0
