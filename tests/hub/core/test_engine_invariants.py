"""Whatever may be said to a hub, at whatever instants: what holds after each of it."""

from typing import Any

import msgspec
import numpy as np
from contract_strategies import any_of
from hypothesis import given, settings
from hypothesis import strategies as st
from small_square import (
    BOLLARD,
    BUTTON,
    CAMERA,
    EAR,
    HOUR,
    ORIGIN,
    RADAR,
    SECOND,
    SIREN,
    SITE,
    START,
    Hub,
    Voice,
    a_site,
    a_watched_site,
    published,
)

from hub.core.effects import Effect, Entry, Journal, Publish, Show
from hub.core.engine import TICK_US
from hub.core.inputs import Input, Refused, Vitals
from wire import codec, columns
from wire.actions import (
    Acknowledge,
    AcknowledgeIncident,
    AnswerTask,
    Assess,
    Cancel,
    CancelTask,
    Clear,
    Confirm,
    CreateTask,
    DoStep,
    JoinIncident,
    LogEntry,
    OperatorAction,
    Order,
    ReturnToService,
    SetPosture,
    Shelve,
    SkipStep,
    StartPlaybook,
    StopPlaybook,
    TakeOutOfService,
    Unshelve,
)
from wire.catalogue import KINDS
from wire.codec import Slot
from wire.feed import Delta, JsonDelta, Snapshot
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    AlertOutcome,
    AlertState,
    CueKind,
    OutcomeStatus,
    Posture,
    ReceiptStatus,
    Role,
)
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    AlertNotice,
    Command,
    Committed,
    Cue,
    Detection,
    Health,
    Message,
    OutboxFloor,
    Outcome,
    Position,
    Reading,
    Scan,
    SensorAbout,
)

SENSORS = (CAMERA, RADAR, BUTTON, EAR)
ACTUATORS = (SIREN, BOLLARD)
BOOTS = (ulid(START, b"boot one  "), ulid(START, b"boot two  "))

