"""An edge that publishes cues, and a seeded hand that kills hub, broker and edge at random.

Every process is a real one: the hub with its journal, a broker, and an edge with its outbox.
"""

import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from os import kill
from pathlib import Path
from threading import Event

from end_to_end.crossing import CAMERA, PLAN, write_plan
from end_to_end.edge_sender import SAID
from end_to_end.processes import Hub, Mosquitto, Program, children
from end_to_end.screen import Screen
from msgspec import Struct
from patience import until

from hub.core.effects import Accepted
from wire import codec

RATE_HZ = 50
PAUSE_S = (2.0, 4.0)
ROUND = ["hub", "hub", "broker", "broker", "both"]
# A hub or a broker is away for so long at most: a supervisor starts it again at once.
AWAY_S_MAX = 0.5
# The longest pause between two tries is 60 s, and a broker is looked for each 15 s at least.
IDLE_S_MAX = 90.0
# However slow the machine is: this is no longer waiting, it is hanging.
DRAIN_S_MAX = 1200.0
# A hub may find its port held by the broker of the one before it; the first of all compiles.
SERVES_S_MAX = 300.0
# Looking takes the disk too: five times a second is soon enough.
LOOK_S = 0.2
OWN = "mosquitto of its own"
"""A Mosquitto that the hub did not start; any other kind is the hub's child."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What became of every cue."""

    said: int
    kept: int
    lost: list[str]
    doubled: list[str]
    gaps: list[str]
    disordered: list[str]
    unheard_of: int
    boots: int
    late_arrivals: int  # That overtook another of their boot on the way; the numbers say so.
    kills: dict[str, int]
    took_s: float

    @property
    def is_good(self) -> bool:
        """Whether every cue was kept exactly once, in order."""
        return self.said > 0 and not (self.lost or self.doubled or self.gaps or self.disordered)


