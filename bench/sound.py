"""Locate bangs by their sound, beside scipy's least squares: accuracy, honesty, time.

    python -m bench.sound

Microphones stand around a square of 200 m and onsets err by 20 ms. In all but the first case
microphones also stand 1 m from where they are said to, and the wind blows 3 m/s in either
direction; each line says what else is wrong. Times are the processor's, so that a busy machine
does not blur them.
The peer gets the same onsets: `least_squares` over place and instant from the microphones'
middle, with the same speed of sound, and its usual covariance.
"""

import math
import time
from collections.abc import Callable, Iterator

import numpy as np
from msgspec import Struct
from scipy.optimize import least_squares  # type: ignore[import-untyped]

from hub.core.fusion.sound import ELLIPSE_95, Air, Onsets, air_at, hull_of, is_within
from hub.core.fusion.sources import sources_of
from hub.core.geometry import Floats

HALF_M = 100.0
ONSET_SIGMA_S = 0.020
CORNERS = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
FOUR = tuple((HALF_M * east, HALF_M * north) for east, north in CORNERS)
FIVE = (*FOUR, (0.0, 0.0))
SIX = (*FOUR, (0.0, 110.0), (0.0, -110.0))
HEIGHT_M = 4.0
NEAR_M = 15.0
Place = tuple[float, float]


class Case(Struct, frozen=True, kw_only=True):
    """One thing that may go wrong."""

    name: str
    ears: tuple[Place, ...] = FOUR
    count: int = 2_000
    outside: bool = False
    celsius_sigma: float = 1.0  # Of the true temperature around 20 degrees.
    said_off: float = 0.0  # What the thermometer says too much.
    said_sigma: float = 2.0
    is_calm: bool = False  # Nothing but the onsets errs.
    wrong_ratio: float = 0.0  # Of the bangs, those that one microphone hears wrongly.


class Bang(Struct, frozen=True, kw_only=True):
    """The truth of one bang, and what was heard of it."""

    place: Floats
    onsets: Onsets
    air: Air
    wrong: int | None


class Answer(Struct, frozen=True, kw_only=True):
    """What one method makes of a bang."""

    place: Floats
    covariance: Floats
    left_out: tuple[int, ...] = ()


Method = Callable[[Bang], Answer | None]

CASES = (
    Case(name="inside, nothing but the onsets errs", count=5_000, celsius_sigma=0.0, is_calm=True),
    Case(name="inside, thermometer within 2 K", count=5_000),
    Case(name="inside, no thermometer (20 ± 10 C)", celsius_sigma=10.0, said_sigma=10.0),
    Case(name="inside, thermometer 15 K too high", said_off=15.0),
    Case(name="outside, 150 to 500 m from the middle", outside=True),
    Case(name="5 microphones, none wrong", ears=FIVE),
    Case(name="5 microphones, one wrong in 20 %", ears=FIVE, wrong_ratio=0.2),
    Case(name="6 microphones, one wrong in 20 %", ears=SIX, wrong_ratio=0.2),
    Case(name="6 microphones, one wrong in all", ears=SIX, wrong_ratio=1.0, count=1_000),
    Case(name="4 microphones, one wrong in all", wrong_ratio=1.0, count=1_000),
)


def main() -> None:
    """Print both sides of each case, and how two bangs within a second are told apart."""
    for case in CASES:
        print(f"{case.name} ({case.count})")
        for name, method in (("vedette", ours), ("scipy", peers), ("scipy soft_l1", robust_peers)):
            if name != "scipy soft_l1" or case.wrong_ratio:
                print(f"  {name:14s} {judged(case, method)}")
    print(f"two bangs within 0.2 to 0.8 s (300)\n  vedette        {two_bangs(300)}")


