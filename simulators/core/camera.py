"""A camera: boxes around what it sees, through a pinhole with Brown's distortion.

It projects the world into the image with the very model that its `SensorAbout` publishes, so that
the hub's way back from the image to the ground is put to the proof.
"""

import math
from typing import Final

import numpy as np

from simulators.core.plan import CameraPlan, Place
from simulators.core.polygons import Flags, Floats, Walls
from simulators.core.scene import LABELS, PERSON, VEHICLE, Scene
from simulators.core.sensing import Bursts, Drift, detected
from wire.labels import Label
from wire.messages import Box, Detection, FieldOfView, Pinhole

# A detector finds half of the things of this height in pixels, and most of a bit more.
HALF_SEEN_PX: Final = 11.0
SEEN_STEP_PX: Final = 2.5

# Foot errors as shares of the box, by the order of what PETS 2009 shows.
FOOT_SIGMA_OF_HEIGHT: Final = 0.04
FOOT_SIGMA_OF_WIDTH: Final = 0.08
JITTER_PX: Final = 0.6

COVERED_MAX: Final = 0.6
"""What is hidden by more than this behind others is not found."""

FOOT_M: Final = 0.1
CHEST_RATIO: Final = 0.75

# Beyond this angle from the axis, distortion polynomials turn back on themselves.
TANGENT_MAX: Final = 1.4
CLUTTER_PX: Final = (20.0, 90.0)


