import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.crowd_counter import IN, LATE_US, OUT, PERSONS, SILENT_US, Tally
from hub.core.fusion.crowd_zone import Headcount, Zone
from hub.core.site import Area
from wire.ids import ulid
from wire.messages import Reading

START = 1_800_000_000_000_000
SECOND = 1_000_000
SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


def a_tally() -> Tally:
    return Tally(Zone(Area(id="gate", name="Gate", purpose="gate", polygon=SQUARE)))


def a_reading(
    value: float,
    *,
    channel: str = PERSONS,
    at_s: float = 0.0,
    sigma: float | None = None,
    unit: str = "{persons}",
    sender: str = "count-01",
) -> Reading:
    at_us = START + round(at_s * SECOND)
    return Reading(
        id=ulid(at_us, bytes(10)),
        sender=sender,
        boot=ulid(START, bytes(10)),
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        channel=channel,
        value=value,
        unit=unit,
        sigma=sigma,
    )


def tracks(persons: float, sigma: float) -> Headcount:
    return Headcount(persons=persons, variance=sigma**2)


def at(second: float) -> int:
    return START + round(second * SECOND)


def sigma_of(headcount: Headcount) -> float:
    return math.sqrt(headcount.variance)


# --- What is made of it -----------------------------------------------------------------------


def test_without_a_counter_that_speaks_the_tracks_are_all_there_is() -> None:
    tally = a_tally()

    assert tally.estimate(tracks(20.0, 2.0), at(0)) == tracks(20.0, 2.0)
    assert tally.counters(at(0)) == ()


def test_tracks_and_a_counter_meet_by_how_sure_each_is() -> None:
    tally = a_tally()
    assert tally.take(a_reading(50.0, sigma=2.0), at(0)) is None

    found = tally.estimate(tracks(40.0, 4.0), at(0))

    assert found.persons == pytest.approx(48.0, abs=0.1)
    assert sigma_of(found) == pytest.approx(math.sqrt(1.0 / (1.0 / 4.0 + 1.0 / 16.0)), abs=0.05)
    assert tally.counters(at(0)) == ("count-01",)


def test_where_many_more_are_counted_than_tracked_the_count_is_believed() -> None:
    tally = a_tally()
    before = tally.estimate(tracks(20.0, 2.0), at(0))
    tally.take(a_reading(150.0, sigma=7.0), at(0))

    found = [tally.estimate(tracks(20.0, 2.0), at(second)) for second in range(10)]

    assert before.persons == 20.0
    for one in found:
        assert one.persons == pytest.approx(150.0, abs=5.0)
        assert sigma_of(one) > 6.0


def test_a_counter_that_says_nobody_while_many_are_tracked_is_not_believed() -> None:
    tally = a_tally()
    for second in range(10):
        tally.take(a_reading(0.0, sigma=1.0, at_s=second), at(second))
        found = tally.estimate(tracks(60.0, 3.0), at(second))

    assert found.persons == pytest.approx(60.0, abs=6.0)


def test_the_same_tracks_a_minute_long_say_little_more_than_once() -> None:
    tally = a_tally()
    tally.take(a_reading(0.0, channel=IN), at(0))
    once = tally.estimate(tracks(40.0, 4.0), at(0))
    for second in range(1, 20):
        last = tally.estimate(tracks(40.0, 4.0), at(second))

    assert sigma_of(once) == pytest.approx(4.0, abs=0.1)
    assert sigma_of(last) > 3.0


def test_who_goes_in_and_out_moves_the_count_although_the_tracks_do_not() -> None:
    tally = a_tally()
    tally.take(a_reading(50.0, sigma=1.0), at(0))
    tally.estimate(tracks(30.0, 10.0), at(0))

    tally.take(a_reading(8.0, channel=IN, at_s=1.0), at(1))
    tally.take(a_reading(3.0, channel=OUT, at_s=1.0), at(1))
    found = tally.estimate(tracks(30.0, 10.0), at(1))

    assert found.persons == pytest.approx(55.0, abs=1.5)


@pytest.mark.parametrize(("in_seen", "out_seen"), [(0.9, 1.0), (1.0, 0.9)])
def test_a_counter_of_passages_that_misses_some_does_not_drift_away(
    in_seen: float, out_seen: float
) -> None:
    rng = np.random.default_rng(5)
    tally = a_tally()
    true = drifted = 200.0
    for second in range(1_200):
        going_in, going_out = rng.poisson(1.0), rng.poisson(1.0)
        true += going_in - going_out
        # It misses every tenth who goes in, or out: 120 persons in this time.
        came, went = rng.binomial(going_in, in_seen), rng.binomial(going_out, out_seen)
        drifted += came - went
        tally.take(a_reading(came, channel=IN, at_s=second), at(second))
        tally.take(a_reading(went, channel=OUT, at_s=second), at(second))
        found = tally.estimate(tracks(true + rng.normal(0.0, 1.0), 4.0), at(second))

    assert abs(drifted - true) > 80.0
    assert abs(found.persons - true) < 8.0


def test_where_nobody_counts_at_the_border_a_count_ages() -> None:
    sigmas = []
    for wait_s in (0, 10, 30):
        tally = a_tally()
        tally.take(a_reading(50.0, sigma=1.0), at(0))
        tally.estimate(tracks(50.0, 20.0), at(0))
        sigmas.append(sigma_of(tally.estimate(tracks(50.0, 20.0), at(wait_s))))

    assert sigmas[0] < 1.1
    assert sigmas == sorted(sigmas)
    assert sigmas[-1] > 3.0


