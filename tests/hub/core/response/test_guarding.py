import pytest
from msgspec.structs import replace

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.command import CommandRecord
from hub.core.response.guarding import MOVES, Guards
from hub.core.response.interlock import Interlocks
from hub.core.response.live_picture import LivePicture
from hub.core.site import Actuator, Area, Interlock, NotInPosture, Origin, Site, ZoneClear
from wire.ids import ulid
from wire.labels import ActuatorAction, ActuatorKind, CommandState, EffectClass, Posture

SECOND = 1_000_000
NOW = 1_767_225_600 * SECOND
DOOR = Actuator(
    id="door-1",
    kind=ActuatorKind.DOOR,
    name="Stage door",
    position=(0.0, 0.0),
    effect=EffectClass.RESTRICT,
    zone="stage",
    escape_route=True,
)
CLEAR = ZoneClear(zone="yard")


def a_picture(
    *, stage_s_ago: float | None = 0.0, yard_s_ago: float | None = 0.0, **postures: Posture
) -> LivePicture:
    ages = {"stage": stage_s_ago, "yard": yard_s_ago}
    covered = {
        zone: NOW - round(age_s * SECOND) for zone, age_s in ages.items() if age_s is not None
    }
    return LivePicture(
        tracks=Tracks(Rows()),
        covered_us=covered,
        covered_in_play_us=covered,
        actuators={},
        alerts={},
        postures=postures,
    )


def a_command(action: ActuatorAction = ActuatorAction.CLOSE) -> CommandRecord:
    return CommandRecord(
        id=ulid(NOW, bytes(10)),
        text="-",
        actuator="door-1",
        action=action,
        effect=EffectClass.RESTRICT,
        reason="-",
        state=CommandState.BLOCKED,
        requested_by="Ann",
        requested_us=NOW,
        changed_us=NOW,
        expires_us=NOW,
        valid_us=1,
    )


def the_reason(
    picture: LivePicture,
    action: ActuatorAction = ActuatorAction.CLOSE,
    *interlocks: Interlock,
    actuator: Actuator = DOOR,
    simulated: bool = False,
) -> str | None:
    square = ((-2.0, 0.0), (2.0, 0.0), (2.0, 4.0), (-2.0, 4.0))
    site = Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-50.0, -50.0), (50.0, 50.0)),
        zones=(
            Area(id="stage", name="Stage", purpose="stage", polygon=square),
            Area(
                id="yard",
                name="Yard",
                purpose="yard",
                polygon=tuple((east + 30.0, north) for east, north in square),
            ),
        ),
        actuators=(actuator,),
    )
    guards = Guards(site, Interlocks(site))
    return guards.reason_against(a_command(action), interlocks, picture, NOW, simulated=simulated)


@pytest.mark.parametrize("action", sorted(MOVES))
def test_whatever_moves_needs_a_fresh_picture_of_its_zone(action: ActuatorAction) -> None:
    assert the_reason(a_picture(), action) is None
    assert the_reason(a_picture(stage_s_ago=3.0), action) == "Stage was last seen 3 s ago"
    assert the_reason(a_picture(stage_s_ago=None), action) == "no sensor has seen Stage"


def test_to_unlock_needs_nobody_to_look() -> None:
    assert the_reason(a_picture(stage_s_ago=None), ActuatorAction.UNLOCK) is None


@pytest.mark.parametrize("kind", [ActuatorKind.SIREN, ActuatorKind.RELAY])
def test_what_moves_nothing_that_hits_anybody_needs_none_either(kind: ActuatorKind) -> None:
    other = replace(DOOR, kind=kind)

    assert the_reason(a_picture(stage_s_ago=None), actuator=other) is None


def test_without_a_zone_of_its_own_the_interlocks_say_where_to_look() -> None:
    nowhere = replace(DOOR, zone=None)
    stale_yard = a_picture(yard_s_ago=9.0)
    posture = NotInPosture()

    assert the_reason(stale_yard, ActuatorAction.OPEN, CLEAR, actuator=nowhere) == (
        "Yard was last seen 9 s ago"
    )
    assert the_reason(stale_yard, ActuatorAction.OPEN, posture, actuator=nowhere) is None


def test_else_it_is_the_zones_that_it_stands_at_and_without_any_nobody_can_look() -> None:
    at_the_stage = replace(DOOR, zone=None)
    afar = replace(DOOR, zone=None, position=(0.0, 40.0))

    assert the_reason(a_picture(stage_s_ago=5.0), actuator=at_the_stage) == (
        "Stage was last seen 5 s ago"
    )
    assert the_reason(a_picture(), actuator=afar) == (
        "the plan names no zone to look at before Stage door moves"
    )


def test_simulated_eyes_are_enough_only_for_what_is_simulated() -> None:
    played = replace(a_picture(), covered_us={})

    assert the_reason(played) == "no sensor has seen Stage"
    assert the_reason(played, simulated=True) is None


@pytest.mark.parametrize("shuts", [ActuatorAction.CLOSE, ActuatorAction.LOCK])
@pytest.mark.parametrize("place", ["site", "stage"])
def test_a_way_out_never_shuts_while_people_leave_by_it(shuts: ActuatorAction, place: str) -> None:
    leaving = a_picture(**{place: Posture.EVACUATING})
    name = {"site": "the site", "stage": "Stage"}[place]

    assert the_reason(leaving, shuts) == (
        f"Stage door is an escape route, and {name} is in the posture evacuating"
    )
    assert the_reason(leaving, ActuatorAction.OPEN) is None
    assert the_reason(leaving, shuts, actuator=replace(DOOR, escape_route=False)) is None
    assert the_reason(a_picture(yard=Posture.EVACUATING), shuts) is None
    bollards = replace(DOOR, kind=ActuatorKind.BOLLARD)
    assert the_reason(leaving, shuts, actuator=bollards) is None


def test_the_zone_on_its_other_side_counts_too() -> None:
    other_side = replace(DOOR, zone="yard")

    reason = the_reason(a_picture(stage=Posture.EVACUATING), actuator=other_side)

    assert reason == "Stage door is an escape route, and Stage is in the posture evacuating"


def test_an_actuator_that_the_plan_does_not_have_is_no_matter_of_this() -> None:
    stranger = replace(DOOR, id="door-2")

    assert the_reason(a_picture(stage_s_ago=None), actuator=stranger) is None
