"""What a gas sensor has read today outlives the hub that read it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from small_square import HUB_BOOT, MINUTE, SECOND, SITE, START, Hub, Voice, a_site, entries

from hub.adapters.recorder import Recorder
from hub.adapters.recording import Beginning
from hub.adapters.replayer import Recording, first_difference, read, replay
from hub.adapters.runner import read_input
from hub.adapters.tape import Tape
from hub.core.effects import Durability, Entry
from hub.core.engine import Engine
from hub.core.rules.gas_course import GasRecord
from hub.core.site import GasRule, Sensor, Site
from hub.trial import try_plan
from wire import codec, topics
from wire.actions import SetPosture
from wire.labels import AlertState, Posture, Role, SensorKind
from wire.messages import Reading

NOSE = "nose-01"


def a_plan(**changes: Any) -> Site:
    """Return the small square with a gas sensor and one rule about it."""
    plain: dict[str, Any] = {
        "id": "co",
        "channel": "co",
        "stay_min_s": 0.0,
        "clear_after_s": 0.0,
        "dose_max": 1.01,
    }
    nose = Sensor(id=NOSE, kind=SensorKind.GAS, name="Nose", position=(9.0, 9.0))
    return a_site(
        rules=(GasRule(**{**plain, **changes}),),
        playbooks=(),
        sensors=(*a_site().sensors, nose),
    )


class Nose:
    """A gas sensor that reads the same value every ten seconds."""

    def __init__(self, **always: Any) -> None:
        self._voice = Voice(NOSE, **always)

    def reads(self, hub: Hub, value: float, from_us: int, until_us: int) -> None:
        for at_us in range(from_us, until_us + 1, 10 * SECOND):
            said = self._voice.says(Reading, at_us, channel="co", unit="[ppm]", value=value)
            hub.takes(said, at_us)


def restarted(before: Hub, at_us: int, plan: Site | None = None) -> Hub:
    """Return a hub that begins with what the journal gives back."""
    written = msgspec.json.encode(before.standing())
    after = Hub(plan or a_plan(), at_us)
    after.restores(msgspec.json.decode(written, type=list[Entry]), at_us)
    return after


def doses(found: Iterable[Entry]) -> dict[str, float]:
    return {one.key: one.record.dose for one in found if isinstance(one.record, GasRecord)}


def test_a_dose_from_before_a_restart_raises_its_alert_after_it() -> None:
    before, nose = Hub(a_plan()), Nose()
    nose.reads(before, 6.0, START, START + 9 * MINUTE)
    assert before.alerts == []

    after = restarted(before, START + 9 * MINUTE + 30 * SECOND)
    assert after.alerts == []
    nose.reads(after, 6.0, START + 9 * MINUTE + 40 * SECOND, START + 11 * MINUTE)

    (alert,) = after.alerts
    assert alert.summary == "Co 6 [ppm] at Nose: a dose of 1.1 since midnight"
    assert alert.raised_us == START + 10 * MINUTE + 10 * SECOND


def test_who_has_had_too_much_still_has_after_a_restart() -> None:
    before, nose = Hub(a_plan()), Nose()
    nose.reads(before, 6.0, START, START + 11 * MINUTE)
    (raised,) = before.alerts

    after = restarted(before, START + 12 * MINUTE)
    nose.reads(after, 0.0, START + 12 * MINUTE, START + 30 * MINUTE)

    (alert,) = after.alerts
    assert (alert.id, alert.state, alert.active) == (raised.id, AlertState.UNACKNOWLEDGED, True)


def test_the_journal_keeps_the_latest_only_and_no_more_often_than_twice_a_minute() -> None:
    hub = Hub(a_plan())

    Nose().reads(hub, 6.0, START, START + 5 * MINUTE)

    every = [one for one in entries(hub.done) if isinstance(one.record, GasRecord)]
    assert [one.at_us - START for one in every] == [30 * SECOND * count for count in range(11)]
    assert {one.durability for one in every} == {Durability.MARK}
    assert len([one for one in hub.standing() if isinstance(one.record, GasRecord)]) == 1


def test_a_reading_is_in_the_journal_together_with_the_dose_that_it_made() -> None:
    hub, nose = Hub(a_plan()), Voice(NOSE)

    effects = hub.takes(nose.says(Reading, START, channel="co", unit="[ppm]", value=6.0), START)

    kinds = [str(one.record.__struct_config__.tag) for one in entries(effects)]
    assert kinds == ["accepted", "inbox", "gas"]


def test_a_simulated_dose_never_becomes_a_real_one() -> None:
    before = Hub(a_plan())
    Nose(simulated=True).reads(before, 6.0, START, START + 9 * MINUTE)

    after = restarted(before, START + 10 * MINUTE)
    again = Voice(NOSE, "second")
    at_us = START + 11 * MINUTE
    after.takes(again.says(Reading, at_us, channel="co", unit="[ppm]", value=6.0), at_us)
    at_us += 5 * MINUTE
    after.takes(again.says(Reading, at_us, channel="co", unit="[ppm]", value=6.0), at_us)

    assert doses(before.standing())["co/nose-01/simulated"] > 0.8
    assert round(doses(after.standing())["co/nose-01"], 6) == 0.5
    assert after.alerts == []


def test_what_is_usual_in_a_posture_comes_back_with_the_posture() -> None:
    plan = a_plan(by_posture={Posture.RAISED: {"baseline_s": 600.0}})
    before, nose = Hub(plan), Nose()
    ask = SetPosture(posture=Posture.RAISED, reason="a match")
    before.asks(ask, START, role=Role.SUPERVISOR)
    nose.reads(before, 6.0, START, START + MINUTE)

    after = restarted(before, START + 2 * MINUTE, plan)
    nose.reads(after, 6.0, START + 2 * MINUTE, START + 2 * MINUTE)

    (record,) = [one.record for one in after.standing() if isinstance(one.record, GasRecord)]
    assert (record.baseline.span_s, record.baseline.count) == (600.0, 8)


def recorded(path: Path, standing: list[Entry]) -> Recording:
    """Record five minutes of a hub that began with these entries."""
    plan, nose = a_plan(), Voice(NOSE)
    beginning = Beginning(
        site=plan,
        plan="-",
        software="vedette test",
        boot=HUB_BOOT,
        start_us=START,
        standing=tuple(standing),
    )
    hub, tape = Hub(plan), Tape(Recorder(path, beginning))
    tape.effects(START, hub.restores(standing, START))
    tape.restored()
    for at_us in range(START, START + 5 * MINUTE, MINUTE):
        said = nose.says(Reading, at_us, channel="co", unit="[ppm]", value=6.0)
        tape.input(at_us, topics.sensor_reading(SITE, NOSE), codec.encode(said))
        tape.effects(at_us, hub.takes(said, at_us))
    tape.close()
    return read(path)


def test_a_replay_and_a_trial_begin_with_the_dose_that_the_recording_began_with(
    tmp_path: Path,
) -> None:
    before, plan = Hub(a_plan(), START - MINUTE), a_plan()
    Nose().reads(before, 120.0, START - MINUTE, START - 20 * SECOND)
    standing = [one for one in before.standing() if isinstance(one.record, GasRecord)]
    exposed = recorded(tmp_path / "exposed.mcap", standing)
    fresh = recorded(tmp_path / "fresh.mcap", [])

    engine = Engine(plan, boot=HUB_BOOT, start_us=START, software="vedette test")
    same = first_difference(exposed, replay(exposed, engine, read_input))

    assert same is None
    stricter = a_plan(dose_max=0.9)
    assert [one.rule for one in try_plan(exposed, plan, stricter).before] == ["co"]
    assert [one.rule for one in try_plan(exposed, plan, stricter).after] == ["co"]
    assert [*try_plan(fresh, plan, stricter).before, *try_plan(fresh, plan, stricter).after] == []


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.0, 200.0), st.floats(1.0, 120.0), st.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_two_hubs_on_one_journal_agree(steps: list[tuple[float, float, bool]]) -> None:
    plan = a_plan(on_at=100.0, off_at=80.0, rise_max_per_min=50.0)
    first, nose, now_us = Hub(plan), Voice(NOSE), START
    for value, wait_s, dies in steps:
        now_us += round(wait_s * SECOND)
        message = nose.says(Reading, now_us, channel="co", unit="[ppm]", value=value)
        if dies:
            standing = first.standing()
            first, second = Hub(plan, now_us), Hub(plan, now_us)
            assert first.restores(standing, now_us) == second.restores(standing, now_us)
            assert first.takes(message, now_us) == second.takes(message, now_us)
        else:
            first.takes(message, now_us)
