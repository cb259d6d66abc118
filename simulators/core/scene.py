"""Everything that can be seen at one instant, as arrays: what sensors look at."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from simulators.core.movement import Crowd, Mode
from simulators.core.plan import Place
from simulators.core.polygons import Floats
from simulators.core.vehicles import HEIGHT_M, LENGTH_M, VEHICLES_MAX, WIDTH_M, Traffic
from wire.labels import Label

PERSON_WIDTH_M: Final = 0.5
BAG_SIZE_M: Final = 0.6
BAGS_MAX: Final = 4

LABELS: Final = (Label.PERSON, Label.VEHICLE, Label.BAG)
"""What a thing is, by its kind's number."""

PERSON, VEHICLE, BAG = range(3)


class Scene(Struct, frozen=True, kw_only=True):
    """What is there. A thing keeps its row for as long as it is there."""

    rows: NDArray[np.intp]  # Of the things that are there, among all rows there can be.
    row_count: int
    kind: NDArray[np.int8]
    position: Floats  # (n, 2)
    velocity: Floats  # (n, 2)
    azimuth: Floats  # Where its front points, in radians clockwise from north.
    length_m: Floats
    width_m: Floats
    height_m: Floats


class Bags:
    """Bags that stand alone on the ground."""

    def __init__(self) -> None:
        self._places: list[Place | None] = [None] * BAGS_MAX

    def put(self, place: Place) -> int:
        """Put a bag down; return its number."""
        number = self._places.index(None)
        self._places[number] = place
        return number

    def take(self, number: int) -> None:
        """Take a bag away."""
        self._places[number] = None

    def places(self) -> list[tuple[int, Place]]:
        """Return the bags that stand there."""
        return [(i, place) for i, place in enumerate(self._places) if place is not None]


def row_count(crowd: Crowd) -> int:
    """Return how many rows a scene can have."""
    return crowd.count + VEHICLES_MAX + BAGS_MAX


def scene(crowd: Crowd, traffic: Traffic, bags: Bags, ahead_s: float) -> Scene:
    """Return what is there `ahead_s` seconds after the last step."""
    people = np.flatnonzero(crowd.mode != Mode.ABSENT)
    driven = [(i, one) for i, one in enumerate(traffic.slots()) if one is not None]
    left = bags.places()
    rows = np.concatenate(
        [
            people,
            np.array([crowd.count + i for i, _ in driven], dtype=np.intp),
            np.array([crowd.count + VEHICLES_MAX + i for i, _ in left], dtype=np.intp),
        ]
    )
    walking = crowd.velocity[people]
    poses = np.array([one.course.at(one.along_m) for _, one in driven]).reshape(-1, 3)
    ahead = np.stack([np.sin(poses[:, 2]), np.cos(poses[:, 2])], axis=-1)
    driving = ahead * np.array([one.speed_mps for _, one in driven]).reshape(-1, 1)
    velocity = np.vstack([walking, driving, np.zeros((len(left), 2))])
    position = np.vstack(
        [crowd.position[people], poses[:, :2], np.array([at for _, at in left]).reshape(-1, 2)]
    )

    def each(person: Floats | float, vehicle: float, bag: float) -> Floats:
        return np.concatenate(
            [
                np.broadcast_to(person, people.size),
                np.full(len(driven), vehicle),
                np.full(len(left), bag),
            ]
        )

    return Scene(
        rows=rows,
        row_count=row_count(crowd),
        kind=each(PERSON, VEHICLE, BAG).astype(np.int8),
        position=position + ahead_s * velocity,
        velocity=velocity,
        azimuth=np.concatenate(
            [np.arctan2(walking[:, 0], walking[:, 1]), poses[:, 2], np.zeros(len(left))]
        ),
        length_m=each(0.0, LENGTH_M, 0.0),
        width_m=each(PERSON_WIDTH_M, WIDTH_M, BAG_SIZE_M),
        height_m=each(crowd.height_m[people], HEIGHT_M, BAG_SIZE_M),
    )
