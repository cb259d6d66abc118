from pathlib import Path

import pytest

from hub.data_dir import open_data_dir
from hub.errors import SettingsError


def test_a_folder_that_is_missing_is_made_for_the_hub_alone(tmp_path: Path) -> None:
    folder = open_data_dir(tmp_path / "a" / "b")

    assert folder.stat().st_mode & 0o077 == 0
    assert list(folder.iterdir()) == []
    assert open_data_dir(folder) == folder


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="cannot be written") as refused:
        open_data_dir(tmp_path / "file" / "var")

    assert "--data-dir" in refused.value.fix
