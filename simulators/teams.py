"""Simulated field teams: they take tasks, or do not, walk there, and say how far they are.

Nothing here reads a clock; what is left to chance comes from a generator that the caller seeds.
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct

from simulators.core.plan import Place, TeamPlan
from wire.labels import ReceiptStatus
from wire.quantities import SECOND_US

POSITION_US: Final = 3 * SECOND_US
"""How often a team says where it is."""

# A phone on a mobile network.
DEVICE_S: Final = (0.2, 1.0)
ARRIVED_M: Final = 2.0
POSITION_SIGMA_M: Final = 3.0


class ReceiptSaid(Struct, frozen=True, kw_only=True):
    """A team's answer to a task."""

    task: str
    status: ReceiptStatus
    exercise: bool = False


class PositionSaid(Struct, frozen=True, kw_only=True):
    """A team is here."""

    at: Place
    heading_deg: float | None = None  # None: it stands.


TeamSaid = ReceiptSaid | PositionSaid


class Errand(Struct, kw_only=True):
    """A task that a team has accepted, or thinks about."""

    task: str
    goal: Place
    exercise: bool = False
    accepted: bool = False
    on_scene: bool = False


class Team:
    """One simulated field team."""

    def __init__(self, plan: TeamPlan, start_us: int, rng: np.random.Generator) -> None:
        self.at: Place = plan.at
        self._plan = plan
        self._rng = rng
        self._errand: Errand | None = None
        self._answers: list[tuple[int, ReceiptSaid]] = []
        self._position_us = start_us + POSITION_US
        self._moved_us = start_us
        self._known: set[str] = set()

    @property
    def next_us(self) -> int:
        """When it says something by itself."""
        return min([self._position_us, *(at_us for at_us, _ in self._answers)])

    def told(self, task: str, place: Place | None, now_us: int, *, exercise: bool = False) -> None:
        """Take a task, once."""
        if task in self._known:
            return
        self._known.add(task)
        device_us = now_us + self._drawn_us(DEVICE_S)
        read_us = device_us + self._drawn_us(self._plan.read_s)
        answer_us = read_us + self._drawn_us(self._plan.answer_s)
        is_awake = self._rng.uniform() >= self._plan.silent_ratio
        accepts = self._rng.uniform() < self._plan.accept_ratio and self._errand is None
        self._answer(device_us, task, ReceiptStatus.DEVICE_RECEIPT, exercise=exercise)
        if not is_awake:
            return
        self._answer(read_us, task, ReceiptStatus.READ, exercise=exercise)
        if not accepts:
            self._answer(answer_us, task, ReceiptStatus.DECLINED, exercise=exercise)
            return
        self._errand = Errand(task=task, goal=place or self.at, exercise=exercise)
        self._answer(answer_us, task, ReceiptStatus.ACCEPTED, exercise=exercise)

    def withdrawn(self, task: str) -> None:
        """Take note that a task is no longer wanted of this team."""
        self._answers = [(at_us, said) for at_us, said in self._answers if said.task != task]
        if self._errand and self._errand.task == task:
            self._errand = None

    def advance(self, now_us: int) -> list[TeamSaid]:
        """Do what is due: answer, walk, say where it is."""
        said: list[TeamSaid] = []
        due = sorted((one for one in self._answers if one[0] <= now_us), key=lambda one: one[0])
        for one in due:
            self._answers.remove(one)
            said.append(one[1])
            self._carry_on(one[1])
        if self._position_us <= now_us:
            self._position_us = now_us + POSITION_US
            heading_deg = self._walk(now_us)
            said.append(PositionSaid(at=self.at, heading_deg=heading_deg))
            self._arrive(now_us)
        return said

    def _carry_on(self, said: ReceiptSaid) -> None:
        """Begin what an answer of its own begins, or end what it ends."""
        errand = self._errand
        if errand is None or errand.task != said.task:
            return
        if said.status is ReceiptStatus.ACCEPTED:
            errand.accepted = True
        elif said.status is ReceiptStatus.DONE:
            self._errand = None

    def _walk(self, now_us: int) -> float | None:
        """Walk straight on towards where it is wanted, or back to its post."""
        elapsed_s, self._moved_us = (now_us - self._moved_us) / SECOND_US, now_us
        errand = self._errand
        goal = errand.goal if errand and errand.accepted else self._plan.at
        if errand is not None and not errand.accepted:
            goal = self.at  # It stands and thinks.
        east, north = goal[0] - self.at[0], goal[1] - self.at[1]
        way_m = math.hypot(east, north)
        if way_m == 0.0:
            return None
        share = min(1.0, self._plan.speed_mps * elapsed_s / way_m)
        self.at = (self.at[0] + share * east, self.at[1] + share * north)
        return math.degrees(math.atan2(east, north)) % 360.0

    def _arrive(self, now_us: int) -> None:
        """Say that it is there, and a while later that it is done."""
        errand = self._errand
        if errand is None or not errand.accepted or errand.on_scene:
            return
        if math.dist(self.at, errand.goal) > ARRIVED_M:
            return
        errand.on_scene = True
        done_us = now_us + self._drawn_us(self._plan.stay_s)
        exercise = errand.exercise
        self._answer(now_us, errand.task, ReceiptStatus.ON_SCENE, exercise=exercise)
        self._answer(done_us, errand.task, ReceiptStatus.DONE, exercise=exercise)

    def _answer(self, at_us: int, task: str, status: ReceiptStatus, *, exercise: bool) -> None:
        self._answers.append((at_us, ReceiptSaid(task=task, status=status, exercise=exercise)))

    def _drawn_us(self, span: tuple[float, float]) -> int:
        return round(float(self._rng.uniform(*span)) * SECOND_US)
