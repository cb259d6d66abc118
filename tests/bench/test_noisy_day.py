"""The noisy day's own world and books, on minutes of it: a whole day is not a test."""

from bench.noisy_day import (
    BOOT,
    SECOND_US,
    START_US,
    STORY,
    Ledger,
    Operator,
    Square,
    a_site,
    live,
)
from hub.core.engine import Engine

GUNSHOT_S = round(14.2 * 3600)


def lived(first_s: int, last_s: int, *, is_correlated: bool = True) -> Ledger:
    site = a_site(is_correlated=is_correlated)
    ledger = Ledger(site, Square(site, 1, 0.0))
    start_us = START_US + first_s * SECOND_US
    engine = Engine(site, boot=BOOT, start_us=start_us, software="test")
    live(engine, ledger, Operator(1), range(first_s, last_s))
    return ledger


def test_what_happens_is_told_and_grouping_changes_no_alert() -> None:
    grouped = lived(GUNSHOT_S - 20, GUNSHOT_S + 40)
    alone = lived(GUNSHOT_S - 20, GUNSHOT_S + 40, is_correlated=False)

    assert "impulse-sound" in grouped.rules
    assert grouped.raised == alone.raised
    assert len(alone.incidents) == len(alone.alone) == len(grouped.alone)
    assert len(grouped.incidents) <= len(alone.incidents)


def test_what_was_not_told_is_missed_and_a_flood_outside_the_story_is_told_apart() -> None:
    ledger = Ledger(a_site(), Square(a_site(), 1, 0.0))
    first, second = STORY[:2]
    ledger.raised = [(first.at_h * 3600 + 5, first.rules[0]), (second.at_h * 3600 - 5, "panic")]
    ledger.flood_s = [first.at_h * 3600 + 10, 3600.0 * 23]

    assert ledger.missed(first.at_h + 0.1) == []
    assert second.name in ledger.missed(24.0)
    assert first.name not in ledger.missed(24.0)
    assert ledger.floods_outside() == 1


def test_the_same_seed_is_the_same_noise_and_eyes_look_in_their_share_and_at_the_story() -> None:
    one, same, other = (Square(a_site(), seed, 0.25) for seed in (4, 4, 5))
    said = [
        [
            (at_us, str(message))
            for second in range(20, 60)
            for at_us, message in noise.second(second)
        ]
        for noise in (one, same, other)
    ]

    assert said[0] == said[1] != said[2]
    assert [one.looks(at_s) for at_s in (0.0, 899.0, 901.0)] == [True, True, False]
    assert all(one.looks(happening.at_h * 3600.0 + 60.0) for happening in STORY)
