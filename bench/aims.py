"""Hold the tracker against what it is meant to reach, in one run.

    python -m bench.aims                 everything below, some five minutes
    python -m bench.aims pets errors     some of it: speed, errors, late, pets
    python -m bench.aims errors --seeds 3

Other people's trackers are in bench/peers.py, which needs them installed; calibration, sound,
coverage and crowds have benchmarks of their own. One set of parameters serves everything here.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from msgspec import Struct, structs

from bench import fusion, pets_detections, scoring
from bench.scenes import RECORDINGS, Options, a_scene

_LATE = 0.6
_TIMES = 3  # Runs of what is timed.
# Misses in bursts, and errors half of which stay for a second.
_REAL = Options(late_share=_LATE, hidden_share=0.08, lasting_share=0.5)
_CITY = Options(people=5000, seconds=8.0, warm_up_s=4.0, late_share=_LATE)


class Line(Struct, frozen=True, kw_only=True):
    """One thing measured."""

    what: str
    value: float
    most: float | None = None  # The aim is at most this,
    least: float | None = None  # or at least this. Neither: there is no aim, only a figure.
    unit: str = ""

    def __str__(self) -> str:
        aim, verdict = "", ""
        if self.most is not None:
            aim, verdict = f"<= {self.most:g}", _verdict(is_met=self.value <= self.most)
        if self.least is not None:
            aim, verdict = f">= {self.least:g}", _verdict(is_met=self.value >= self.least)
        return f"{self.what:74s} {self.value:9.3f} {self.unit:5s} {aim:>8s}  {verdict}"


def speed(_seeds: Sequence[int]) -> Iterator[Line]:
    """Measure how much of one core the largest sites take: each scan as the fastest of three."""
    for people, sensors, busy_max, p99_max in ((5000, 50, 35.0, 3.0), (10_000, 100, 100.0, None)):
        options = Options(people=people, sensors=sensors, seconds=8.0, warm_up_s=4.0)
        scene = a_scene("city", options)
        run = fusion.fastest(partial(fusion.tracked, scene), _TIMES)
        name = (
            f"{people} people, {sensors} sensors, {scene.detection_count / 8.0:,.0f} detections/s"
        )
        yield Line(what=f"{name}: busy", value=run.busy * 100.0, most=busy_max, unit="%")
        p99_ms = float(np.percentile(run.scan_s, 99)) * 1e3
        yield Line(what=f"{name}: p99 of a scan", value=p99_ms, most=p99_max, unit="ms")


def errors(seeds: Sequence[int]) -> Iterator[Line]:
    """Compare errors with those of an oracle that knows the association."""
    late = Options(late_share=_LATE)
    for name, options, most in (
        ("four", structs.replace(late, people=50), 1.15),
        ("four", structs.replace(late, people=200), 1.15),
        ("discs", structs.replace(late, people=200), 1.15),
        ("mixed", structs.replace(late, people=200), 1.15),
        ("four", structs.replace(_REAL, people=200), 1.15),
        ("four", structs.replace(late, people=1000, seconds=12.0), 1.25),
        ("city", _CITY, 1.5),
        ("city", structs.replace(_CITY, sigmas_m=(0.3, 0.5, 0.8, 1.5)), 1.5),
    ):
        yield from _against_oracle(name, options, most, seeds)
    for name in RECORDINGS:
        yield from _against_oracle(name, Options(seconds=120.0, late_share=_LATE), None, seeds)


def _against_oracle(
    name: str, options: Options, most: float | None, seeds: Sequence[int]
) -> Iterator[Line]:
    found = []
    for seed in seeds:
        scene = a_scene(name, structs.replace(options, seed=seed))
        best = fusion.scored(scene, fusion.foretold(scene), is_named=False)
        score = fusion.scored(scene, fusion.tracked(scene).shown)
        ratios = [mine / theirs for mine, theirs in zip(score.gospa_m, best.gospa_m, strict=True)]
        found.append((*ratios, score.idf1, score.switches))
    wide, narrow, idf1, switches = np.mean(found, axis=0).tolist()
    people = scene.stroll.places.shape[1]
    kind = ", bursts, lasting errors" if options.hidden_share else ""
    kind += ", coarse sensors too" if len(options.sigmas_m) > len(_CITY.sigmas_m) else ""
    what = f"{name}, {people} people, 60 % late{kind}"
    yield Line(what=f"{what}: GOSPA to the oracle's, 5 m", value=wide, most=most)
    yield Line(what=f"{what}: 2 m", value=narrow, most=most)
    yield Line(what=f"{what}: IDF1 ({switches:.0f} switches)", value=idf1)


def late(seeds: Sequence[int]) -> Iterator[Line]:
    """Compare late scans used on arrival with an exact replay of all that has arrived."""
    for name in ("four", "mixed"):
        found = []
        for seed in seeds:
            scene = a_scene(name, Options(people=100, seconds=20.0, late_share=_LATE, seed=seed))
            exact = fusion.scored(scene, fusion.replayed(scene), is_named=False)
            same = fusion.scored(
                scene, fusion.tracked(scene).shown[:: fusion.REPLAYED_EVERY], is_named=False
            )
            found.append([a / b for a, b in zip(same.gospa_m, exact.gospa_m, strict=True)])
        for cut_m, value in zip(fusion.CUTS_M, np.mean(found, axis=0).tolist(), strict=True):
            what = f"{name}, 100 people, 60 % late: GOSPA to exact replay's, {cut_m:g} m"
            yield Line(what=what, value=value, most=1.05)


def pets(_seeds: Sequence[int]) -> Iterator[Line]:
    """Track the public detections of PETS 2009 on the ground."""
    summary = scoring.summary(pets_detections.frames())
    yield Line(what="PETS 2009 detections: IDF1", value=summary.idf1, least=0.82)
    yield Line(what="PETS 2009 detections: switches", value=float(summary.switches), most=15)
    yield Line(what="PETS 2009 detections: HOTA", value=summary.hota, least=0.49)
    yield Line(what="PETS 2009 detections: MOTA", value=summary.mota)
    yield Line(what="PETS 2009 detections: GOSPA, 2 m", value=summary.gospa_m, unit="m")


PARTS: dict[str, Callable[[Sequence[int]], Iterator[Line]]] = {
    "pets": pets,
    "errors": errors,
    "late": late,
    "speed": speed,
}


def main() -> None:
    """Print a line for each aim."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; none: all")
    parser.add_argument("--seeds", type=int, default=1, help="scenes of each kind to average over")
    arguments = parser.parse_args()
    fusion.warm_up()
    for name in arguments.parts or PARTS:
        for line in PARTS[name](range(1, arguments.seeds + 1)):
            print(line, flush=True)


def _verdict(*, is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