def bangs(case: Case) -> Iterator[Bang]:
    """Yield the bangs of a case: the same for every method."""
    rng = np.random.default_rng(20_220)
    for _ in range(case.count):
        place = outside(rng) if case.outside else rng.uniform(-HALF_M, HALF_M, 2)
        celsius = 20.0 + rng.normal(0.0, case.celsius_sigma)
        said = 20.0 if case.said_sigma >= 10.0 else celsius + case.said_off
        ears, onset = heard(case.ears, place, celsius, rng, is_calm=case.is_calm)
        wrong = int(rng.integers(len(ears))) if rng.random() < case.wrong_ratio else None
        if wrong is not None:
            # Three in four are echoes; the fourth is another sound before, or a bad clock.
            onset[wrong] += rng.uniform(0.1, 0.6) * (1.0 if rng.random() < 0.75 else -1.0)
        onsets = Onsets(place=ears, onset_s=onset, sigma_s=np.full(len(ears), ONSET_SIGMA_S))
        yield Bang(place=place, onsets=onsets, air=air_at(said, case.said_sigma), wrong=wrong)


def outside(rng: np.random.Generator) -> Floats:
    """Return a place around the square."""
    reach, turn = rng.uniform(150.0, 500.0), rng.uniform(0.0, math.tau)
    return np.array((reach * math.cos(turn), reach * math.sin(turn)))


def heard(
    ears: tuple[Place, ...],
    place: Floats,
    celsius: float,
    rng: np.random.Generator,
    *,
    is_calm: bool = False,
) -> tuple[Floats, Floats]:
    """Return where the microphones are said to stand, and their onsets."""
    there = np.column_stack((np.array(ears), np.full(len(ears), HEIGHT_M)))
    more = 0.0 if is_calm else 1.0
    shift = np.column_stack((rng.normal(0.0, 1.0, (len(ears), 2)), np.zeros(len(ears))))
    speed = air_at(celsius, 0.0).speed_mps * (1.0 + more * rng.normal(0.0, 0.003))
    way = there[:, :2] - place
    slant = np.hypot(np.hypot(way[:, 0], way[:, 1]), HEIGHT_M - 1.5)
    carried = speed + more * (way @ rng.normal(0.0, 3.0, 2)) / slant
    onset: Floats = slant / carried + rng.normal(0.0, ONSET_SIGMA_S, len(ears))
    said: Floats = there + more * shift
    return said, onset + rng.uniform(0.0, 10.0)


def ours(bang: Bang) -> Answer | None:
    """Let Vedette locate it."""
    count = len(bang.onsets.onset_s)
    found = sources_of(bang.onsets, np.arange(count), bang.air)
    if not found:
        return None
    best = max(found, key=lambda source: len(source.heard))
    left_out = tuple(row for row in range(count) if row not in best.heard)
    return Answer(place=best.place, covariance=best.covariance, left_out=left_out)


def peers(bang: Bang) -> Answer:
    """Let scipy locate it."""
    return _least_squares(bang, "linear")


def robust_peers(bang: Bang) -> Answer:
    """Let scipy locate it with a loss that minds strays less."""
    return _least_squares(bang, "soft_l1")


def _least_squares(bang: Bang, loss: str) -> Answer:
    ears, onset, speed = bang.onsets.place, bang.onsets.onset_s, bang.air.speed_mps

    def residual(state: Floats) -> Floats:
        slant: Floats = np.hypot(ears[:, 0] - state[0], ears[:, 1] - state[1])
        off: Floats = (onset - (state[2] + slant) / speed) / ONSET_SIGMA_S
        return off

    middle = ears[:, :2].mean(axis=0)
    start = np.array((*middle, (onset.min() - 0.3) * speed))
    found = least_squares(residual, start, loss=loss)
    inverse = np.linalg.pinv(found.jac.T @ found.jac)
    return Answer(place=found.x[:2], covariance=inverse[:2, :2] + 1e-9 * np.eye(2))


