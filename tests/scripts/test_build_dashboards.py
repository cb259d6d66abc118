"""The script that builds the dashboards: when it builds, with what, what it says on failure."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "build_dashboards.py"


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script as a module that works in a folder of its own."""
    spec = importlib.util.spec_from_file_location("build_dashboards", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delenv(module.SKIP, raising=False)
    for name, folder in (("SOURCE", "dashboards"), ("OUTPUT", "static"), ("NODE_FOLDER", "node")):
        (tmp_path / folder).mkdir()
        monkeypatch.setattr(module, name, tmp_path / folder)
    monkeypatch.setattr(module, "STAMP", tmp_path / "static" / ".built-from")
    (tmp_path / "dashboards" / "main.ts").write_text("export {};\n", encoding="utf-8")
    (tmp_path / "dashboards" / "package-lock.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "dashboards" / "node_modules").mkdir()
    return module


def a_program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the one folder on PATH, with a Node and an npm that write down what they are asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    a_program(folder, "node", "echo v20.19.0")
    a_program(folder, "npm", f'echo "$@" >> {tmp_path / "asked"}')
    monkeypatch.setenv("PATH", str(folder))
    return folder


def asked(tmp_path: Path) -> list[str]:
    path = tmp_path / "asked"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.mark.usefixtures("machine")
def test_a_second_build_does_nothing_until_a_source_changes(
    builder: ModuleType, tmp_path: Path
) -> None:
    assert builder.build() is True
    assert builder.build() is False

    (tmp_path / "dashboards" / "main.ts").write_text("export const a = 1;\n", encoding="utf-8")

    assert builder.build() is True
    assert [words.split()[0] for words in asked(tmp_path)] == ["ci", "run", "run"]


@pytest.mark.usefixtures("machine")
def test_what_is_no_source_does_not_cause_a_build(builder: ModuleType, tmp_path: Path) -> None:
    builder.build()

    (tmp_path / "dashboards" / "node_modules" / "x.js").write_text("x", encoding="utf-8")
    (tmp_path / "dashboards" / "main.test.ts").write_text("x", encoding="utf-8")

    assert builder.build() is False


@pytest.mark.usefixtures("machine")
def test_a_lost_output_is_built_again(builder: ModuleType) -> None:
    builder.build()

    builder.STAMP.unlink()

    assert builder.build() is True


@pytest.mark.usefixtures("machine")
def test_an_edge_only_install_skips_the_dashboards(
    builder: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(builder.SKIP, "1")

    assert builder.build() is False
    assert asked(tmp_path) == []


def test_a_failing_build_shows_the_last_words_and_a_way_out(
    builder: ModuleType,
    machine: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_program(machine, "npm", "echo 'no space left on the disk'; exit 1")
    monkeypatch.setattr(sys, "argv", ["build_dashboards.py"])

    assert builder.main() == 1

    said = capsys.readouterr().err
    assert "npm could not install the packages" in said
    assert "no space left on the disk" in said
    assert "fix:" in said
    assert not builder.STAMP.exists()


@pytest.mark.parametrize(
    "version",
    ["v20.18.3", "v18.20.0", ""],
)
def test_an_old_node_is_not_used(builder: ModuleType, machine: Path, version: str) -> None:
    node = a_program(machine, "node", f"echo {version}")

    assert not builder._is_new_enough(str(node))


def test_a_machine_without_node_fetches_one_and_uses_it(
    builder: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(builder, "_fetch_node", (tmp_path / "node" / "bin").mkdir)

    folder = builder._node_folder()

    assert folder == tmp_path / "node" / "bin"
    assert builder._environment(folder)["PATH"].split(os.pathsep)[0] == str(folder)
