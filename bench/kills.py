"""Many kills at random of the whole chain: is anything raised, acknowledged or commanded lost.

    PYTHONPATH=tests python -m bench.kills                    200 kills, a Mosquitto of its own
    PYTHONPATH=tests python -m bench.kills --broker embedded --kills 50 --seed 7

Hub, broker, camera, buttons, machines and teams' phones die by kill -9, most of the times in the
middle of work, and are started again. A camera says 50 cues a second; each press of a button
raises an alert of its own and sounds the siren; a press of another begins a playbook that waits for
a team, for people and for time. Three people acknowledge and clear, say yes, tick off, order and
send teams by hand. In the end the journal is compared with what each of them noted down.
"""

import argparse
import math
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from end_to_end.ordeal import OWN, RATE_HZ, Verdict
from end_to_end.whole_ordeal import HELP_HZ, PRESS_HZ, WholeOrdeal

from bench.kill_books import Account
from bench.work_books import WorkAccount

BROKERS = {"own": OWN, "mosquitto": "mosquitto", "embedded": "embedded"}
TOLD_MAX = 20


def main() -> int:
    """Read the command line, kill, and print what became of everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=math.inf, help="kill no longer than that")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--broker", choices=BROKERS, default="own", help="own: one that the hub did not start"
    )
    parser.add_argument("--folder", type=Path, help="kept afterwards; it must not be there yet")
    arguments = parser.parse_args()
    if arguments.folder is None:
        with tempfile.TemporaryDirectory() as folder:
            return live(Path(folder), arguments)
    arguments.folder.mkdir(parents=True)
    return live(arguments.folder.resolve(), arguments)


def live(folder: Path, arguments: argparse.Namespace) -> int:
    """Live through all kills."""
    broker = BROKERS[arguments.broker]
    with closing(WholeOrdeal(folder, broker, arguments.seed)) as ordeal:
        ordeal.begin()
        tell = partial(print, flush=True)
        ordeal.live_through(arguments.kills, tell, arguments.minutes * 60.0)
        verdict = ordeal.finish()
        account, work = ordeal.settle()
        before, after = ordeal.alerts_after_another_kill()
        print(f"seed       {arguments.seed}, {arguments.broker} broker", end=", ")
        print(f"{RATE_HZ} cues/s, {PRESS_HZ} and {HELP_HZ} presses/s")
        print(f"kills      {verdict.kills} in {verdict.took_s:.0f} s, until all was delivered")
        aims = ", ".join(f"{aim} {count}" for aim, count in sorted(ordeal.under_way.items()))
        print(f"on its way {aims}")
    print_cues(verdict)
    print_account(account)
    print_work(work)
    faults = (*account.faults, *work.faults)
    print(f"faults     {len(faults) or 'none'}")
    for fault in faults[:TOLD_MAX]:
        print(f"           {fault}")
    print(f"restart    {'the same' if before == after else 'OTHER'} alerts after one more kill")
    return 0 if verdict.is_good and not faults and before == after else 1


def print_cues(verdict: Verdict) -> None:
    """Print what became of the camera's cues."""
    print(f"cues       {verdict.said} said in {verdict.boots} lives of the camera")
    print(f"journal    {verdict.kept} kept", end=", ")
    print(f"{len(verdict.lost)} lost, {len(verdict.doubled)} doubled", end=", ")
    print(f"{len(verdict.disordered)} boots out of order, {len(verdict.gaps)} with a gap")
    print(f"overtaken  {verdict.late_arrivals} cues arrived before an earlier one of their boot")


def print_account(account: Account) -> None:
    """Print what became of presses, alerts, asks and commands."""
    print(f"raised     {account.alerts} alerts of {account.pressed} presses")
    print(f"asked      {account.asked} times, {account.asked_again} of them again", end=", ")
    print(f"{account.misled} told no though it was done")
    print(f"commanded  {account.commands} commands, {account.orders} of them by hand", end=": ")
    print(f"{account.executed} carried out, {account.heard_again} heard again", end=", ")
    print(f"{account.expired} by hand expired")


def print_work(work: WorkAccount) -> None:
    """Print what became of tasks, receipts and playbooks."""
    print(f"tasks      {work.tasks}, {work.by_hand} of them by hand", end=", ")
    print(f"{work.done} done, {work.offers} offers, {work.by_radio} taken by radio")
    print(f"receipts   {work.receipts}")
    print(f"playbooks  {work.runs}, {work.started} of them by hand", end=", ")
    print(f"{work.waited} steps waited for a person, {work.yeses} times yes")


if __name__ == "__main__":
    sys.exit(main())
