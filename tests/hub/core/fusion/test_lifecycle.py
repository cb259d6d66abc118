import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.lifecycle import (
    COASTING,
    CONFIRMED,
    INTENSITY,
    LOST,
    MOTIONS,
    STATES,
    TENTATIVE,
    LifeSettings,
    born,
    claimed,
    clutter_density,
    faded,
    missed,
    state_after,
)
from wire.feed import LABELS
from wire.labels import Label, TrackState

LIFE = LifeSettings()
existences = st.floats(0.0, LIFE.existence_max)


def the_state(state: int, *, existence: float = 0.99, hits: int = 9, unseen_s: float = 0.0) -> int:
    after = state_after(
        np.array([state], np.uint8),
        np.array([existence]),
        np.array([hits], np.int32),
        np.array([unseen_s]),
        LIFE,
    )
    return int(after[0])


def missed_once(existence: float, span_s: float, *, known: bool = True) -> float:
    return float(missed(np.array([existence]), span_s, np.array([known]), LIFE)[0])


def test_the_state_column_counts_as_the_contract_does() -> None:
    assert STATES[TENTATIVE] is TrackState.TENTATIVE
    assert STATES[CONFIRMED] is TrackState.CONFIRMED
    assert STATES[COASTING] is TrackState.COASTING
    assert STATES[LOST] is TrackState.LOST


def test_every_label_has_its_motion_and_vehicles_are_wilder_than_people() -> None:
    assert set(MOTIONS) == set(LABELS)
    assert INTENSITY[LABELS.index(Label.VEHICLE)] > INTENSITY[LABELS.index(Label.PERSON)]


@given(existences, st.floats(-700.0, 700.0))
def test_existence_is_a_probability_after_any_measurement(existence: float, ratio: float) -> None:
    (after,) = claimed(np.array([existence]), np.array([ratio]), LIFE)

    assert 0.0 <= after <= LIFE.existence_max
    assert after >= existence or ratio < 0.0 or existence > 0.998


@given(existences, st.floats(0.0, 10.0))
def test_a_miss_never_raises_existence(existence: float, span_s: float) -> None:
    assert 0.0 <= missed_once(existence, span_s) <= existence + 1e-12


def test_a_second_of_misses_weighs_nearly_the_same_at_any_scan_rate() -> None:
    slow, fast = 0.9, 0.9
    for _ in range(5):
        slow = missed_once(slow, 0.2)
    for _ in range(50):
        fast = missed_once(fast, 0.02)

    assert slow == pytest.approx(fast, abs=0.02)


def test_a_new_track_is_given_up_sooner_than_one_that_was_there_for_long() -> None:
    assert missed_once(0.5, 0.1, known=False) < missed_once(0.5, 0.1, known=True)


def test_a_track_in_nobodys_view_fades() -> None:
    assert faded(np.array([0.9]), np.array([LIFE.fade_s]), LIFE)[0] == pytest.approx(0.9 / np.e)


def test_a_doubtful_detection_begins_a_doubtful_track_and_stands_against_more_clutter() -> None:
    sure, doubtful, worthless = born(np.array([1.0, 0.5, 0.0]), LIFE)

    assert sure == pytest.approx(LIFE.birth_existence)
    assert sure > doubtful > worthless > LIFE.lose_existence / 2.0
    assert clutter_density(np.array([1.0, 0.5]), LIFE) == pytest.approx([5e-4, 1e-3])


def test_a_track_is_confirmed_when_it_is_likely_and_was_seen_often_enough() -> None:
    assert the_state(TENTATIVE, hits=2) == TENTATIVE
    assert the_state(TENTATIVE, existence=0.9) == TENTATIVE
    assert the_state(TENTATIVE) == CONFIRMED


def test_a_confirmed_track_stays_so_in_doubt_and_coasts_unseen() -> None:
    assert the_state(CONFIRMED, existence=0.3) == CONFIRMED
    assert the_state(CONFIRMED, unseen_s=1.5) == COASTING
    assert the_state(COASTING, unseen_s=0.1) == CONFIRMED
    assert the_state(TENTATIVE, hits=2, unseen_s=1.5) == TENTATIVE


@pytest.mark.parametrize("state", [TENTATIVE, CONFIRMED, COASTING])
def test_any_track_is_lost_when_it_is_unlikely_or_unseen_for_too_long(state: int) -> None:
    assert the_state(state, existence=0.001) == LOST
    assert the_state(state, unseen_s=11.0) == LOST
