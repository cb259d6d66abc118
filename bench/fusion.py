"""Measure the tracker on invented scenes and on real people's ways, beside an oracle.

    python -m bench.fusion                            the usual scenes, a table each
    python -m bench.fusion four --people 200          one scene
    python -m bench.fusion city --people 5000 --seconds 10
    python -m bench.fusion city --people 10000 --sensors 100 --seconds 6
    python -m bench.fusion four --late 0.6            late scans, beside their exact replay
    python -m bench.fusion biwi_eth                   real people, simulated sensors

Errors are mean GOSPA (p = 2, alpha = 2) after the first five seconds (`--warm-up`); the oracle
knows whose each measurement is. Times are the processor's, of this thread alone; on a machine
that has much else to do, `--times 3` takes for each scan the fastest of three runs.
"""

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from msgspec import Struct, structs

from bench import oracle, scoring
from bench.eyes import START_US
from bench.identity import Frame, hota, identities
from bench.scenes import RECORDINGS, SCENES, Options, Scene, a_scene, introduce
from hub.adapters.kernels import forget_stale
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.tracker import Tracker
from hub.core.geometry import Floats
from wire.quantities import SECOND_US

WAKES_PER_S = 10
CUTS_M = (5.0, 2.0)
HOTA_PEOPLE_MAX = 1000  # Its tables are people times tracks.
REPLAYED_EVERY = 3  # Of the instants that are scored: each replays all from the beginning.


class Shown(Struct, frozen=True, kw_only=True):
    """What a tracker showed at one instant."""

    at_s: float
    ids: Sequence[int]
    places: Floats


class Run(Struct, frozen=True, kw_only=True):
    """What one tracker made of one scene, and what it took."""

    name: str
    shown: list[Shown]
    scan_s: Floats  # Processor time of each scan after the warm-up.
    wake_s: Floats
    detection_count: int  # In those scans.
    span_s: float  # That those scans cover.

    @property
    def rate(self) -> float:
        """Detections a second of processor time."""
        return self.detection_count / self.spent_s

    @property
    def busy(self) -> float:
        """The share of one core that it takes in real time."""
        return self.spent_s / self.span_s

    @property
    def spent_s(self) -> float:
        """Processor time of all scans and wakes after the warm-up."""
        return float(self.scan_s.sum() + self.wake_s.sum())


class Score(Struct, frozen=True, kw_only=True):
    """How true it was."""

    gospa_m: tuple[float, ...]  # By CUTS_M.
    idf1: float
    mota: float
    switches: int
    hota: float


def instants(scene: Scene) -> list[float]:
    """Return when a scene is scored."""
    step_s = 0.2 if scene.stroll.places.shape[1] <= HOTA_PEOPLE_MAX else 0.5
    return np.arange(scene.warm_up_s, scene.seconds - 0.05, step_s).round(3).tolist()


def tracked(scene: Scene, name: str = "vedette", tracker: Tracker | None = None) -> Run:
    """Track a scene live, woken ten times a second."""
    tracker = tracker or Tracker(bounds=scene.site)
    introduce(scene, tracker)
    shown: list[Shown] = []
    scan_s, wake_s = [], []
    counted = 0
    wakes = np.arange(1, int(scene.seconds * WAKES_PER_S) + 1) / WAKES_PER_S
    looks = [(at_s, 1) for at_s in wakes.tolist()] + [(at_s, 2) for at_s in instants(scene)]
    agenda = iter(sorted(looks))
    due = next(agenda, None)
    clock = time.thread_time
    gc.collect()
    gc.freeze()  # What the scene is made of is no work for the collector of the hub.
    for arrival in scene.arrivals:
        arrive_s = (arrival.arrive_us - START_US) / SECOND_US
        while due is not None and due[0] <= arrive_s:
            now_us = START_US + round(due[0] * SECOND_US)
            if due[1] == 1:
                begin = clock()
                tracker.wake(now_us)
                wake_s.append((due[0], clock() - begin))
            else:
                shown.append(_shown(tracker, due[0], now_us))
            due = next(agenda, None)
        begin = clock()
        tracker.update(arrival.measurements, arrival.arrive_us)
        spent = clock() - begin
        if arrive_s >= scene.warm_up_s:
            scan_s.append(spent)
            counted += len(arrival.person)
    gc.unfreeze()
    return Run(
        name=name,
        shown=shown,
        scan_s=np.array(scan_s),
        wake_s=np.array([spent for at_s, spent in wake_s if at_s >= scene.warm_up_s]),
        detection_count=counted,
        span_s=scene.seconds - scene.warm_up_s,
    )


