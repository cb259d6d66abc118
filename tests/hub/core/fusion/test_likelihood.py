import numpy as np
import pytest
from ground_scans import SECOND, START_US
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm  # type: ignore[import-untyped]
from track_rows import add_rows

from hub.core.fusion.gating import pairs_within
from hub.core.fusion.labelling import LABEL_COST
from hub.core.fusion.lifecycle import CONFIRMED, INTENSITY, TENTATIVE, Law
from hub.core.fusion.likelihood import Odds, odds_of
from hub.core.fusion.looking import Eye, Near
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.sight import label_share
from hub.core.fusion.tracks import Rows, feed
from wire.feed import LABELS
from wire.labels import Label

LAW = Law()
PERSON, VEHICLE = LABELS.index(Label.PERSON), LABELS.index(Label.VEHICLE)
OFTEN = LAW.hidden_after_s / (LAW.hidden_after_s + LAW.hidden_for_s)
PLACE = (30.0, 40.0)
SPREAD = np.array([[0.5, 0.1], [0.1, 0.4]])
NOISE = np.array([[0.09, 0.0], [0.0, 0.16]])


def a_track(**changes: object) -> Rows:
    rows = Rows()
    (row,) = add_rows(rows, 1)
    plain = {
        "mean": np.array([*PLACE, 1.0, -2.0]),
        "covariance": np.diag([0.5, 0.4, 0.3, 0.2]),
        "state": CONFIRMED,
        "existence": 0.8,
        "label": PERSON,
        "updated_us": START_US,
        "looked_us": START_US,
        "born_us": START_US - SECOND,
    }
    for name, value in {**plain, **changes}.items():
        getattr(rows.columns, name)[row] = value
    return rows


def the_odds(
    rows: Rows,
    *,
    at_us: int = START_US,
    sees: float = 0.9,
    where: tuple[float, float] = PLACE,
    **told: np.ndarray,
) -> Odds:
    plain = {
        "label": np.array([PERSON], np.uint8),
        "confidence": np.array([0.5]),
        "object_key": np.zeros(1, np.int64),
        "doppler_mps": np.zeros(1),
        "doppler_sigma_mps": np.zeros(1),
        "identity": np.zeros(1, np.int64),
    }
    seen = Seen(
        mean=np.array([where]),
        covariance=NOISE[np.newaxis],
        **{**plain, **told},
        news=np.ones(1),
        may_begin=np.ones(1, np.bool_),
        rank=np.zeros(1, np.int64),
        origin=(0.0, 0.0),
    )
    spread = np.array([[SPREAD[0, 0], SPREAD[1, 1], SPREAD[0, 1]]])
    span_s = np.array([(at_us - rows.columns.updated_us[0]) / SECOND])
    near = Near(np.zeros(1, np.int32), span_s, np.array([PLACE]), spread, np.array([sees]))
    pairs = pairs_within(LAW.gate, near.places, spread, seen.mean, seen.covariance)
    nowhere = np.zeros((0, 0), np.float32)
    eye = Eye(3, (0.0, 0.0), 1.0, nowhere, label_share(()), simulated=False, exercise=False)
    return odds_of(rows.columns, near, pairs, seen, eye, at_us, LAW)


def plain_ratio(claims: float, where: tuple[float, float] = PLACE) -> float:
    density = multivariate_normal.pdf(where, PLACE, SPREAD + NOISE)
    return float(density * claims / (LAW.clutter_per_m2 / 0.5 * (1.0 - claims)))


def a_share(visible: float) -> float:
    return visible + (1.0 - visible) * LAW.hidden_share


def test_a_pair_is_as_likely_as_its_density_against_clutter_and_a_miss() -> None:
    odds = the_odds(a_track(), where=(30.5, 39.5))

    claims = 0.8 * 0.9 * a_share(OFTEN)
    assert odds.ratio == pytest.approx([plain_ratio(claims, (30.5, 39.5))])
    assert odds.without == pytest.approx([1.0 - claims])


def test_what_is_measured_where_nobody_thought_that_the_sensor_sees_may_be_the_track() -> None:
    for sees in (0.0, -1.0):
        odds = the_odds(a_track(), sees=sees)

        claims = 0.8 * LAW.detection_unknown * a_share(OFTEN)
        assert odds.ratio == pytest.approx([plain_ratio(claims)])
        assert odds.without.tolist() == [1.0]


def test_a_doubtful_detection_is_likelier_clutter_but_not_beyond_all_doubt() -> None:
    sure, doubtful, worthless, less = (
        float(the_odds(a_track(), confidence=np.array([one])).ratio[0])
        for one in (1.0, 0.5, 0.2, 0.0)
    )

    assert sure == pytest.approx(2.0 * doubtful)
    assert doubtful == pytest.approx(2.5 * worthless)
    assert worthless == less


