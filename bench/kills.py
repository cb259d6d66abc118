"""Many kills at random of the whole chain: is anything raised, acknowledged or commanded lost.

    PYTHONPATH=tests python -m bench.kills                    200 kills, a Mosquitto of its own
    PYTHONPATH=tests python -m bench.kills --broker embedded --kills 50 --seed 7

Hub, broker, camera, button and siren die by kill -9, most of the times in the middle of work, and
are started again. A camera says 50 cues a second; each press of a button raises an alert of its
own and sounds the siren; an operator acknowledges and clears each alert and orders the siren by
hand now and then. In the end the journal is compared with what each of them noted down.
"""

import argparse
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from end_to_end.ordeal import OWN, RATE_HZ, Verdict
from end_to_end.whole_ordeal import PRESS_HZ, WholeOrdeal

from bench.kill_books import Account

BROKERS = {"own": OWN, "mosquitto": "mosquitto", "embedded": "embedded"}
TOLD_MAX = 20


def main() -> int:
    """Read the command line, kill, and print what became of everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
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
        ordeal.live_through(arguments.kills, tell=partial(print, flush=True))
        verdict = ordeal.finish()
        account = ordeal.settle()
        before, after = ordeal.alerts_after_another_kill()
        print(f"seed       {arguments.seed}, {arguments.broker} broker", end=", ")
        print(f"{RATE_HZ} cues/s, {PRESS_HZ} presses/s")
        print(f"kills      {verdict.kills} in {verdict.took_s:.0f} s, until all was delivered")
        aims = ", ".join(f"{aim} {count}" for aim, count in sorted(ordeal.under_way.items()))
        print(f"on its way {aims}")
    print_cues(verdict)
    print_account(account)
    print(f"restart    {'the same' if before == after else 'OTHER'} alerts after one more kill")
    return 0 if verdict.is_good and not account.faults and before == after else 1


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
    print(f"faults     {len(account.faults) or 'none'}")
    for fault in account.faults[:TOLD_MAX]:
        print(f"           {fault}")


if __name__ == "__main__":
    sys.exit(main())
