"""What cannot run says so in one sentence with a cure, and the demo leaves nothing behind."""

import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from end_to_end.crossing import CAMERA, PLAN, write_plan
from end_to_end.processes import (
    ROOT,
    Hub,
    Mosquitto,
    Program,
    children,
    is_running,
    run,
    run_hub,
)
from end_to_end.screen import Screen
from patience import until

from bench.mosquitto import a_free_port

# Nobody listens at port 1 of this machine.
NO_BROKER = "mqtt://127.0.0.1:1"


def said_well(done: subprocess.CompletedProcess[str], status: int = 1) -> str:
    """Check that a program ended with one sentence and a cure; return its words."""
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    sentence, cure = done.stderr.strip().split("\n")
    assert re.match(r"^vedette-(hub|edge|sim): \S", sentence), sentence
    assert re.match(r"^  try: \S", cure), cure
    return done.stderr


def serve_words(folder: Path, *words: str) -> list[str]:
    own = ["serve", "--site", str(write_plan(folder)), "--data-dir", str(folder / "other")]
    return [*own, "--http-port", "0", "--broker-port", "0", *words]


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])

        http = run_hub(tmp_path, *serve_words(tmp_path), "--http-port", port)
        mqtt = run_hub(tmp_path, *serve_words(tmp_path), "--broker-port", port)

    assert port in said_well(http)
    assert port in said_well(mqtt)


def test_a_missing_site_file_is_named(tmp_path: Path) -> None:
    done = run_hub(tmp_path, "serve", "--site", "nowhere.toml")

    assert "nowhere.toml" in said_well(done)


def test_a_serve_without_a_site_says_how(tmp_path: Path) -> None:
    assert "--site" in said_well(run_hub(tmp_path, "serve"))


@pytest.mark.parametrize(
    ("right", "wrong", "hint"),
    [
        ("[[zone]]", "[[zone]", ""),
        ('kind = "radar"', 'kind = "radio-telescope"', "kind"),
        ('zone = "mouth"', 'zone = "moth"', "moth"),
        ('name = "Siren"', "nam = 3", "nam"),
    ],
)
def test_a_wrong_plan_is_told_with_file_and_line(
    tmp_path: Path, right: str, wrong: str, hint: str
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(PLAN.replace(right, wrong, 1), encoding="utf-8")

    words = said_well(run_hub(tmp_path, "check-site", str(path)))

    assert "wrong.toml" in words
    assert hint in words
    found = re.search(r"line (\d+)", words)
    assert found, words
    near = PLAN[: PLAN.index(right)].count("\n") + 1
    assert abs(int(found.group(1)) - near) <= 1, words


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    done = run_hub(tmp_path, *serve_words(tmp_path), "--data-dir", "file")

    assert "file" in said_well(done)


def test_a_second_hub_on_one_journal_is_refused(tmp_path: Path) -> None:
    with Hub(tmp_path, write_plan(tmp_path)) as hub:
        words = serve_words(tmp_path, "--data-dir", str(hub.data_dir))

        assert "journal" in said_well(run_hub(tmp_path, *words))


def test_a_wrong_word_is_a_misuse(tmp_path: Path) -> None:
    for module in ("hub.cli", "edge.cli", "simulators.cli"):
        done = run(tmp_path, module, "dance")

        assert done.returncode == 2
        assert "usage" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_broker_that_is_gone_is_a_fault_on_the_screen_and_the_hub_serves(tmp_path: Path) -> None:
    passwords = tmp_path / "devices.json"
    passwords.write_text('{"hub": "secret"}')
    words = ["--broker-credentials", str(passwords)]

    with (
        Hub(tmp_path, write_plan(tmp_path), *words, broker=NO_BROKER) as hub,
        Screen(hub) as screen,
    ):
        faults = screen.until(lambda: screen.hub.faults, "the fault is on the health screen")

    assert "127.0.0.1:1" in faults[0].text
    assert "secret" not in faults[0].text


def test_wrong_credentials_are_told(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, write_plan(tmp_path)) as broker:
        wrong = tmp_path / "wrong.json"
        wrong.write_text('{"hub": "wrong"}')
        words = ["--broker-credentials", str(wrong)]
        with Hub(tmp_path, tmp_path / "site.toml", *words, broker=broker.url) as hub:
            until(lambda: "no connection to the broker" in hub.last_words(), "the hub says why")
            assert "Traceback" not in hub.last_words()

        simulator = run(tmp_path, "simulators.cli", "run", "market-square", "--broker", broker.url)

    assert "refuses" in said_well(simulator)


def test_a_camera_without_its_video_says_so(tmp_path: Path) -> None:
    words = ["camera", "--source", "nothing.mp4", "--broker", NO_BROKER, "--sensor", CAMERA]
    words += ["--site", "crossing", "--calibration", str(CALIBRATION)]

    done = run(tmp_path, "edge.cli", *words)

    assert "nothing.mp4" in said_well(done)


CALIBRATION = ROOT / "simulators" / "scenarios" / "market-square" / "cam-video.toml"


def test_the_demo_says_where_it_is_and_leaves_nothing_running(tmp_path: Path) -> None:
    words = [sys.executable, str(ROOT / "scripts" / "demo.py"), "--port", str(a_free_port())]
    demo = Program("demo", [*words, "--data-dir", str(tmp_path / "data")], tmp_path)
    demo.environment["VEDETTE_BROKER_PORT"] = "0"
    with demo:
        line = until(lambda: _invitation(demo), "the demo is ready")
        family = _family(demo.pid)

        status = demo.stop(signal.SIGINT)

        until(lambda: not any(map(is_running, family)), "all have ended")
    assert re.search(r"http://127\.0\.0\.1:\d+ and sign in as \S+ with \S+", line), line
    assert len(family) >= 3, "hub, broker and simulator"
    assert status == 0


def _invitation(demo: Program) -> str:
    assert demo.is_up, demo.last_words()
    lines = demo.output.read_text(encoding="utf-8").splitlines()
    return next((line for line in lines if "sign in as" in line), "")


def _family(pid: int) -> list[int]:
    own = children(pid)
    return own + [grandchild for child in own for grandchild in _family(child)]
