import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
import street
from committing_hub import SITE, CommittingHub
from patience import PATIENCE_S

from bench.mosquitto import Mosquitto
from edge import cli
from wire.labels import CueKind, HealthState
from wire.messages import Cue, Scan, SensorAbout

ROOT = Path(__file__).parents[2]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Put pytest's own signal handlers back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def calibration(tmp_path: Path) -> Path:
    path = tmp_path / "cam.toml"
    path.write_text(street.CALIBRATION)
    return path


def words(video: Path | str, calibration: Path, port: int, *more: str) -> list[str]:
    return [
        *("camera", "--source", str(video), "--calibration", str(calibration)),
        *("--broker", f"mqtt://127.0.0.1:{port}", "--site", SITE, "--sensor", "cam-01"),
        *("--state-dir", str(calibration.parent / "state"), "--scan-qos", "1", *more),
    ]


def test_a_video_becomes_scans_and_the_about_says_what_it_is(
    broker: Mosquitto, calibration: Path, tmp_path: Path
) -> None:
    video = street.a_video(tmp_path / "walk.avi", street.a_walk(40))
    with closing(CommittingHub(broker.port)) as hub:
        status = cli.main(
            words(video, calibration, broker.port, "--once", "--hurry", "--simulated")
        )
        hub.until(lambda: len(hub.of(Scan)) == 40 and bool(hub.of(SensorAbout)))
        hub.until_health(lambda health: health.state is HealthState.GOODBYE)

        (about,) = hub.of(SensorAbout)[-1:]
        last = hub.of(Scan)[-1]
        assert status == 0
        assert isinstance(about, SensorAbout)
        assert isinstance(last, Scan)
        assert (about.name, about.camera, about.scan_rate_hz) == ("cam-01", street.MODEL, 10.0)
        assert about.field_of_view is not None
        assert len(last.detections) == 1
        assert all(message.simulated for message in hub.messages)


def test_a_covered_camera_says_so_once_and_sends_no_scans_meanwhile(
    broker: Mosquitto, calibration: Path, tmp_path: Path
) -> None:
    covered = np.full((street.HEIGHT, street.WIDTH, 3), 60, dtype=np.uint8)
    frames = [street.a_street()] * 50 + [covered] * 50 + [street.a_street()] * 50
    video = street.a_video(tmp_path / "covered.avi", frames)
    with closing(CommittingHub(broker.port)) as hub:
        cli.main(words(video, calibration, broker.port, "--once", "--hurry"))
        hub.until(lambda: len(hub.of(Cue)) >= 2 and len(hub.of(Scan)) >= 95)
        hub.until_health(lambda health: health.state is HealthState.GOODBYE)

        cues = {cue.seq: cue.kind for cue in hub.of(Cue) if isinstance(cue, Cue)}
        assert cues == {1: CueKind.VIEW_COVERED, 2: CueKind.VIEW_RESTORED}
        assert len(hub.of(Scan)) <= 110
        assert not any(message.simulated for message in hub.messages)


def test_the_end_by_a_signal_is_a_goodbye(
    broker: Mosquitto, calibration: Path, tmp_path: Path
) -> None:
    video = street.a_video(tmp_path / "street.avi", [street.a_street()] * 20)
    command = [sys.executable, "-m", "edge.cli", *words(video, calibration, broker.port, "--loop")]
    with closing(CommittingHub(broker.port)) as hub:
        process = subprocess.Popen(command, cwd=ROOT)
        hub.until(lambda: len(hub.of(Scan)) >= 25)  # It plays on after the end of the file.
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE_S) == 0
        hub.until_health(lambda health: health.state is HealthState.GOODBYE)


