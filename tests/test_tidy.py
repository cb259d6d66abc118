"""The house rules, held against every file of the repository."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath

import pytest
from house_rules import (
    FUNCTION_LINES_MAX,
    MODULE_LINES_MAX,
    banned_words,
    broad_catches,
    imports,
    impure,
    long_functions,
    nameless,
    prints,
    silent_exemptions,
    sleeps,
    tied_to_a_machine,
    too_long,
    unfinished,
    without_docstring,
)

ROOT = Path(__file__).parents[1]
PRODUCT = ("wire", "hub", "edge", "simulators")
PURE = ("wire", "hub/core")
TALKS = ("bench", "scripts")
"""What may print, besides every cli.py."""

FILE_BYTES_MAX = 1_000_000

GENERATED = ("dashboards/shared/contract.ts", "dashboards/package-lock.json", "docs/contract/")
"""Made by a script, and compared with it by a test: as long as it has to be."""

Check = Callable[[str, str], list[str]]


# --- The files ------------------------------------------------------------------------------


@cache
def files() -> tuple[str, ...]:
    """Return every file that is, or would be, part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return tuple(sorted({name for name in names if name and (ROOT / name).is_file()}))


@cache
def text_of(path: str) -> str:
    """Return a file's text; what is no text is empty."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def python_files(*folders: str) -> list[str]:
    """Return the Python files, of some folders or of all."""
    every = [path for path in files() if path.endswith(".py")]
    return [
        path for path in every if not folders or path.startswith(tuple(f"{f}/" for f in folders))
    ]


def complaints(check: Check, paths: list[str] | tuple[str, ...]) -> list[str]:
    """Return what a check says of all these files, ready to click on."""
    return [f"{path}:{said}" for path in paths for said in check(path, text_of(path))]


# --- The rules ------------------------------------------------------------------------------

HAND_WRITTEN = [path for path in files() if not path.startswith(GENERATED)]
TYPESCRIPT = [path for path in HAND_WRITTEN if path.endswith((".ts", ".tsx"))]
QUIET = [
    path
    for path in python_files(*PRODUCT)
    if not path.endswith("cli.py") and not path.startswith(tuple(f"{folder}/" for folder in TALKS))
]


def test_every_module_says_what_it_is_for() -> None:
    assert complaints(without_docstring, python_files(*PRODUCT, *TALKS)) == []


def test_no_module_is_longer_than_a_person_reads() -> None:
    assert complaints(too_long, python_files() + TYPESCRIPT) == []


def test_no_function_is_longer_than_a_screen() -> None:
    assert complaints(long_functions, python_files()) == []


def test_every_file_is_named_after_a_thing() -> None:
    assert (
        complaints(nameless, [p for p in HAND_WRITTEN if p.endswith((".py", ".ts", ".tsx"))]) == []
    )


def test_nothing_unfinished_is_in_the_tree() -> None:
    assert complaints(unfinished, HAND_WRITTEN) == []


def test_only_commands_scripts_and_benchmarks_print() -> None:
    assert complaints(prints, QUIET) == []


def test_core_and_wire_are_pure() -> None:
    assert complaints(impure, python_files(*PURE)) == []


def test_one_place_in_the_hub_catches_everything() -> None:
    found = complaints(broad_catches, python_files("hub"))

    assert [line.split(":")[0] for line in found] == ["hub/adapters/runner.py"], found


def test_nothing_else_catches_everything() -> None:
    assert complaints(broad_catches, python_files("wire", "edge", "simulators")) == []


def test_every_exemption_names_its_code_and_its_reason() -> None:
    assert complaints(silent_exemptions, python_files()) == []


def test_nothing_is_tied_to_a_machine_or_to_where_packages_come_from() -> None:
    assert complaints(tied_to_a_machine, files()) == []


def test_no_file_is_large() -> None:
    large = [path for path in files() if (ROOT / path).stat().st_size > FILE_BYTES_MAX]

    assert large == []


def test_names_are_the_glossarys_words() -> None:
    assert complaints(banned_words, python_files(*PRODUCT)) == []


def test_no_test_sleeps() -> None:
    assert complaints(sleeps, python_files("tests")) == []


def test_tests_are_files_and_not_packages() -> None:
    assert [path for path in python_files("tests") if path.endswith("__init__.py")] == []


# --- Tests and what they test ---------------------------------------------------------------

STORIES = ("tests/end_to_end/", "tests/simulation/", "tests/browser/")
"""Tests of the whole have no module to mirror."""
OF_THE_HOUSE = {
    "tests/test_tidy.py",
    "tests/test_contracts_of_design.py",
    "tests/test_documents.py",
}


def module_under(path: str) -> str | None:
    """Return the module that a test file is about, by its name; None if there is none.

    `test_engine_delivery.py` is about an aspect of `engine.py`.
    """
    folder = path.removeprefix("tests/").rpartition("/")[0]
    words = PurePosixPath(path).stem.removeprefix("test_").split("_")
    scenario = f"{folder}/scenarios/{'-'.join(words)}/scenario.toml"
    if scenario in files():
        return scenario
    for count in range(len(words), 0, -1):
        module = f"{folder}/{'_'.join(words[:count])}".removeprefix("/")
        for candidate in (f"{module}.py", f"{module}/__init__.py"):
            if candidate in files():
                return candidate
    return None


def test_every_test_file_mirrors_a_module() -> None:
    mirrors = [
        path
        for path in python_files("tests")
        if PurePosixPath(path).name.startswith("test_")
        and not path.startswith(STORIES)
        and path not in OF_THE_HOUSE
    ]

    assert [path for path in mirrors if module_under(path) is None] == []


def test_every_module_of_the_core_that_does_something_has_its_test_file() -> None:
    doing = [
        path
        for path in python_files(*PURE)
        if any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(text_of(path))))
    ]
    missing = [
        path
        for path in doing
        if f"tests/{PurePosixPath(path).parent}/test_{PurePosixPath(path).stem}.py" not in files()
    ]

    assert missing == []


# --- Dependencies and versions --------------------------------------------------------------

PYPROJECT = tomllib.loads(text_of("pyproject.toml"))
PAGE_OF = {
    "opencv-python-headless": "opencv",
    "pydantic": "pydantic-settings",
    "pytest-asyncio": "pytest",
    "pytest-cov": "pytest",
    "pytest-xdist": "pytest",
    "supervision": "trackers",
}
"""Parts of one thing share its page."""
IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "common-expression-language": "cel",
    "opencv-python-headless": "cv2",
    "paho-mqtt": "paho",
}


def declared() -> list[str]:
    """Return the name of every Python dependency."""
    project = PYPROJECT["project"]
    lines = [
        *project["dependencies"],
        *(line for group in project["optional-dependencies"].values() for line in group),
        *(line for group in PYPROJECT["dependency-groups"].values() for line in group),
        *PYPROJECT["build-system"]["requires"],
    ]
    return sorted({re.split(r"[\s<>=!~;\[]", line)[0] for line in lines})


def test_every_dependency_has_its_page() -> None:
    pages = {PurePosixPath(path).stem for path in files() if path.startswith("docs/decisions/")}

    assert [name for name in declared() if PAGE_OF.get(name, name) not in pages] == []


def test_every_dependency_of_the_dashboards_that_people_download_has_its_page() -> None:
    pages = {PurePosixPath(path).stem for path in files() if path.startswith("docs/decisions/")}
    used = json.loads(text_of("dashboards/package.json")).get("dependencies", {})
    # "@scope/name" is on the page of its scope, and react-dom on that of react.
    names = {re.sub(r"^@([^/]+)/.*", r"\1", name).removesuffix("-dom") for name in used}

    assert sorted(names - pages) == []


def test_nothing_is_imported_that_is_not_declared() -> None:
    known = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in declared()}
    # FastAPI is Starlette with types, and does not name again what it takes from it.
    known |= sys.stdlib_module_names | set(PRODUCT) | {"starlette"}
    strange = [
        f"{path}:{line}: {name}"
        for path in python_files(*PRODUCT)
        for line, name in imports(ast.parse(text_of(path), path))
        if name.split(".")[0] not in known
    ]

    assert strange == []


def test_the_changelog_tells_of_this_version() -> None:
    version = PYPROJECT["project"]["version"]

    assert "CHANGELOG.md" in files()
    assert re.search(rf"^## \[?{re.escape(version)}\b", text_of("CHANGELOG.md"), re.MULTILINE)


# --- The checks find what they look for -----------------------------------------------------

BAD: dict[Check, str] = {
    without_docstring: "x = 1\n",
    too_long: "x = 1\n" * (MODULE_LINES_MAX + 1),
    long_functions: "def f():\n" + "    x = 1\n" * FUNCTION_LINES_MAX,
    unfinished: "# TO" + "DO: later\n",
    prints: 'print("x")\n',
    broad_catches: "try:\n    f()\nexcept (ValueError, Exception):\n    pass\n",
    silent_exemptions: "import os  # noqa: F401\n",
    tied_to_a_machine: 'PATH = "/ho' + 'me/ann/x"\n',
    banned_words: "class DoorEvent:\n    pass\n",
    sleeps: "import time\ntime.sleep(1)\n",
}


@pytest.mark.parametrize("check", BAD, ids=lambda check: check.__name__)
def test_a_bad_example_is_found(check: Check) -> None:
    assert check("module.py", BAD[check]) != []


@pytest.mark.parametrize(
    "text",
    [
        "import time\n",
        "from datetime import datetime\n",
        "import os.path\n",
        "async def f() -> None: ...\n",
        'text = open("x").read()\n',
        "import numpy as np\nx = np.random.default_rng()\n",
        "def f() -> None:\n    global x\n",
    ],
)
def test_an_impure_example_is_found(text: str) -> None:
    assert impure("module.py", text) != []


@pytest.mark.parametrize("path", ["hub/utils.py", "wire/base.py", "edge/core/frame_data.py"])
def test_a_nameless_example_is_found(path: str) -> None:
    assert nameless(path, "") != []


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # type: ignore\n",
        "x = 1  # noqa\n",
        "x = 1  # noqa: F401\n",
    ],
)
def test_an_exemption_without_code_or_reason_is_found(text: str) -> None:
    assert silent_exemptions("module.py", text) != []
    assert silent_exemptions("module.py", "x = 1  # noqa: F401 - re-exported.\n") == []


def test_a_docstring_does_not_count_as_length() -> None:
    body = '    """One.' + "\n" * FUNCTION_LINES_MAX + '    """\n    return 1\n'

    assert long_functions("module.py", "def f() -> int:\n" + body) == []
