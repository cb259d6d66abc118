"""Everybody in the chain dies by kill -9 and comes back: nothing of weight is lost or doubled."""

from contextlib import closing
from pathlib import Path

from end_to_end.ordeal import OWN
from end_to_end.whole_ordeal import AIMS, WholeOrdeal

SEED = 1


def test_nothing_raised_acknowledged_or_commanded_is_lost_or_doubled(tmp_path: Path) -> None:
    log: list[str] = []
    with closing(WholeOrdeal(tmp_path, OWN, SEED)) as ordeal:
        # Each victim dies once; `python -m bench.kills` goes on to two hundred.
        ordeal.round = list(AIMS)
        ordeal.begin()
        ordeal.live_through(len(AIMS), log.append)
        verdict = ordeal.finish()
        account, work = ordeal.settle()
        before, after = ordeal.alerts_after_another_kill()

    story = f"{ordeal.log}\n{verdict}\n{account}\n{work}"
    assert ordeal.kills.keys() == AIMS.keys(), story
    assert verdict.is_good, story
    assert account.faults == (), story
    assert work.faults == (), story
    assert account.alerts > 0, story
    assert min(work.tasks, work.receipts, work.waited, work.yeses) > 0, story
    assert account.executed > 0, story
    assert before == after, story