PAUSES_US = st.sampled_from(
    [0, 1, SECOND // 20, TICK_US, TICK_US, SECOND, 20 * SECOND, 2 * HOUR, -HOUR, -SECOND]
)
OFFSETS_US = st.sampled_from([0, 0, 0, -SECOND, -HOUR, SECOND, HOUR, -10 * SECOND])

Draw = Any


class Client:
    """A dashboard: a snapshot, and all deltas since."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.number = snapshot.number
        self.views: dict[str, dict[str, Any]] = {
            name: {view.id: view for view in getattr(snapshot, name)}
            for name in ("alerts", "commands", "sensors", "actuators")
        }
        self.tracks = {row.number for row in columns.rows(snapshot.tracks)}

    def apply(self, delta: Delta) -> None:
        assert delta.number == self.number + 1
        self.number = delta.number
        for name, views in self.views.items():
            views |= {view.id: view for view in getattr(delta, name)}
        for name, gone in (("alerts", delta.alerts_gone), ("commands", delta.commands_gone)):
            for identity in gone:
                self.views[name].pop(identity, None)
        if delta.tracks is not None:
            self.tracks |= {row.number for row in columns.rows(delta.tracks)}
        self.tracks -= set(delta.tracks_gone)

    def agrees_with(self, snapshot: Snapshot, *names: str) -> None:
        assert self.number == snapshot.number
        for name in names:
            assert self.views[name] == {view.id: view for view in getattr(snapshot, name)}, name
        # A track may have ended since the last frame, which the next one takes back.
        assert {row.number for row in columns.rows(snapshot.tracks)} <= self.tracks


class Watcher:
    """Takes all that a hub does and checks what must always hold."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.client = Client(hub.engine.snapshot(Role.OPERATOR))
        self._kept: set[str] = set()
        self._committed: dict[str, int] = {}
        self._abouts: dict[str, ActuatorAbout] = {}

    def takes(self, message: Input, now_us: int) -> None:
        if isinstance(message, ActuatorAbout) and message.sender in ACTUATORS:
            self._abouts[message.sender] = message
        self.sees(self.hub.takes(message, now_us))

    def sees(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Journal(entry=entry):
                    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry
                    self._kept.add(entry.key)
                case Publish():
                    self._published(effect)
                case Show(delta=delta):
                    is_whole(delta)
                    self.client.apply(delta)
        self.client.agrees_with(self.hub.engine.snapshot(Role.OPERATOR), "alerts", "commands")

    def _published(self, effect: Publish) -> None:
        message = effect.message
        if message is None:
            return
        assert codec.decode(effect.topic, codec.encode(message), site=SITE) == message
        match message:
            case AlertNotice():
                assert message.alert in self._kept
            case Command():
                assert message.id in self._kept
                about = self._abouts[message.actuator]
                assert about.simulated or not message.simulated
                assert about.exercise or not message.exercise
            case Committed(of_boot=boot, committed_seq=seq):
                assert any(key.endswith(f"/{boot}") for key in self._kept)
                assert seq >= self._committed.get(effect.topic + boot, 0)
                self._committed[effect.topic + boot] = seq


def is_whole(delta: Delta) -> None:
    """Check that a delta can be read by everybody, and that every number in it is one."""
    assert msgspec.msgpack.decode(codec.encode_frame(delta, "msgpack"), type=Delta) == delta
    # JSON has no word for what is not a number: a null in its place would not be read.
    msgspec.json.decode(codec.encode_frame(delta, "json"), type=JsonDelta)
    if delta.tracks is not None:
        for column in (delta.tracks.east_m, delta.tracks.north_m):
            assert np.isfinite(np.frombuffer(column, "<f4")).all()


# --- Anything that may be said --------------------------------------------------------------


def envelope(now_us: int, senders: tuple[str, ...]) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "sender": st.sampled_from(senders),
        "boot": st.sampled_from(BOOTS),
        "seq": st.integers(1, 8),
        "observed_us": OFFSETS_US.map(lambda offset_us: now_us + offset_us),
        "sent_us": st.just(now_us),
        "expires_us": st.none(),
    }


NEAR = any_of(
    Position,
    lat_deg=st.floats(ORIGIN.lat_deg - 0.0001, ORIGIN.lat_deg + 0.0002),
    lon_deg=st.floats(ORIGIN.lon_deg - 0.0001, ORIGIN.lon_deg + 0.0002),
    sigma_east_m=st.just(0.5),
    sigma_north_m=st.just(0.5),
)


@st.composite
def said(draw: Draw, now_us: int) -> Message:
    """Return any message of the contract, most of them from the plan's devices."""
    kind = draw(
        st.sampled_from([Scan, Scan, Scan, Cue, Health, SensorAbout, ActuatorAbout, ActuatorState])
        | st.sampled_from([one.message for one in KINDS if one.message is not None])
    )
    senders = (*SENSORS, *ACTUATORS, "stranger-01")
    fixed = envelope(now_us, senders)
    if kind is Scan:
        near = any_of(Detection, where=NEAR)
        detections = st.lists(any_of(Detection) | near, max_size=4)
        fixed["detections"] = detections.map(tuple)
    if kind is Health:
        floors = any_of(OutboxFloor, boot=st.sampled_from(BOOTS), seq=st.integers(1, 8))
        fixed["floors"] = st.lists(floors, max_size=2).map(tuple)
    message: Message = draw(any_of(kind, **fixed))
    return message


@st.composite
def answered(draw: Draw, now_us: int, hub: Hub) -> Message:
    """Return what an actuator says of one of the hub's commands."""
    commands = published(hub.done, Command)
    command = draw(st.sampled_from(commands)).id if commands else ulid(now_us, bytes(10))
    fixed = envelope(now_us, ACTUATORS) | {"command": st.just(command)}
    kind = draw(st.sampled_from([Outcome, ActuatorState]))
    message: Message = draw(any_of(kind, **fixed))
    return message


@st.composite
def asked(draw: Draw, now_us: int, hub: Hub) -> OperatorAction:
    """Return what an operator asks of what is on the screen, or of nothing."""
    snapshot = hub.engine.snapshot(Role.OPERATOR)
    nothing = ulid(now_us, b"nothing   ")
    alert = draw(st.sampled_from([nothing, *(one.id for one in snapshot.alerts)]))
    command = draw(st.sampled_from([nothing, *(one.id for one in snapshot.commands)]))
    incident = draw(st.sampled_from([nothing, *(one.id for one in snapshot.incidents)]))
    run = draw(st.sampled_from([nothing, *(one.id for one in snapshot.runs)]))
    task = draw(st.sampled_from([nothing, *(one.id for one in snapshot.tasks)]))
    ask = draw(
        st.sampled_from(
            [
                Acknowledge(alert=alert),
                Shelve(alert=alert, duration_s=60, reason="rehearsal"),
                Unshelve(alert=alert),
                Clear(alert=alert, note="over", outcome=AlertOutcome.UNDETERMINED),
                Assess(alert=alert, outcome=AlertOutcome.TRUE),
                TakeOutOfService(target="panic", duration_s=60, reason="work"),
                ReturnToService(target="panic"),
                AcknowledgeIncident(incident=incident),
                JoinIncident(alert=alert, incident=incident),
                JoinIncident(alert=alert),
                SetPosture(posture=Posture.EVACUATING, reason="drill"),
                SetPosture(posture=Posture.NORMAL, zone="gate", reason="over"),
                StartPlaybook(playbook="intruder", reason="by hand"),
                StartPlaybook(playbook="intruder", reason="a drill", exercise=True),
                StartPlaybook(playbook="intruder", alert=alert, reason="by hand"),
                StopPlaybook(run=run, reason="enough"),
                DoStep(run=run, step="close"),
                SkipStep(run=run, step="warn", reason="too loud"),
                CreateTask(text="go and look", alert=alert),
                CreateTask(text="go and look", exercise=True),
                CancelTask(task=task, reason="seen"),
                AnswerTask(task=task, status=ReceiptStatus.DONE),
                LogEntry(text="all is quiet"),
                Confirm(command=command),
                Cancel(command=command, reason="no"),
                Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="now"),
                Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="drill", exercise=True),
                Order(actuator=BOLLARD, action=ActuatorAction.RAISE, reason="now", alert=alert),
            ]
        )
    )
    return OperatorAction(
        id=ulid(START, draw(st.integers(0, 20)).to_bytes(10, "big")),
        operator=draw(st.sampled_from(["Ann", "Bob"])),
        role=draw(st.sampled_from([Role.OPERATOR, Role.SUPERVISOR, Role.WALL])),
        asked_us=now_us,
        ask=ask,
    )


