import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.residuals import Residuals
from hub.core.fusion.sight import LABEL_SHARE, Sight
from hub.core.fusion.tracks import Rows
from hub.core.fusion.trials import PAUSE_US, SEEN_LATELY_US, Trial, Trials, trial_of
from hub.core.site import Place
from wire.feed import LABELS
from wire.labels import Label

START = 1_800_000_000_000_000
SECOND = 1_000_000
SELF, OTHER = 0, 1
HERE = (5.0, 5.0)


def a_look(at_us: int = START, sensor: str = "cam-01", *, simulated: bool = False) -> Measurements:
    return Measurements(
        sensor=sensor,
        observed_us=at_us,
        mean=np.empty((0, 2)),
        covariance=np.empty((0, 2, 2)),
        label=np.empty(0, np.uint8),
        confidence=np.empty(0),
        object_id=(),
        has_doppler=np.empty(0, np.bool_),
        doppler_mps=np.empty(0),
        doppler_sigma_mps=np.empty(0),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
        simulated=simulated,
    )


def a_sight(size_m: int = 10) -> Sight:
    return Sight(
        low_east_m=0.0,
        low_north_m=0.0,
        cell_m=1.0,
        probability=np.full((size_m, size_m), 0.9, np.float32),
        label_share=np.array([LABEL_SHARE[label] for label in LABELS], np.float32),
    )


class People:
    """Tracks of people, each fed by some sensors a while ago."""

    def __init__(self) -> None:
        self.rows = Rows()

    def stands(
        self,
        place: Place = HERE,
        *,
        fed: dict[int, float] | None = None,
        state: int = CONFIRMED,
        label: Label = Label.PERSON,
        velocity: Place = (0.0, 0.0),
        age_s: float = 0.0,
        simulated: bool = False,
    ) -> int:
        (row,) = add_rows(self.rows, 1).tolist()
        columns = self.rows.columns
        self.rows.name(np.array([row]))
        columns.mean[row] = (*place, *velocity)
        columns.state[row] = state
        columns.label[row] = LABELS.index(label)
        columns.simulated[row] = simulated
        columns.updated_us[row] = START - round(age_s * SECOND)
        for slot, (sensor, ago_s) in enumerate(({OTHER: 0.2} if fed is None else fed).items()):
            columns.fed_by[row, slot] = sensor
            columns.fed_us[row, slot] = START - round(ago_s * SECOND)
        return int(columns.number[row])

    def tried(self, *found: int, simulated: bool = False) -> Trial:
        look = a_look(simulated=simulated)
        return trial_of(look, SELF, a_sight(), self.rows, residuals_of(*found))


def residuals_of(*numbers: int) -> Residuals | None:
    count = len(numbers)
    if not count:
        return None
    return Residuals(
        sensor="cam-01",
        observed_us=START,
        number=np.array(numbers, np.uint32),
        measured=np.zeros((count, 2)),
        covariance=np.zeros((count, 2, 2)),
        velocity=np.zeros((count, 2)),
        velocity_variance=np.zeros(count),
        claimed=np.ones(count),
    )


def test_whom_another_sensor_saw_is_a_trial_found_or_not() -> None:
    people = People()
    found = people.stands((2.0, 2.0))
    people.stands((8.0, 8.0))

    trial, in_vain = people.tried(found), people.tried()

    assert trial.places.tolist() == [[2.0, 2.0], [8.0, 8.0]]
    assert trial.detected.tolist() == [True, False]
    assert in_vain.detected.tolist() == [False, False]


@pytest.mark.parametrize(
    "stranger",
    [
        {"fed": {SELF: 0.0}},
        {"fed": {OTHER: 2.0, SELF: 0.0}},
        {"fed": {}},
        {"state": TENTATIVE},
        {"state": COASTING},
        {"label": Label.BAG},
        {"simulated": True},
        {"place": (10.5, 5.0)},
        {"place": (5.0, -0.5)},
    ],
    ids=lambda one: "-".join(f"{key} {value}" for key, value in one.items()),
)
def test_who_proves_nothing_about_the_sensor_is_no_trial(stranger: dict[str, object]) -> None:
    people = People()
    people.stands(**stranger)  # type: ignore[arg-type]

    assert len(people.tried().places) == 0


def test_what_is_simulated_tries_what_is_simulated() -> None:
    people = People()
    people.stands((2.0, 2.0))
    people.stands((8.0, 8.0), simulated=True)

    assert people.tried(simulated=True).places.tolist() == [[8.0, 8.0]]


def test_a_trial_is_where_somebody_was_at_the_look() -> None:
    people = People()
    people.stands((4.0, 5.0), velocity=(2.0, -1.0), age_s=0.5)

    assert people.tried().places.tolist() == [[5.0, 4.5]]


@given(st.lists(st.floats(0.0, 3.0), min_size=1, max_size=8))
def test_it_is_the_latest_of_the_others_that_counts(ago_s: list[float]) -> None:
    people = People()
    people.stands(fed={OTHER + place: ago for place, ago in enumerate(ago_s)})

    is_tried = len(people.tried().places) == 1

    assert is_tried == (round(min(ago_s) * SECOND) <= SEEN_LATELY_US)


def test_a_sensor_that_looks_often_is_tried_now_and_then_and_each_on_its_own() -> None:
    trials = Trials()
    step_us = PAUSE_US // 5

    due = [trials.is_due(a_look(START + look * step_us)) for look in range(11)]

    assert [look for look, is_due in enumerate(due) if is_due] == [0, 5, 10]
    assert trials.is_due(a_look(START, "cam-02"))


def test_a_sensor_whose_clock_was_set_back_is_tried_again() -> None:
    trials = Trials()
    trials.is_due(a_look(START))

    assert trials.is_due(a_look(START - 100 * SECOND))
    assert not trials.is_due(a_look(START - 100 * SECOND + 1))


def test_the_first_look_is_taken_whatever_its_clock_says() -> None:
    assert Trials().is_due(a_look(0))
