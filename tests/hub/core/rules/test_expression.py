from hypothesis import given
from hypothesis import strategies as st
from seen_tracks import SeenTracks

from hub.core.rules.basis import Basis
from hub.core.rules.condition import Condition
from hub.core.rules.expression import TRACKS_MAX, ExpressionJudge
from hub.core.rules.judge import Facts, SensorFact
from hub.core.site import Area, ExpressionRule, Origin, Sensor, Site
from wire.fields import CrowdView, ZoneCrowdView
from wire.labels import Label, Priority, SensorKind

SECOND = 1_000_000
START = 1_767_225_600 * SECOND


def an_area(name: str, west: float) -> Area:
    corners = ((west, 0.0), (west + 10.0, 0.0), (west + 10.0, 10.0), (west, 10.0))
    return Area(id=name, name=name.capitalize(), purpose="public", polygon=corners)


def a_sensor(name: str, east: float) -> Sensor:
    return Sensor(id=name, kind=SensorKind.CAMERA, name=name, position=(east, 5.0))


SITE = Site(
    id="square",
    name="Square",
    origin=Origin(lat_deg=52.0, lon_deg=5.0),
    bounds=((-500.0, -500.0), (500.0, 500.0)),
    zones=(an_area("stage", 0.0), an_area("bank", 100.0)),
    sensors=(a_sensor("cam-1", 5.0), a_sensor("cam-2", 105.0)),
)


class Square:
    """One expression, asked each second."""

    def __init__(self, when: str, per: str = "zone", **changes: object) -> None:
        plain = {"id": "too-many", "when": when, "per": per, "stay_min_s": 0.0}
        rule = ExpressionRule(**(plain | {"clear_after_s": 0.0} | changes))  # type: ignore[arg-type]
        self.judge = ExpressionJudge(rule, Basis(SITE, lambda number: (f"cam-{number}",)))
        self.seen = SeenTracks()
        self.facts = Facts()

    def at(self, second: float) -> list[Condition]:
        return self.judge.second(self.facts, self.seen.tracks, START + round(second * SECOND))

    def crowd(self, density: float) -> None:
        view = ZoneCrowdView(
            id="stage",
            persons=density * 100.0,
            sigma_persons=1.0,
            density=density,
            sigma_density=0.1,
        )
        self.facts = Facts(crowd=CrowdView(at_us=START, cell_m=1.0, zones=(view,)))


def told(conditions: list[Condition]) -> list[tuple[str, bool]]:
    return [(one.key, one.active) for one in conditions]


def test_a_zone_of_which_it_is_true_is_a_condition_until_it_is_not() -> None:
    square = Square("zone.density > 2.0 && site.hour < 6.0")
    assert square.at(0) == []

    square.crowd(2.5)
    (begun,) = square.at(1)
    square.crowd(1.5)
    (ended,) = square.at(2)

    assert begun.summary == "Too many: Stage"
    assert (begun.key, begun.priority) == ("too-many/stage", Priority.MEDIUM)
    assert (begun.zone, begun.zone_name, begun.place) == ("stage", "Stage", (5.0, 5.0))
    assert [(one.name, one.value) for one in begun.evidence] == [
        ("Condition", "zone.density > 2.0 && site.hour < 6.0"),
        ("Values", "site.hour 0, zone.density 2.5"),
    ]
    assert told([ended]) == [("too-many/stage", False)]
    assert square.judge.active() == []


def test_it_lasts_until_what_the_rule_says_ends_it() -> None:
    square = Square("zone.density > 2.0", until="zone.density < 1.0")
    square.crowd(2.5)
    square.at(0)

    square.crowd(1.5)
    assert square.at(1) == []
    square.crowd(0.5)

    assert told(square.at(2)) == [("too-many/stage", False)]


def test_delays_are_kept() -> None:
    square = Square("zone.density > 2.0", stay_min_s=3.0, clear_after_s=3.0)
    square.crowd(2.5)

    assert square.at(0) == []
    assert square.judge.next_wake_us == START + 3 * SECOND
    assert len(square.judge.wake(square.seen.tracks, START + 3 * SECOND)) == 1


def test_only_its_own_zone_is_asked_where_it_has_one() -> None:
    square = Square("zone.persons >= 0.0", zone="bank")

    assert told(square.at(0)) == [("too-many/bank", True)]


def test_each_track_of_which_it_is_true_is_a_condition() -> None:
    square = Square('track.label == "bicycle" && track.speed_mps > 5.0', "track")
    square.seen.put(1, (5.0, 5.0), label=Label.BICYCLE, velocity=(6.0, 0.0))
    square.seen.put(2, (5.0, 5.0), label=Label.BICYCLE, velocity=(3.0, 0.0))
    square.seen.put(3, (5.0, 5.0), velocity=(6.0, 0.0), simulated=True)

    (begun,) = square.at(0)
    square.seen.lose(1)
    (ended,) = square.at(1)

    assert begun.summary == "Too many: bicycle 1"
    assert (begun.tracks, begun.sensors, begun.place) == ((1,), ("cam-1",), (5.0, 5.0))
    assert told([ended]) == [("too-many/1", False)]