PRINTABLE = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=200)
"""As the codec leaves what was never readable."""


def unreadable() -> st.SearchStrategy[Refused]:
    slots = any_of(
        Slot,
        sender=st.sampled_from((*SENSORS, "stranger-01")),
        boot=st.sampled_from(BOOTS),
        seq=st.integers(1, 8),
    )
    return st.builds(
        Refused,
        source=PRINTABLE,
        code=st.just("bad_value"),
        text=PRINTABLE,
        fix=PRINTABLE,
        slot=st.none() | slots,
        topic=st.just(f"vedette/1/{SITE}/sensor/{BUTTON}/cue"),
        payload=st.binary(),
    )


def any_input(now_us: int, hub: Hub) -> st.SearchStrategy[Any]:
    return st.one_of(
        said(now_us),
        said(now_us),
        answered(now_us, hub),
        asked(now_us, hub),
        unreadable(),
        any_of(Vitals),
        st.none(),
    )


def encoded(effects: list[Effect]) -> bytes:
    return msgspec.msgpack.encode(effects)


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_said_the_hub_stays_whole_and_does_the_same_again(data: st.DataObject) -> None:
    hub, twin = Hub(a_watched_site()), Hub(a_watched_site())
    watcher = Watcher(hub)
    now_us = START
    for _ in range(data.draw(st.integers(1, 25), label="steps")):
        now_us = max(START, now_us + data.draw(PAUSES_US, label="pause"))
        message = data.draw(any_input(now_us, hub), label="input")
        before = len(hub.done)
        if message is None:
            watcher.sees(hub.wakes(now_us))
            twin.wakes(now_us)
        else:
            watcher.takes(message, now_us)
            twin.takes(message, now_us)
        assert encoded(twin.done[before:]) == encoded(hub.done[before:])

    end_us = max(now_us, hub.engine.next_wake_us) + 3 * HOUR
    watcher.sees(hub.wakes(end_us))
    watcher.sees(hub.wakes(end_us + TICK_US))

    snapshot = hub.engine.snapshot(Role.OPERATOR)
    watcher.client.agrees_with(snapshot, "alerts", "commands", "sensors", "actuators")
    assert {row.number for row in columns.rows(snapshot.tracks)} == watcher.client.tracks


