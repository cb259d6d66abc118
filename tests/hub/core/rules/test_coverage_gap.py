from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.coverage_gap import CoverageJudge
from hub.core.rules.judge import Facts, SensorFact
from hub.core.rules.taint import Taint
from hub.core.site import Area, CoverageRule, Hours
from wire.fields import ZoneCoverageView

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())
ZONE = Area(
    id="stage",
    name="Stage",
    purpose="stage",
    polygon=((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),
)


def a_judge(**changes: object) -> CoverageJudge:
    plain = {"id": "gap", "zone": "stage", "stay_min_s": 0.0, "clear_after_s": 0.0}
    return CoverageJudge(CoverageRule(**(plain | changes)), ZONE)  # type: ignore[arg-type]


def at(
    judge: CoverageJudge, second: float, seen: float, *, simulated: bool = False
) -> list[Condition]:
    facts = Facts(
        coverage=(
            ZoneCoverageView(id="bank", seen=0.0, doubly_seen=0.0),
            ZoneCoverageView(id="stage", seen=seen, doubly_seen=seen / 2),
        ),
        sensors={"cam-1": SensorFact(silent=True, taint=Taint(simulated=simulated))},
    )
    return judge.second(facts, NO_TRACKS, START + round(second * SECOND))


def test_a_zone_that_is_not_watched_is_a_condition_until_it_is_well_watched_again() -> None:
    judge = a_judge()

    assert at(judge, 0, 0.8) == []
    (begun,) = at(judge, 1, 0.42)
    assert len(at(judge, 2, 0.84)) == 1  # Other words.
    (ended,) = at(judge, 3, 0.86)

    assert begun.summary == "Stage is not watched: hardly more than 40 % of it is seen"
    assert (begun.zone, begun.zone_name, begun.place) == ("stage", "Stage", (5.0, 5.0))
    assert [(one.name, one.value) for one in begun.evidence][1:] == [
        ("Seen", "42%"),
        ("By two or more", "21%"),
        ("Wanted", "80%"),
        ("Silent sensors", "cam-1"),
    ]
    assert not ended.active
    assert judge.active() == []


def test_a_cloud_of_a_moment_is_no_gap() -> None:
    judge = a_judge(stay_min_s=10.0)

    assert at(judge, 0, 0.1) == at(judge, 5, 0.9) == at(judge, 6, 0.1) == []
    assert judge.next_wake_us == START + 16 * SECOND
    assert len(judge.wake(NO_TRACKS, START + 16 * SECOND)) == 1


def test_before_it_has_been_worked_out_nothing_is_said() -> None:
    assert a_judge().second(Facts(), NO_TRACKS, START) == []


def test_outside_of_its_hours_nobody_has_to_watch() -> None:
    judge = a_judge(hours=Hours(start="08:00", end="18:00"))

    assert at(judge, 0, 0.0) == []


def test_what_simulators_watch_is_a_simulated_condition() -> None:
    (condition,) = at(a_judge(), 0, 0.0, simulated=True)

    assert (condition.key, condition.simulated) == ("gap/simulated", True)


def test_a_posture_may_ask_for_more() -> None:
    judge = a_judge()
    assert at(judge, 0, 0.85) == []

    judge.adjust(CoverageRule(id="gap", zone="stage", seen_min=0.9, stay_min_s=0.0))

    assert len(at(judge, 1, 0.85)) == 1


@given(st.lists(st.floats(0.8, 0.8499), max_size=40), st.booleans())
def test_noise_within_the_band_neither_raises_nor_ends(seen: list[float], begun: bool) -> None:  # noqa: FBT001 - it is what is tried.
    judge = a_judge()
    at(judge, 0, 0.5 if begun else 0.9)

    for second, share in enumerate(seen, start=1):
        assert all(one.active for one in at(judge, second, share))

    assert len(judge.active()) == begun
