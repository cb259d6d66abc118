import os
from pathlib import Path

import pytest

from hub.adapters.kernels import forget_stale, make_ready


def a_folder(tmp_path: Path, *, source_s: float, kernel_s: float) -> Path:
    (tmp_path / "__pycache__").mkdir(parents=True)
    source, kernel = tmp_path / "kalman.py", tmp_path / "__pycache__" / "update.take-1.py311.nbi"
    for path, at_s in ((source, source_s), (kernel, kernel_s)):
        path.write_bytes(b"")
        os.utime(path, (at_s, at_s))
    return tmp_path


def kept(folder: Path) -> list[Path]:
    return list((folder / "__pycache__").iterdir())


def test_a_kernel_older_than_any_source_is_forgotten(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, source_s=2_000.0, kernel_s=1_000.0)

    forget_stale(folder)

    assert kept(folder) == []


def test_a_kernel_newer_than_all_sources_is_kept(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, source_s=1_000.0, kernel_s=2_000.0)

    forget_stale(folder)

    assert len(kept(folder)) == 1


def test_who_starts_the_hub_is_told_before_kernels_are_compiled(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, source_s=2_000.0, kernel_s=1_000.0)
    said: list[str] = []

    make_ready(said.append, folder)

    assert len(said) == 1
    assert "once" in said[0]


def test_nothing_is_said_where_all_kernels_are_there(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, source_s=1_000.0, kernel_s=2_000.0)
    said: list[str] = []

    make_ready(said.append, folder)

    assert said == []


def test_a_folder_that_was_never_compiled_in_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "kalman.py").write_bytes(b"")

    forget_stale(tmp_path)


def test_kernels_kept_elsewhere_are_found_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path / "code", source_s=2_000.0, kernel_s=1_000.0)
    elsewhere = a_folder(tmp_path / "elsewhere", source_s=0.0, kernel_s=1_000.0)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(elsewhere))

    forget_stale(folder)

    assert kept(elsewhere) == []
    assert len(kept(folder)) == 1
