"""What a scan makes of a track's existence, and of what may hide it from the sensor."""

from hub.core.fusion.association import Shares
from hub.core.fusion.compiled import compiled
from hub.core.fusion.gating import Numbers, Pairs
from hub.core.fusion.lifecycle import Law
from hub.core.fusion.likelihood import Odds
from hub.core.fusion.looking import Near
from hub.core.fusion.tracks import Columns
from hub.core.geometry import Floats


@compiled
def believe(  # noqa: PLR0913, PLR0917 -- a kernel is handed all that it works on
    rows: Columns,
    near: Near,
    odds: Odds,
    pairs: Pairs,
    chance: Floats,
    shares: Shares,
    fresh: Floats,
    at_us: int,
    law: Law,
) -> None:
    """Carry existence and visibility by Bayes' rule over what was measured and what was not.

    `fresh` is how much of each measurement is new.
    """
    repeats = (fresh < 1.0).any()
    for track in range(len(near.row)):
        row, total, missed = near.row[track], shares.total[track], odds.without[track]
        exists = rows.existence[row]
        # Missed, it is less likely there. `without` is 1 where the look proves nothing.
        still = 1.0 - (1.0 - exists) / missed
        rows.existence[row] = min(total + (1.0 - total) * still, law.existence_max)
        if repeats and total > 0.0:
            first, last = pairs.first[track], pairs.first[track + 1]
            news = _news(fresh, pairs.one[first:last], chance[first:last], total)
            rows.existence[row] = _tempered(exists, rows.existence[row], news)
        slot = odds.slot[track]
        rows.visible[row, slot] = _visible(
            rows.visible[row, slot], total, near.seeing[track], missed, law.hidden_share
        )
        rows.looked_us[row] = max(rows.looked_us[row], at_us)
        rows.eyed_us[row, slot] = max(rows.eyed_us[row, slot], at_us)


@compiled
def _visible(
    visible: float, total: float, sees: float, without: float, hidden_share: float
) -> float:
    """Return how likely nothing hides a track that was measured with a probability `total`."""
    measured = visible / (visible + (1.0 - visible) * hidden_share)
    missed = visible
    if without < 1.0:
        open_miss = visible * (1.0 - sees)
        missed = open_miss / (open_miss + (1.0 - visible) * (1.0 - hidden_share * sees))
    return total * measured + (1.0 - total) * missed


@compiled
def _news(fresh: Floats, ones: Numbers, chance: Floats, total: float) -> float:
    """Return which part of what a track was measured by is new."""
    news = 0.0
    for pair in range(len(ones)):
        news += chance[pair] * fresh[ones[pair]]
    return news / total


@compiled
def _tempered(before: float, after: float, news: float) -> float:
    """Return existence, raised by no more than what is new.

    Of the odds that a report gives, one that repeats the last gives the share 1 - rho, where
    news is (1 - rho) / (1 + rho).
    """
    if after <= before or before <= 0.0 or news >= 1.0:
        return after
    share = 2.0 * news / (1.0 + news)
    odds = before / (1.0 - before)
    raised: float = odds * (after / (1.0 - after) / odds) ** share
    return raised / (1.0 + raised)
