import itertools
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from committing_hub import SITE, CommittingHub

from bench.mosquitto import Mosquitto
from edge.adapters import connection, heartbeat, publisher
from edge.adapters.connection import Broker
from edge.adapters.heartbeat import a_fault
from edge.adapters.publisher import Publisher
from edge.adapters.spool import Spool
from edge.core.report import CameraFacts, Reporter
from edge.core.view_health import View
from wire.delivery import Limits
from wire.labels import CueKind, HealthState
from wire.messages import Cue, Fault, Pinhole, Pose, Scan, SensorAbout

ROOT = Path(__file__).parents[3]
BOOT = "01HF7YAT00000000000000000B"
NOW_US = 1_700_000_000_000_000
FACTS = CameraFacts(
    name="North gate",
    pose=Pose(lat_deg=52.0, lon_deg=5.0),
    model=Pinhole(
        width_px=480,
        height_px=360,
        focal_x_px=500.0,
        focal_y_px=500.0,
        centre_x_px=240.0,
        centre_y_px=180.0,
    ),
    field_of_view=None,
    purpose="public safety",
    software="edge 1",
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "RETRY_MAX_S", 1)
    monkeypatch.setattr(publisher, "WAIT_MAX_S", 0.05)
    monkeypatch.setattr(heartbeat, "PERIOD_US", 100_000)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path) as running:
        yield running


class Camera:
    """A publisher with its parts."""

    def __init__(self, port: int, directory: Path, limits: Limits | None = None) -> None:
        counter = itertools.count()
        self.faults: list[Fault] = []
        self.reporter = Reporter(
            "cam-01", BOOT, simulated=True, entropy=lambda: next(counter).to_bytes(10, "big")
        )
        self.spool = Spool(directory / "cam-01.sqlite", BOOT, limits or Limits())
        self.publisher = Publisher(
            self.reporter,
            SITE,
            Broker(host="127.0.0.1", port=port, username="cam-01"),
            self.spool,
            faults=lambda: list(self.faults),
            frame_rate_hz=lambda: 7.0,
            scan_qos=1,
        )
        self.publisher.start()

    def close(self) -> None:
        self.publisher.stop()


def test_a_camera_says_how_it_is_what_it_is_and_what_it_sees(
    broker: Mosquitto, tmp_path: Path
) -> None:
    with closing(CommittingHub(broker.port)) as hub:
        with closing(Camera(broker.port, tmp_path)) as camera:
            camera.publisher.about(FACTS, 7.0)
            camera.publisher.wait_until_connected(publisher.threading.Event())
            assert camera.publisher.scan(camera.reporter.scan([], (480, 360), NOW_US, NOW_US))
            camera.publisher.view(View.DARK, NOW_US)
            hub.until(lambda: bool(hub.of(Cue) and hub.of(Scan) and hub.of(SensorAbout)))
        hub.until_health(lambda health: health.state is HealthState.GOODBYE)

        assert hub.healths()[0].state is HealthState.OK
        (cue,) = hub.of(Cue)
        assert isinstance(cue, Cue)
        assert (cue.kind, cue.seq) == (CueKind.VIEW_DARK, 1)


def test_a_fault_is_on_the_health_screen_at_once(broker: Mosquitto, tmp_path: Path) -> None:
    with (
        closing(CommittingHub(broker.port)) as hub,
        closing(Camera(broker.port, tmp_path)) as camera,
    ):
        hub.until(lambda: bool(hub.healths()))
        camera.faults.append(a_fault("view_dark", "the view is dark"))

        hub.until_health(lambda health: health.state is HealthState.ERROR)
        assert hub.healths()[-1].faults[0].code == "view_dark"


def test_a_scan_without_a_broker_is_not_kept(tmp_path: Path) -> None:
    with closing(Camera(1, tmp_path)) as camera:
        assert not camera.publisher.scan(camera.reporter.scan([], (480, 360), NOW_US, NOW_US))


def test_a_cue_is_sent_again_until_the_hub_has_it_on_disk(
    broker: Mosquitto, tmp_path: Path
) -> None:
    limits = Limits(resend_after_us=50_000)
    with closing(Camera(broker.port, tmp_path, limits)) as camera:
        with closing(CommittingHub(broker.port, commits=False)) as deaf:
            camera.publisher.view(View.COVERED, NOW_US)
            deaf.until(lambda: len(deaf.of(Cue)) >= 3)
        with closing(CommittingHub(broker.port)) as hub:
            hub.until(lambda: bool(hub.taken))
            hub.until_health(lambda health: health.spool_count == 0)

        assert len({cue.id for cue in deaf.of(Cue)}) == 1


