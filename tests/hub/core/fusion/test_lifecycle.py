import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_tracker import Track, state_of

from hub.core.fusion.lifecycle import (
    COASTING,
    CONFIRMED,
    DORMANT,
    INTENSITY,
    LOST,
    MOTIONS,
    SPEED_SIGMA_MPS,
    STATES,
    TENTATIVE,
    Law,
    state_after,
)
from wire.feed import LABELS
from wire.labels import Label, TrackState

LAW = Law()
KNOWN = [CONFIRMED, COASTING, DORMANT]


def the_state(
    state: int,
    *,
    existence: float = 0.99,
    hits: int = 9,
    unseen_s: float = 0.0,
    vague: float = 0.0,
) -> int:
    return state_after(state, existence, hits, unseen_s, vague**2, LAW)


def test_the_state_column_counts_as_the_contract_does() -> None:
    assert STATES[TENTATIVE] is TrackState.TENTATIVE
    assert STATES[CONFIRMED] is TrackState.CONFIRMED
    assert STATES[COASTING] is TrackState.COASTING
    assert STATES[LOST] is TrackState.LOST
    assert STATES[DORMANT] is TrackState.DORMANT


def test_every_label_has_its_motion_and_vehicles_are_wilder_than_people() -> None:
    assert set(MOTIONS) == set(LABELS)
    for column in (INTENSITY, SPEED_SIGMA_MPS):
        assert column[LABELS.index(Label.VEHICLE)] > column[LABELS.index(Label.PERSON)]


def test_a_track_is_confirmed_when_it_is_likely_and_was_seen_often_enough() -> None:
    assert the_state(TENTATIVE, hits=2) == TENTATIVE
    assert the_state(TENTATIVE, existence=0.9) == TENTATIVE
    assert the_state(TENTATIVE) == CONFIRMED


def test_a_confirmed_track_stays_so_in_doubt_and_coasts_unseen() -> None:
    assert the_state(CONFIRMED, existence=0.31) == CONFIRMED
    assert the_state(CONFIRMED, unseen_s=1.5) == COASTING
    assert the_state(COASTING, unseen_s=0.1) == CONFIRMED
    assert the_state(TENTATIVE, hits=2, unseen_s=1.5) == TENTATIVE


@pytest.mark.parametrize("state", KNOWN)
def test_who_is_likelier_gone_or_could_be_anywhere_near_is_not_shown(state: int) -> None:
    assert the_state(state, existence=0.29) == DORMANT
    assert the_state(state, unseen_s=3.0, vague=1.1) == DORMANT


def test_who_was_not_shown_is_shown_again_when_seen_again() -> None:
    assert the_state(DORMANT, existence=0.31) == CONFIRMED
    assert the_state(DORMANT, unseen_s=1.5, vague=0.9) == COASTING


@pytest.mark.parametrize("state", KNOWN)
def test_who_could_be_anywhere_is_lost(state: int) -> None:
    assert the_state(state, vague=1.4) == DORMANT
    assert the_state(state, vague=1.6) == LOST


@pytest.mark.parametrize("state", [TENTATIVE, *KNOWN])
def test_any_track_is_lost_when_it_is_unlikely_or_unseen_for_too_long(state: int) -> None:
    assert the_state(state, existence=0.001) == LOST
    assert the_state(state, unseen_s=11.0) == LOST


def test_what_has_just_begun_is_given_up_later_than_what_was_known() -> None:
    assert the_state(TENTATIVE, existence=0.0031) == TENTATIVE
    assert the_state(TENTATIVE, existence=0.0029) == LOST
    for state in KNOWN:
        assert the_state(state, existence=0.011) == DORMANT
        assert the_state(state, existence=0.009) == LOST


def test_what_was_never_sure_is_lost_when_the_slowest_sensor_has_looked_twice() -> None:
    assert the_state(TENTATIVE, hits=2, unseen_s=2.0, vague=9.0) == TENTATIVE
    assert the_state(TENTATIVE, hits=2, unseen_s=2.1) == LOST


def test_what_is_lost_stays_lost() -> None:
    assert the_state(LOST) == LOST


@given(
    st.sampled_from(range(len(STATES))),
    st.sampled_from([0.0, 0.002, 0.003, 0.005, 0.01, 0.2, 0.3, 0.5, 0.95, 0.9999]),
    st.integers(1, 4),
    st.sampled_from([-1.0, 0.0, 1.0, 1.1, 2.0, 2.1, 10.0, 10.1]),
    st.sampled_from([-0.1, 0.0, 1.0, 1.1, 2.25, 2.26]),
)
def test_the_state_follows_the_rules_one_by_one(
    state: int, existence: float, hits: int, unseen_s: float, vague: float
) -> None:
    track = Track(1, np.zeros(4), np.eye(4), 0, existence, 0, 0, hits=hits, state=STATES[state])

    # A thing that nobody can name is shown until its place is vague by a metre and a half.
    assert STATES[state_after(state, existence, hits, unseen_s, vague, LAW)] is state_of(
        track, unseen_s, vague * MOTIONS[Label.UNKNOWN].vague_m ** 2, LAW
    )