class Camera:
    """One camera's eye, with the memory of whom it sees badly."""

    def __init__(
        self, plan: CameraPlan, place: Place, walls: Walls, rows: int, rng: np.random.Generator
    ) -> None:
        self.plan = plan
        self._place = np.array(place)
        self._walls = walls
        self._rng = rng
        self._bursts = Bursts(rows)
        self._drift = Drift(rows, 2, rng)
        self._focal_px = plan.width_px / 2 / math.tan(math.radians(plan.opening_deg) / 2)
        azimuth, pitch = math.radians(plan.azimuth_deg), math.radians(plan.pitch_deg)
        ahead = (
            math.sin(azimuth) * math.cos(pitch),
            math.cos(azimuth) * math.cos(pitch),
            math.sin(pitch),
        )
        right = (math.cos(azimuth), -math.sin(azimuth), 0.0)
        self._axes = np.stack([right, np.cross(ahead, right), ahead])

    def model(self) -> Pinhole:
        """Return the model that the camera publishes of itself."""
        plan = self.plan
        return Pinhole(
            width_px=plan.width_px,
            height_px=plan.height_px,
            focal_x_px=self._focal_px,
            focal_y_px=self._focal_px,
            centre_x_px=plan.width_px / 2,
            centre_y_px=plan.height_px / 2,
            k1=plan.k1,
        )

    def field_of_view(self) -> FieldOfView:
        """Return the sector of ground that the camera looks at."""
        plan = self.plan
        steepest = math.radians(-plan.pitch_deg) + math.atan(plan.height_px / 2 / self._focal_px)
        nearest = plan.height_m / math.tan(min(steepest, math.radians(89.0)))
        return FieldOfView(
            azimuth_deg=plan.azimuth_deg,
            width_deg=plan.opening_deg,
            range_max_m=plan.range_max_m,
            range_min_m=round(max(nearest, 0.0), 2),
        )

    def look(self, scene: Scene, now_s: float) -> tuple[Detection, ...]:
        """Return what the camera finds in the scene."""
        bad = self._bursts.look(now_s, self._rng)
        drift = self._drift.look(now_s, self._rng)
        inside, boxes, depth = self._project(scene)
        clear = self._clearness(scene, inside, boxes, depth)
        tall_px = (boxes[:, 3] - boxes[:, 1]) * self.plan.height_px
        sharp = 1.0 / (1.0 + np.exp(-(tall_px - HALF_SEEN_PX) / SEEN_STEP_PX))
        probability = self.plan.detection_max * np.where(inside, clear * sharp, 0.0)
        found = np.flatnonzero(detected(probability, scene, bad, self._rng))
        noisy = self._err(boxes[found], drift[scene.rows[found]], clear[found])
        confidence = np.clip(
            0.35 + 0.6 * probability[found] + self._rng.normal(0.0, 0.05, found.size), 0.1, 0.99
        )
        things = (
            self._detection(box, LABELS[kind], belief)
            for box, kind, belief in zip(
                noisy, scene.kind[found].tolist(), confidence.tolist(), strict=True
            )
        )
        return (*(thing for thing in things if thing is not None), *self._clutter())

    def image(self, points: Floats) -> tuple[Floats, Floats]:
        """Return where points (…, 3) east, north, up are in the image, in pixels, and how deep."""
        seen = (points - (*self._place, self.plan.height_m)) @ self._axes.T
        depth = seen[..., 2]
        plane = seen[..., :2] / np.where(depth > 0.1, depth, np.inf)[..., None]
        outside = np.hypot(plane[..., 0], plane[..., 1]) > TANGENT_MAX
        radial = 1.0 + self.plan.k1 * (plane**2).sum(axis=-1)
        pixels = plane * radial[..., None] * self._focal_px
        pixels += (self.plan.width_px / 2, self.plan.height_px / 2)
        return pixels, np.where(outside, -1.0, depth)

    def _project(self, scene: Scene) -> tuple[Flags, Floats, Floats]:
        """Return who is in the image, their boxes (left, top, right, bottom) and distances."""
        away = scene.position - self._place
        reach = np.maximum(np.hypot(*away.T), 1e-6)
        # A person is as wide from every side; a vehicle has a length and a front.
        upright = scene.kind != VEHICLE
        across = np.stack([away[:, 1], -away[:, 0]], axis=-1) / reach[:, None]
        front = np.stack([np.sin(scene.azimuth), np.cos(scene.azimuth)], axis=-1)
        side = np.stack([front[:, 1], -front[:, 0]], axis=-1)
        half_width = np.where(upright[:, None], across, side) * scene.width_m[:, None] / 2
        half_length = front * scene.length_m[:, None] / 2
        corners = np.stack(
            [
                scene.position + a * half_length + b * half_width
                for a in (-1.0, 1.0)
                for b in (-1.0, 1.0)
            ],
            axis=1,
        )
        ground = np.zeros((*corners.shape[:2], 1))
        low = np.concatenate([corners, ground], axis=-1)
        high = np.concatenate([corners, ground + scene.height_m[:, None, None]], axis=-1)
        pixels, depth = self.image(np.concatenate([low, high], axis=1))
        size = np.array([self.plan.width_px, self.plan.height_px])
        fractions = pixels / size
        low_corner, high_corner = fractions.min(axis=1), fractions.max(axis=1)
        boxes = np.concatenate([low_corner, high_corner], axis=-1)
        clipped = boxes.clip(0.0, 1.0)
        whole = np.maximum(_areas(boxes), 1e-12)
        inside = (depth.min(axis=1) > 0.1) & (reach < self._range_max_m(scene))
        inside &= _areas(clipped) / whole > 0.5
        return inside, np.where(inside[:, None], clipped, 0.0), reach

    def _range_max_m(self, scene: Scene) -> Floats:
        """Return how far away each is found: what is larger, from further."""
        return self.plan.range_max_m * np.where(scene.kind == VEHICLE, 1.6, 1.0)

    def _clearness(self, scene: Scene, inside: Flags, boxes: Floats, depth: Floats) -> Floats:
        """Return how much of each is neither behind a wall nor behind others, 0 to 1."""
        clear = np.zeros(inside.size)
        rows = np.flatnonzero(inside)
        if rows.size == 0:
            return clear
        tall = scene.height_m[rows]
        looked_at = np.stack([np.full(rows.size, FOOT_M), CHEST_RATIO * tall], axis=-1)
        hidden = self._walls.hides(self._place, self.plan.height_m, scene.position[rows], looked_at)
        # A detector guesses legs that it does not see, sometimes, and badly.
        behind_walls = np.where(hidden[:, 1], 0.0, np.where(hidden[:, 0], 0.35, 1.0))
        clear[rows] = behind_walls * (1.0 - _covered(boxes[rows], depth[rows]))
        return clear

    def _err(self, boxes: Floats, drift: Floats, clear: Floats) -> Floats:
        """Shift each box's foot by the detector's error, and its edges by jitter."""
        size = np.array([self.plan.width_px, self.plan.height_px])
        extent = boxes[:, 2:] - boxes[:, :2]
        worse = 1.0 + 2.0 * (1.0 - clear)
        shift = drift * (FOOT_SIGMA_OF_WIDTH, FOOT_SIGMA_OF_HEIGHT) * extent * worse[:, None]
        jitter = self._rng.normal(0.0, JITTER_PX, (len(boxes), 4)) / np.tile(size, 2)
        noisy = boxes + jitter
        noisy[:, [0, 2]] += shift[:, :1]
        noisy[:, 3] += shift[:, 1]
        # A box that the image cuts stays cut: its foot is not in the picture.
        return np.where((boxes <= 0.0) | (boxes >= 1.0), boxes, noisy.clip(0.0, 1.0))

    def _clutter(self) -> tuple[Detection, ...]:
        count = int(self._rng.poisson(self.plan.clutter_per_scan))
        if count == 0:
            return ()
        tall = self._rng.uniform(*CLUTTER_PX, count) / self.plan.height_px
        wide = tall * 0.4 * self.plan.height_px / self.plan.width_px
        left = self._rng.uniform(0.0, 1.0 - wide)
        top = self._rng.uniform(0.3, 1.0 - tall)
        boxes = np.stack([left, top, left + wide, top + tall], axis=-1)
        beliefs = self._rng.uniform(0.2, 0.5, count).tolist()
        found = (
            self._detection(box, LABELS[PERSON], belief)
            for box, belief in zip(boxes, beliefs, strict=True)
        )
        return tuple(thing for thing in found if thing is not None)

    def _detection(self, box: Floats, label: Label, confidence: float) -> Detection | None:
        # Five digits are a fiftieth of a pixel.
        left, top, right, bottom = (round(value, 5) for value in box.tolist())
        if right <= left or bottom <= top:
            return None
        where = Box(left=left, top=top, right=right, bottom=bottom)
        return Detection(label=label, confidence=round(confidence, 3), where=where)


def _areas(boxes: Floats) -> Floats:
    areas: Floats = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return areas


def _covered(boxes: Floats, depth: Floats) -> Floats:
    """Return the share of each box that the nearest in front of it covers; 1 beyond a limit."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.prod(np.maximum(high - low, 0.0), axis=-1)
    in_front = depth[None, :] < depth[:, None] - 0.2
    share = np.where(in_front, common, 0.0).max(axis=1) / np.maximum(_areas(boxes), 1e-12)
    return np.where(share > COVERED_MAX, 1.0, share)