class Ordeal:
    """One hub, one broker, one edge, and the hand that kills them."""

    def __init__(self, folder: Path, broker: str, seed: int, plan: str = PLAN) -> None:
        self.seed = seed
        self.kills: Counter[str] = Counter()
        self.log: list[str] = []
        self._random = random.Random(seed)
        self._begun_s = time.monotonic()
        self._victims: list[str] = []
        self._nobody = Event()  # Who waits for it waits for time alone.
        site = write_plan(folder, plan)
        self.broker = Mosquitto(folder, site) if broker == OWN else None
        words = []
        if self.broker is not None:
            words = ["--broker-credentials", str(self.broker.files / "devices.json")]
        kind = self.broker.url if self.broker is not None else broker
        self.hub = Hub(folder, site, *words, broker=kind)
        self._folder = folder
        self.edge: Program | None = None
        self.others: dict[str, Program] = {}  # More that may die, by the name of the victim.
        self.round = list(ROUND)

    def begin(self) -> None:
        """Start everything."""
        if self.broker is not None:
            self.broker.start()
        self.hub.start(wait=False)
        self._wait_for_hub()
        self.edge = self.a_device("edge", CAMERA, "edge_sender.py", self._folder, str(RATE_HZ))
        self.edge.start()
        until(lambda: self.said_count() > 0, "the edge says its first cue")
        self._begun_s = time.monotonic()

    def a_device(self, name: str, device: str, file: str, folder: Path, *words: str) -> Program:
        """Return a program that speaks for a device, with its outbox in a folder."""
        folder.mkdir(exist_ok=True)
        script = Path(__file__).with_name(file)
        own = [self.hub.broker_url, device, self.hub.passwords()[device], str(folder)]
        return Program(name, [sys.executable, str(script), *own, *words], folder)

    def live(self, span_s: float, edge_kills: int) -> None:
        """Kill at random for so long, and the edge so many times in between.

        On a machine with much to do it goes on until each has died and half of all is said that
        could have been.
        """
        end_s = self._begun_s + span_s
        edge_s = [self._begun_s + span_s * (n + 1) / (edge_kills + 1) for n in range(edge_kills)]
        while time.monotonic() < end_s or not {*self.round, "edge"} <= self.kills.keys():
            self._nobody.wait(self._random.uniform(*PAUSE_S))
            if edge_s and time.monotonic() > edge_s[0]:
                edge_s.pop(0)
                self.strike("edge")
            else:
                self.strike()
        enough = span_s * RATE_HZ / 2
        self.until_still("enough is said", lambda: self.said_count() >= enough)

    def strike(self, victim: str = "") -> None:
        """Kill one, or hub and broker together, and start it again a moment later."""
        victim = victim or self.next_victim()
        self.kills[victim] += 1
        self.log.append(f"{time.monotonic() - self._begun_s:.2f} s {victim}")
        if victim in ("broker", "both"):
            self._kill_broker()
        if victim in ("hub", "both"):
            self.hub.kill()
        if victim == "edge":
            assert self.edge is not None
            self.edge.kill()
        for program in self.those_of(victim):
            program.kill()
        self._nobody.wait(self._random.uniform(0.0, AWAY_S_MAX))
        self._keep()

    def those_of(self, victim: str) -> list[Program]:
        """Return who else dies by the name of a victim."""
        return [self.others[victim]] if victim in self.others else []

    def next_victim(self) -> str:
        """Return who dies next. Rounds in random order: even a short ordeal meets every kind."""
        if not self._victims:
            self._victims = self._random.sample(self.round, len(self.round))
        return self._victims.pop()

    def finish(self) -> Verdict:
        """Let the edge deliver what waits, and compare what was said with what is on disk."""
        assert self.edge is not None
        self._keep()
        self._wait_for_hub()
        # Before its first word an edge cannot be told anything: it would die of the signal.
        self.edge.first_line()
        kill(self.edge.pid, signal.SIGUSR1)
        self.until_still("the outbox is empty", self._is_delivered)
        took_s = time.monotonic() - self._begun_s
        self.hub.history().verify()
        return self._judge(self.hub.history().accepted(CAMERA), took_s)

    def until_still(self, what: str, fact: Callable[[], bool]) -> None:
        """Wait until something is so, for as long as anything moves."""
        moved_s = begun_s = time.monotonic()
        seen = self.moves()
        while not fact():
            now_s, moves = time.monotonic(), self.moves()
            moved_s, seen = (now_s if moves != seen else moved_s), moves
            story = f"{what}: {dict(moves)}, {self.log[-1:]}"
            assert now_s - moved_s < IDLE_S_MAX, f"nothing moves for {IDLE_S_MAX:.0f} s; {story}"
            assert now_s - begun_s < DRAIN_S_MAX, f"not in {DRAIN_S_MAX:.0f} s; {story}"
            assert self.edge is None or self.edge.is_up, f"the edge has ended; {story}"
            self._nobody.wait(LOOK_S)

    def moves(self) -> tuple[tuple[str, int], ...]:
        """Return how far everything has come: while it changes, somebody is at work."""
        outbox = count_of(self._folder / "outbox.sqlite", "outbox")
        kept = count_of(self.hub.data_dir / "journal.db", "accepted")
        return (("kept", kept), ("waiting", outbox), ("said", self.said_count()))

    def alerts_after_another_kill(self) -> tuple[list[object], list[object]]:
        """Return the open alerts before and after one more kill of the hub."""
        with Screen(self.hub) as screen:
            before: list[object] = [*screen.open_alerts()]
        self.hub.kill()
        self._keep()
        self._wait_for_hub()
        with Screen(self.hub) as screen:
            return before, [*screen.open_alerts()]

    def close(self) -> None:
        """Stop everything."""
        for program in (self.edge, *self.others.values(), self.hub, self.broker):
            if program is not None and program.is_up:
                program.stop()

    # --- What was said --------------------------------------------------------------------------

    def said_count(self) -> int:
        """Return how many cues the edge has put into its outbox."""
        return len(self._said())

    def _said(self) -> list[str]:
        path = self._folder / SAID
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def _is_delivered(self) -> bool:
        assert self.edge is not None
        boot, _, count = self.edge.output.read_text(encoding="utf-8").strip().partition("\n")
        last = sum(line.startswith(boot) for line in self._said())
        waiting = count_of(self._folder / "outbox.sqlite", "outbox")
        return bool(count) and last == int(count) and waiting == 0

    def _judge(self, accepted: list[Accepted], took_s: float) -> Verdict:
        said = self._said()
        kept = Counter(f"{one.boot} {one.seq}" for one in accepted)
        boots: dict[str, list[Accepted]] = {}
        for one in accepted:
            boots.setdefault(one.boot, []).append(one)
        return Verdict(
            said=len(said),
            kept=len(accepted),
            lost=sorted(set(said) - kept.keys()),
            doubled=sorted(key for key, count in kept.items() if count > 1),
            gaps=[
                boot
                for boot, ones in boots.items()
                if sorted(one.seq for one in ones) != list(range(1, len(ones) + 1))
            ],
            disordered=[boot for boot, ones in boots.items() if not _is_in_order(ones)],
            unheard_of=len(kept.keys() - set(said)),
            boots=len(boots),
            late_arrivals=sum(
                later.seq < earlier.seq
                for ones in boots.values()
                for earlier, later in pairwise(ones)
            ),
            kills=dict(self.kills),
            took_s=took_s,
        )

    # --- Lives ----------------------------------------------------------------------------------

    def _kill_broker(self) -> None:
        if self.broker is not None:
            self.broker.kill()
            return
        for pid in children(self.hub.pid) if self.hub.is_up else []:
            kill(pid, signal.SIGKILL)

    def _keep(self) -> None:
        """Start what is down, as a supervisor would."""
        if self.broker is not None and not self.broker.is_up:
            self.broker.start()
        if not self.hub.is_up:
            self.hub.start(wait=False)
        for program in (self.edge, *self.others.values()):
            if program is not None and not program.is_up:
                program.start()

    def _wait_for_hub(self) -> None:
        def serves() -> bool:
            self._keep()  # Its port may have been held by the broker of the hub before it.
            return "\n" in self.hub.output.read_text(encoding="utf-8")

        until(serves, "the hub serves", SERVES_S_MAX)
        self.hub.wait_until_it_serves()


def count_of(path: Path, table: str) -> int:
    """Return how many rows a table of a file has that somebody else writes."""

    def counted() -> tuple[int] | None:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            try:
                return connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            except sqlite3.OperationalError as error:
                # A file that is just being made or repaired must not pass for an empty table: who
                # waits for one would go on too soon.
                return (0,) if "no such table" in str(error) else None

    return until(counted, f"{path} can be read")[0] if path.exists() else 0


def _is_in_order(ones: list[Accepted]) -> bool:
    """Whether the numbers of a boot tell the order in which its cues were observed."""
    numbered = sorted(ones, key=lambda one: one.seq)
    observed = [codec.decode(one.topic, one.payload).observed_us for one in numbered]
    return observed == sorted(observed)
