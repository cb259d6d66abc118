import stat
from pathlib import Path

import pytest

from hub.adapters.broker.credentials import FILE_NAME, load_credentials, write_private
from hub.errors import SettingsError


def test_each_name_gets_its_own_password(tmp_path: Path) -> None:
    passwords = load_credentials(tmp_path, ["hub", "cam-01"])

    assert passwords.keys() == {"hub", "cam-01"}
    assert len(set(passwords.values())) == 2
    assert all(len(password) >= 32 for password in passwords.values())


def test_passwords_stay_and_new_names_join(tmp_path: Path) -> None:
    first = load_credentials(tmp_path, ["hub", "cam-01"])

    second = load_credentials(tmp_path, ["hub", "cam-02"])
    third = load_credentials(tmp_path, ["hub", "cam-01", "cam-02"])

    assert second.keys() == {"hub", "cam-02"}
    assert third == first | second


def test_the_file_is_for_this_user_alone(tmp_path: Path) -> None:
    load_credentials(tmp_path / "data", ["hub"])

    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", "old")

    write_private(tmp_path / "secret", "new")

    assert (tmp_path / "secret").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_damaged_file_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{ not json")

    with pytest.raises(SettingsError, match=r"devices\.json cannot be read"):
        load_credentials(tmp_path, ["hub"])

    assert (tmp_path / FILE_NAME).read_text() == "{ not json"
