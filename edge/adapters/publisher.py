"""How a camera's messages leave: two connections, an outbox on disk, and a heartbeat.

One thread, the courier, owns the outbox and all that is alarm-class; the thread that sees hands
it jobs. Scans go their own way: they are worth nothing later and must not delay a cue.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from edge.adapters.connection import Broker, Connection
from edge.adapters.heartbeat import Heartbeat, a_fault, state_of
from edge.adapters.spool import Spool
from edge.core.report import CameraFacts, Reporter
from edge.core.view_health import View
from wire import codec, topics
from wire.catalogue import Party
from wire.labels import HealthState
from wire.messages import Committed, Fault, HubHealth, Message, Scan
from wire.quantities import SECOND_US

log = logging.getLogger(__name__)

WAIT_MAX_S = 1.0
"""The courier looks around at least this often: the disk may have space again."""

JOBS_MAX = 10_000
"""Views change once in seconds and the hub commits in batches: this many is a broken clock."""

DROPPED_TOLD_US = 600 * SECOND_US
"""For so long the health message tells that cues had to be given up."""


class Publisher:
    """Everything that one camera says."""

    def __init__(
        self,
        reporter: Reporter,
        site: str,
        broker: Broker,
        spool: Spool,
        *,
        faults: Callable[[], list[Fault]],
        frame_rate_hz: Callable[[], float],
        scan_qos: int = 0,
    ) -> None:
        self._reporter = reporter
        self._site = site
        self._spool = spool
        self._faults = faults
        self._frame_rate_hz = frame_rate_hz
        self._scan_qos = scan_qos
        self._jobs: queue.Queue[Callable[[], None]] = queue.Queue(JOBS_MAX)
        self._heartbeat = Heartbeat()
        self._stopping = False
        self._session = 0  # Of the connection that knows what waits.
        self._about: bytes | None = None
        self._hub_boot: str | None = None
        self._dropped_count = 0
        self._dropped_us: int | None = None
        sensor = reporter.sender
        goodbye = reporter.health(HealthState.GOODBYE, _now_us())
        self._alarms = Connection(
            broker,
            sensor,
            connected=lambda: self._give(_wake_up),
            received=self._received,
            subscribe=topics.device_filters(site, Party.SENSOR, sensor),
            will=(topics.sensor_health(site, sensor), codec.encode(goodbye)),
        )
        self._scans = Connection(broker, f"{sensor}-scan")
        self._courier = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin trying to be heard."""
        self._alarms.start()
        self._scans.start()
        self._courier.start()

    def stop(self) -> None:
        """Say goodbye, and disconnect."""
        self._give(self._stop)
        self._courier.join()
        self._scans.stop()
        self._alarms.stop()
        self._spool.close()

    @property
    def works(self) -> bool:
        """Whether the courier is at its work."""
        return self._courier.is_alive()

    def wait_until_connected(self, stop: threading.Event) -> None:
        """Wait until the broker hears both connections, or until told to stop."""
        while not (self._alarms.is_up and self._scans.is_up) and not stop.wait(0.05):
            pass

    def about(self, facts: CameraFacts, rate_hz: float) -> None:
        """Say what the camera is, now and whenever somebody new listens."""
        self._give(lambda: self._tell_about(facts, rate_hz))

    def scan(self, scan: Scan) -> bool:
        """Say what a frame shows; return whether the broker took it."""
        topic = topics.sensor_scan(self._site, scan.sender)
        return self._scans.publish(topic, codec.encode(scan), qos=self._scan_qos)

    def view(self, view: View, observed_us: int) -> None:
        """Say that the view has changed, so that it is never lost."""
        self._give(lambda: self._put_view(view, observed_us))

    # --- The courier ------------------------------------------------------------------------

    def _give(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)

    def _run(self) -> None:
        while not self._stopping:
            with suppress(queue.Empty):
                self._jobs.get(timeout=self._wait_s())()
            self._spool.write()
            if self._alarms.is_up:
                self._speak()

    def _wait_s(self) -> float:
        due_us = self._spool.next_due_us()
        next_us = (
            self._heartbeat.next_us if due_us is None else min(due_us, self._heartbeat.next_us)
        )
        return min(max((next_us - _now_us()) / SECOND_US, 0.0), WAIT_MAX_S)

    def _speak(self) -> None:
        if self._alarms.session != self._session:
            self._session = self._alarms.session
            self._begin_again()
        self._beat()
        for entry in self._spool.due(_now_us()):
            self._alarms.publish(entry.topic, entry.payload, qos=1)

    def _begin_again(self) -> None:
        """Say all that somebody new must know: floors first, then what waits, oldest first."""
        self._heartbeat.restart()
        self._beat()
        self._publish_about()
        self._spool.reconnected()

    def _beat(self) -> None:
        faults = self._faults() + self._own_faults()
        if self._heartbeat.is_due(faults, _now_us()):
            health = self._reporter.health(
                state_of(faults),
                _now_us(),
                faults=faults,
                frame_rate_hz=round(self._frame_rate_hz(), 2),
                spool_count=len(self._spool),
                floors=self._spool.floors,
            )
            self._publish(topics.sensor_health(self._site, health.sender), health)

    def _own_faults(self) -> list[Fault]:
        now_us = _now_us()
        if self._spool.dropped_count > self._dropped_count:
            self._dropped_count, self._dropped_us = self._spool.dropped_count, now_us
        faults = []
        if self._spool.disk_fault is not None:
            faults.append(a_fault("outbox_disk", self._spool.disk_fault))
        if self._dropped_us is not None and now_us - self._dropped_us < DROPPED_TOLD_US:
            text = f"the outbox was full: {self._dropped_count} of its oldest messages are lost"
            faults.append(a_fault("outbox_full", text))
        return faults

    def _tell_about(self, facts: CameraFacts, rate_hz: float) -> None:
        self._about = codec.encode(self._reporter.about(facts, rate_hz, _now_us()))
        self._publish_about()

    def _publish_about(self) -> None:
        if self._about is not None:
            topic = topics.sensor_about(self._site, self._reporter.sender)
            self._alarms.publish(topic, self._about, qos=1, retain=True)

    def _put_view(self, view: View, observed_us: int) -> None:
        cue = self._reporter.cue(view, self._spool.next_seq, observed_us, _now_us())
        self._spool.put(topics.sensor_cue(self._site, cue.sender), codec.encode(cue))

    def _publish(self, topic: str, message: Message) -> None:
        self._alarms.publish(topic, codec.encode(message), qos=1, retain=True)

    def _stop(self) -> None:
        self._stopping = True
        goodbye = self._reporter.health(
            HealthState.GOODBYE, _now_us(), spool_count=len(self._spool), floors=self._spool.floors
        )
        self._publish(topics.sensor_health(self._site, goodbye.sender), goodbye)

    # --- What the hub says, on paho's thread --------------------------------------------------

    def _received(self, topic: str, payload: bytes) -> None:
        try:
            message = codec.decode(topic, payload, site=self._site)
        except codec.DecodeError as error:
            log.warning("not understood: %s", error)
            return
        if isinstance(message, Committed):
            of_boot, seq = message.of_boot, message.committed_seq
            self._give(lambda: self._spool.committed(of_boot, seq, _now_us()))
        elif isinstance(message, HubHealth):
            boot = message.boot
            self._give(lambda: self._hub_is(boot))

    def _hub_is(self, boot: str) -> None:
        """Send again what waits as soon as a new hub is there, and not only by the timer."""
        if self._hub_boot is not None and boot != self._hub_boot:
            self._begin_again()
        self._hub_boot = boot


def _wake_up() -> None:
    """Do nothing but end the courier's wait."""


def _now_us() -> int:
    return time.time_ns() // 1000
