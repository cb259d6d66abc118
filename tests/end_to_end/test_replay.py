"""A recording of a real hub gives the same effects again, byte for byte, or says why it cannot."""

import sys
from pathlib import Path

from end_to_end.processes import ROOT, Hub, Program, run_hub
from end_to_end.screen import Screen
from mcap.reader import make_reader

SITE = ROOT / "simulators" / "scenarios" / "market-square" / "site.toml"
TRACKS_MIN = 10


def a_square(folder: Path, hub: Hub) -> Program:
    """Return a simulated square with some people, that speaks to the hub."""
    words = [sys.executable, "-m", "simulators.cli", "run", "market-square", "--people", "30"]
    words += ["--broker", hub.broker_url, "--credentials", str(hub.credentials)]
    return Program("simulator", words, folder)


def record(folder: Path, *, kill: bool) -> Path:
    """Record a square until there is something to replay, and end the hub well or badly."""
    path = folder / "evening.mcap"
    with Hub(folder, SITE, "--record", str(path)) as hub, a_square(folder, hub):
        with Screen(hub) as screen:
            screen.until(lambda: len(screen.tracks) >= TRACKS_MIN, "people are tracked")
            screen.frames(3.0)
        if kill:
            hub.kill()
    return path


def amid_the_records(path: Path) -> int:
    """Return where a recording has records, and nothing that a reader can do without."""
    with path.open("rb") as stream:
        summary = make_reader(stream).get_summary()
    assert summary is not None
    chunk = max(summary.chunk_indexes, key=lambda one: one.compressed_size)
    return chunk.chunk_start_offset + chunk.chunk_length - chunk.compressed_size // 2


def test_a_recorded_run_replays_to_the_same_effects_and_a_flipped_bit_is_noticed(
    tmp_path: Path,
) -> None:
    path = record(tmp_path, kill=False)

    same = run_hub(tmp_path, "replay", str(path), "--compare")
    assert same.returncode == 0, same.stdout + same.stderr
    assert "byte for byte" in same.stdout

    damaged = bytearray(path.read_bytes())
    damaged[amid_the_records(path)] ^= 0x10
    path.write_bytes(damaged)
    other = run_hub(tmp_path, "replay", str(path), "--compare")
    assert other.returncode == 1, other.stdout + other.stderr
    assert "Traceback" not in other.stderr
    assert "try:" in other.stderr


def test_a_recording_that_a_kill_cut_short_is_recovered_and_replays(tmp_path: Path) -> None:
    path = record(tmp_path, kill=True)
    whole = tmp_path / "whole.mcap"

    recovered = run_hub(tmp_path, "recover", str(path), str(whole))
    assert recovered.returncode == 0, recovered.stderr
    assert int(recovered.stdout.split()[0]) > 0

    same = run_hub(tmp_path, "replay", str(whole), "--compare")
    assert same.returncode == 0, same.stdout + same.stderr