def test_a_simulated_track_is_a_simulated_condition() -> None:
    square = Square("true", "track")
    square.seen.put(3, (5.0, 5.0), simulated=True)

    (condition,) = square.at(0)

    assert (condition.key, condition.simulated) == ("too-many/3/simulated", True)


def test_a_track_is_asked_together_with_its_zone() -> None:
    square = Square("track.speed_mps > 1.0 && zone.tracks >= 2.0", "track", zone="stage")
    square.seen.put(1, (5.0, 5.0), velocity=(2.0, 0.0))
    square.seen.put(2, (50.0, 5.0), velocity=(2.0, 0.0))
    assert square.at(0) == []

    square.seen.put(3, (6.0, 5.0))
    (condition,) = square.at(1)

    assert (condition.key, condition.zone) == ("too-many/1", "stage")


def test_more_tracks_than_can_be_asked_at_once_take_turns() -> None:
    square = Square("track.speed_mps > 1.0", "track")
    for number in range(TRACKS_MAX * 2 + 20):
        square.seen.put(number, (5.0, 5.0), velocity=(2.0, 0.0))

    counts = [len(square.at(second)) for second in range(4)]

    assert counts == [TRACKS_MAX, TRACKS_MAX, 20, 0]
    assert len(square.judge.active()) == TRACKS_MAX * 2 + 20
    square.seen.lose(7)
    assert told(square.at(5)) == [("too-many/7", False)]


def test_each_sensor_is_asked_and_where_there_is_a_zone_only_those_in_it() -> None:
    every = Square("sensor.silent", "sensor")
    placed = Square("sensor.silent && zone.persons == 0.0", "sensor", zone="bank")
    every.facts = placed.facts = Facts(sensors={"cam-1": SensorFact()})

    assert told(every.at(0)) == [("too-many/cam-2", True)]
    (condition,) = placed.at(0)
    assert (condition.sensors, condition.zone) == (("cam-2",), "bank")


def test_the_site_is_asked_once() -> None:
    square = Square("site.persons >= 2.0", "site", summary="A party", priority=Priority.CRITICAL)
    square.seen.put(1, (5.0, 5.0))
    assert square.at(0) == []

    square.seen.put(2, (6.0, 5.0))
    (condition,) = square.at(1)

    assert (condition.key, condition.summary) == ("too-many", "A party")
    assert condition.latched


def test_real_and_simulated_people_are_counted_apart() -> None:
    square = Square("zone.persons >= 2.0")
    square.seen.put(1, (5.0, 5.0))
    square.seen.put(2, (6.0, 5.0), simulated=True)

    # Two of them in play; only one of them is real.
    assert told(square.at(0)) == [("too-many/stage/simulated", True)]

    square.seen.put(3, (7.0, 5.0))
    assert ("too-many/stage", True) in told(square.at(1))


def test_what_cannot_be_judged_is_said_and_ends_nothing() -> None:
    square = Square("10 / int(zone.density * 10.0) < 1", zone="stage")
    square.crowd(2.0)
    (begun,) = square.at(0)

    square.crowd(0.0)
    (faulty,) = square.at(1)
    square.crowd(2.0)
    (well,) = square.at(2)

    assert (begun.key, begun.active) == ("too-many/stage", True)
    assert faulty.summary.startswith("Rule too-many cannot be judged: division by zero")
    assert told([well]) == [("too-many/fault", False)]
    assert told(square.judge.active()) == [("too-many/stage", True)]


def test_a_posture_may_have_another_expression() -> None:
    square = Square("zone.density > 2.0", zone="stage")
    square.crowd(1.5)
    assert square.at(0) == []
    other = ExpressionRule(id="too-many", zone="stage", when="zone.density > 1.0", stay_min_s=0.0)

    square.judge.adjust(other)

    assert len(square.at(1)) == 1


@given(st.lists(st.floats(1.01, 1.99), max_size=30), st.booleans())
def test_noise_within_the_band_neither_raises_nor_ends(values: list[float], begun: bool) -> None:  # noqa: FBT001 - it is what is tried.
    square = Square("zone.density > 2.0", until="zone.density < 1.0")
    square.crowd(2.5 if begun else 0.5)
    square.at(0)

    for second, density in enumerate(values, start=1):
        square.crowd(density)
        assert square.at(second) == []

    assert len(square.judge.active()) == begun


def test_a_posture_makes_what_is_told_already_more_urgent() -> None:
    square = Square("track.speed_mps > 1.0", "track")
    square.seen.put(1, (5.0, 5.0), velocity=(2.0, 0.0))
    square.at(0)
    raised = ExpressionRule(
        id="too-many",
        per="track",
        when="track.speed_mps > 1.0",
        priority=Priority.HIGH,
        stay_min_s=0.0,
    )

    square.judge.adjust(raised)

    assert [one.priority for one in square.at(1)] == [Priority.HIGH]
    assert square.at(2) == []
