import pytest
from msgspec.structs import replace
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED, LOST, TENTATIVE
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.interlock import Interlocks
from hub.core.response.live_picture import KnownActuator, LivePicture
from hub.core.site import (
    Actuator,
    ActuatorIs,
    Area,
    Interlock,
    NotInPosture,
    Origin,
    Site,
    VehicleCanStop,
    ZoneClear,
)
from wire.feed import LABELS
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    EffectClass,
    Label,
    Posture,
)
from wire.messages import ActuatorAbout, Pose

SECOND = 1_000_000
NOW = 1_767_225_600 * SECOND
CLEAR = ZoneClear(zone="bollards", labels=(Label.PERSON,), margin_m=1.0, picture_age_max_s=1.5)

ABOUT = ActuatorAbout(
    id=ulid(NOW, bytes(10)),
    sender="gate-1",
    boot=ulid(NOW, bytes(10)),
    seq=1,
    observed_us=NOW,
    sent_us=NOW,
    kind=ActuatorKind.GATE,
    name="North gate",
    pose=Pose(lat_deg=52.0, lon_deg=5.0),
    effect=EffectClass.RESTRICT,
    actions=(ActuatorAction.OPEN, ActuatorAction.CLOSE),
)


def some_interlocks() -> Interlocks:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (0.0, 2.0))
    return Interlocks(
        Site(
            id="square",
            name="Square",
            origin=Origin(lat_deg=52.0, lon_deg=5.0),
            bounds=((-500.0, -500.0), (500.0, 500.0)),
            actuators=(
                Actuator(
                    id="gate-1",
                    kind=ActuatorKind.GATE,
                    name="North gate",
                    position=(0.0, 0.0),
                    effect=EffectClass.RESTRICT,
                ),
            ),
            zones=(Area(id="bollards", name="Bollard line", purpose="gate", polygon=corners),),
        )
    )


def a_picture(
    *tracks: tuple[float, float, Label],
    age_s: float | None = 0.5,
    state: int = CONFIRMED,
    speed_mps: float = 0.0,
    track_age_s: float = 0.0,
    sigma_m: float = 0.0,
    is_played: bool = False,
) -> LivePicture:
    rows = Rows()
    if tracks:
        add_rows(rows, len(tracks))
    for row, (east_m, north_m, label) in enumerate(tracks):
        rows.columns.mean[row] = (east_m, north_m, 0.0, -speed_mps)
        rows.columns.covariance[row, 0, 0] = sigma_m**2
        rows.columns.state[row] = state
        rows.columns.label[row] = LABELS.index(label)
        rows.columns.updated_us[row] = NOW - round(track_age_s * SECOND)
    covered = {} if age_s is None else {"bollards": NOW - round(age_s * SECOND)}
    return LivePicture(
        tracks=Tracks(rows),
        covered_us={} if is_played else covered,
        covered_in_play_us=covered,
        actuators={},
        alerts={},
    )


def the_reason(
    picture: LivePicture,
    interlock: Interlock = CLEAR,
    *,
    simulated: bool = False,
    delay_s: float = 0.0,
) -> str | None:
    return some_interlocks().reason_against(
        (interlock,), picture, NOW, simulated=simulated, delay_s=delay_s
    )


def test_an_empty_zone_on_a_fresh_picture_is_clear() -> None:
    assert the_reason(a_picture()) is None
    assert some_interlocks().reason_against((), a_picture(age_s=None), NOW) is None


def test_a_picture_without_anybody_looking_forbids() -> None:
    assert the_reason(a_picture(age_s=None)) == "no sensor has seen Bollard line"


def test_a_stale_picture_forbids() -> None:
    assert the_reason(a_picture(age_s=1.5)) is None
    assert the_reason(a_picture(age_s=1.6)) is not None
    assert the_reason(a_picture(age_s=4.0)) == "Bollard line was last seen 4 s ago"


def test_what_only_simulated_sensors_have_seen_is_clear_for_what_is_simulated_alone() -> None:
    played = a_picture(is_played=True)

    assert the_reason(played) == "no sensor has seen Bollard line"
    assert the_reason(played, simulated=True) is None
    assert the_reason(a_picture(age_s=None), simulated=True) == "no sensor has seen Bollard line"
    somebody = a_picture((5.0, 1.0, Label.PERSON), is_played=True)
    assert the_reason(somebody, simulated=True) == "1 person within 1 m of Bollard line"


@pytest.mark.parametrize("state", [CONFIRMED, TENTATIVE])
def test_anybody_within_the_margin_forbids_even_if_not_confirmed(state: int) -> None:
    near = a_picture((5.0, 2.9, Label.PERSON), (5.0, 1.0, Label.PERSON), state=state)

    assert the_reason(near) == "2 people within 1 m of Bollard line"


