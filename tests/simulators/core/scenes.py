"""Builders of scenes for the tests of sensors."""

import numpy as np

from simulators.core.scene import BAG, PERSON, VEHICLE, Scene

SIZES = {PERSON: (0.0, 0.5, 1.75), VEHICLE: (5.2, 2.0, 2.3), BAG: (0.0, 0.5, 0.5)}


def a_scene(*things: tuple[int, float, float], velocity: tuple[float, float] = (0.0, 0.0)) -> Scene:
    kind = np.array([thing[0] for thing in things], dtype=np.int8)
    sizes = np.array([SIZES[thing[0]] for thing in things]).reshape(-1, 3)
    count = len(things)
    return Scene(
        rows=np.arange(count),
        row_count=count,
        kind=kind,
        position=np.array([thing[1:] for thing in things], dtype=np.float64).reshape(-1, 2),
        velocity=np.tile(velocity, (count, 1)),
        azimuth=np.zeros(count),
        length_m=sizes[:, 0],
        width_m=sizes[:, 1],
        height_m=sizes[:, 2],
    )
