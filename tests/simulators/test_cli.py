import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_S

from bench.mosquitto import Mosquitto, a_free_port
from simulators.cli import main, read_credentials
from simulators.errors import CredentialsError

REPOSITORY = Path(__file__).parents[2]


def a_player(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulators.cli", "run", "market-square", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_run_plays_until_it_is_stopped(tmp_path: Path, sign: signal.Signals) -> None:
    with Mosquitto(tmp_path) as broker:
        player = a_player("--people", "5", "--broker", f"mqtt://127.0.0.1:{broker.port}")
        assert player.stdout is not None
        assert "building Market Square" in player.stdout.readline()
        assert "5 people, 24 devices" in player.stdout.readline()

        player.send_signal(sign)
        out, err = player.communicate(timeout=PATIENCE_S)

    assert player.returncode == 0
    assert out.endswith(" stopped\n")
    assert err == ""


def test_without_a_broker_run_waits_with_one_line_and_can_be_stopped() -> None:
    port = a_free_port()
    player = a_player("--people", "5", "--broker", f"mqtt://127.0.0.1:{port}")
    assert player.stdout is not None
    while f"no MQTT broker answers at 127.0.0.1:{port}" not in player.stdout.readline():
        assert player.poll() is None

    player.send_signal(signal.SIGINT)
    out, _ = player.communicate(timeout=PATIENCE_S)

    assert player.returncode == 0
    assert "broker" not in out


def test_list_names_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0

    out = capsys.readouterr().out
    assert "market-square: Market square, a calm hour, 150 people\n" in out
    assert "  van-east (vehicle)\n" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nowhere"], "there is no scenario at nowhere"),
        (["run", "market-square", "--broker", "ftp://x"], "the broker's address ftp://x is none"),
        (["run", "market-square", "--only", "riot"], "nothing called riot happens"),
        (["run", "market-square", "--credentials", "/none"], "/none cannot be read"),
        (["load", "--sensors", "a", "--rate", "9", "--site", "none"], "no scenario at none"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_a_way_out(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 1

    err = capsys.readouterr().err
    assert err.startswith("vedette-sim: ")
    assert said in err
    assert "\n  try: " in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["run"],
        ["run", "market-square", "--people", "many"],
        ["run", "market-square", "--people", "-1"],
        ["run", "market-square", "--speed", "1000"],
        ["run", "market-square", "--speed", "fast"],
        ["load", "--rate", "5"],
    ],
)
def test_misuse_ends_with_status_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2


def test_credentials_are_names_and_passwords(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    path.write_text(json.dumps({"cam-01": "secret"}))

    assert read_credentials(path) == {"cam-01": "secret"}
    assert read_credentials(None) is None


def test_credentials_that_are_something_else_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    path.write_text('["secret"]')

    with pytest.raises(CredentialsError) as caught:
        read_credentials(path)

    assert "secret" not in caught.value.what


def test_load_prints_what_it_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Mosquitto(tmp_path) as broker:
        address = f"mqtt://127.0.0.1:{broker.port}"
        amount = ["--rate", "200", "--duration", "0.2"]
        status = main(["load", "--broker", address, "--sensors", "load-01", *amount])
    signal.signal(signal.SIGINT, handlers[0])
    signal.signal(signal.SIGTERM, handlers[1])

    assert status == 0
    assert capsys.readouterr().out.startswith("sent 4 scans with 40 detections in ")
