"""The simulated devices of a scenario: each with its eye or machine, its voice and its faults."""

import numpy as np

from simulators.actuators import Actuator
from simulators.core.camera import Camera
from simulators.core.counter import Counter
from simulators.core.envelope import Voice
from simulators.core.faults import Delivery
from simulators.core.plan import (
    ActuatorPlan,
    Scenario,
    SitedActuator,
    SitedSensor,
    SitedTeam,
    SitePlan,
    TeamPlan,
)
from simulators.core.polygons import Walls
from simulators.core.radar import Radar
from simulators.core.sound import Microphones
from simulators.teams import Team
from wire.quantities import SECOND_US

Eye = Camera | Radar | Microphones | Counter


class SensorUnit:
    """One simulated sensor."""

    def __init__(self, sited: SitedSensor, eye: Eye, voice: Voice, delivery: Delivery) -> None:
        self.sited = sited
        self.eye = eye
        self.voice = voice
        self.delivery = delivery

    @property
    def rate_hz(self) -> float:
        """How many scans a second it makes."""
        return 0.0 if isinstance(self.eye, Microphones | Counter) else self.eye.plan.rate_hz


class ActuatorUnit:
    """One simulated actuator."""

    def __init__(
        self, sited: SitedActuator, plan: ActuatorPlan, actuator: Actuator, voice: Voice
    ) -> None:
        self.sited = sited
        self.plan = plan
        self.actuator = actuator
        self.voice = voice
        self.watched_us: int | None = None  # When somebody looks at it next.


class TeamUnit:
    """One simulated field team."""

    def __init__(self, sited: SitedTeam, plan: TeamPlan, team: Team, voice: Voice) -> None:
        self.sited = sited
        self.plan = plan
        self.team = team
        self.voice = voice
        self.watched_us: int | None = None


Unit = SensorUnit | ActuatorUnit | TeamUnit


def build_sensors(
    site: SitePlan,
    scenario: Scenario,
    walls: Walls,
    rows: int,
    start_us: int,
    rng: np.random.Generator,
) -> dict[str, SensorUnit]:
    """Return the scenario's sensors, by id."""
    sited = {sensor.id: sensor for sensor in site.sensor}
    zones = {zone.id: zone.polygon for zone in site.zone}
    voices = rng.spawn(1)[0]
    eyes: list[Eye] = [
        *(
            Camera(plan, sited[plan.id].position, walls, rows, rng.spawn(1)[0])
            for plan in scenario.camera
        ),
        *(
            Radar(plan, sited[plan.id].position, walls, rows, rng.spawn(1)[0])
            for plan in scenario.radar
        ),
        *(
            Microphones(plan, sited[plan.id].position, rng.spawn(1)[0])
            for plan in scenario.acoustic
        ),
        *(
            Counter(plan, zones[sited[plan.id].counts_zone or ""], rng.spawn(1)[0])
            for plan in scenario.counter
        ),
    ]
    units = {}
    for eye in eyes:
        voice_rng, delivery_rng = voices.spawn(2)
        units[eye.plan.id] = SensorUnit(
            sited[eye.plan.id],
            eye,
            Voice(eye.plan.id, start_us, voice_rng),
            Delivery(scenario.delivery, eye.plan.latency_s, delivery_rng),
        )
    return units


def build_actuators(
    site: SitePlan, scenario: Scenario, start_us: int, rng: np.random.Generator
) -> dict[str, ActuatorUnit]:
    """Return the scenario's actuators, by id."""
    sited = {actuator.id: actuator for actuator in site.actuator}
    return {
        plan.id: ActuatorUnit(
            sited[plan.id],
            plan,
            Actuator(sited[plan.id].kind, round(plan.delay_s * SECOND_US), plan.fault),
            Voice(plan.id, start_us, rng.spawn(1)[0]),
        )
        for plan in scenario.actuator
    }


def build_teams(
    site: SitePlan, scenario: Scenario, start_us: int, rng: np.random.Generator
) -> dict[str, TeamUnit]:
    """Return the scenario's field teams, by id."""
    sited = {team.id: team for team in site.team}
    units = {}
    for plan in scenario.team:
        voice_rng, team_rng = rng.spawn(2)
        units[plan.id] = TeamUnit(
            sited[plan.id],
            plan,
            Team(plan, start_us, team_rng),
            Voice(plan.id, start_us, voice_rng),
        )
    return units
