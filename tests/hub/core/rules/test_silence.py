from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.silence import SilenceJudge
from hub.core.site import Sensor, SilenceRule
from wire.ids import ulid
from wire.labels import EffectClass, HealthState, SensorKind
from wire.messages import ActuatorAbout, Health, Message, Pose, Scan

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())


def a_sensor(identity: str = "cam-3", name: str = "Camera 3") -> Sensor:
    return Sensor(id=identity, kind=SensorKind.CAMERA, name=name, position=(1.0, 2.0))


def a_judge(*devices: Sensor) -> SilenceJudge:
    judge = SilenceJudge(SilenceRule(id="quiet"), devices or (a_sensor(),))
    judge.start(START)
    return judge


def an_envelope(at_us: int, sender: str, *, simulated: bool) -> dict[str, object]:
    return {
        "id": ulid(at_us, sender.encode().ljust(10)[:10]),
        "sender": sender,
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": at_us,
        "sent_us": at_us,
        "simulated": simulated,
    }


def a_scan(at_us: int, sender: str = "cam-3", *, simulated: bool = False) -> Scan:
    return Scan(**an_envelope(at_us, sender, simulated=simulated))  # type: ignore[arg-type]


def a_goodbye(at_us: int, *, simulated: bool = False) -> Health:
    envelope = an_envelope(at_us, "cam-3", simulated=simulated)
    return Health(state=HealthState.GOODBYE, **envelope)  # type: ignore[arg-type]


def a_retained_about(at_us: int) -> Message:
    return ActuatorAbout(
        kind="siren",  # type: ignore[arg-type]
        name="Siren",
        pose=Pose(lat_deg=0.0, lon_deg=0.0),
        effect=EffectClass.WARN,
        actions=(),
        **an_envelope(at_us, "cam-3", simulated=False),  # type: ignore[arg-type]
    )


def test_a_camera_that_stops_talking_raises_a_condition_after_fifteen_seconds() -> None:
    judge = a_judge()
    judge.heard(a_scan(START + SECOND), START + SECOND)

    assert judge.wake(NO_TRACKS, START + 16 * SECOND - 1) == []
    (condition,) = judge.wake(NO_TRACKS, START + 16 * SECOND)

    assert condition.active
    assert condition.key == "quiet/cam-3"
    assert condition.summary == "Camera 3 has said nothing for 15 s"
    assert condition.sensors == ("cam-3",)
    assert condition.place == (1.0, 2.0)
    assert ("Last heard", "00:00:01 UTC") in [(x.name, x.value) for x in condition.evidence]
    assert judge.wake(NO_TRACKS, START + 60 * SECOND) == []


def test_a_camera_that_was_never_heard_counts_from_the_start() -> None:
    judge = a_judge()

    assert judge.next_wake_us == START + 15 * SECOND
    (condition,) = judge.wake(NO_TRACKS, START + 15 * SECOND)

    lines = [(x.name, x.value) for x in condition.evidence]
    assert ("Last heard", "not since the hub's start") in lines
    assert condition.cause == ulid(START, bytes(10))


def test_any_word_ends_the_silence() -> None:
    judge = a_judge()
    judge.wake(NO_TRACKS, START + 15 * SECOND)

    (condition,) = judge.heard(a_scan(START + 20 * SECOND), START + 20 * SECOND)

    assert not condition.active
    assert condition.key == "quiet/cam-3"
    assert judge.next_wake_us == START + 35 * SECOND


def test_a_goodbye_is_silence_at_once_in_its_own_words() -> None:
    judge = a_judge()
    judge.heard(a_scan(START), START)

    (condition,) = judge.heard(a_goodbye(START + SECOND), START + SECOND)

    assert condition.summary == "Camera 3 has gone offline"
    assert judge.heard(a_goodbye(START + 2 * SECOND), START + 2 * SECOND) == []
    assert judge.wake(NO_TRACKS, START + 60 * SECOND) == []


def test_a_goodbye_after_silence_changes_the_words() -> None:
    judge = a_judge()
    judge.wake(NO_TRACKS, START + 15 * SECOND)

    (condition,) = judge.heard(a_goodbye(START + 20 * SECOND), START + 20 * SECOND)

    assert condition.active
    assert condition.summary == "Camera 3 has gone offline"


def test_what_the_broker_kept_from_before_a_goodbye_is_no_word() -> None:
    judge = a_judge()
    judge.heard(a_goodbye(START), START)

    assert judge.heard(a_retained_about(START + 1), START + 1) == []
    (condition,) = judge.heard(a_scan(START + 2), START + 2)

    assert not condition.active


def test_a_first_word_before_the_start_is_taken_too() -> None:
    judge = SilenceJudge(SilenceRule(id="quiet"), (a_sensor(),))

    assert judge.wake(NO_TRACKS, START) == []
    assert [one.active for one in judge.heard(a_scan(START), START)] == [False]
    assert judge.heard(a_scan(START + 1, "cam-99"), START + 1) == []


def test_the_first_word_clears_what_a_hub_before_this_one_said() -> None:
    judge = a_judge()

    (condition,) = judge.heard(a_scan(START + SECOND), START + SECOND)

    assert (condition.key, condition.active) == ("quiet/cam-3", False)
    assert judge.heard(a_scan(START + 2 * SECOND), START + 2 * SECOND) == []


def test_a_simulated_device_that_says_goodbye_is_a_simulated_silence() -> None:
    judge = a_judge()
    judge.wake(NO_TRACKS, START + 15 * SECOND)

    real, simulated = judge.heard(a_goodbye(START + 20 * SECOND, simulated=True), START)

    assert (real.key, real.active) == ("quiet/cam-3", False)
    assert (simulated.key, simulated.active) == ("quiet/cam-3/simulated", True)


def test_who_is_silent_is_known_and_a_shorter_patience_counts_from_the_last_word() -> None:
    judge = a_judge()
    judge.heard(a_scan(START), START)
    assert judge.active() == []

    judge.adjust(SilenceRule(id="quiet", silence_max_s=5.0))

    assert judge.next_wake_us == START + 5 * SECOND
    (condition,) = judge.wake(NO_TRACKS, START + 5 * SECOND)
    assert judge.active() == [condition]


@given(
    st.lists(
        st.tuples(st.sampled_from(["scan", "goodbye"]), st.integers(0, 40 * SECOND)), max_size=30
    )
)
def test_a_device_is_silent_exactly_while_it_says_nothing(steps: list[tuple[str, int]]) -> None:
    judge, now_us, heard_us, gone = a_judge(), START, START, False
    active: dict[str, Condition] = {}

    def take(conditions: list[Condition]) -> None:
        for condition in conditions:
            if condition.active:
                active[condition.key] = condition
            else:
                active.pop(condition.key, None)

    for kind, wait_us in steps:
        now_us += wait_us
        while judge.next_wake_us is not None and judge.next_wake_us <= now_us:
            take(judge.wake(NO_TRACKS, judge.next_wake_us))
        assert bool(active) == (gone or now_us - heard_us >= 15 * SECOND)
        gone, heard_us = kind == "goodbye", now_us
        take(judge.heard(a_goodbye(now_us) if gone else a_scan(now_us), now_us))
        assert bool(active) == gone
