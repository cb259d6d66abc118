from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, SensorFact
from hub.core.rules.taint import Taint
from hub.core.rules.tamper import CUE_HOLDS_US, TamperJudge
from hub.core.site import Sensor, TamperRule
from wire.ids import ulid
from wire.labels import CueKind, SensorKind
from wire.messages import Cue, Fault

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())
CAMERA = Sensor(id="cam-1", kind=SensorKind.CAMERA, name="Camera 1", position=(3.0, 4.0))
OTHER = Sensor(id="cam-9", kind=SensorKind.CAMERA, name="Camera 9", position=(9.0, 9.0))


class Wall:
    """One camera and one judge of it, asked each second."""

    def __init__(self, **changes: object) -> None:
        plain = {"id": "tamper", "stay_min_s": 0.0, "clear_after_s": 0.0}
        self.judge = TamperJudge(TamperRule(**(plain | changes)), (CAMERA, OTHER))  # type: ignore[arg-type]
        self.faults: tuple[str, ...] = ()
        self.taint = Taint()

    def say(self, kind: CueKind, second: float = 0.0, sender: str = "cam-1") -> None:
        at_us = START + round(second * SECOND)
        cue = Cue(
            id=ulid(at_us, kind.value.encode().ljust(10)[:10]),
            sender=sender,
            boot=ulid(START, bytes(10)),
            seq=1,
            observed_us=at_us,
            sent_us=at_us,
            kind=kind,
            confidence=0.9,
        )
        assert self.judge.cue(cue, None, None, at_us) == []

    def at(self, second: float) -> list[Condition]:
        faults = tuple(Fault(code=code, text=code) for code in self.faults)
        facts = Facts(sensors={"cam-1": SensorFact(faults=faults, taint=self.taint)})
        return self.judge.second(facts, NO_TRACKS, START + round(second * SECOND))


def test_a_covered_view_is_a_condition_until_it_is_restored() -> None:
    wall = Wall()
    wall.say(CueKind.VIEW_COVERED)

    (begun,) = wall.at(1)
    wall.say(CueKind.VIEW_RESTORED, 2)
    (ended,) = wall.at(3)

    assert begun.summary == "Camera 1: its view is covered"
    assert (begun.key, begun.sensors, begun.place) == ("tamper/cam-1", ("cam-1",), (3.0, 4.0))
    assert begun.cause == ulid(START, b"view_cover")
    assert not ended.active
    assert wall.judge.active() == []


def test_a_fault_of_its_health_says_the_same_and_another_fault_nothing() -> None:
    wall = Wall()
    wall.faults = ("broker_lost",)
    assert wall.at(0) == []

    wall.faults = ("view_dark", "view_moved")
    (begun,) = wall.at(1)

    assert begun.summary == "Camera 1: it has been moved or turned away, its view is dark"


def test_a_cue_that_nothing_repeats_holds_for_a_minute() -> None:
    wall = Wall()
    wall.say(CueKind.TAMPER)
    wall.say(CueKind.VIEW_RESTORED, 1)  # The view is fine; somebody was at it all the same.

    assert len(wall.at(2)) == 1
    (ended,) = wall.at(CUE_HOLDS_US / SECOND)
    assert not ended.active


def test_what_lasts_a_moment_only_is_not_told() -> None:
    wall = Wall(stay_min_s=5.0)
    wall.faults = ("view_dark",)
    assert wall.at(0) == wall.at(1) == []
    assert wall.judge.next_wake_us == START + 5 * SECOND
    wall.faults = ()
    assert wall.at(2) == []

    wall.faults = ("view_dark",)
    wall.at(3)
    assert len(wall.judge.wake(NO_TRACKS, START + 8 * SECOND)) == 1


def test_other_sensors_and_other_cues_are_not_meant() -> None:
    wall = Wall()
    wall.say(CueKind.VIEW_COVERED, sender="cam-2")
    wall.say(CueKind.IMPULSE_SOUND)

    assert wall.at(1) == []


def test_a_simulated_camera_is_a_simulated_condition() -> None:
    wall = Wall()
    wall.faults, wall.taint = ("view_dark",), Taint(simulated=True)

    (condition,) = wall.at(0)

    assert (condition.key, condition.simulated) == ("tamper/cam-1/simulated", True)


def test_a_posture_may_wait_for_less() -> None:
    wall = Wall(stay_min_s=60.0)
    wall.faults = ("view_dark",)
    wall.at(0)

    wall.judge.adjust(TamperRule(id="tamper", stay_min_s=1.0))

    assert [one.active for one in wall.at(2)] == [True]
