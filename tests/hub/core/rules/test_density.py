from collections.abc import Callable

import pytest
from zone_field import SECOND, SQUARE, Field, lines, seen_by

from hub.core.rules.condition import Condition
from hub.core.rules.density import DensityJudge
from hub.core.rules.judge import Facts, SensorFact
from hub.core.rules.taint import Taint
from hub.core.site import DensityRule, Hours
from wire.fields import CrowdView, ZoneCrowdView
from wire.labels import FruinLevel, Priority


def a_rule(**changes: object) -> DensityRule:
    plain = {"id": "full", "zone": "square", "stay_min_s": 5.0, "clear_after_s": 20.0}
    return DensityRule(**{**plain, **changes})  # type: ignore[arg-type]


def a_judge(**changes: object) -> DensityJudge:
    return DensityJudge(a_rule(**changes), SQUARE, seen_by)


def a_crowd(density: float, sigma: float = 0.2, **changes: object) -> ZoneCrowdView:
    plain = {
        "id": "square",
        "persons": density * 100.0,
        "sigma_persons": sigma * 100.0,
        "density": density,
        "sigma_density": sigma,
        "density_max": density,
    }
    return ZoneCrowdView(**{**plain, **changes})  # type: ignore[arg-type]


def lives(
    field: Field,
    judge: DensityJudge,
    seconds: int,
    crowd: ZoneCrowdView | Callable[[int], ZoneCrowdView],
    **facts: object,
) -> list[Condition]:
    """Let the crowd be so for some seconds."""
    found: list[Condition] = []
    for second in range(seconds):
        field.now_us += SECOND
        view = crowd(second) if callable(crowd) else crowd
        seen = CrowdView(at_us=field.now_us, cell_m=2.0, zones=(view,))
        found += judge.second(Facts(crowd=seen, **facts), field.tracks, field.now_us)  # type: ignore[arg-type]
    return found


def test_a_zone_at_level_e_for_long_enough_is_a_condition_that_says_how_sure_it_is() -> None:
    field, judge = Field(), a_judge()

    assert lives(field, judge, 5, a_crowd(3.9)) == []
    (condition,) = lives(field, judge, 2, a_crowd(3.9))

    assert (condition.key, condition.rule_kind) == ("full", "density")
    assert condition.priority is Priority.HIGH
    assert condition.summary == "Square is crowded"
    assert condition.place == (5.0, 5.0)
    told = lines(condition)
    assert told["Density"] == "3.9 ± 0.2 persons/m², level E"
    assert told["Level begins at"] == "E: 3.6 persons/m²"
    assert told["Likelihood"] == "94% that it is above it"


def test_it_becomes_critical_at_level_f_and_at_a_densest_spot_of_it() -> None:
    for crowd in (a_crowd(5.5), a_crowd(1.0, density_max=5.5)):
        field, judge = Field(), a_judge()

        (condition,) = lives(field, judge, 7, crowd)

        assert condition.priority is Priority.CRITICAL
        assert condition.summary == "Square is dangerously crowded"


def test_from_crowded_to_critical_is_told_at_once() -> None:
    field, judge = Field(), a_judge()
    lives(field, judge, 7, a_crowd(4.0))

    found = lives(field, judge, 7, a_crowd(5.5))

    assert [(one.key, one.priority) for one in found] == [("full", Priority.CRITICAL)]


def test_a_density_that_sways_about_its_bound_neither_raises_nor_clears_again_and_again() -> None:
    field, judge = Field(), a_judge(stay_min_s=0.0, clear_after_s=0.0)

    found = lives(field, judge, 60, lambda second: a_crowd(3.60 if second % 2 else 3.50))

    assert len(found) == 1


def test_it_clears_when_it_is_clearly_below_for_a_while() -> None:
    field, judge = Field(), a_judge()
    lives(field, judge, 7, a_crowd(3.9))
    assert lives(field, judge, 20, a_crowd(3.0)) == []

    (condition,) = lives(field, judge, 2, a_crowd(3.0))

    assert not condition.active
    assert judge.active() == []


