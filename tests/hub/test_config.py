import subprocess
import sys
from pathlib import Path

import pytest

from hub.config import (
    SECRETS,
    LogLevel,
    Settings,
    flag,
    load_settings,
    settings_page,
    site_of,
    variable,
)
from hub.errors import SettingsError

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


def test_the_defaults_are_safe_for_a_demo() -> None:
    settings = load_settings({})

    assert settings.http_host == "127.0.0.1"
    assert settings.broker_host == "127.0.0.1"
    assert settings.broker == "embedded"
    assert settings.log_level is LogLevel.INFO


def test_the_command_line_is_stronger_than_the_environment_and_that_than_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("hub.toml").write_text('http_port = 1001\nbroker_port = 1002\nrecord = "a.mcap"\n')
    monkeypatch.setenv("VEDETTE_HTTP_PORT", "2001")
    monkeypatch.setenv("VEDETTE_BROKER_PORT", "2002")

    settings = load_settings({"http_port": "3001"})

    assert settings.http_port == 3001
    assert settings.broker_port == 2002
    assert settings.record == Path("a.mcap")


def test_a_value_that_cannot_be_names_the_flag_that_gave_it() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({"http_port": "eighty"})

    assert "http_port cannot be 'eighty'" in refused.value.what
    assert refused.value.fix == "correct --http-port"


def test_a_value_that_cannot_be_names_the_variable_where_no_flag_gave_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VEDETTE_HTTP_PORT", "99999")

    with pytest.raises(SettingsError) as refused:
        load_settings({})

    assert refused.value.fix == "correct VEDETTE_HTTP_PORT or http_port in hub.toml"


def test_a_word_in_the_file_that_is_no_setting_is_named() -> None:
    Path("hub.toml").write_text("htp_port = 8080\n")

    with pytest.raises(SettingsError, match="htp_port is not a setting"):
        load_settings({})


def test_a_file_that_is_not_toml_names_the_line() -> None:
    Path("hub.toml").write_text("http_port 8080\n")

    with pytest.raises(SettingsError, match="line 1"):
        load_settings({})


@pytest.mark.parametrize("broker", ["http://example", "localhost:1883", "Mosquitto"])
def test_a_broker_is_a_known_one_or_an_address(broker: str) -> None:
    with pytest.raises(SettingsError, match="must be embedded, mosquitto"):
        load_settings({"broker": broker})


@pytest.mark.parametrize("broker", ["embedded", "mosquitto", "mqtt://b:1883", "mqtts://b"])
def test_brokers_are_taken(broker: str) -> None:
    assert load_settings({"broker": broker}).broker == broker


@pytest.mark.parametrize("origin", ["hub.example", "ftp://hub.example", "https://"])
def test_a_public_origin_is_a_scheme_and_a_host(origin: str) -> None:
    with pytest.raises(SettingsError, match="must be http:// or https://"):
        load_settings({"public_origin": origin})


def test_a_public_origin_is_kept_as_browsers_send_it() -> None:
    settings = load_settings({"public_origin": "https://hub.example/"})

    assert settings.public_origin == "https://hub.example"


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEDETTE_BROKER_PASSWORD", "swordfish")

    settings = load_settings({})

    assert "swordfish" not in repr(settings)
    assert settings.broker_password.get_secret_value() == "swordfish"


def test_a_hub_without_a_plan_is_told_how_to_name_one() -> None:
    with pytest.raises(SettingsError) as refused:
        site_of(load_settings({}))

    assert "--site" in refused.value.fix
    assert site_of(load_settings({"site": "a.toml"})) == Path("a.toml")


def test_the_page_of_settings_is_the_one_that_the_settings_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page()


def test_the_page_is_made_by_running_the_module() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "hub.config"], cwd=PAGE.parents[1], capture_output=True, check=True
    )

    assert made.stdout.decode() == settings_page()


def test_every_setting_is_explained_and_no_secret_has_a_flag() -> None:
    page = settings_page()

    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"| `{name}` |" in page
        assert (f"`{flag(name)}`" in page) == (name not in SECRETS)