def judged(case: Case, method: Method) -> str:
    """Return one line of figures."""
    answers, spent = [], []
    for bang in bangs(case):
        begin = time.thread_time()
        answer = method(bang)
        spent.append(time.thread_time() - begin)
        answers.append((bang, answer))
    found = [(bang, answer) for bang, answer in answers if answer is not None]
    error = np.array([float(np.hypot(*(one.place - bang.place))) for bang, one in found])
    honest = np.mean([_holds(one, bang.place) for bang, one in found])
    taken = f"{np.mean(spent) * 1e3:.2f} ms (p99 {np.percentile(spent, 99) * 1e3:.1f})"
    figures = f"located {len(found) / len(answers):6.1%}  "
    if case.outside:
        figures += _bearings(case, found)
    else:
        figures += f"within {NEAR_M:.0f} m {np.mean(error <= NEAR_M):6.1%}  "
        figures += f"median {np.median(error):5.1f} m  p95 {np.percentile(error, 95):6.1f} m  "
    figures += f"95 % ellipse holds {honest:6.1%}  "
    wrong = [one.left_out == (bang.wrong,) for bang, one in found if bang.wrong is not None]
    if wrong and method is ours:
        spared = [not one.left_out for bang, one in found if bang.wrong is None]
        right = f", right ones kept {np.mean(spared):.1%}" if spared else ""
        figures += f"wrong one named {np.mean(wrong):.1%}{right}  "
    return figures + taken


def _bearings(case: Case, found: list[tuple[Bang, Answer]]) -> str:
    """Return how well directions from the microphones' middle are known."""
    hull = hull_of(np.array(case.ears))
    error, spread, said = [], [], []
    for bang, one in found:
        reach = float(np.hypot(*one.place))
        across = np.array((one.place[1], -one.place[0])) / reach
        spread.append(math.degrees(math.atan2(math.sqrt(across @ one.covariance @ across), reach)))
        turn = math.atan2(*one.place) - math.atan2(*bang.place)
        error.append(abs(math.degrees(math.remainder(turn, math.tau))))
        said.append(not is_within(hull, one.place, one.covariance))
    held = np.mean(np.array(error) <= 1.96 * np.array(spread))
    return (
        f"bearing: median {np.median(error):.1f} deg  p95 {np.percentile(error, 95):.1f} deg  "
        f"1.96 sigma holds {held:.1%}  called outside {np.mean(said):.1%}  "
    )


def _holds(answer: Answer, place: Floats) -> bool:
    apart = place - answer.place
    return bool(apart @ np.linalg.solve(answer.covariance, apart) <= ELLIPSE_95**2)


def two_bangs(count: int) -> str:
    """Return how often two bangs close in time are told apart, with six microphones."""
    rng, air = np.random.default_rng(7), air_at(20.0, 2.0)
    two, near, spent = 0, 0, []
    for _ in range(count):
        places = rng.uniform(-HALF_M, HALF_M, (2, 2))
        first_ears, first = heard(SIX, places[0], 20.0, rng)
        second_ears, second = heard(SIX, places[1], 20.0, rng)
        second += first.min() - second.min() + rng.uniform(0.2, 0.8)
        onsets = Onsets(
            place=np.concatenate((first_ears, second_ears)),
            onset_s=np.concatenate((first, second)),
            sigma_s=np.full(2 * len(SIX), ONSET_SIGMA_S),
        )
        begin = time.thread_time()
        found = sources_of(onsets, np.tile(np.arange(len(SIX)), 2), air)
        spent.append(time.thread_time() - begin)
        two += len(found) == 2
        for place in places:
            near += any(np.hypot(*(one.place - place)) <= NEAR_M for one in found)
    return (
        f"two found {two / count:.1%}  within {NEAR_M:.0f} m {near / count / 2:.1%}  "
        f"{np.mean(spent) * 1e3:.1f} ms (p99 {np.percentile(spent, 99) * 1e3:.1f})"
    )


if __name__ == "__main__":
    main()
