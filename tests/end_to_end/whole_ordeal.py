"""The ordeal of the whole chain: buttons raise alerts, people see to them, machines and teams obey.

All of them are processes that die, but for the people.
"""

import math
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from os import kill
from pathlib import Path

from end_to_end.colleague import Colleague, Confirmer
from end_to_end.crossing import SIREN
from end_to_end.edge_sender import SAID
from end_to_end.hand import Hand
from end_to_end.kill_plan import (
    ATTEND,
    HELP,
    HELP_BUTTON,
    PANIC_BUTTON,
    PAUSE_S,
    TEAMS,
    YESES,
    a_plan,
)
from end_to_end.onlooker import shown_to_team
from end_to_end.ordeal import Ordeal, count_of
from end_to_end.processes import Program
from end_to_end.siren_keeper import DONE, HEARD, lines_of
from msgspec.structs import replace

from bench.kill_books import Account, Books
from bench.work_books import Awaited, WorkAccount, WorkBooks
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Accepted, Asked, Entry
from hub.core.response.command import CommandRecord
from wire import codec

PRESS_HZ = 0.5
HELP_HZ = 0.1
FAR_US = 1 << 60
COUNT_MAX = 10_000_000
# So long is a kill waited for that hits the chain at work; the others may hit it while it begins.
LATER_S = (0.2, 3.0)
AT_WORK_RATIO = 0.7
# What may be on its way when somebody dies, and how long and how often that is looked for.
AIMS = {
    "hub": ("press", "command", "outcome", "ask", "offer", "receipt", "yes"),
    "both": ("cue", "press", "command", "outcome", "ask", "offer", "receipt", "yes"),
    "broker": ("cue", "press", "command", "outcome", "offer", "receipt"),
    "machine": ("command", "command", "outcome"),
    "team": ("offer", "receipt", "receipt"),
    "button": ("press",),
    "edge": ("cue",),
}
AIM_S_MAX = 6.0
AIM_LOOK_S = 0.002
ROUND = ["hub", "hub", "hub", "broker", "broker", "both", "machine", "machine", "team", "team"]
BUTTONS = {PANIC_BUTTON: PRESS_HZ, HELP_BUTTON: HELP_HZ}
MACHINES = (SIREN, *YESES)
GROUPS = {"machine": MACHINES, "team": tuple(TEAMS), "button": tuple(BUTTONS)}
PEOPLE = ("bea", "cas")
AWAITED = Awaited(rule=HELP, playbook=ATTEND, yeses=YESES, timer="tell", pause_s=PAUSE_S)


