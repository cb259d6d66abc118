import shutil
import subprocess
from pathlib import Path, PurePosixPath

from hub.adapters.broker.access import rights_of
from hub.adapters.broker.mosquitto import (
    ACCESS,
    CONFIGURATION,
    PASSWORDS,
    Listener,
    mosquitto_files,
)
from wire.catalogue import Party
from wire.topics import HUB

RIGHTS = rights_of("square", {"cam-01": Party.SENSOR}, {HUB: "secret", "cam-01": "safe"})
SALTS = {HUB: b"hub's salt..", "cam-01": b"another salt"}


def the_files(user: str | None = None) -> dict[str, str]:
    listener = Listener(
        host="0.0.0.0", port=1883, directory=PurePosixPath("/mosquitto/config"), user=user
    )
    return mosquitto_files(listener, RIGHTS, SALTS)


def test_nobody_comes_in_without_a_password() -> None:
    configuration = the_files()[CONFIGURATION].splitlines()

    assert "listener 1883 0.0.0.0" in configuration
    assert "allow_anonymous false" in configuration
    assert "password_file /mosquitto/config/passwords" in configuration
    assert "acl_file /mosquitto/config/access" in configuration


def test_the_queue_is_bounded_and_larger_than_by_default() -> None:
    (line,) = [
        line
        for line in the_files()[CONFIGURATION].splitlines()
        if line.startswith("max_queued_messages")
    ]

    assert 1_000 < int(line.split()[1]) < 1_000_000


def test_mosquitto_keeps_its_own_user_unless_told() -> None:
    assert "user " not in the_files()[CONFIGURATION]
    assert the_files(user="root")[CONFIGURATION].endswith("user root\n")


def test_each_name_may_do_its_own_and_no_password_is_in_clear() -> None:
    files = the_files()

    hub, camera = files[ACCESS].split("\n\n")
    assert hub.startswith("user hub\ntopic read vedette/1/square/#\n")
    assert "topic write vedette/1/square/sensor/cam-01/cue\n" in camera
    assert "secret" not in "".join(files.values())
    assert [line.split(":")[0] for line in files[PASSWORDS].splitlines()] == [HUB, "cam-01"]


def test_the_same_names_and_salts_give_the_same_files() -> None:
    assert the_files() == the_files()


def test_mosquittos_own_tool_reads_the_password_file(tmp_path: Path) -> None:
    tool = shutil.which("mosquitto_passwd")
    assert tool is not None
    path = tmp_path / "passwords"
    path.write_text(the_files()[PASSWORDS])
    path.chmod(0o600)

    subprocess.run([tool, "-D", str(path), "cam-01"], check=True)

    assert path.read_text().splitlines()[0] == the_files()[PASSWORDS].splitlines()[0]
