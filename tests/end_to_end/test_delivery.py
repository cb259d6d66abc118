"""Hub, broker and edge die at random for a minute; every cue is in the journal exactly once."""

from contextlib import closing
from pathlib import Path

import pytest
from end_to_end.ordeal import OWN, RATE_HZ, Ordeal

SEED = 20
MINUTE_S = 60.0
SHORT_S = 15.0


@pytest.mark.parametrize(
    ("broker", "span_s", "edge_kills"),
    [(OWN, MINUTE_S, 2), ("embedded", SHORT_S, 1)],
    ids=["mosquitto", "embedded"],
)
def test_every_cue_is_in_the_journal_exactly_once_though_hub_broker_and_edge_die_at_random(
    tmp_path: Path, broker: str, span_s: float, edge_kills: int
) -> None:
    with closing(Ordeal(tmp_path, broker, SEED)) as ordeal:
        ordeal.begin()
        ordeal.live(span_s, edge_kills)

        verdict = ordeal.finish()

        story = f"seed {ordeal.seed}: {ordeal.log}\n{verdict}"
        assert verdict.is_good, story
        assert verdict.said >= span_s * RATE_HZ / 2, story
        # A kill between outbox and note leaves a cue that was kept and not noted.
        assert verdict.unheard_of <= edge_kills, story
        assert verdict.kills.keys() == {"hub", "broker", "both", "edge"}, story
        before, after = ordeal.alerts_after_another_kill()
        assert before, "an alert is open"
        assert after == before, story
