import logging
from collections.abc import Callable, Sequence

import msgspec
import pytest

from hub.adapters import runner as runner_module
from hub.adapters.runner import ACTION_TOPIC, Runner, read_input
from hub.core.effects import Effect, Entry
from hub.core.engine import Engine
from hub.core.inputs import Refused, Vitals
from hub.core.site import Area, CueRule, Origin, Sensor, Site
from wire import codec, topics
from wire.actions import Acknowledge, OperatorAction
from wire.feed import ActionReply, Delta
from wire.ids import ulid
from wire.labels import CueKind, Role, SensorKind
from wire.messages import Cue

START_US = 1_800_000_000_000_000
SENSOR = "button-01"


class Ports:
    """All ports in one: what went out in order, and a disk that says when it is done."""

    def __init__(self) -> None:
        self.at_us = START_US
        self.out: list[str] = []
        self.written: list[Entry] = []
        self.done: list[Callable[[], None]] = []
        self.ok = True

    def now_us(self) -> int:
        return self.at_us

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        assert (qos, retain, payload) != (0, True, b""), "what is retained is sent at least once"
        self.out.append(topic.split("/")[3])

    def show(self, delta: Delta) -> None:
        assert delta.number > 0
        self.out.append("show")

    def renew(self) -> None:
        self.out.append("renew")

    def reply(self, reply: ActionReply) -> None:
        self.out.append("yes" if reply.accepted else "no")

    def append(self, entries: Sequence[Entry], done: Callable[[], None]) -> None:
        self.written += entries
        self.done.append(done)

    def commit(self) -> None:
        for done in self.done:
            done()
        self.done.clear()


def a_site() -> Site:
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-50.0, -50.0), (50.0, 50.0)),
        zones=(
            Area(
                id="zone", name="Zone", purpose="public", polygon=((0.0, 0.0), (9.0, 0.0), (9.0, 9))
            ),
        ),
        sensors=(
            Sensor(id=SENSOR, kind=SensorKind.BUTTON, name="Panic button", position=(1.0, 1.0)),
        ),
        rules=(CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,)),),
    )


def a_runner(ports: Ports, **changes: object) -> Runner:
    engine = Engine(
        a_site(), boot=ulid(START_US, bytes(10)), start_us=START_US, software="vedette test"
    )
    wiring = {"clock": ports, "devices": ports, "live": ports, "journal": ports} | changes
    return Runner(engine, site_id="square", **wiring)  # type: ignore[arg-type]


def a_cue(seq: int = 1) -> tuple[str, bytes]:
    cue = Cue(
        id=ulid(START_US, seq.to_bytes(10, "big")),
        sender=SENSOR,
        boot=ulid(START_US, b"x" * 10),
        seq=seq,
        observed_us=START_US,
        sent_us=START_US,
        kind=CueKind.BUTTON_PRESSED,
        confidence=1.0,
    )
    return topics.sensor_cue("square", SENSOR), codec.encode(cue)


def an_action(alert: str) -> OperatorAction:
    return OperatorAction(
        id=ulid(START_US, b"a" * 10),
        operator="Ada",
        role=Role.OPERATOR,
        asked_us=START_US,
        ask=Acknowledge(alert=alert),
    )


def test_nothing_leaves_before_the_journal_has_it() -> None:
    ports = Ports()
    runner = a_runner(ports)

    runner.receive(*a_cue())

    assert ports.out == []
    ports.commit()
    assert ports.out == ["sensor", "alert", "show"]


def test_what_needs_no_journal_waits_behind_what_does() -> None:
    ports = Ports()
    runner = a_runner(ports)
    runner.receive(*a_cue())

    ports.at_us += 6_000_000
    runner.wake()

    assert ports.out == []
    ports.commit()
    assert ports.out[:3] == ["sensor", "alert", "show"]
    assert "hub" in ports.out[3:]


def test_without_journal_entries_effects_leave_at_once() -> None:
    ports = Ports()
    runner = a_runner(ports)

    ports.at_us += 1_000_000
    runner.wake()

    assert "tracks" in ports.out
    assert ports.written == []


def test_an_earlier_batch_that_is_still_being_written_holds_back_a_later_one() -> None:
    ports = Ports()
    runner = a_runner(ports)
    runner.receive(*a_cue(1))
    runner.receive(*a_cue(2))

    ports.done[1]()

    assert ports.out == []
    ports.done[0]()
    assert ports.out.count("alert") >= 1


def test_a_disk_that_refuses_hides_no_alert_but_keeps_commitments_waiting() -> None:
    ports = Ports()
    runner = a_runner(ports)
    ports.ok = False

    runner.receive(*a_cue())

    assert ports.out == ["show"]
    ports.ok = True
    ports.commit()
    assert ports.out == ["show", "sensor", "alert"]


