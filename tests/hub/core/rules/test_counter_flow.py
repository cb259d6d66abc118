import numpy as np
import pytest
from zone_field import SECOND, SQUARE, Field, lines, seen_by

from hub.core.rules.condition import Condition
from hub.core.rules.counter_flow import CounterFlowJudge
from hub.core.rules.judge import Facts
from hub.core.site import CounterFlowRule, Hours
from wire.fields import CrowdCell, CrowdView, ZoneCrowdView
from wire.labels import Label

NORTH = 0.0


def a_rule(**changes: object) -> CounterFlowRule:
    plain = {"id": "gate", "zone": "square", "azimuth_deg": NORTH, "clear_after_s": 5.0}
    return CounterFlowRule(**{**plain, **changes})  # type: ignore[arg-type]


def a_judge(**changes: object) -> CounterFlowJudge:
    return CounterFlowJudge(a_rule(**changes), SQUARE, seen_by)


def walk(
    field: Field,
    first: int,
    count: int,
    velocity: tuple[float, float],
    *,
    east: tuple[float, float] = (0.5, 9.5),
    **more: object,
) -> None:
    """Let some people walk in the square, spread over a strip of it."""
    for place in range(count):
        share = (place + 0.5) / count
        at = (east[0] + share * (east[1] - east[0]), 1.0 + 8.0 * ((place * 7) % count) / count)
        field.put(first + place, at, velocity, **more)  # type: ignore[arg-type]


def a_crowd(*flows: tuple[float, float], lost: bool = True, sigma_mps: float = 0.05) -> CrowdView:
    """Return cells of four people each, side by side in the square's south."""
    cells = tuple(
        CrowdCell(
            column=column,
            row=0,
            density=1.0,
            sigma_density=0.1,
            east_mps=east,
            north_mps=north,
            pressure=0.0,
            lost=lost,
            sigma_flow_mps=sigma_mps,
        )
        for column, (east, north) in enumerate(flows)
    )
    zone = ZoneCrowdView(
        id="square", persons=12.0, sigma_persons=1.0, density=0.1, sigma_density=0.1, lost=lost
    )
    return CrowdView(at_us=0, cell_m=2.0, cells=cells, zones=(zone,))


def lives(
    field: Field, judge: CounterFlowJudge, seconds: int, crowd: CrowdView | None = None
) -> list[Condition]:
    found: list[Condition] = []
    for _ in range(seconds):
        field.now_us += SECOND
        found += judge.second(Facts(crowd=crowd), field.tracks, field.now_us)
    return found


def test_people_who_go_against_the_zones_direction_are_a_condition() -> None:
    field, judge = Field(), a_judge()
    walk(field, 1, 10, (0.0, 1.2))
    walk(field, 20, 4, (0.1, -1.2))

    (condition,) = lives(field, judge, 5)

    assert (condition.key, condition.rule_kind) == ("gate", "counter_flow")
    assert condition.summary == "People go against the direction of Square"
    assert condition.tracks == (20, 21, 22, 23)
    assert lines(condition)["Against"] == "4 of 14 people who move"
    assert lines(condition)["Mean speed"] == "1.2 m/s"


@pytest.mark.parametrize("velocity", [(1.2, 0.0), (0.0, -0.2), (0.0, 1.2), (1.0, -0.3)])
def test_who_crosses_or_stands_or_goes_along_is_not_against(velocity: tuple[float, float]) -> None:
    field, judge = Field(), a_judge()
    walk(field, 1, 10, (0.0, 1.2))
    walk(field, 20, 6, velocity)

    assert lives(field, judge, 10) == []


def test_too_few_and_too_small_a_share_are_none_and_a_dog_is_nobody() -> None:
    field, judge = Field(), a_judge()
    walk(field, 1, 30, (0.0, 1.2))
    walk(field, 40, 3, (0.0, -1.2))
    walk(field, 50, 9, (0.0, -1.2), label=Label.ANIMAL)

    assert lives(field, judge, 10) == []


