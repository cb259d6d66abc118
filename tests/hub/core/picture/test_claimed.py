import pytest

from hub.core.fusion.claims import Claim
from hub.core.picture.claimed import pack_claims
from wire import columns
from wire.feed import FLAG_CLAIMED, FLAG_EXERCISE, FLAG_SIMULATED
from wire.labels import Label

START = 1_700_000_000_000_000


def a_claim(**changes: object) -> Claim:
    plain = {
        "number": 1007,
        "sensor": "radio-01",
        "identity": "drone-1",
        "label": Label.DRONE,
        "place": (12.5, -3.0),
        "variance": (4.0, 9.0, 0.0),
        "height_m": None,
        "sigma_height_m": None,
        "confidence": 1.0,
        "first_us": START,
        "observed_us": START,
    }
    return Claim(**{**plain, **changes})


def test_a_claim_is_shown_where_it_says_flagged_and_standing_still() -> None:
    packed = pack_claims([a_claim()], START + 2_500_000)

    (row,) = columns.rows(packed)
    assert (row.number, row.label, row.flags) == (1007, Label.DRONE, FLAG_CLAIMED)
    assert (row.east_m, row.north_m, row.speed_mps) == (12.5, -3.0, 0.0)
    assert (row.sigma_m, row.age_ms) == (pytest.approx(3.0), 2500)


def test_a_simulated_claim_and_a_drills_say_so() -> None:
    packed = pack_claims([a_claim(simulated=True), a_claim(exercise=True)], START)

    simulated, exercise = columns.rows(packed)
    assert simulated.flags == FLAG_CLAIMED | FLAG_SIMULATED
    assert exercise.flags == FLAG_CLAIMED | FLAG_EXERCISE