@settings(max_examples=25)
@given(st.data())
def test_a_hub_that_restarts_at_any_moment_has_the_same_open_alerts(data: st.DataObject) -> None:
    hub = Hub()
    now_us = START
    for _ in range(data.draw(st.integers(1, 15), label="steps")):
        now_us += data.draw(st.sampled_from([0, TICK_US, SECOND]), label="pause")
        message = data.draw(an_alerting_input(now_us, hub), label="input")
        hub.takes(message, now_us)

    again = Hub(start_us=now_us)
    again.restores(hub.standing(), now_us)

    before, after = hub.engine.snapshot(Role.OPERATOR), again.engine.snapshot(Role.OPERATOR)
    assert {one.id: one for one in after.alerts} == {one.id: one for one in before.alerts}
    kept = {one.id for one in after.commands}
    assert {step.command for one in before.alerts for step in one.steps} <= kept
    assert all(one.state is not AlertState.CLOSED for one in after.alerts)


@st.composite
def an_alerting_input(draw: Draw, now_us: int, hub: Hub) -> Input:
    """Return what raises alerts, does something about them, or answers."""
    what = draw(st.sampled_from(["cue", "about", "ask", "answer"]))
    seq = draw(st.integers(1, 50))
    if what == "cue":
        stain = draw(st.booleans())
        return Voice(BUTTON).cue(now_us, seq=seq, simulated=stain)
    if what == "about":
        return Voice(SIREN).about_siren(now_us, simulated=draw(st.booleans()))
    if what == "answer" and (commands := published(hub.done, Command)):
        command = draw(st.sampled_from(commands))
        status = draw(st.sampled_from(OutcomeStatus))
        return Voice(SIREN).says(Outcome, now_us, seq=seq, command=command.id, status=status)
    action: OperatorAction = draw(asked(now_us, hub))
    return action


@given(st.permutations(range(1, 9)))
def test_in_whatever_order_messages_come_each_is_kept_once_and_the_prefix_committed(
    order: list[int],
) -> None:
    hub, button = Hub(a_site(rules=(), playbooks=())), Voice(BUTTON)
    seen: set[int] = set()
    for seq in [*order, *order]:
        cue = button.cue(START, CueKind.BUTTON_PRESSED, seq=seq)
        effects = hub.takes(cue, START)
        seen.add(seq)
        prefix = next(n for n in range(10) if n + 1 not in seen)
        told = [one.committed_seq for one in published(effects, Committed)]
        assert told == ([prefix] if prefix else [])

    kept = [one.entry.key for one in hub.done if isinstance(one, Journal)]
    assert sorted(key for key in kept if key.count("/") == 2) == [
        f"{BUTTON}/{button.boot}/{seq}" for seq in range(1, 9)
    ]


@given(any_of(Reading, **envelope(START, (EAR,))))
def test_what_is_kept_of_a_message_is_the_message(reading: Reading) -> None:
    hub = Hub()

    (entry, *_) = [one.entry for one in hub.takes(reading, START) if isinstance(one, Journal)]

    assert codec.decode(entry.record.topic, entry.record.payload) == reading  # type: ignore[union-attr]
