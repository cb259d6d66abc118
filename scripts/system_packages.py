"""Make sure that the real broker and the real browser are here, or say at once what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# What the tests start, where Debian puts it, and the package that brings it.
WANTED = {
    "mosquitto": ("mosquitto", ("/usr/sbin/mosquitto",)),
    "chromium": ("chromium", ("/usr/bin/chromium-browser",)),
}


def is_there(program: str, elsewhere: tuple[str, ...]) -> bool:
    """Whether the program can be started."""
    return shutil.which(program) is not None or any(Path(path).exists() for path in elsewhere)


def apt_get() -> list[str] | None:
    """Return the words that run apt-get as root, or None where that is not possible."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False).returncode == 0:
        return [sudo, "-n", "apt-get"]
    return None


def main() -> int:
    """Install what is missing; return 1 where that cannot be done."""
    missing = [package for name, (package, paths) in WANTED.items() if not is_there(name, paths)]
    if not missing:
        return 0
    command = apt_get()
    if command is None:
        print(f"vedette: the tests need {' and '.join(missing)}, and this user may not install it")
        print(f"  fix: sudo apt-get install {' '.join(missing)}   (or your system's like of it)")
        return 1
    print(f"vedette: installing {', '.join(missing)} for the tests")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        done = subprocess.run(
            [*command, *words], env=environment, check=False, stdout=subprocess.DEVNULL
        )
        if done.returncode != 0:
            print(f"vedette: {' '.join([*command, *words])} failed; run it by hand to see why")
            return 1
    # A distribution that installs its own broker starts it as a service too, on the usual port;
    # the tests use free ports and their own brokers, so it does no harm.
    return 0


if __name__ == "__main__":
    sys.exit(main())