def fastest(run: Callable[[], Run], times: int) -> Run:
    """Run the same several times, and count each scan and wake as the fastest time took it.

    What another time took longer for is what else the machine had to do.
    """
    runs = [run() for _ in range(times)]
    return structs.replace(
        runs[0],
        scan_s=np.min([one.scan_s for one in runs], axis=0),
        wake_s=np.min([one.wake_s for one in runs], axis=0),
    )


def foretold(scene: Scene) -> list[Shown]:
    """Return what the oracle shows."""
    found = []
    times = instants(scene)
    for at_s, (places, known) in zip(times, oracle.expected(scene, times), strict=True):
        who = np.flatnonzero(known)
        found.append(Shown(at_s=at_s, ids=who.tolist(), places=places[who]))
    return found


def replayed(scene: Scene) -> list[Shown]:
    """Return what the tracker shows when all that has arrived is replayed in order, each time."""
    shown = []
    for at_s in instants(scene)[::REPLAYED_EVERY]:
        now_us = START_US + round(at_s * SECOND_US)
        known = [arrival for arrival in scene.arrivals if arrival.arrive_us <= now_us]
        known.sort(key=lambda arrival: arrival.seen_s)
        tracker = Tracker(bounds=scene.site)
        introduce(scene, tracker)
        wakes = iter(range(1, int(at_s * WAKES_PER_S) + 1))
        wake = next(wakes, None)
        for arrival in known:
            while wake is not None and wake / WAKES_PER_S <= arrival.seen_s:
                tracker.wake(START_US + wake * SECOND_US // WAKES_PER_S)
                wake = next(wakes, None)
            tracker.update(arrival.measurements, START_US + round(arrival.seen_s * SECOND_US))
        tracker.wake(now_us)
        shown.append(_shown(tracker, at_s, now_us))
    return shown


def scored(scene: Scene, shown: Sequence[Shown], *, is_named: bool = True) -> Score:
    """Score what was shown, within what the sensors cover."""
    frames = []
    for look in shown:
        who, places = scene.truth_at(look.at_s)
        covered = scene.covers(look.places)
        frames.append(
            Frame(
                truth_ids=who.tolist(),
                truth=places,
                track_ids=np.asarray(look.ids, np.int64)[covered].tolist(),
                tracks=look.places[covered],
            )
        )
    distances = [
        [scoring.gospa(frame.truth, frame.tracks, cut_m).distance_m for frame in frames]
        for cut_m in CUTS_M
    ]
    named = identities(frames, scoring.MATCH_MAX_M) if is_named else None
    is_small = scene.stroll.places.shape[1] <= HOTA_PEOPLE_MAX
    return Score(
        gospa_m=tuple(float(np.mean(values)) for values in distances),
        idf1=named.idf1 if named else np.nan,
        mota=named.mota if named else np.nan,
        switches=named.switches if named else -1,
        hota=hota(frames) if named and is_small else np.nan,
    )


def warm_up() -> None:
    """Let everything be compiled, from the sources as they are, before anything is timed."""
    forget_stale()
    for name in ("four", "mixed"):
        tracked(a_scene(name, Options(people=20, seconds=6.0, late_share=0.5)))


def heading(scene: Scene) -> str:
    """Return what a scene is, and the heads of its table's columns."""
    return (
        f"{scene.name}: {scene.stroll.places.shape[1]} people, {len(scene.eyes)} sensors, "
        f"{scene.seconds:.0f} s, {scene.detection_count / scene.seconds:,.0f} detections/s, "
        f"{scene.out_of_order * 100.0:.0f} % of scans out of order\n"
        "  metres, ratio to the oracle        GOSPA 5 m      GOSPA 2 m   IDF1   MOTA  HOTA switches"
    )


def row(name: str, score: Score, best: Score) -> str:
    """Return a line on how true one tracker was."""
    ratios = "  ".join(
        f"{mine:7.2f} {mine / theirs if theirs else np.nan:5.2f}"
        for mine, theirs in zip(score.gospa_m, best.gospa_m, strict=True)
    )
    return (
        f"  {name:30s} {ratios}  {score.idf1:5.3f} {score.mota:6.3f} {score.hota:5.3f} "
        f"{score.switches:6d}"
    )


def cost(run: Run) -> str:
    """Return a line on what one run took."""
    return (
        f"  {run.name}: {run.rate:,.0f} detections/s of processor time, "
        f"p50 {np.percentile(run.scan_s, 50) * 1e3:.2f} ms, "
        f"p99 {np.percentile(run.scan_s, 99) * 1e3:.2f} ms a scan, "
        f"wake p99 {np.percentile(run.wake_s, 99) * 1e3:.2f} ms, "
        f"{run.busy * 100.0:.1f} % of one core at real time"
    )


def report(name: str, options: Options, times: int = 1) -> None:
    """Print one scene's table."""
    scene = a_scene(name, options)
    ours = fastest(partial(tracked, scene), times)
    best = scored(scene, foretold(scene))
    print(heading(scene))
    print(row("oracle", best, best))
    score = scored(scene, ours.shown)
    print(row("vedette", score, best))
    if scene.out_of_order > 0.0:
        _print_replay(scene, ours, best)
    print(cost(ours))
    print(flush=True)


def _print_replay(scene: Scene, ours: Run, best: Score) -> None:
    """Compare with the same scans in order: what has arrived, replayed, and as if in time."""
    punctual = scene.in_order()
    print(row("vedette, none late", scored(scene, tracked(punctual).shown), best))
    if scene.stroll.places.shape[1] > HOTA_PEOPLE_MAX:
        return
    exact = scored(scene, replayed(scene), is_named=False)
    same = scored(scene, ours.shown[::REPLAYED_EVERY], is_named=False)
    ratios = ", ".join(
        f"{mine / theirs:.3f} (c = {cut_m:.0f} m)"
        for mine, theirs, cut_m in zip(same.gospa_m, exact.gospa_m, CUTS_M, strict=True)
    )
    print(f"  on arrival against exact replay of what has arrived: {ratios}")


def _shown(tracker: Tracker, at_s: float, now_us: int) -> Shown:
    state = tracker.tracks.state
    shown = (state == CONFIRMED) | (state == COASTING)
    return Shown(
        at_s=at_s,
        ids=tracker.tracks.number[shown].tolist(),
        places=tracker.tracks.predicted(now_us)[shown],
    )


USUAL = (
    ("four", Options(people=50)),
    ("four", Options(people=200)),
    ("four", Options(people=200, late_share=0.6)),
    ("four", Options(people=200, hidden_share=0.08, lasting_share=0.5)),
    ("discs", Options(people=200, late_share=0.6)),
    ("mixed", Options(people=200, late_share=0.6)),
    ("four", Options(people=1000, seconds=15.0)),
    ("biwi_eth", Options(seconds=120.0)),
    ("biwi_hotel", Options(seconds=120.0)),
    ("crowds_zara01", Options(seconds=120.0)),
    ("city", Options(people=5000, seconds=10.0)),
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("scene", nargs="?", choices=(*SCENES, *RECORDINGS))
    parser.add_argument("--people", type=int)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--late", type=float, default=0.0, help="share of scans that are late")
    parser.add_argument("--late-mean", type=float, default=0.3, help="by how many seconds")
    parser.add_argument("--bursts", action="store_true", help="misses come in bursts")
    parser.add_argument("--lasting", action="store_true", help="errors last for a second")
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds not scored")
    parser.add_argument("--sigmas", type=float, nargs="+", default=[0.3, 0.5], help="of the city")
    parser.add_argument("--sensors", type=int, default=0, help="of the city")
    parser.add_argument("--times", type=int, default=1, help="runs; the fastest counts, by scan")
    arguments = parser.parse_args()
    warm_up()
    if arguments.scene is None:
        for name, options in USUAL:
            report(name, options)
        return
    report(
        arguments.scene,
        Options(
            people=arguments.people or (5000 if arguments.scene == "city" else 100),
            seconds=arguments.seconds,
            seed=arguments.seed,
            late_share=arguments.late,
            late_mean_s=arguments.late_mean,
            hidden_share=0.08 if arguments.bursts else 0.0,
            lasting_share=0.5 if arguments.lasting else 0.0,
            sensors=arguments.sensors,
            sigmas_m=tuple(arguments.sigmas),
            warm_up_s=arguments.warm_up,
        ),
        arguments.times,
    )


if __name__ == "__main__":
    main()
