"""One thing wrong with a plan, and the checks that every part of it shares. Pure."""

from collections.abc import Iterable, Iterator, Sized
from difflib import get_close_matches
from typing import Final, NamedTuple

from hub.core.site import Hours, Place, Site

Path = tuple[str | int, ...]

OF_THE_HUB: Final = frozenset({"actuator-fault", "actuator-mismatch"})
"""Rules that every hub has without a plan's saying so."""

_LISTED_MAX: Final = 10


class Problem(NamedTuple):
    """One thing wrong with a plan: where, what, and what to do."""

    path: Path  # In the words of `Site`: ("zones", 2, "polygon").
    what: str
    fix: str


def unique(names: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """Yield every name that is there already."""
    seen: set[str] = set()
    for path, name in names:
        if name in seen:
            yield Problem(path, f"there is another {name!r}", "give each its own id")
        seen.add(name)


def known(path: Path, what: str, name: str | None, names: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem where a name is given that does not exist."""
    every = sorted(names)
    if name is None or name in every:
        return
    close = get_close_matches(name, every, n=1)
    listed = ", ".join(every[:_LISTED_MAX]) + (", …" if len(every) > _LISTED_MAX else "")
    one_of = f"use one of: {listed or 'none yet'}"
    is_long = bool(close) and len(every) > _LISTED_MAX
    fix = f"did you mean {close[0]}?" if is_long else one_of
    yield Problem(path, f"there is no {what} {name!r}", fix)


def some(
    path: Path, words: Sized, purpose: str = "so that the rule never applies"
) -> Iterator[Problem]:
    """Yield a problem where a list that must name something names nothing."""
    if not len(words):
        yield Problem(path, f"it is empty, {purpose}", "name at least one")


def outside(path: Path, place: Place, site: Site) -> Iterator[Problem]:
    """Yield a problem where a place is not on the site."""
    (west, south), (east, north) = site.bounds
    if not (west <= place[0] <= east and south <= place[1] <= north):
        what = f"[{place[0]:g}, {place[1]:g}] is outside the site's bounds"
        yield Problem(path, what, "move the corner, or widen the bounds in [site]")


def hours_of(path: Path, hours: Hours | None) -> Iterator[Problem]:
    """Yield a problem where hours are no span of a day."""
    if hours is not None and hours.start == hours.end and not hours.days:
        what = "it ends when it starts"
        yield Problem((*path, "end"), what, "leave hours away for the whole day")
