"""A radar that turns all around: range, azimuth and Doppler of what moves, and of vehicles."""

import math
from typing import Final

import numpy as np

from simulators.core.plan import Place, RadarPlan
from simulators.core.polygons import Walls
from simulators.core.scene import BAG, LABELS, VEHICLE, Scene
from simulators.core.sensing import Bursts, detected
from wire.labels import Label
from wire.messages import Detection, FieldOfView, Polar

# How often the echo's strength and spread tell what it is of.
VEHICLE_KNOWN: Final = 0.95
PERSON_KNOWN: Final = 0.75
KNOWN_BELIEF: Final = 0.8
UNKNOWN_BELIEF: Final = 0.6
CLUTTER_BELIEF: Final = 0.3

# The part of a person or a van that a beam along the ground meets.
BEAM_HEIGHT_M: Final = 1.0


class Radar:
    """One radar's eye."""

    def __init__(
        self, plan: RadarPlan, place: Place, walls: Walls, rows: int, rng: np.random.Generator
    ) -> None:
        self.plan = plan
        self._place = np.array(place)
        self._walls = walls
        self._rng = rng
        self._bursts = Bursts(rows)

    def field_of_view(self) -> FieldOfView:
        """Return the ring of ground that the radar looks at."""
        return FieldOfView(
            azimuth_deg=0.0,
            width_deg=360.0,
            range_max_m=self.plan.range_max_m,
            range_min_m=self.plan.range_min_m,
        )

    def look(self, scene: Scene, now_s: float) -> tuple[Detection, ...]:
        """Return what the radar finds in the scene."""
        plan, rng = self.plan, self._rng
        bad = self._bursts.look(now_s, rng)
        away = scene.position - self._place
        reach = np.maximum(np.hypot(*away.T), 1e-6)
        doppler = (away * scene.velocity).sum(axis=-1) / reach
        seen = (reach > plan.range_min_m) & (reach < plan.range_max_m)
        # The ground's own echo drowns what is small and does not move; a van stands out of it.
        stands_out = (np.abs(doppler) > plan.doppler_min_mps) | (scene.kind == VEHICLE)
        seen &= stands_out & (scene.kind != BAG)
        rows = np.flatnonzero(seen)
        heights = np.full((rows.size, 1), BEAM_HEIGHT_M)
        hidden = self._walls.hides(self._place, plan.height_m, scene.position[rows], heights)
        seen[rows[hidden[:, 0]]] = False
        # What is small fades with the distance; a van does not, at these ranges.
        fade = np.where(scene.kind == VEHICLE, 1.0, 1.0 - 0.5 * (reach / plan.range_max_m) ** 2)
        probability = np.where(seen, plan.detection_max * fade, 0.0)
        found = np.flatnonzero(detected(probability, scene, bad, rng))
        azimuth = np.degrees(np.arctan2(away[found, 0], away[found, 1]))
        measured = np.stack(
            [
                reach[found] + rng.normal(0.0, plan.sigma_range_m, found.size),
                azimuth + rng.normal(0.0, plan.sigma_azimuth_deg, found.size),
                doppler[found] + rng.normal(0.0, plan.sigma_doppler_mps, found.size),
            ],
            axis=-1,
        )
        knows = rng.uniform(size=found.size)
        known = knows < np.where(scene.kind[found] == VEHICLE, VEHICLE_KNOWN, PERSON_KNOWN)
        things = zip(measured.tolist(), scene.kind[found].tolist(), known.tolist(), strict=True)
        echoes = (self._detection(row, _label(kind, known=sure)) for row, kind, sure in things)
        return (*echoes, *self._clutter())

    def _clutter(self) -> tuple[Detection, ...]:
        plan, rng = self.plan, self._rng
        count = int(rng.poisson(plan.clutter_per_scan))
        return tuple(
            self._detection(
                [
                    float(rng.uniform(plan.range_min_m, plan.range_max_m)),
                    float(rng.uniform(0.0, 360.0)),
                    float(rng.normal(0.0, 1.0)),
                ],
                Label.UNKNOWN,
                CLUTTER_BELIEF,
            )
            for _ in range(count)
        )

    def _detection(self, row: list[float], label: Label, belief: float | None = None) -> Detection:
        plan = self.plan
        range_m, azimuth_deg, doppler_mps = row
        if belief is None:
            belief = UNKNOWN_BELIEF if label is Label.UNKNOWN else KNOWN_BELIEF
        where = Polar(
            range_m=round(max(range_m, 0.0), 3),
            azimuth_deg=round(math.fmod(azimuth_deg + 720.0, 360.0), 3),
            sigma_range_m=plan.sigma_range_m,
            sigma_azimuth_deg=plan.sigma_azimuth_deg,
            doppler_mps=round(doppler_mps, 3),
            sigma_doppler_mps=plan.sigma_doppler_mps,
        )
        return Detection(label=label, confidence=belief, where=where)


def _label(kind: int, *, known: bool) -> Label:
    return LABELS[kind] if known else Label.UNKNOWN