def test_a_new_hub_is_told_everything_again(broker: Mosquitto, tmp_path: Path) -> None:
    with (
        closing(Camera(broker.port, tmp_path)) as camera,
        closing(CommittingHub(broker.port, commits=False)) as hub,
    ):
        camera.publisher.about(FACTS, 7.0)
        camera.publisher.view(View.COVERED, NOW_US)
        hub.until(lambda: bool(hub.of(Cue)))
        abouts, cues = len(hub.of(SensorAbout)), len(hub.of(Cue))

        hub.appear("01HF7YAT00000000000000000D")
        hub.appear("01HF7YAT00000000000000000E")

        hub.until(lambda: len(hub.of(SensorAbout)) > abouts and len(hub.of(Cue)) > cues)


def test_a_publisher_whose_courier_has_died_does_not_seem_to_work(tmp_path: Path) -> None:
    camera = Camera(1, tmp_path)

    assert camera.publisher.works
    camera.close()
    assert not camera.publisher.works


def test_nonsense_on_the_hub_s_topics_is_told_and_costs_nothing(
    broker: Mosquitto, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        closing(CommittingHub(broker.port)) as hub,
        closing(Camera(broker.port, tmp_path)) as camera,
    ):
        hub.until(lambda: bool(hub.healths()))
        hub.say(f"vedette/1/{SITE}/sensor/cam-01/committed", b"{")
        hub.say(f"vedette/1/{SITE}/sensor/cam-01/committed", b"\xff" * 100)
        camera.publisher.view(View.COVERED, NOW_US)

        hub.until(lambda: bool(hub.taken))

    assert "not understood" in caplog.text


def test_cues_given_up_for_want_of_space_are_told_and_the_hub_goes_on(
    broker: Mosquitto, tmp_path: Path
) -> None:
    with closing(Camera(broker.port, tmp_path, Limits(held_max=3))) as camera:
        broker.kill()
        for _ in range(10):
            camera.publisher.view(View.COVERED, NOW_US)
        broker.start()
        with closing(CommittingHub(broker.port)) as hub:
            # It may begin to hear between one and the next: the first of them comes again then.
            hub.until(lambda: {8, 9, 10} <= {*hub.taken[BOOT]})
            hub.until_health(lambda health: health.spool_count == 0)
            hub.until_health(lambda health: [one.code for one in health.faults] == ["outbox_full"])


def test_a_disk_that_refuses_is_told_and_the_cue_arrives_all_the_same(
    broker: Mosquitto, tmp_path: Path
) -> None:
    with (
        closing(CommittingHub(broker.port, commits=False)) as hub,
        closing(Camera(broker.port, tmp_path)) as camera,
    ):
        hub.until(lambda: bool(hub.healths()))
        camera.publisher._give(lambda: camera.spool._connection.execute("PRAGMA query_only = ON"))
        camera.publisher.view(View.COVERED, NOW_US)

        hub.until(lambda: bool(hub.taken))
        hub.until_health(lambda health: "outbox_disk" in {one.code for one in health.faults})


def test_killed_cameras_and_killed_brokers_lose_no_cue(broker: Mosquitto, tmp_path: Path) -> None:
    rng = random.Random(5)
    command = [sys.executable, str(ROOT / "tests" / "restless_camera.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def a_camera(count: int) -> subprocess.Popen[bytes]:
        words = [*command, str(broker.port), str(tmp_path), str(count)]
        return subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)

    with closing(CommittingHub(broker.port)) as hub:
        for life in range(4):
            camera = a_camera(100_000)
            wanted = rng.randrange(20, 120)
            hub.until_heard(life, wanted)
            if life % 2:
                sessions = hub.sessions
                broker.kill()
                broker.start()
                # Or the next life's first cues would reach the broker before the hub does.
                hub.until_back(sessions)
                hub.until_heard(life, wanted + rng.randrange(300))
            camera.kill()
            camera.wait()
        # The last life says nothing new for long: it delivers what the others left.
        camera = a_camera(1)
        hub.until(lambda: len(hub.taken) == 5)
        hub.until_health(lambda health: health.spool_count == 0)
        camera.kill()
        camera.wait()

        with sqlite3.connect(tmp_path / "cam-01.sqlite") as connection_:
            assert connection_.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
        for life, taken in enumerate(hub.taken.values()):
            assert sorted(taken) == list(range(1, len(taken) + 1))
            # While a broker was away the hub may have missed some, and had them later.
            assert life % 2 or taken == sorted(taken)
