import ctypes
import os
import subprocess
import sys

import pytest

from hub.adapters.broker import guard


def test_it_becomes_the_program() -> None:
    script = "import sys; print(sys.argv[1])"
    command = [sys.executable, guard.__file__, str(os.getpid()), sys.executable, "-c", script, "hi"]

    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert done.stdout == "hi\n"


def test_it_starts_nothing_for_a_parent_that_is_gone() -> None:
    command = [sys.executable, guard.__file__, "1", sys.executable, "-c", "print('hi')"]

    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert done.stdout == ""


def test_a_system_without_the_request_starts_the_program_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    monkeypatch.setattr(os, "execv", lambda _program, arguments: started.append(arguments))

    guard.main([str(os.getppid()), "broker", "-v"])

    assert started == [["broker", "-v"]]
