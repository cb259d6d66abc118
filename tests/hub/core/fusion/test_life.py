import numpy as np
import pytest
from track_rows import add_rows

from hub.core.fusion.life import pass_time
from hub.core.fusion.lifecycle import (
    COASTING,
    CONFIRMED,
    DORMANT,
    INTENSITY,
    LOST,
    MOTIONS,
    TENTATIVE,
    Law,
)
from hub.core.fusion.tracks import Rows
from wire.feed import LABELS
from wire.labels import Label

NOW_US = 1_700_000_000_000_000
SECOND = 1_000_000
LAW = Law()
EVERYWHERE = ((-np.inf, -np.inf), (np.inf, np.inf))


def a_row(**changes: object) -> Rows:
    """Return one person who was seen just now."""
    rows = Rows()
    (row,) = add_rows(rows, 1)
    plain = {
        "state": CONFIRMED,
        "existence": 0.999,
        "hits": 9,
        "label": LABELS.index(Label.PERSON),
        "updated_us": NOW_US,
        "looked_us": NOW_US,
        "covariance": np.diag([0.01, 0.01, 0.01, 0.01]),
    }
    for name, value in {**plain, **changes}.items():
        getattr(rows.columns, name)[row] = value
    return rows


def after(rows: Rows, seconds: float, bounds: object = EVERYWHERE) -> list[int]:
    now_us = NOW_US + round(seconds * SECOND)
    return pass_time(rows.columns, rows.count, now_us, LAW, bounds).tolist()


def test_who_is_unseen_for_a_second_coasts_and_that_is_said_once() -> None:
    rows = a_row()

    assert after(rows, 1.0) == []
    assert after(rows, 1.1) == [0]
    assert rows.columns.state[0] == COASTING
    assert after(rows, 1.2) == []


def test_a_person_who_could_be_a_metre_astray_is_not_shown_and_half_a_metre_more_is_lost() -> None:
    rows = a_row()
    spread = INTENSITY[LABELS.index(Label.PERSON)] / 3.0

    def drift_m(span_s: float) -> float:
        return float(np.sqrt(2 * (0.01 * span_s**2 + spread * span_s**3)))

    states = []
    for tenth in range(1, 101):
        after(rows, tenth / 10.0)
        states.append(int(rows.columns.state[0]))
        if states[-1] == LOST:
            break

    dormant, lost = states.index(DORMANT) + 1, states.index(LOST) + 1
    assert drift_m((dormant - 1) / 10.0) <= 1.0 < drift_m(dormant / 10.0)
    assert drift_m((lost - 1) / 10.0) <= 1.5 < drift_m(lost / 10.0)


def test_a_track_in_nobodys_view_fades_and_one_that_is_looked_at_does_not() -> None:
    rows = a_row(existence=0.9, looked_us=NOW_US - SECOND // 2)

    after(rows, 0.5)
    assert rows.columns.existence[0] == 0.9

    after(rows, 2.0)
    assert rows.columns.existence[0] == pytest.approx(0.9 * np.exp(-2.5 / LAW.fade_s))
    assert rows.columns.looked_us[0] == NOW_US + 2 * SECOND


def test_fading_is_the_same_in_one_step_and_in_two() -> None:
    once, twice = a_row(existence=0.9), a_row(existence=0.9)

    after(once, 4.0)
    after(twice, 2.0)
    after(twice, 4.0)

    assert once.columns.existence[0] == pytest.approx(twice.columns.existence[0], rel=1e-12)


@pytest.mark.parametrize("label", LABELS)
def test_whatever_it_is_it_is_shown_for_a_second_unseen_and_then_not_for_long(label: Label) -> None:
    rows = a_row(label=LABELS.index(label))

    states = [CONFIRMED]
    while states[-1] != LOST:
        after(rows, len(states) / 10.0)
        states.append(int(rows.columns.state[0]))

    assert states == sorted(states, key=(CONFIRMED, COASTING, DORMANT, LOST).index)
    assert 12 < states.index(DORMANT) < 30
    assert states.count(DORMANT) >= 4
    assert 18 < len(states) < 40


@pytest.mark.parametrize("label", LABELS)
def test_what_was_just_born_waits_for_its_next_look_however_fast_it_may_be(label: Label) -> None:
    speed = MOTIONS[label].speed_sigma_mps
    covariance = np.diag([0.1, 0.1, speed**2, speed**2])
    rows = a_row(
        state=TENTATIVE, hits=1, label=LABELS.index(label), covariance=covariance, existence=0.05
    )

    assert after(rows, 1.0) == []
    assert after(rows, 2.1) == [0]


@pytest.mark.parametrize("state", [TENTATIVE, CONFIRMED, COASTING, DORMANT])
def test_nobody_is_followed_for_longer_than_their_way_can_be_told(state: int) -> None:
    rows = a_row(state=state, covariance=np.zeros((4, 4)))

    assert after(rows, 10.1) == [0]
    assert rows.columns.state[0] == LOST


def test_who_has_left_the_site_is_lost_and_who_comes_to_its_edge_is_not() -> None:
    bounds = ((-10.0, -10.0), (10.0, 10.0))

    for velocity, end in (((4.0, 0.0), LOST), ((0.0, -4.0), LOST), ((3.3, 0.0), COASTING)):
        rows = a_row(mean=np.array([0.0, 0.0, *velocity]), covariance=np.zeros((4, 4)))
        after(rows, 3.0, bounds)
        assert rows.columns.state[0] in ({LOST} if end == LOST else {COASTING, DORMANT})


def test_what_is_lost_stays_so_and_is_not_said_again() -> None:
    rows = a_row(state=LOST)

    assert after(rows, 5.0) == []


def test_only_those_that_changed_are_named() -> None:
    rows = a_row()
    add_rows(rows, 2)
    for column in (rows.columns.existence, rows.columns.hits, rows.columns.state):
        column[1:3] = column[0]
    rows.columns.updated_us[1:3] = (NOW_US + SECOND, NOW_US - SECOND)
    rows.columns.looked_us[1:3] = NOW_US

    assert after(rows, 0.5) == [2]


def test_an_update_from_the_future_is_no_reason_to_doubt() -> None:
    rows = a_row(updated_us=NOW_US + 2 * SECOND, looked_us=NOW_US + 2 * SECOND)

    assert after(rows, 0.0) == []
    assert rows.columns.existence[0] == 0.999