def test_a_counter_fallen_silent_counts_no_longer() -> None:
    tally = a_tally()
    tally.take(a_reading(50.0, sigma=1.0), at(0))
    tally.estimate(tracks(20.0, 2.0), at(0))
    later = START + SILENT_US + SECOND

    assert tally.counters(later) == ()
    assert tally.estimate(tracks(20.0, 2.0), later) == tracks(20.0, 2.0)

    assert tally.take(a_reading(30.0, sigma=1.0, at_s=70), at(70)) is None
    assert tally.estimate(tracks(20.0, 8.0), at(70)).persons == pytest.approx(30.0, abs=1.0)


def test_a_second_count_improves_the_first() -> None:
    tally = a_tally()
    tally.take(a_reading(50.0, sigma=4.0), at(0))
    first = tally.estimate(tracks(50.0, 30.0), at(0))
    tally.take(a_reading(50.0, sigma=4.0, sender="count-02"), at(0))
    second = tally.estimate(tracks(50.0, 30.0), at(0))

    assert sigma_of(second) < 0.8 * sigma_of(first)
    assert tally.counters(at(0)) == ("count-01", "count-02")


def test_who_says_no_sigma_is_taken_to_err_by_a_tenth() -> None:
    tally = a_tally()
    tally.take(a_reading(80.0), at(0))

    assert sigma_of(tally.estimate(tracks(80.0, 1_000.0), at(0))) == pytest.approx(8.0, abs=0.2)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([PERSONS, IN, OUT]),
            st.floats(0.0, 900.0),
            st.floats(0.0, 300.0),
            st.floats(0.0, 100.0),
            st.integers(0, 90),
        ),
        max_size=30,
    )
)
def test_whatever_is_said_the_estimate_is_a_number_with_a_variance(
    said: list[tuple[str, float, float, float, int]],
) -> None:
    tally, second = a_tally(), 0
    for channel, value, persons, sigma, wait_s in said:
        second += wait_s
        tally.take(a_reading(value, channel=channel, at_s=second), at(second))
        found = tally.estimate(tracks(persons, sigma), at(second))

        assert math.isfinite(found.persons)
        assert found.persons >= 0.0
        assert math.isfinite(found.variance)
        assert found.variance >= 0.0


# --- What is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "code", "text"),
    [
        (a_reading(5.0, unit="m"), "wrong_unit", "persons in m is no count of people"),
        (a_reading(-1.0), "impossible_count", "-1 persons is no count"),
        (a_reading(math.nan), "impossible_count", "nan persons is no count"),
        (a_reading(math.inf), "impossible_count", "inf persons is no count"),
        (a_reading(5.0, sigma=-2.0), "impossible_count", "a sigma of -2 persons is none"),
        (a_reading(5.0, sigma=math.nan), "impossible_count", "a sigma of nan persons is none"),
        (a_reading(5.0, channel="queue"), "unknown_channel", "nothing counts by a channel queue"),
        (a_reading(1_001.0), "impossible_count", "1001 persons do not fit into gate"),
    ],
)
def test_what_is_no_count_is_refused_with_a_sentence(
    reading: Reading, code: str, text: str
) -> None:
    tally = a_tally()

    wrong = tally.take(reading, at(0))

    assert wrong is not None
    assert (wrong.code, wrong.text, wrong.count) == (code, text, 1)
    assert wrong.fix
    assert tally.counters(at(0)) == ()


def test_a_count_that_comes_late_is_not_used() -> None:
    wrong = a_tally().take(a_reading(5.0), START + LATE_US + SECOND)

    assert wrong is not None
    assert (wrong.code, wrong.text) == ("late", "a count came 11 s late: journalled, not used")


def test_a_jump_is_refused_until_the_counter_insists() -> None:
    tally = a_tally()
    assert tally.take(a_reading(20.0, sigma=1.0), at(0)) is None

    first = tally.take(a_reading(400.0, sigma=1.0, at_s=1), at(1))
    second = tally.take(a_reading(405.0, sigma=1.0, at_s=2), at(2))
    third = tally.take(a_reading(401.0, sigma=1.0, at_s=3), at(3))

    assert first is not None
    assert first.code == "jumping_count"
    assert first.text == "it jumped from 20 to 400 persons in 1 s"
    assert second is not None
    assert third is None
    assert tally.estimate(tracks(20.0, 100.0), at(3)).persons == pytest.approx(400.0, abs=5.0)


def test_a_crowd_may_come_as_fast_as_people_can_walk_in() -> None:
    tally = a_tally()
    tally.take(a_reading(20.0, sigma=1.0), at(0))

    assert tally.take(a_reading(100.0, sigma=1.0, at_s=2), at(2)) is None


def test_more_passages_than_fit_through_the_border_are_refused() -> None:
    tally = a_tally()
    assert tally.take(a_reading(3.0, channel=IN), at(0)) is None
    assert tally.take(a_reading(30.0, channel=IN, at_s=1), at(1)) is None

    wrong = tally.take(a_reading(300.0, channel=IN, at_s=3), at(3))

    assert wrong is not None
    assert wrong.text == "300 persons cannot have passed in 2 s"