def test_a_disk_that_refuses_shows_nothing_as_done_until_it_is_kept() -> None:
    ports = Ports()
    runner = a_runner(ports)
    shown: list[Delta] = []
    runner.receive(*a_cue())
    ports.commit()
    alert = next(one.record.id for one in ports.written if hasattr(one.record, "rule_kind"))
    ports.show = shown.append  # type: ignore[method-assign]
    ports.ok = False

    runner.submit(an_action(alert))

    assert [delta.alerts for delta in shown] == [()]
    ports.out.clear()
    ports.ok = True
    ports.commit()
    assert ports.out == ["alert", "yes", "renew"]


def test_an_answer_to_an_operator_comes_after_the_journal() -> None:
    ports = Ports()
    runner = a_runner(ports)
    runner.receive(*a_cue())
    ports.commit()
    alert = next(one.record.id for one in ports.written if hasattr(one.record, "rule_kind"))
    ports.out.clear()

    runner.submit(an_action(alert))

    assert ports.out == []
    ports.commit()
    assert "yes" in ports.out


def test_garbage_becomes_a_refusal_and_the_next_message_is_taken() -> None:
    ports = Ports()
    runner = a_runner(ports)

    runner.receive("vedette/1/square/sensor/button-01/scan", b"{")
    runner.receive("nonsense", b"\xff")
    runner.receive(*a_cue())
    ports.commit()

    assert "alert" in ports.out


def test_a_cue_that_cannot_be_read_is_journalled_and_committed_all_the_same() -> None:
    ports = Ports()
    runner = a_runner(ports)
    topic, payload = a_cue()
    broken = msgspec.json.decode(payload) | {"kind": "no such kind"}

    runner.receive(topic, msgspec.json.encode(broken))
    ports.commit()

    assert ports.out == ["sensor"]
    assert ports.written[0].record.payload == msgspec.json.encode(broken)  # type: ignore[union-attr]


def test_a_bug_that_one_message_meets_costs_that_message_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ports = Ports()
    runner = a_runner(ports)
    monkeypatch.setattr(Engine, "_cue", lambda *_: 1 / 0)

    with caplog.at_level(logging.ERROR):
        runner.receive(*a_cue(1))
    monkeypatch.undo()
    runner.receive(*a_cue(2))
    ports.commit()

    assert runner.internal_error_count == 1
    assert "the engine failed" in caplog.text
    assert [one.key[-1] for one in ports.written if "button" in one.key][:1] == ["1"]
    assert "alert" in ports.out


def test_effects_that_wait_too_long_are_shed_but_never_those_with_entries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner_module, "WAITING_MAX", 3)
    ports = Ports()
    runner = a_runner(ports)
    runner.receive(*a_cue())
    for _ in range(10):
        ports.at_us += 1_000_000
        runner.wake()

    ports.commit()

    assert ports.out[:3] == ["sensor", "alert", "show"]
    assert ports.out.count("tracks") <= 3


def test_every_input_is_recorded_at_the_instant_that_the_engine_was_told() -> None:
    ports = Ports()
    inputs: list[tuple[int, str, bytes]] = []
    effects: list[tuple[int, list[Effect]]] = []
    runner = a_runner(
        ports,
        record=lambda *one: inputs.append(one),
        watch=lambda *one: effects.append(one),
    )

    runner.receive(*a_cue())
    runner.report(bus_connected=True, dropped_scans=2, faults=())

    assert [topic for _, topic, _ in inputs] == [a_cue()[0], "hub/vitals"]
    assert inputs[0][0] == START_US
    assert effects[0][0] == START_US


def test_the_hubs_vitals_reach_the_picture() -> None:
    ports = Ports()
    deltas: list[Delta] = []
    ports.show = deltas.append  # type: ignore[method-assign]
    runner = a_runner(ports)

    runner.report(bus_connected=True, dropped_scans=7, faults=())
    ports.at_us += 1_000_000
    runner.wake()

    hub = next(delta.hub for delta in deltas if delta.hub is not None)
    assert (hub.bus_connected, hub.dropped_scans) == (True, 7)


def test_inputs_that_are_not_from_the_bus_are_read_by_their_own_names() -> None:
    action = an_action(ulid(START_US, bytes(10)))
    vitals = Vitals(bus_connected=True, journal_ok=False)

    assert read_input(ACTION_TOPIC, msgspec.json.encode(action), "square") == action
    assert read_input("hub/vitals", msgspec.json.encode(vitals), "square") == vitals
    assert isinstance(read_input("operator/other", b"{}", "square"), Refused)


def test_a_restarted_runner_begins_with_the_open_alerts() -> None:
    before = Ports()
    first = a_runner(before)
    first.receive(*a_cue())
    before.commit()
    after = Ports()

    second = a_runner(after)
    second.restore(one for one in before.written if one.durability in ("state", "mark"))

    assert "alert" in after.out
    after.out.clear()
    second.receive(*a_cue())
    assert after.written == []
    assert after.out == ["sensor", "show"]
