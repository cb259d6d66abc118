"""Drives the engine: input in, effects out, journal first. The same on asyncio and in simulation.

Every effect waits for the journal entries before it, in order. A batch without entries, behind
nothing that waits, is carried out at once: scans do not wait for disks.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple, assert_never

import msgspec

from hub.adapters.latency import Latency
from hub.core.effects import Effect, Entry, Journal, Publish, Reply, Show
from hub.core.engine import Engine
from hub.core.inputs import Input, PlanEdited, Refused, Vitals
from hub.core.picture.redaction import provisional
from hub.ports import Clock, Devices, Live, Log
from wire import codec
from wire.actions import OperatorAction
from wire.messages import Command, Fault, Message, Scan
from wire.quantities import SECOND_US

ACTION_TOPIC = "operator/action"
VITALS_TOPIC = "hub/vitals"
PLAN_TOPIC = "hub/plan"
"""Inputs that are not from the bus have these names, so that a recording is one list."""

# At 20 effects a batch and 500 batches a second this is a minute of a disk that refuses.
WAITING_MAX = 30_000
# Authority, expiry and interlocks were judged when it was to leave: by then somebody may stand in
# the way. A slow disk takes a tenth of this.
COMMAND_AGE_MAX_US = SECOND_US // 2

log = logging.getLogger(__name__)


class Batch(NamedTuple):
    """The effects of one input, and whether their journal entries are on disk."""

    effects: list[Effect]
    durable: list[bool]  # One element, set by the journal's callback.


def read_input(topic: str, payload: bytes, site_id: str) -> Input:
    """Return the payload as an input; one that cannot be read is a `Refused`, never an error."""
    try:
        if topic == ACTION_TOPIC:
            return msgspec.json.decode(payload, type=OperatorAction)
        if topic == VITALS_TOPIC:
            return msgspec.json.decode(payload, type=Vitals)
        if topic == PLAN_TOPIC:
            return msgspec.json.decode(payload, type=PlanEdited)
        return codec.decode(topic, payload, site=site_id)
    except codec.DecodeError as error:
        return Refused(
            source=error.source,
            code=error.code,
            text=error.text,
            fix=error.fix,
            slot=error.slot,
            topic=topic,
            payload=payload if error.slot else b"",
        )


class Runner:
    """One engine and its ports. Call it from one thread only."""

    def __init__(
        self,
        engine: Engine,
        *,
        site_id: str,
        clock: Clock,
        devices: Devices,
        live: Live,
        journal: Log,
        record: Callable[[int, str, bytes], None] | None = None,
        watch: Callable[[int, list[Effect]], None] | None = None,
    ) -> None:
        self._engine = engine
        self._site_id = site_id
        self._clock = clock
        self._devices = devices
        self._live = live
        self._journal = journal
        self._record = record
        self._watch = watch
        self._waiting: deque[Batch] = deque()
        self._withheld = False  # Whether screens still lack something that is on disk by now.
        self._latest_us = 0
        self.latency = Latency()
        self.internal_error_count = 0
        self.scan_count = 0

    def receive(self, topic: str, payload: bytes) -> None:
        """Take one payload through the engine. Synchronous, so order is kept."""
        now_us = self._instant()
        if self._record is not None:
            self._record(now_us, topic, payload)
        message = read_input(topic, payload, self._site_id)
        effects = self._guard(lambda: self._engine.handle(message, now_us), topic)
        self.scan_count += isinstance(message, Scan)
        if isinstance(message, Message):
            self.latency.received(now_us - message.observed_us)
        self._stage(now_us, effects)
        self.latency.handled(self._clock.now_us() - now_us)

    def submit(self, action: OperatorAction) -> None:
        """Take an operator's action through the engine; the answer comes through `Live.reply`."""
        self.receive(ACTION_TOPIC, msgspec.json.encode(action))

    def replan(self, edited: PlanEdited) -> None:
        """Go on by an edited plan, from this instant on."""
        self.receive(PLAN_TOPIC, msgspec.json.encode(edited))

    def wake(self) -> None:
        """Let the engine do what is due."""
        now_us = self._instant()
        self._stage(now_us, self._guard(lambda: self._engine.wake(now_us), "wake"))

    def next_wake_us(self) -> int:
        """Return the instant at which `wake` is due."""
        return self._engine.next_wake_us

    def report(self, *, bus_connected: bool, dropped_scans: int, faults: tuple[Fault, ...]) -> None:
        """Tell the engine how its runner and ports are, once a second."""
        vitals = Vitals(
            bus_connected=bus_connected,
            journal_ok=self._journal.ok,
            dropped_scans=dropped_scans,
            observed_to_received_p99_ms=self.latency.received_p99_ms(),
            received_to_effects_p99_ms=self.latency.handled_p99_ms(),
            faults=faults,
        )
        self.receive(VITALS_TOPIC, msgspec.json.encode(vitals))

    def restore(self, entries: Iterable[Entry]) -> None:
        """Begin where the journal ends."""
        now_us = self._instant()
        self._stage(now_us, self._engine.restore(entries, now_us))

    def _instant(self) -> int:
        """Return what the clock says, never less than before.

        A recording holds no wakes: an input from before the last one would be replayed without it.
        """
        self._latest_us = max(self._latest_us, self._clock.now_us())
        return self._latest_us

    def _guard(self, act: Callable[[], list[Effect]], what: str) -> list[Effect]:
        try:
            return act()
        except Exception:
            # The one broad catch: a bug that one message meets must not stop the protection of
            # a site. The message costs itself; the count is on the health screen.
            self.internal_error_count += 1
            log.exception("the engine failed on %s; the message is skipped", what)
            return []

    def _stage(self, now_us: int, effects: list[Effect]) -> None:
        if not effects:
            return
        if self._watch is not None:
            self._watch(now_us, effects)
        entries = [effect.entry for effect in effects if isinstance(effect, Journal)]
        if not entries and not self._waiting:
            self._carry_out(effects)
            return
        batch = Batch(list(effects), [not entries])
        self._waiting.append(batch)
        if entries:
            self._journal.append(entries, lambda: self._committed(batch))
        if not self._journal.ok:
            self._show_waiting()
        if len(self._waiting) > WAITING_MAX:
            self._shed()

    def _committed(self, batch: Batch) -> None:
        batch.durable[0] = True
        while self._waiting and self._waiting[0].durable[0]:
            self._carry_out(self._waiting.popleft().effects)
        if self._withheld and not self._waiting:
            self._withheld = False
            self._live.renew()

    def _show_waiting(self) -> None:
        """Show what a disk that refuses must not hide; all else keeps waiting.

        The picture says that the journal is not written, so nobody takes it for kept.
        """
        for batch in self._waiting:
            for effect in [one for one in batch.effects if isinstance(one, Show)]:
                batch.effects.remove(effect)
                seen = provisional(effect.delta)
                self._withheld |= seen != effect.delta
                self._live.show(seen)

    def _shed(self) -> None:
        """Forget the oldest batch that holds no journal entry: its moment has passed.

        Batches with entries are bounded by the journal, which refuses to hold more.
        """
        for batch in self._waiting:
            if batch.durable[0]:
                self._waiting.remove(batch)
                return

    def _has_waited(self, message: Message | None) -> bool:
        """Return whether a command has waited for the journal until its moment had passed."""
        if not isinstance(message, Command):
            return False
        now_us = self._instant()
        is_expired = message.expires_us is not None and now_us >= message.expires_us
        return is_expired or now_us - message.sent_us > COMMAND_AGE_MAX_US

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Publish() if self._has_waited(effect.message):
                    pass  # The engine looks again, and sends it again by the same id.
                case Publish():
                    payload = b"" if effect.message is None else codec.encode(effect.message)
                    self._devices.publish(
                        effect.topic, payload, qos=effect.qos, retain=effect.retain
                    )
                case Show():
                    self._live.show(effect.delta)
                case Reply(reply=reply):
                    self._live.reply(reply)
                case Journal():
                    pass  # On disk already.
                case _ as never:
                    assert_never(never)