def test_another_label_counts_against_it() -> None:
    same = the_odds(a_track()).ratio[0]

    other = the_odds(a_track(), label=np.array([VEHICLE], np.uint8)).ratio[0]

    assert np.log(other / same) == pytest.approx(LABEL_COST[PERSON, VEHICLE])


def test_the_sensors_own_track_and_the_things_own_word_count_for_it_or_against() -> None:
    plain = the_odds(a_track()).ratio[0]
    seven, eight = np.array([7], np.int64), np.array([8], np.int64)

    def gain(name: str, told: np.ndarray) -> float:
        odds = the_odds(a_track(object_key=7, identity=7), **{name: told})
        return float(np.log(odds.ratio[0] / plain))

    assert gain("object_key", seven) == pytest.approx(LAW.same_object_gain)
    assert gain("object_key", eight) == pytest.approx(0.0)
    assert gain("identity", seven) == pytest.approx(LAW.same_identity_gain)
    assert gain("identity", eight) == pytest.approx(-LAW.same_identity_gain)


@given(st.floats(-6.0, 6.0), st.floats(0.1, 2.0))
def test_a_doppler_counts_as_it_fits_the_track_better_than_clutter(
    speed_mps: float, sigma_mps: float
) -> None:
    at_us = START_US + SECOND // 2
    told = {"doppler_mps": np.array([speed_mps]), "doppler_sigma_mps": np.array([sigma_mps])}

    # At half a second's distance, so that the speed may have changed.
    gain = np.log(
        the_odds(a_track(), at_us=at_us, **told).ratio / the_odds(a_track(), at_us=at_us).ratio
    )

    variance = 0.36 * 0.3 + 0.64 * 0.2 + sigma_mps**2 + INTENSITY[PERSON] * 0.5
    fits = norm.logpdf(speed_mps, 0.6 * 1.0 - 0.8 * 2.0, np.sqrt(variance))
    assert gain[0] == pytest.approx(fits - norm.logpdf(speed_mps, 0.0, LAW.doppler_clutter_mps))


@pytest.mark.parametrize("speed_mps", [-150.0, 150.0])
def test_a_speed_that_no_clutter_has_is_a_number_that_can_be_summed(speed_mps: float) -> None:
    mean = np.array([*PLACE, 0.6 * speed_mps, 0.8 * speed_mps])
    told = {"doppler_mps": np.array([speed_mps]), "doppler_sigma_mps": np.array([0.001])}

    odds = the_odds(a_track(mean=mean, existence=0.9999), confidence=np.zeros(1), **told)

    assert np.isfinite(1000.0 * odds.ratio).all()
    assert odds.ratio[0] > 1e100


def test_what_hides_a_track_goes_away_as_time_passes() -> None:
    rows = a_track()
    feed(rows.columns, 0, 3, START_US - SECOND)
    rows.columns.visible[0, 0] = 0.1

    odds = the_odds(rows)

    rate = 1.0 / LAW.hidden_after_s + 1.0 / LAW.hidden_for_s
    visible = OFTEN + (0.1 - OFTEN) * np.exp(-rate)
    assert rows.columns.visible[0, odds.slot[0]] == pytest.approx(visible)
    assert odds.without == pytest.approx([1.0 - 0.8 * 0.9 * a_share(visible)])


def test_what_was_only_just_begun_has_to_show_itself_to_every_sensor() -> None:
    mine, others = a_track(state=TENTATIVE), a_track(state=TENTATIVE)
    known = a_track(state=CONFIRMED)
    feed(mine.columns, 0, 3, START_US - SECOND)
    feed(others.columns, 0, 4, START_US - SECOND)
    feed(known.columns, 0, 4, START_US - SECOND)

    assert the_odds(mine).without == pytest.approx([1.0 - 0.8 * 0.9])
    assert the_odds(others).without == pytest.approx([1.0 - 0.8 * 0.9])
    assert the_odds(known).without == pytest.approx([1.0 - 0.8 * 0.9 * a_share(OFTEN)])


def test_a_look_from_before_its_birth_says_nothing_against_a_track() -> None:
    rows = a_track(born_us=START_US)

    assert the_odds(rows, at_us=START_US - 1).without.tolist() == [1.0]
    assert the_odds(rows, at_us=START_US).without[0] < 1.0


def test_existence_wears_off_with_the_time_since_the_last_look_and_never_backwards() -> None:
    rows = a_track()

    the_odds(rows, at_us=START_US - SECOND)
    assert rows.columns.existence[0] == 0.8
    assert rows.columns.looked_us[0] == START_US

    the_odds(rows, at_us=START_US + SECOND)
    assert rows.columns.existence[0] == pytest.approx(0.8 * np.exp(-1.0 / LAW.life_s))
    assert rows.columns.looked_us[0] == START_US + SECOND
