"""The playbooks of a plan: what is done about an alert; hub/core/response carries them out."""

from typing import Annotated

from msgspec import Meta

from hub.core.planned.parts import Place, Plan
from wire.labels import (
    ActuatorAction,
    ActuatorPosition,
    Channel,
    Label,
    PlaybookKind,
    Posture,
    Priority,
    Role,
)
from wire.messages import Parameters
from wire.quantities import DistanceM, DurationS, Identifier, Line, Text

PICTURE_AGE_MAX_S = 1.5
"""Nothing that moves acts on a picture older than this.

Whoever was not seen for about 1.75 s may be anywhere and is no longer on the picture: a picture
that old could be empty of somebody who stands there.
"""

PictureAgeS = Annotated[float, Meta(ge=0.1, le=PICTURE_AGE_MAX_S)]

# --- Interlocks: what must be true in the live picture before anything moves ---------------------


class ZoneClear(Plan, frozen=True, kw_only=True, tag="zone_clear", tag_field="kind"):
    """Interlock: no track of these labels within `margin_m` of the zone, on a fresh picture."""

    zone: Identifier
    labels: tuple[Label, ...] = ()  # Empty: of any label.
    margin_m: DistanceM = 1.0
    # Nothing that moves acts on a picture older than this.
    picture_age_max_s: PictureAgeS = PICTURE_AGE_MAX_S


class VehicleCanStop(Plan, frozen=True, kw_only=True, tag="vehicle_can_stop", tag_field="kind"):
    """Interlock: no vehicle that heads for the zone is nearer than it needs to come to a stop.

    Distance = speed * (reaction + actuator's delay) + speed^2 / (2 * deceleration).
    """

    zone: Identifier
    reaction_s: DurationS = 1.5  # Of an attentive driver (AASHTO Green Book takes 2.5 s).
    deceleration_mps2: Annotated[float, Meta(gt=0.0, le=12.0)] = 3.4  # AASHTO's comfortable stop.
    picture_age_max_s: PictureAgeS = PICTURE_AGE_MAX_S


class NotInPosture(Plan, frozen=True, kw_only=True, tag="not_in_posture", tag_field="kind"):
    """Interlock: the zone, and the site, are in none of these postures."""

    zone: Identifier | None = None
    postures: Annotated[tuple[Posture, ...], Meta(min_length=1)] = (Posture.EVACUATING,)


class ActuatorIs(Plan, frozen=True, kw_only=True, tag="actuator_is", tag_field="kind"):
    """Interlock: another actuator is heard of, and does this: one gate open before one closes."""

    actuator: Identifier
    position: ActuatorPosition


Interlock = ZoneClear | VehicleCanStop | NotInPosture | ActuatorIs


# --- Steps ------------------------------------------------------------------------------------


class StepPlan(Plan, frozen=True, kw_only=True, tag_field="do"):
    """What every step has."""

    id: Identifier
    text: Line
    # It is due this long after the step before it, or the playbook's start, and not earlier.
    after_s: DurationS = 0.0
    # It is late, and the supervisor is told, when it is not over this long after it was due.
    late_after_s: DurationS = 120.0
    # The next step waits until this one is over; False: they go side by side.
    holds: bool = False


class Step(StepPlan, frozen=True, kw_only=True, tag="command"):
    """One command of a playbook. Who must say yes follows from the actuator's effect."""

    actuator: Identifier
    action: ActuatorAction
    parameters: Parameters = Parameters()
    interlocks: tuple[Interlock, ...] = ()
    expires_after_s: DurationS = 30.0


class TaskStep(StepPlan, frozen=True, kw_only=True, tag="task"):
    """A task for the nearest suitable field team."""

    order: Text  # What the team reads.
    skills: tuple[Identifier, ...] = ()
    place: Place | None = None  # None: where the alert is.
    teams: Annotated[int, Meta(ge=1, le=20)] = 1
    accept_within_s: DurationS = 30.0  # Then it goes to the next team.


class PostureStep(StepPlan, frozen=True, kw_only=True, tag="posture"):
    """The site, or a zone, takes a posture."""

    posture: Posture
    zone: Identifier | None = None  # None: the whole site.


class ManualStep(StepPlan, frozen=True, kw_only=True, tag="manual"):
    """Something that a person does outside of the hub and ticks off: call the fire brigade."""

    person: Role = Role.OPERATOR


AnyStep = Step | TaskStep | PostureStep | ManualStep


class Playbook(Plan, frozen=True, kw_only=True):
    """Ordered steps for one kind of alert, or to be begun by hand."""

    id: Identifier
    name: Line
    kind: PlaybookKind = PlaybookKind.OTHER
    rules: tuple[Identifier, ...] = ()  # Whose alerts begin it; empty: only people do.
    zone: Identifier | None = None
    steps: Annotated[tuple[AnyStep, ...], Meta(min_length=1, max_length=40)]


# --- Who is told, and when ---------------------------------------------------------------------


class Escalation(Plan, frozen=True, kw_only=True):
    """One rung of the ladder that an alert climbs until somebody acknowledges it."""

    priorities: tuple[Priority, ...] = (Priority.HIGH, Priority.CRITICAL)
    after_s: DurationS
    role: Role | None = None  # Everybody who is signed in with this role is told.
    team: Identifier | None = None
    channel: Channel = Channel.APP