def test_a_velocity_that_may_be_noise_does_not_count() -> None:
    field, judge = Field(), a_judge()
    walk(field, 1, 6, (0.0, -0.5), sigma_mps=0.4)

    assert lives(field, judge, 10) == []


def test_where_identity_is_lost_the_crowds_mean_flow_counts() -> None:
    field, judge = Field(), a_judge()
    walk(field, 1, 8, (0.0, 1.2))  # Two to four of them stand in the cells: they count there.
    crowd = a_crowd((0.0, -0.8), (0.0, -0.8), (0.0, 0.8))

    (condition,) = lives(field, judge, 5, crowd)

    assert "in part of a dense crowd's mean flow" in lines(condition)["Against"]
    assert lines(condition)["Against"].startswith("8 of ")
    assert condition.tracks == ()


def test_cells_where_people_are_told_apart_or_flow_is_unsure_do_not_count() -> None:
    for crowd in (
        a_crowd((0.0, -0.8), (0.0, -0.8), lost=False),
        a_crowd((0.0, -0.8), (0.0, -0.8), sigma_mps=0.6),
    ):
        field, judge = Field(), a_judge()
        walk(field, 1, 8, (0.0, 1.2))

        assert lives(field, judge, 5, crowd) == []


def test_two_streams_that_meet_head_on_are_a_condition_whichever_way_they_go() -> None:
    for turn in np.radians([0.0, 70.0, 140.0]):
        field, judge = Field(), a_judge(azimuth_deg=None, share_min=0.3)
        way = (float(np.sin(turn)), float(np.cos(turn)))
        walk(field, 1, 8, way)
        walk(field, 20, 6, (-way[0], -way[1]))

        (condition,) = lives(field, judge, 5)

        assert condition.summary == "Two streams of people meet at Square"
        assert condition.tracks == tuple(range(20, 26))


def test_two_lanes_that_keep_to_their_sides_are_none_nor_are_people_who_go_anywhere() -> None:
    field, judge = Field(), a_judge(azimuth_deg=None)
    walk(field, 1, 8, (0.0, 1.2), east=(0.5, 4.0))
    walk(field, 20, 8, (0.0, -1.2), east=(6.0, 9.5))
    assert lives(field, judge, 10) == []

    field = Field()
    for number, turn in enumerate(np.linspace(0.0, 6.0, 12)):
        field.put(number + 1, (5.0, 5.0), (float(np.sin(turn)), float(np.cos(turn))))
    assert lives(field, judge, 10) == []

    field = Field()
    walk(field, 1, 12, (0.0, 1.2))
    assert lives(field, judge, 10) == []


def test_it_lasts_until_it_is_clearly_less_for_a_while() -> None:
    field, judge = Field(), a_judge(persons_min=4, share_min=0.0)
    walk(field, 20, 4, (0.0, -1.2))
    lives(field, judge, 5)
    field.lose(23)
    assert all(one.active for one in lives(field, judge, 10))

    field.lose(20, 21, 22)
    found = lives(field, judge, 7)

    assert [one.active for one in found] == [False]
    assert judge.active() == []


def test_simulated_people_go_against_by_themselves_and_out_of_hours_anybody_may() -> None:
    field, judge = Field(), a_judge(hours=Hours(start="00:00", end="00:01"))
    walk(field, 1, 10, (0.0, 1.2))
    walk(field, 20, 4, (0.0, -1.2), simulated=True)

    found = lives(field, judge, 80)

    assert [(one.key, one.active) for one in found] == [
        ("gate/simulated", True),
        ("gate/simulated", False),
    ]


def test_a_posture_may_ask_for_fewer() -> None:
    field, judge = Field(), a_judge()
    walk(field, 20, 2, (0.0, -1.2))
    assert lives(field, judge, 5) == []

    judge.adjust(a_rule(persons_min=2))

    assert [one.active for one in lives(field, judge, 5)] == [True]
