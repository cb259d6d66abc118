from pathlib import Path, PurePosixPath

import pytest

from hub.adapters.broker.mosquitto import Listener
from hub.adapters.site_file import load_site
from hub.broker_files import devices_of, hub_password, write_broker_files
from hub.errors import SettingsError
from wire.catalogue import Party

PLAN = """
[site]
id = "square"
name = "Square"
origin = { lat_deg = 52.0, lon_deg = 5.0 }
bounds = [[-50.0, -50.0], [50.0, 50.0]]

[[sensor]]
id = "cam-01"
kind = "camera"
name = "Camera 1"
position = [0.0, 0.0]

[[actuator]]
id = "siren-01"
kind = "siren"
name = "Siren"
position = [1.0, 1.0]
effect = "warn"

[[team]]
id = "team-alpha"
name = "Stewards"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(PLAN)
    return path


def test_every_device_of_the_plan_speaks_at_the_broker(plan: Path) -> None:
    assert devices_of(load_site(plan)) == {
        "cam-01": Party.SENSOR,
        "siren-01": Party.ACTUATOR,
        "team-alpha": Party.TEAM,
    }


def a_listener() -> Listener:
    return Listener(host="0.0.0.0", port=1883, directory=PurePosixPath("/broker"), user="root")


def test_a_broker_elsewhere_gets_its_files_and_nobody_else_reads_them(
    plan: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "broker-files"

    paths = write_broker_files(load_site(plan), folder, a_listener())

    names = {"devices.json", "mosquitto.conf", "passwords", "access"}
    assert {path.name for path in paths} == names
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)
    configuration = (folder / "mosquitto.conf").read_text()
    assert "listener 1883 0.0.0.0" in configuration
    assert "/broker/passwords" in configuration


def test_writing_the_files_again_changes_nobodys_password(plan: Path, tmp_path: Path) -> None:
    write_broker_files(load_site(plan), tmp_path, a_listener())
    before = (tmp_path / "devices.json").read_bytes()

    write_broker_files(load_site(plan), tmp_path, a_listener())

    assert (tmp_path / "devices.json").read_bytes() == before
    assert len(hub_password(tmp_path / "devices.json")) >= 24


@pytest.mark.parametrize("text", ["{", "[]", "{}", None])
def test_credentials_without_the_hubs_password_are_said(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "devices.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(SettingsError, match="hub's password") as refused:
        hub_password(path)

    assert "broker-files" in refused.value.fix
