import numpy as np
import pytest
from ground_scans import SECOND, START_US, a_scan, a_sight
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.association import Shares
from hub.core.fusion.belief import believe
from hub.core.fusion.gating import Pairs
from hub.core.fusion.lifecycle import CONFIRMED, Law
from hub.core.fusion.likelihood import Odds
from hub.core.fusion.looking import Near
from hub.core.fusion.tracker import Tracker
from hub.core.fusion.tracks import Rows

LAW = Law()
chances = st.floats(0.0, 1.0)
inner = st.floats(0.001, 0.999)


def believed(
    existence: float,
    *,
    measured: float = 0.0,
    sees: float = 0.9,
    visible: float = 1.0,
    news: float = 1.0,
) -> tuple[float, float]:
    """Return existence and visibility after one look."""
    rows = Rows()
    (row,) = add_rows(rows, 1)
    columns = rows.columns
    columns.existence[row], columns.state[row] = existence, CONFIRMED
    columns.visible[row, 0], columns.fed_by[row, 0] = visible, 0
    open_share = visible + (1.0 - visible) * LAW.hidden_share
    numbers = np.array([row], np.int32)
    one = np.zeros(1, np.int32)
    pairs = Pairs(np.array([0, 1], np.int32), one, np.zeros(1))
    near = Near(numbers, np.zeros(1), np.zeros((1, 2)), np.ones((1, 3)), np.array([sees]))
    without = np.array([1.0 - existence * open_share * max(sees, 0.0)])
    odds = Odds(np.ones(1), without, np.zeros(1, np.int32))
    chance = np.array([measured])
    shares = Shares(chance.copy(), one, 1.0 - chance)
    believe(columns, near, odds, pairs, chance, shares, np.array([news]), START_US, LAW)
    assert columns.looked_us[row] == columns.eyed_us[row, 0] == START_US
    return float(columns.existence[row]), float(columns.visible[row, 0])


@given(inner, chances, st.floats(-1.0, 0.98), chances, st.floats(0.01, 1.0))
def test_what_is_believed_is_a_probability(
    existence: float, measured: float, sees: float, visible: float, news: float
) -> None:
    exists, is_open = believed(existence, measured=measured, sees=sees, visible=visible, news=news)

    assert -1e-12 <= exists <= LAW.existence_max
    assert -1e-12 <= is_open <= 1.0 + 1e-12


@given(inner, st.floats(0.0, 0.98), chances)
def test_a_miss_never_raises_existence_and_is_bayes_rule(
    existence: float, sees: float, visible: float
) -> None:
    exists, is_open = believed(existence, sees=sees, visible=visible)

    miss = 1.0 - sees * (visible + (1.0 - visible) * LAW.hidden_share)
    expected = existence * miss / (existence * miss + 1.0 - existence)
    assert exists == pytest.approx(min(expected, LAW.existence_max), abs=1e-12)
    assert exists <= existence + 1e-12
    if existence * sees > 1e-9:
        seen_open, seen_hidden = visible * (1.0 - sees), 1.0 - LAW.hidden_share * sees
        total = seen_open + (1.0 - visible) * seen_hidden
        assert is_open == pytest.approx(seen_open / total)


@pytest.mark.parametrize("sees", [0.0, -1.0])
def test_a_look_of_a_sensor_that_cannot_see_it_proves_nothing(sees: float) -> None:
    assert believed(0.7, sees=sees, visible=0.6) == pytest.approx((0.7, 0.6))


@given(inner, inner)
def test_what_is_surely_measured_surely_exists_and_is_hardly_hidden(
    existence: float, visible: float
) -> None:
    exists, is_open = believed(existence, measured=1.0, visible=visible)

    assert exists == LAW.existence_max
    assert is_open == pytest.approx(visible / (visible + (1.0 - visible) * LAW.hidden_share))


@given(inner, st.floats(0.01, 0.9))
def test_a_repeated_report_raises_existence_by_its_share_of_the_odds(
    existence: float, news: float
) -> None:
    alone, _ = believed(existence, measured=0.99)
    repeated, _ = believed(existence, measured=0.99, news=news)

    def log_odds(chance: float) -> float:
        return float(np.log(chance / (1.0 - chance)))

    if alone > existence:
        share = 2.0 * news / (1.0 + news)
        raised = log_odds(existence) + share * (log_odds(alone) - log_odds(existence))
        assert log_odds(repeated) == pytest.approx(raised, abs=1e-6)
    else:
        assert repeated == alone


def test_an_older_look_turns_no_time_back() -> None:
    tracker = Tracker()
    tracker.see("cam-01", a_sight())
    tracker.update(a_scan((0.0, 0.0)), START_US)

    late = a_scan((0.0, 0.0), at_s=-0.5)
    tracker.update(late, START_US)

    columns = tracker.rows.columns
    assert columns.looked_us[0] == columns.eyed_us[0].max() == START_US
    assert columns.existence[0] > 0.9 * LAW.birth_existence
    assert late.observed_us == START_US - SECOND // 2
