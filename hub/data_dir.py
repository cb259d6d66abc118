"""The folder in which the hub keeps what must outlive it."""

from pathlib import Path

from hub.errors import SettingsError


def open_data_dir(folder: Path) -> Path:
    """Make the data folder where it is missing, and return it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        what = f"the data folder {folder} cannot be written: {error.strerror}"
        fix = "vedette-hub serve --data-dir FOLDER   with a folder of the hub's own"
        raise SettingsError(what, fix=fix) from error
    return folder
