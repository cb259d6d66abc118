"""The ordeal of the whole chain: a button raises alerts, a hand sees to them, a siren obeys.

All of them are processes that die, but for the hand: people do not.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from os import kill
from pathlib import Path

from end_to_end.crossing import BUTTONS, ORDER_VALID_S, PLAN, SIREN
from end_to_end.edge_sender import SAID
from end_to_end.hand import Hand
from end_to_end.ordeal import Ordeal, count_of
from end_to_end.siren_keeper import DONE, HEARD, lines_of
from msgspec.structs import replace

from bench.kill_books import Account, Books
from hub.core.effects import Record
from wire import codec

BUTTON = BUTTONS[0]
PRESS_HZ = 0.5
FAR_US = 1 << 60
COUNT_MAX = 10_000_000
# So long is a kill waited for that hits the chain at work; the others may hit it while it begins.
LATER_S = (0.2, 3.0)
AT_WORK_RATIO = 0.7
# What may be on its way when somebody dies, and how long and how often that is looked for.
AIMS = {
    "hub": ("press", "command", "outcome", "ask", "ask"),
    "both": ("cue", "press", "command", "outcome", "ask"),
    "broker": ("cue", "press", "command", "outcome"),
    "siren": ("command", "command", "outcome"),
    "button": ("press",),
    "edge": ("cue",),
}
AIM_S_MAX = 6.0
AIM_LOOK_S = 0.002
# One press is one happening, and an order outlives every pause of this trial.
CHANGES = {
    f"expires_after_s = {ORDER_VALID_S}": "expires_after_s = 3600.0",
    'cues = ["button_pressed"]': 'cues = ["button_pressed"]\njoin_within_s = 0.0',
}


def a_plan() -> str:
    """Return the crossing's plan, changed so that each press can be followed to its end."""
    plan = PLAN
    for given, wanted in CHANGES.items():
        assert plan.count(given) == 1
        plan = plan.replace(given, wanted)
    return plan


class WholeOrdeal(Ordeal):
    """Hub, broker, camera, button and siren, all of them mortal; and one operator."""

    def __init__(self, folder: Path, broker: str, seed: int) -> None:
        super().__init__(folder, broker, seed, a_plan())
        self.hand = Hand(self.hub, seed)
        self.under_way: Counter[str] = Counter()
        """How often who died while what was on its way."""
        self._button, self._siren = folder / "button", folder / "siren"

    def begin(self) -> None:
        super().begin()
        self.others = {
            "button": self.a_device(
                "button", BUTTON, "edge_sender.py", self._button, str(PRESS_HZ)
            ),
            "siren": self.a_device("siren", SIREN, "siren_keeper.py", self._siren),
        }
        for program in self.others.values():
            program.start()
        self.round = [*self.round, "siren", "siren", "button", "edge"]
        self.hand.start()

    def live_through(self, kill_count: int, tell: Callable[[str], None]) -> None:
        """Kill so many times, most of the times in the middle of work."""
        for number in range(1, kill_count + 1):
            if self._random.random() < AT_WORK_RATIO:
                before = self._done_counts()
                self.until_still("the chain works", partial(self._is_past, before))
            self._nobody.wait(self._random.uniform(*LATER_S))
            victim = self.next_victim()
            self._take_aim(victim)
            self.strike(victim)
            now_s = time.monotonic() - self._begun_s
            tell(f"{now_s:5.0f} s  {number} kills, {dict(self.moves())}")

    def close(self) -> None:
        if self.hand.is_alive():
            self.hand.stop()
        super().close()

    def moves(self) -> tuple[tuple[str, int], ...]:
        return (
            *super().moves(),
            ("pressed", len(lines_of(self._button / SAID))),
            ("pressed, waiting", count_of(self._button / "outbox.sqlite", "outbox")),
            ("carried out", len(lines_of(self._siren / DONE))),
            ("outcomes waiting", count_of(self._siren / "outbox.sqlite", "outbox")),
            ("answered", len(self.hand.answers)),
            ("open", self.hand.open_count),
        )

    def settle(self) -> Account:
        """Let all that waits be delivered and seen to; return what became of it."""
        button = self.others["button"]
        self._keep()
        button.first_line()
        kill(button.pid, signal.SIGUSR1)
        self.hand.rest()
        self.until_still("all is seen to", self._is_settled)
        self.hand.stop()
        return self._account()

    def _is_settled(self) -> bool:
        waiting = [count_of(at / "outbox.sqlite", "outbox") for at in (self._button, self._siren)]
        is_idle = self.hand.waiting is None and self.hand.open_count == 0
        return is_idle and not any(waiting) and self._is_obeyed()

    def _is_obeyed(self) -> bool:
        """Whether nothing is still to come of what was sent."""
        return not any(self._standing(state) for state in ("sent", "accepted"))

    def _standing(self, state: str) -> int:
        """Return how many commands stand in a state; what is over stands for a while too."""
        where = f"standing WHERE kind = 'command' AND instr(body, '\"state\":\"{state}\"')"
        return count_of(self.hub.data_dir / "journal.db", where)

    def _account(self) -> Account:
        history = self.hub.history()
        history.verify()
        records: list[Record] = []
        for kind in ("alert", "command", "asked"):
            entries = history.of_kind(kind, 0, FAR_US, COUNT_MAX)
            records += [entry.record for entry in entries if entry.key != "latest-number"]
        taken = history.accepted(BUTTON)
        account = Books(
            records,
            [codec.decode(one.topic, one.payload).id for one in taken],
            self.hand.answers,
            lines_of(self._siren / DONE),
            lines_of(self._siren / HEARD),
        ).account()
        kept = Counter(f"{one.boot} {one.seq}" for one in taken)
        lost = [f"press {one} is lost" for one in lines_of(self._button / SAID) if not kept[one]]
        doubled = [
            f"press {one} is there {count} times" for one, count in kept.items() if count > 1
        ]
        return replace(account, faults=(*account.faults, *lost, *doubled, *self.hand.strange))

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
        match aim:
            case "cue":
                return count_of(self._folder / "outbox.sqlite", "outbox") > 0
            case "press":
                return count_of(self._button / "outbox.sqlite", "outbox") > 0
            case "command":
                return self._standing("sent") > 0
            case "outcome":
                return count_of(self._siren / "outbox.sqlite", "outbox") > 0
            case _:
                return self.hand.waiting is not None

    def _done_counts(self) -> tuple[int, int]:
        kept = count_of(self.hub.data_dir / "journal.db", "accepted")
        return kept, len(lines_of(self._siren / DONE))

    def _is_past(self, before: tuple[int, int]) -> bool:
        return all(now > then for now, then in zip(self._done_counts(), before, strict=True))