def test_a_calibration_that_shows_no_ground_ends_with_one_sentence(
    broker: Mosquitto, calibration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calibration.write_text(street.CALIBRATION.replace("pitch_deg = -18.0", "pitch_deg = 60.0"))
    video = street.a_video(tmp_path / "street.avi", [street.a_street()] * 5)

    status = cli.main(words(video, calibration, broker.port, "--once"))

    assert status == 1
    assert "shows no ground where a person could be seen" in capsys.readouterr().err


def test_a_calibration_from_straight_above_asks_for_another(
    broker: Mosquitto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corners = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]
    pairs = [f"{{ image = [{u}, {v}], ground = [{20 * u}, {-15 * v}] }}" for u, v in corners]
    flat = tmp_path / "flat.toml"
    flat.write_text(f"[homography]\nanchor = [52.0, 5.0]\npoints = [{', '.join(pairs)}]\n")
    video = street.a_video(tmp_path / "street.avi", [street.a_street()] * 5)

    assert cli.main(words(video, flat, broker.port, "--once")) == 1
    assert "does not tell how tall people appear" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--broker", "nonsense"], "the broker's address cannot be read"),
        (["--credentials", "no.json"], "the credentials no.json cannot be read"),
        (["--source", "no.avi"], "there is no video at no.avi"),
        (["--calibration", "no.toml"], "there is no calibration at no.toml"),
    ],
)
def test_what_cannot_be_used_ends_with_what_to_try(
    calibration: Path,
    tmp_path: Path,
    more: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    video = street.a_video(tmp_path / "street.avi", [street.a_street()] * 2)

    status = cli.main(words(video, calibration, 1, *more))

    error = capsys.readouterr().err
    assert status == 1
    assert said in error
    assert "\n  try: " in error


@pytest.mark.parametrize("text", ["{}", "[]", '{"cam-01": 5}', "{"])
def test_credentials_without_the_sensor_s_password_are_told(
    calibration: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    video = street.a_video(tmp_path / "street.avi", [street.a_street()] * 2)
    (tmp_path / "passwords.json").write_text(text)

    status = cli.main(
        words(video, calibration, 1, "--credentials", str(tmp_path / "passwords.json"))
    )

    assert status == 1
    assert "passwords.json" in capsys.readouterr().err


def test_a_password_comes_from_the_file_or_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calibration: Path
) -> None:
    (tmp_path / "passwords.json").write_text(json.dumps({"cam-01": "from file"}))
    monkeypatch.setenv("VEDETTE_PASSWORD", "from environment")
    plain = words("0", calibration, 1)
    parser = cli._parser()

    with_file = parser.parse_args([*plain, "--credentials", str(tmp_path / "passwords.json")])

    assert cli._password(with_file) == "from file"
    assert cli._password(parser.parse_args(plain)) == "from environment"


@pytest.mark.parametrize(
    "more",
    [
        ["--sensor", "Cam 1"],
        ["--anchor", "52"],
        ["--anchor", "x,y"],
        ["--anchor", "95,0"],
        ["--frame-rate", "0"],
        ["--once", "--loop"],
    ],
)
def test_misuse_ends_with_status_two(calibration: Path, more: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words("0", calibration, 1, *more))

    assert end.value.code == 2


def test_the_anchor_may_have_an_azimuth() -> None:
    assert cli._anchor("52.5,5.25") == (52.5, 5.25, 0.0)
    assert cli._anchor("52.5,5.25,-90") == (52.5, 5.25, 270.0)


def test_points_that_do_not_fit_are_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [(0.1, 0.9, -8, 4), (0.9, 0.9, 8, 4), (0.7, 0.45, 8, 30), (0.3, 0.45, -8, 30)]
    rows += [(0.5, 0.6, 4, 12)]
    pairs = [f"{{ image = [{u}, {v}], ground = [{x}.0, {y}.0] }}" for u, v, x, y in rows]
    path = tmp_path / "cam.toml"
    path.write_text(f"[homography]\nanchor = [52.0, 5.0]\npoints = [{', '.join(pairs)}]\n")

    cli._calibration(cli._parser().parse_args(words("0", path, 1)))

    assert "fit to" in caplog.text


def test_check_draws_the_ground_and_masks_people(
    calibration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = street.a_video(tmp_path / "walk.avi", street.a_walk(40))
    plain = ["check", "--source", str(video), "--calibration", str(calibration)]
    masked, unmasked = tmp_path / "masked.png", tmp_path / "unmasked.png"

    assert cli.main([*plain, "--output", str(masked)]) == 0
    assert cli.main([*plain, "--output", str(unmasked), "--unmasked"]) == 0

    assert "1 people" in capsys.readouterr().out
    left, top, right, bottom = street.body((-4.0 + 0.15 * 29, 16.0))
    inside = (slice(top + 5, bottom - 5), slice(left + 3, right - 3))
    assert np.any(cv2.imread(str(masked))[inside] != cv2.imread(str(unmasked))[inside])


def test_check_that_cannot_write_is_told(
    calibration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = street.a_video(tmp_path / "walk.avi", street.a_walk(12))
    output = tmp_path / "missing" / "check.png"

    status = cli.main(
        [
            *("check", "--source", str(video), "--calibration", str(calibration)),
            *("--output", str(output), "--seconds", "0.5"),
        ]
    )

    assert status == 1
    assert "cannot be written" in capsys.readouterr().err


def test_the_environment_of_a_service_names_the_state_directory(
    monkeypatch: pytest.MonkeyPatch, calibration: Path
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/vedette")
    plain = words("0", calibration, 1)
    at = plain.index("--state-dir")

    arguments = cli._parser().parse_args(plain[:at] + plain[at + 2 :])

    assert arguments.state_dir == Path("/var/lib/vedette")
    assert os.environ["STATE_DIRECTORY"]
