"""Many kills of hub, broker and edge at random: how many cues are lost, how many are doubled.

    PYTHONPATH=tests python -m bench.kills                    200 kills, a Mosquitto of its own
    PYTHONPATH=tests python -m bench.kills --broker embedded --kills 50 --seed 7

The same processes, the same edge and the same judgement as tests/end_to_end/test_delivery.py.
"""

import argparse
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from end_to_end.ordeal import OWN, RATE_HZ, Ordeal

BROKERS = {"own": OWN, "mosquitto": "mosquitto", "embedded": "embedded"}


def main() -> int:
    """Read the command line, kill, and print what became of every cue."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edge-every", type=int, default=10, help="kill the edge each Nth time")
    parser.add_argument(
        "--broker", choices=BROKERS, default="own", help="own: one that the hub did not start"
    )
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Ordeal(Path(folder), BROKERS[arguments.broker], arguments.seed)) as ordeal,
    ):
        ordeal.begin()
        ordeal.live_through(arguments.kills, arguments.edge_every)
        verdict = ordeal.finish()
        before, after = ordeal.alerts_after_another_kill()
    print(f"seed      {arguments.seed}, {arguments.broker} broker, {RATE_HZ} cues/s")
    print(f"kills     {verdict.kills} in {verdict.took_s:.0f} s, until all was delivered")
    print(f"cues      {verdict.said} said in {verdict.boots} lives of the edge")
    print(
        f"journal   {verdict.kept} kept, {len(verdict.lost)} lost, {len(verdict.doubled)} doubled"
    )
    print(f"order     {len(verdict.disordered)} boots out of order, {len(verdict.gaps)} with a gap")
    print(f"overtaken {verdict.late_arrivals} cues arrived before an earlier one of their boot")
    print(f"alerts    {'the same' if before == after else 'OTHERS'} after one more kill")
    return 0 if verdict.is_good and before == after else 1


if __name__ == "__main__":
    sys.exit(main())