def test_where_people_are_to_get_through_the_bounds_are_lower() -> None:
    field, judge = Field(), a_judge(walking=True)

    (condition,) = lives(field, judge, 7, a_crowd(1.2))

    assert lines(condition)["Level begins at"] == "E: 1.1 persons/m²"


def test_a_zone_that_fills_fast_is_one_before_it_is_full() -> None:
    field, judge = Field(), a_judge(rise_max_per_min=1.0)

    found = lives(field, judge, 40, lambda second: a_crowd(0.5 + 1.5 * second / 60.0))

    assert [one.summary for one in found] == ["Square fills fast"]
    assert lines(found[0])["Rise"].startswith("+1.5 ± 0.0")


def test_noise_that_may_be_a_rise_is_none() -> None:
    field, judge = Field(), a_judge(rise_max_per_min=1.0)

    found = lives(field, judge, 60, lambda second: a_crowd(1.0 + (0.8 if second % 7 else -0.8)))

    assert found == []


def test_pressure_counts_where_it_is_clear_of_its_sigma_and_is_critical() -> None:
    field, judge = Field(), a_judge(pressure_max=0.02)
    unsure = a_crowd(3.0, pressure=0.03, sigma_pressure=0.02)
    sure = a_crowd(3.0, pressure=0.05, sigma_pressure=0.02)

    few = a_crowd(0.1, pressure=0.09, sigma_pressure=0.02)

    assert lives(field, judge, 10, unsure) == []
    assert lives(field, judge, 10, few) == []
    (condition,) = lives(field, judge, 7, sure)

    assert condition.priority is Priority.CRITICAL
    assert condition.summary == "The crowd presses at Square"
    assert lines(condition)["Pressure"] == "0.050 ± 0.020 /s²"


def test_real_and_simulated_people_are_judged_apart() -> None:
    field, judge = Field(), a_judge()
    for number in range(4):
        field.put(number, (5.0, 5.0), simulated=number > 0)

    found = lives(field, judge, 7, a_crowd(5.0))

    assert [one.key for one in found] == ["full/simulated"]
    assert lines(found[0])["Density"].startswith("3.8 ± 0.2")


def test_where_nobody_is_tracked_it_is_what_the_counters_are() -> None:
    field, judge = Field(), a_judge()
    crowd = a_crowd(4.0, counters=("count-1",))
    sensors = {"count-1": SensorFact(taint=Taint(simulated=True))}

    (condition,) = lives(field, judge, 7, crowd, sensors=sensors)

    assert condition.key == "full/simulated"
    assert condition.sensors == ("count-1",)


def test_while_nobody_looks_what_was_said_stands() -> None:
    field, judge = Field(), a_judge()
    lives(field, judge, 7, a_crowd(4.0))

    assert judge.second(Facts(), field.tracks, field.now_us + 60 * SECOND) == []
    assert [one.key for one in judge.active()] == ["full"]


def test_out_of_hours_a_full_zone_is_none_and_a_posture_may_lower_the_level() -> None:
    field, judge = Field(), a_judge(hours=Hours(start="12:00", end="13:00"))
    assert lives(field, judge, 30, a_crowd(4.0)) == []

    judge.adjust(a_rule(level=FruinLevel.C))

    assert [one.active for one in lives(field, judge, 7, a_crowd(1.2))] == [True]
    judge.adjust(a_rule(level=FruinLevel.C, hours=Hours(start="12:00", end="13:00")))
    assert [one.active for one in lives(field, judge, 30, a_crowd(1.2))] == [False]


@pytest.mark.parametrize("density", [0.0, 0.001])
def test_an_empty_zone_is_none(density: float) -> None:
    assert lives(Field(), a_judge(), 30, a_crowd(density)) == []
