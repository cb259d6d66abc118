import getpass
import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import recorded_square

from hub import app, cli
from hub.adapters.recorder import Recorder
from hub.adapters.recording import Beginning
from hub.adapters.site_file import load_site
from hub.app import Announcement
from hub.config import Settings, variable
from hub.errors import HubError

PLAN = """
[site]
id = "square"
name = "Square"
origin = { lat_deg = 52.0, lon_deg = 5.0 }
bounds = [[-50.0, -50.0], [50.0, 50.0]]
"""
PASSWORD = "correct-horse-battery"
ANNOUNCEMENT = Announcement(
    url="http://127.0.0.1:8420",
    user="operator",
    password="secret",
    broker="mqtt://127.0.0.1:1884",
    devices_file="/var/devices.json",
)


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    Path("site.toml").write_text(PLAN)
    handlers, level = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Let `serve` announce a hub at once and end, and return with which settings it ran."""
    settings: list[Settings] = []

    async def serve(given: Settings, announce: Callable[[Announcement], None]) -> None:
        settings.append(given)
        announce(ANNOUNCEMENT)

    monkeypatch.setattr(app, "serve", serve)
    return settings


def type_in(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


# --- serve and record -----------------------------------------------------------------------------


def test_serve_runs_with_the_settings_of_the_command_line(
    served: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    status = cli.main(["serve", "--site", "site.toml", "--http-port", "9000"])

    assert status == 0
    assert served[0].site == Path("site.toml")
    assert served[0].http_port == 9000
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8420" in said
    assert "Sign in as operator with secret" in said


def test_serve_says_no_password_that_it_does_not_know(
    served: list[Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del served
    known = Announcement(url="u", user="olga", password="", broker="b", devices_file="d")

    async def serve(_: Settings, announce: Callable[[Announcement], None]) -> None:
        announce(known)

    monkeypatch.setattr(app, "serve", serve)

    cli.main(["serve", "--site", "site.toml"])

    assert "Sign in" not in capsys.readouterr().out


def test_serve_announces_itself_to_programs_in_one_line(
    served: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    del served

    cli.main(["serve", "--site", "site.toml", "--announce", "json"])

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "url": "http://127.0.0.1:8420",
        "user": "operator",
        "password": "secret",
        "broker": "mqtt://127.0.0.1:1884",
        "devices_file": "/var/devices.json",
    }


def test_record_is_serving_with_a_recording(served: list[Settings]) -> None:
    assert cli.main(["record", "a.mcap", "--site", "site.toml"]) == 0

    assert served[0].record == Path("a.mcap")


def test_a_secret_cannot_be_given_where_others_read_it(served: list[Settings]) -> None:
    with pytest.raises(SystemExit) as misused:
        cli.main(["serve", "--site", "site.toml", "--broker-password", "x"])

    assert misused.value.code == 2
    assert not served


def test_what_a_person_can_put_right_is_one_sentence_and_a_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve(*_: object) -> None:
        what = "another program listens at 127.0.0.1:8420"
        raise HubError(what, fix="vedette-hub serve --http-port 8421")

    monkeypatch.setattr(app, "serve", serve)

    status = cli.main(["serve", "--site", "site.toml"])

    assert status == 1
    assert capsys.readouterr().err == (
        "vedette-hub: another program listens at 127.0.0.1:8420\n"
        "  try: vedette-hub serve --http-port 8421\n"
    )


def test_an_interrupt_is_no_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "serve", serve)

    assert cli.main(["serve", "--site", "site.toml"]) == 130


@pytest.mark.parametrize("words", [[], ["fly"], ["serve", "--announce", "xml"], ["users"]])
def test_misuse_is_status_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as misused:
        cli.main(words)

    assert misused.value.code == 2


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["users", "add", "--help"]])
def test_help_explains_every_argument(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as helped:
        cli.main(words)

    assert helped.value.code == 0
    assert "usage: vedette-hub" in capsys.readouterr().out


# --- users and audit ------------------------------------------------------------------------------


def test_a_user_is_added_listed_changed_and_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(PASSWORD + "\n", monkeypatch)
    words = ["users", "add", "olga", "--role", "operator", "--display-name", "Olga de Vries"]
    assert cli.main(words) == 0
    assert cli.main(["users", "role", "olga", "--role", "admin"]) == 0
    assert cli.main(["users", "list"]) == 0
    assert capsys.readouterr().out.split() == ["olga", "admin", "Olga", "de", "Vries"]

    assert cli.main(["users", "remove", "olga"]) == 0
    assert cli.main(["users", "list"]) == 0
    assert capsys.readouterr().out == ""


def test_a_password_is_made_and_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["users", "add", "olga", "--role", "operator", "--generate"])
    first = capsys.readouterr().out.strip()
    cli.main(["users", "password", "olga", "--generate"])
    second = capsys.readouterr().out.strip()

    file, users, _ = app.open_users(Path("var"))
    assert users.check("olga", first) is None
    assert users.check("olga", second) is not None
    file.close()


class ATerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_password_is_typed_twice_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter([PASSWORD, PASSWORD, PASSWORD, "another"])
    monkeypatch.setattr(sys, "stdin", ATerminal())
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(typed))

    assert cli.main(["users", "add", "olga", "--role", "operator"]) == 0
    assert cli.main(["users", "add", "otto", "--role", "operator"]) == 1

    assert "the two passwords differ" in capsys.readouterr().err


def test_a_user_of_the_field_is_given_a_team_and_loses_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["users", "add", "fay", "--role", "field", "--team", "team-alpha", "--generate"]
    assert cli.main(words) == 0
    assert cli.main(["users", "list"]) == 0
    assert "(team team-alpha)" in capsys.readouterr().out

    assert cli.main(["users", "team", "fay"]) == 0
    assert cli.main(["users", "list"]) == 0

    assert "team-alpha" not in capsys.readouterr().out
    cli.main(["audit", "list"])
    trail = capsys.readouterr().out
    assert "fay field team-alpha" in trail
    assert "fay none" in trail


def test_what_is_done_to_users_is_in_the_audit_trail(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["users", "add", "olga", "--role", "operator", "--generate"])
    cli.main(["users", "remove", "olga"])
    capsys.readouterr()

    assert cli.main(["audit", "list"]) == 0

    first, second = capsys.readouterr().out.splitlines()
    assert "user_added" in first
    assert "olga operator" in first
    assert "user_removed" in second


def test_a_whole_audit_trail_is_said_to_be_whole(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["users", "add", "olga", "--role", "operator", "--generate"])
    capsys.readouterr()

    assert cli.main(["audit", "verify"]) == 0

    said = capsys.readouterr().out
    assert "1 lines    whole" in said
    assert "journal" not in said, "there is none yet"


def test_an_audit_trail_that_was_changed_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["users", "add", "olga", "--role", "operator", "--generate"])
    file, _, _ = app.open_users(Path("var"))
    with file.writing() as connection:
        connection.execute("UPDATE audit SET who = 'mallory'")
    file.close()

    assert cli.main(["audit", "verify"]) == 1

    assert "broken at line 1" in capsys.readouterr().err


# --- the rest -------------------------------------------------------------------------------------


def test_a_good_plan_is_said_to_be_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check-site", "site.toml"]) == 0

    assert "good plan of Square" in capsys.readouterr().out


def test_a_bad_plan_is_a_failure_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.toml").write_text("[site]\nid = 5\n")

    assert cli.main(["check-site", "bad.toml"]) == 1

    assert "bad.toml" in capsys.readouterr().err


def test_a_broker_elsewhere_gets_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["broker-files", "out", "--site", "site.toml", "--port", "1999"]) == 0

    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert all(path.exists() for path in paths)
    assert "listener 1999" in Path("out/mosquitto.conf").read_text()


def a_recording() -> Path:
    path = Path("a.mcap")
    beginning = Beginning(
        site=load_site(Path("site.toml")),
        plan=PLAN,
        software="test",
        boot="01JZZZZZZZZZZZZZZZZZZZZZZA",
        start_us=1_800_000_000_000_000,
    )
    Recorder(path, beginning).close()
    return path


def test_a_recording_is_replayed_compared_and_recovered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(a_recording())

    assert cli.main(["replay", path, "--speed", "10", "--until", "1"]) == 0
    assert cli.main(["replay", path, "--compare"]) == 0
    assert "byte for byte" in capsys.readouterr().out
    assert cli.main(["recover", path, "whole.mcap"]) == 0
    assert "0 inputs and effects are in whole.mcap" in capsys.readouterr().out


def test_a_replay_prints_what_is_raised(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "play", lambda _recording, **_: ["A-1 raised"])

    assert cli.main(["replay", str(a_recording()), "--speed", "max"]) == 0

    assert capsys.readouterr().out == "A-1 raised\n"


def test_a_replay_that_differs_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "compare", lambda _recording: "effect 3 is another")

    assert cli.main(["replay", str(a_recording()), "--compare"]) == 1

    assert "effect 3" in capsys.readouterr().out


@pytest.mark.parametrize("speed", ["0", "2000", "fast", "nan"])
def test_a_speed_that_cannot_be_is_misuse(speed: str) -> None:
    with pytest.raises(SystemExit) as misused:
        cli.main(["replay", "a.mcap", "--speed", speed])

    assert misused.value.code == 2


@pytest.fixture
def metrics() -> Iterator[tuple[str, list[str]]]:
    """Serve some metrics, and return where and the lines that may be changed."""
    lines = ["vedette_tracks 12", "vedette_journal_ok 1"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write("\n".join([*lines, ""]).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", lines
    server.shutdown()
    thread.join()
    server.server_close()


def test_status_tells_how_a_hub_is(
    metrics: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, lines = metrics

    assert cli.main(["status", "--url", url]) == 0
    assert capsys.readouterr().out.split()[:2] == ["tracks", "12.0"]
    lines[1] = "vedette_journal_ok 0"
    assert cli.main(["status", "--url", url]) == 1


def test_status_says_where_it_found_no_hub(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "--url", "http://127.0.0.1:1"]) == 1

    assert "no hub answers at http://127.0.0.1:1" in capsys.readouterr().err


# --- Trying a plan --------------------------------------------------------------------------------


def test_a_plan_is_tried_on_a_recording_against_the_recordings_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorded_square.a_recording(Path("a.mcap"))
    Path("draft.toml").write_text(recorded_square.WITH_PANIC)

    status = cli.main(["try-site", "draft.toml", "a.mcap"])

    said = capsys.readouterr().out.splitlines()
    assert status == 0
    assert said[0] == "before: 0 alerts in 10 s of a.mcap"
    assert said[1] == "after: 1 alerts in 10 s of a.mcap"
    assert "high" in said[2]


def test_a_trial_against_another_plan_can_be_read_by_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorded_square.a_recording(Path("a.mcap"))
    Path("draft.toml").write_text(recorded_square.TEXT)
    Path("other.toml").write_text(recorded_square.WITH_PANIC)

    cli.main(["try-site", "draft.toml", "a.mcap", "--against", "other.toml", "--json"])

    (line,) = capsys.readouterr().out.splitlines()
    view = json.loads(line)
    assert [alert["rule"] for alert in view["before"]] == ["panic"]
    assert view["after_count"] == 0


def test_a_plan_that_is_wrong_is_not_tried(capsys: pytest.CaptureFixture[str]) -> None:
    recorded_square.a_recording(Path("a.mcap"))
    Path("draft.toml").write_text("[site")

    assert cli.main(["try-site", "draft.toml", "a.mcap"]) == 1
    assert "draft.toml" in capsys.readouterr().err