class WholeOrdeal(Ordeal):
    """Hub, broker, camera, buttons, machines, phones, all of them mortal; and three people."""

    def __init__(self, folder: Path, broker: str, seed: int) -> None:
        super().__init__(folder, broker, seed, a_plan())
        colleague = Colleague("colleague", self.hub, seed + 1)
        self.people = (Hand(self.hub, seed), colleague, Confirmer("second", self.hub, seed + 2))
        self.round = [*ROUND, "button", "edge"]
        self.under_way: Counter[str] = Counter()
        """How often who died while what was on its way."""

    def begin(self) -> None:
        super().begin()
        # One decision of two people is no decision of one person with two screens.
        for person, name in zip(self.people[1:], PEOPLE, strict=True):
            person.user, person.password = name, self.hub.add_user(name, "operator")
        for name, rate_hz in BUTTONS.items():
            self._add(name, "edge_sender.py", str(rate_hz))
        for name in MACHINES:
            self._add(name, "siren_keeper.py")
        for name in TEAMS:
            self._add(name, "team_keeper.py")
        for person in self.people:
            person.start()

    def _add(self, name: str, file: str, *words: str) -> None:
        self.others[name] = self.a_device(name, name, file, self._at(name), *words)
        self.others[name].start()

    def live_through(
        self, kill_count: int, tell: Callable[[str], None], span_s: float = math.inf
    ) -> None:
        """Kill so many times, or for so long, most of the times in the middle of work."""
        for number in range(1, kill_count + 1):
            if time.monotonic() - self._begun_s > span_s:
                return
            if self._random.random() < AT_WORK_RATIO:
                before = self._done_counts()
                self.until_still("the chain works", partial(self._is_past, before))
            self._nobody.wait(self._random.uniform(*LATER_S))
            victim = self.next_victim()
            self._take_aim(victim)
            self.strike(victim)
            now_s = time.monotonic() - self._begun_s
            tell(f"{now_s:5.0f} s  {number} kills, {dict(self.moves())}")

    def those_of(self, victim: str) -> list[Program]:
        """Return one of a group: which one is left to chance."""
        group = GROUPS.get(victim)
        return [] if group is None else [self.others[self._random.choice(group)]]

    def close(self) -> None:
        for person in self.people:
            if person.is_alive():
                person.stop()
        super().close()

    def moves(self) -> tuple[tuple[str, int], ...]:
        return (
            *super().moves(),
            ("pressed", self._lines(SAID, BUTTONS)),
            ("pressed, waiting", self._outboxes(BUTTONS)),
            ("carried out", self._lines(DONE, MACHINES)),
            ("outcomes waiting", self._outboxes(MACHINES)),
            ("receipts", self._lines(SAID, TEAMS)),
            ("receipts waiting", self._outboxes(TEAMS)),
            ("answered", sum(len(one.answers) for one in self.people)),
            ("open", self.people[0].open_count),
            ("under way", self.people[1].open_count),
        )

    # --- The end --------------------------------------------------------------------------------

    def settle(self) -> tuple[Account, WorkAccount]:
        """Let all that waits be delivered and seen to; return what became of it."""
        self._keep()
        for name in BUTTONS:
            self.others[name].first_line()
            kill(self.others[name].pid, signal.SIGUSR1)
        for person in self.people:
            person.rest()
        self.until_still("all is seen to", self._is_settled)
        for person in self.people:
            person.stop()
        return self._accounts()

    def _is_settled(self) -> bool:
        is_idle = all(one.waiting is None and one.open_count == 0 for one in self.people)
        return is_idle and not self._outboxes(self.others) and self._is_obeyed()

    def _is_obeyed(self) -> bool:
        """Whether nothing is still to come of what was sent."""
        return not any(self._standing("command", state) for state in ("sent", "accepted"))

    def _accounts(self) -> tuple[Account, WorkAccount]:
        history = self.hub.history()
        history.verify()
        entries = history.between(0, FAR_US, COUNT_MAX)
        told = [answer for one in self.people for answer in one.answers]
        self.others[min(TEAMS)].stop()
        shown = shown_to_team(self.hub, min(TEAMS))
        receipts = [line for name in TEAMS for line in lines_of(self._at(name) / SAID)]
        work = WorkBooks(entries, told, receipts, AWAITED, shown).account()
        account = Books(
            [one.record for one in entries if _is_of_chain(one)],
            [codec.decode(one.topic, one.payload).id for one in history.accepted(PANIC_BUTTON)],
            told,
            [line for name in MACHINES for line in lines_of(self._at(name) / DONE)],
            [line for name in MACHINES for line in lines_of(self._at(name) / HEARD)],
        ).account()
        strange = [one for person in self.people for one in person.strange]
        faults = (*account.faults, *self._unpressed(), *strange)
        return replace(account, faults=faults), work

    def _unpressed(self) -> Iterator[str]:
        """Find presses that are not in the journal once."""
        for name in BUTTONS:
            taken: list[Accepted] = self.hub.history().accepted(name)
            kept = Counter(f"{one.boot} {one.seq}" for one in taken)
            for said in lines_of(self._at(name) / SAID):
                if kept[said] != 1:
                    yield f"press {said} of {name} is in the journal {kept[said]} times"

    # --- What is under way ----------------------------------------------------------------------

    def _take_aim(self, victim: str) -> None:
        """Wait for the moment at which something is on its way that this death may lose."""
        aim = self._random.choice(AIMS[victim])
        end_s = time.monotonic() + AIM_S_MAX
        while not self._is_under_way(aim):
            if time.monotonic() > end_s:
                return
            self._nobody.wait(AIM_LOOK_S)
        self.under_way[f"{victim}: {aim}"] += 1

    def _is_under_way(self, aim: str) -> bool:
        """Whether something of a kind is on its way: in an outbox, in the journal, or asked."""
        outboxes = {"press": BUTTONS, "outcome": MACHINES, "receipt": TEAMS}
        sent = {"command": "command", "offer": "task"}
        if aim == "cue":
            return count_of(self._folder / "outbox.sqlite", "outbox") > 0
        if aim in outboxes:
            return self._outboxes(outboxes[aim]) > 0
        if aim in sent:
            return self._standing(sent[aim], "sent") > 0
        those = self.people[:1] if aim == "ask" else self.people[1:]
        return any(one.waiting is not None for one in those)

    def _standing(self, kind: str, state: str) -> int:
        """Return how many things stand in a state; what is over stands for a while too."""
        where = f"standing WHERE kind = '{kind}' AND instr(body, '\"state\":\"{state}\"')"
        return count_of(self.hub.data_dir / "journal.db", where)

    def _done_counts(self) -> tuple[int, int]:
        kept = count_of(self.hub.data_dir / "journal.db", "accepted")
        return kept, self._lines(DONE, MACHINES)

    def _is_past(self, before: tuple[int, int]) -> bool:
        return all(now > then for now, then in zip(self._done_counts(), before, strict=True))

    def _at(self, name: str) -> Path:
        return self._folder / name

    def _lines(self, file: str, names: Iterable[str]) -> int:
        return sum(len(lines_of(self._at(name) / file)) for name in names)

    def _outboxes(self, names: Iterable[str]) -> int:
        """Return how many messages wait in the outboxes of these devices."""
        return sum(count_of(self._at(name) / "outbox.sqlite", "outbox") for name in names)


def _is_of_chain(entry: Entry) -> bool:
    is_of = isinstance(entry.record, AlertRecord | CommandRecord | Asked)
    return is_of and entry.key != "latest-number"
