"""Measure self-calibration: sensors that are installed wrongly, against the same without errors.

    python -m bench.calibration                          four scenes, a table each
    python -m bench.calibration four --people 200
    python -m bench.calibration four --surveyed 0        nobody was surveyed: errors cancel instead
    python -m bench.calibration mixed --bias 1.5 --clock 0.2 --yaw 1.0

Each sensor is displaced by the bias in a direction of its own, its clock early or late, turned
one way or the other. The first sensors (`--surveyed`, one if not said) are right, and known to
be. What is scored is what is shown after the first 15 seconds: mean GOSPA (c = 5 m and 2 m,
p = 2), as a ratio to the same scene without any errors.
"""

import argparse
import time

import numpy as np
from msgspec import structs

from bench.fusion import Run, Score, scored, tracked, warm_up
from bench.scenes import RECORDINGS, SCENES, Options, Scene, a_scene
from hub.core.fusion.calibration import Calibration
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.stepping import step_along
from hub.core.fusion.tracker import Touched, Tracker
from hub.core.site import Origin, Sensor, Site
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import SensorKind
from wire.messages import Pose, SensorAbout

LEARN_S = 15.0
_ORIGIN = Origin(lat_deg=52.0, lon_deg=5.0)
_FRAME = SiteFrame(_ORIGIN.lat_deg, _ORIGIN.lon_deg)
# What a clock that is set by GPS or PTP says of itself.
_SET_CLOCK_US = 1_000
_USUAL = (("four", 50), ("four", 200), ("discs", 200), ("mixed", 200))


class SelfCalibrated(Tracker):
    """A tracker behind a calibration, as in the hub."""

    def __init__(self, scene: Scene, surveyed: int) -> None:
        super().__init__(bounds=(scene.stroll.low, scene.stroll.high))
        names = [eye.name for eye in scene.eyes]
        self.calibration = Calibration(_site(names, names[:surveyed]))
        for eye in scene.eyes:
            place = eye.place
            about = _about(eye.name, _SET_CLOCK_US if eye.name in names[:surveyed] else 0)
            self.calibration.about(about, place)
        self.spent_s: list[float] = []

    def update(self, measurements: Measurements, now_us: int) -> Touched:
        """Take one scan, without its sensor's errors."""
        begin = time.thread_time()
        corrected = self.calibration.corrected(measurements, now_us)
        step_along(self, self.calibration.steps(), now_us)
        spent_s = time.thread_time() - begin
        touched = super().update(corrected, now_us)
        begin = time.thread_time()
        if touched.residuals is not None:
            self.calibration.observe(touched.residuals, now_us)
        self.spent_s.append(spent_s + time.thread_time() - begin)
        return touched


def main() -> None:
    """Print a table for each scene."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scene", nargs="?", choices=(*SCENES, *RECORDINGS))
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--late", type=float, default=0.0, help="share of scans that come late")
    parser.add_argument("--lasting", type=float, default=0.0, help="share of noise that lasts")
    parser.add_argument("--bias", type=float, default=1.5, help="metres")
    parser.add_argument("--clock", type=float, default=0.2, help="seconds")
    parser.add_argument("--yaw", type=float, default=1.0, help="degrees")
    parser.add_argument("--surveyed", type=int, default=1, help="sensors without errors")
    asked = parser.parse_args()
    warm_up()
    scenes = ((asked.scene, asked.people),) if asked.scene else _USUAL
    for name, people in scenes:
        options = Options(
            people=people,
            seconds=asked.seconds,
            seed=asked.seed,
            late_share=asked.late,
            lasting_share=asked.lasting,
        )
        errors = {"bias_m": asked.bias, "clock_s": asked.clock, "yaw_deg": asked.yaw}
        wrong = structs.replace(options, **errors, surveyed=asked.surveyed)
        print(f"{name}: {people} people, {asked.surveyed} surveyed, {errors}, after {LEARN_S:g} s")
        compare(_late(a_scene(name, options)), _late(a_scene(name, wrong)), asked.surveyed)


def compare(right: Scene, wrong: Scene, surveyed: int) -> None:
    """Print a scene without errors, and with errors, each without calibration and with it."""
    base = scored(right, tracked(right).shown)
    _line("no errors", base, base)
    careful = SelfCalibrated(right, surveyed)
    _line("no errors, calibrated", scored(right, tracked(right, tracker=careful).shown), base)
    _line("errors", scored(wrong, tracked(wrong).shown), base)
    calibrated = SelfCalibrated(wrong, surveyed)
    run = tracked(wrong, tracker=calibrated)
    _line("errors, calibrated", scored(wrong, run.shown), base)
    _cost(calibrated, run, wrong)
    _left(calibrated, wrong)


def _line(name: str, score: Score, base: Score) -> None:
    ratios = "".join(
        f"  {own:7.2f} {own / other:6.2f}"
        for own, other in zip(score.gospa_m, base.gospa_m, strict=True)
    )
    print(f"  {name:24s}{ratios}  IDF1 {score.idf1:.3f}  switches {score.switches}", flush=True)


def _cost(calibrated: SelfCalibrated, run: Run, scene: Scene) -> None:
    spent_ms = np.array(calibrated.spent_s) * 1e3
    print(
        f"  calibration takes {spent_ms.sum() / scene.seconds / 10.0:.1f} % of a core, "
        f"p99 {np.percentile(spent_ms, 99):.2f} ms a scan, at most {spent_ms.max():.1f} ms; "
        f"all together {run.busy * 100.0:.1f} %"
    )


def _left(calibrated: SelfCalibrated, scene: Scene) -> None:
    """Print what is left of each sensor's errors."""
    for eye in scene.eyes[:8]:
        view, errors = calibrated.calibration.view(eye.name), eye.errors
        if view is None:
            continue
        print(
            f"    {eye.name:10s} {view.state:9s} left: "
            f"{np.hypot(view.east_m - errors.east_m, view.north_m - errors.north_m):5.2f} m "
            f"{view.yaw_deg - errors.yaw_deg:+6.2f} deg "
            f"{view.clock_ms - 1e3 * errors.clock_s:+5.0f} ms; said: "
            f"{np.hypot(view.sigma_east_m, view.sigma_north_m):5.2f} m "
            f"{view.sigma_yaw_deg:5.2f} deg {view.sigma_clock_ms:4.0f} ms"
        )


def _late(scene: Scene) -> Scene:
    return structs.replace(scene, warm_up_s=LEARN_S)


def _site(names: list[str], surveyed: list[str]) -> Site:
    sensors = tuple(
        Sensor(
            id=name,
            kind=SensorKind.CAMERA,
            name=name,
            position=(0.0, 0.0),
            surveyed=name in surveyed,
        )
        for name in names
    )
    return Site(
        id="bench",
        name="Bench",
        origin=_ORIGIN,
        bounds=((-1000.0, -1000.0), (1000.0, 1000.0)),
        sensors=sensors,
    )


def _about(name: str, clock_sigma_us: int) -> SensorAbout:
    lat_deg, lon_deg = _FRAME.to_wgs84(0.0, 0.0)
    now_us = 1_700_000_000_000_000
    return SensorAbout(
        id=ulid(now_us, bytes(10)),
        sender=name,
        boot=ulid(now_us, bytes(10)),
        seq=1,
        observed_us=now_us,
        sent_us=now_us,
        kind=SensorKind.CAMERA,
        name=name,
        pose=Pose(lat_deg=lat_deg, lon_deg=lon_deg),
        clock_sigma_us=clock_sigma_us,
    )


if __name__ == "__main__":
    main()