def test_who_is_further_away_lost_or_of_another_kind_does_not() -> None:
    assert the_reason(a_picture((5.0, 3.1, Label.PERSON))) is None
    assert the_reason(a_picture((5.0, 1.0, Label.PERSON), state=LOST)) is None
    assert the_reason(a_picture((5.0, 1.0, Label.VEHICLE))) is None


def test_what_nobody_could_name_may_be_a_person() -> None:
    reason = the_reason(a_picture((5.0, 1.0, Label.UNKNOWN)))

    assert reason == "1 unknown thing within 1 m of Bollard line"


def test_without_labels_anything_forbids() -> None:
    any_label = ZoneClear(zone="bollards", margin_m=0.5)

    reason = the_reason(a_picture((5.0, 1.0, Label.BAG), (5.0, 1.0, Label.PERSON)), any_label)

    assert reason == "1 person and 1 bag within 0.5 m of Bollard line"


def test_a_track_counts_where_it_may_be_by_now() -> None:
    walking = a_picture((5.0, 4.5, Label.PERSON), speed_mps=1.5, track_age_s=1.5)
    unsure = a_picture((5.0, 4.5, Label.PERSON), sigma_m=2.0)

    assert the_reason(walking) is not None
    assert the_reason(unsure) is not None
    assert the_reason(a_picture((5.0, 4.5, Label.PERSON))) is None


def test_a_zone_that_the_plan_does_not_have_forbids() -> None:
    reason = the_reason(a_picture(), ZoneClear(zone="moon"))

    assert reason == "the plan has no zone moon to look at"


# --- Vehicles, postures and other actuators -----------------------------------------------------


def test_a_vehicle_that_could_not_stop_forbids_and_so_do_closed_eyes() -> None:
    can_stop = VehicleCanStop(zone="bollards")
    coming = a_picture((5.0, 22.0, Label.VEHICLE), speed_mps=10.0)
    far = a_picture((5.0, 50.0, Label.VEHICLE), speed_mps=10.0)

    assert the_reason(coming, can_stop) == (
        "a vehicle 20 m from Bollard line needs 30 m to stop at 36 km/h"
    )
    assert the_reason(far, can_stop) is None
    assert the_reason(far, can_stop, delay_s=4.0) is not None, "it moves for so long"
    assert the_reason(a_picture(age_s=None), can_stop) == "no sensor has seen Bollard line"


def test_a_posture_of_the_zone_or_of_the_site_forbids() -> None:
    here, anywhere = NotInPosture(zone="bollards"), NotInPosture()
    site = replace(a_picture(), postures={"site": Posture.EVACUATING})
    zone = replace(a_picture(), postures={"bollards": Posture.EVACUATING})
    unknown = replace(a_picture(), postures={"moon": Posture.EVACUATING})

    assert the_reason(a_picture(), here) is None
    assert the_reason(site, here) == "the site is in the posture evacuating"
    assert the_reason(site, anywhere) == "the site is in the posture evacuating"
    assert the_reason(zone, here) == "Bollard line is in the posture evacuating"
    assert the_reason(zone, anywhere) is None
    assert the_reason(unknown, NotInPosture(zone="moon")) == "moon is in the posture evacuating"
    raised = NotInPosture(postures=(Posture.RAISED,))
    assert the_reason(site, raised) is None


def test_another_actuator_must_be_there_and_be_seen_there() -> None:
    is_open = ActuatorIs(actuator="gate-1", position=ActuatorPosition.OPEN)
    there = {"gate-1": KnownActuator(about=ABOUT)}
    silent = {"gate-1": KnownActuator(about=ABOUT, silent=True)}
    played = {"gate-1": KnownActuator(about=replace(ABOUT, simulated=True))}
    open_now = {"gate-1": ActuatorPosition.OPEN}
    closed = {"gate-1": ActuatorPosition.CLOSED}

    def reason(
        actuators: dict[str, KnownActuator],
        positions: dict[str, ActuatorPosition],
        *,
        simulated: bool = False,
    ) -> str | None:
        picture = replace(a_picture(), actuators=actuators, positions=positions)
        return the_reason(picture, is_open, simulated=simulated)

    assert reason(there, open_now) is None
    assert reason(there, closed) == "North gate must be open first, and is closed"
    assert reason(there, {}) == "North gate must be open first, and is in an unknown position"
    assert reason(silent, open_now) == "North gate is silent"
    assert reason({}, open_now) == "North gate has never been heard of"
    assert reason(played, open_now) == "North gate is only simulated"
    assert reason(played, open_now, simulated=True) is None
