import numpy as np
import pytest

from hub.core.fusion.labelling import LABEL_COST, vote
from hub.core.fusion.measurement import LABEL_INDEX
from wire.feed import LABELS
from wire.labels import Label

PERSON, VEHICLE, UNKNOWN = (
    LABEL_INDEX[label] for label in (Label.PERSON, Label.VEHICLE, Label.UNKNOWN)
)


def after(*ballots: tuple[int, float]) -> tuple[Label, float]:
    votes = np.zeros(len(LABELS))
    winner, share = UNKNOWN, 0.0
    for label, confidence in ballots:
        winner, share = vote(votes, label, confidence)
    return LABELS[winner], share


def test_a_track_is_what_most_confidence_says() -> None:
    assert after((PERSON, 0.9), (VEHICLE, 0.5), (PERSON, 0.9))[0] is Label.PERSON
    assert after((PERSON, 0.3), (PERSON, 0.3), (VEHICLE, 0.9))[0] is Label.VEHICLE


def test_votes_for_nothing_do_not_stand_against_a_name() -> None:
    assert after(*[(UNKNOWN, 0.9)] * 50, (PERSON, 0.9))[0] is Label.PERSON


def test_a_track_that_nobody_can_name_is_unknown() -> None:
    label, share = after((UNKNOWN, 0.9), (PERSON, 0.0))

    assert label is Label.UNKNOWN
    assert share == pytest.approx(1.0)


def test_confidence_in_the_label_grows_with_agreement() -> None:
    once = after((PERSON, 0.9))[1]
    often = after(*[(PERSON, 0.9)] * 10)[1]

    assert 0.5 < once < often < 1.0


def test_a_wrong_first_impression_is_put_right_within_forty_looks() -> None:
    assert after(*[(PERSON, 1.0)] * 1000, *[(VEHICLE, 1.0)] * 40)[0] is Label.VEHICLE


def test_a_vehicle_is_never_taken_for_a_person_and_the_unknown_for_anything() -> None:
    assert (LABEL_COST == LABEL_COST.T).all()
    assert LABEL_COST[PERSON, VEHICLE] < -20.0
    assert (LABEL_COST[UNKNOWN] == 0.0).all()
    assert (np.diag(LABEL_COST) == 0.0).all()
