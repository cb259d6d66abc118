from small_square import (
    INSIDE,
    OUTSIDE,
    RADAR,
    SECOND,
    START,
    Hub,
    Voice,
    a_detection,
    a_site,
    deltas,
)

from hub.core.fusion.claims import LIFE_US
from wire import columns
from wire.feed import FLAG_CLAIMED, TrackRow
from wire.labels import Label, Role, SensorKind
from wire.messages import Detection, Position, TeamPosition

RADIO = "radio-01"
TEAM = "team-01"


def a_hub() -> Hub:
    """Return a hub whose plan has a remote id receiver, and a team with a phone."""
    radar = next(sensor for sensor in a_site().sensors if sensor.id == RADAR)
    kinds = {RADIO: SensorKind.RADIO, TEAM: SensorKind.TAG}
    more = tuple(
        type(radar)(id=name, kind=kind, name=name, position=(0.0, 0.0), expected=False)
        for name, kind in kinds.items()
    )
    return Hub(a_site(sensors=(*a_site().sensors, *more)))


def a_claim(place: tuple[float, float] = INSIDE, **changes: object) -> Detection:
    return a_detection(place, **{"label": Label.DRONE, "object_id": "drone-1", **changes})


def hears(hub: Hub, voice: Voice, detection: Detection, *, from_us: int, seconds: int) -> int:
    """Let a sensor tell of something once a second; return when it ends."""
    for at_us in range(from_us, from_us + seconds * SECOND, SECOND):
        hub.takes(voice.scan(at_us, detections=(detection,)), at_us)
        hub.lives(at_us + SECOND)
    return from_us + seconds * SECOND


def shown(hub: Hub) -> list[TrackRow]:
    return list(columns.rows(hub.engine.snapshot(Role.OPERATOR).tracks))


def test_a_claim_is_on_the_map_as_a_claim_and_raises_no_alert() -> None:
    hub = a_hub()

    hears(hub, Voice(RADIO), a_claim(label=Label.PERSON), from_us=START, seconds=20)

    (row,) = shown(hub)
    assert row.flags == FLAG_CLAIMED
    assert hub.alerts == []
    view = hub.engine.track(row.number)
    assert view is not None
    assert (view.confirmed, view.sensors, view.claims[0].identity) == (False, (RADIO,), "drone-1")


def test_a_claim_that_nobody_repeats_goes_from_the_map() -> None:
    hub = a_hub()
    end_us = hears(hub, Voice(RADIO), a_claim(), from_us=START, seconds=2)
    (row,) = shown(hub)

    hub.lives(end_us + LIFE_US + SECOND)

    assert shown(hub) == []
    assert any(row.number in delta.tracks_gone for delta in deltas(hub.done))
    assert hub.engine.track(row.number) is None


def test_a_claim_beside_what_a_radar_sees_becomes_a_part_of_it() -> None:
    hub, radio, radar = a_hub(), Voice(RADIO), Voice(RADAR)
    end_us = hears(hub, radio, a_claim(OUTSIDE), from_us=START, seconds=1)
    (alone,) = shown(hub)

    for step in range(20):
        at_us = end_us + step * SECOND // 10
        hub.takes(radar.scan(at_us, detections=(a_claim(OUTSIDE, object_id=None),)), at_us)
        hub.lives(at_us)

    (row,) = shown(hub)
    assert not row.flags & FLAG_CLAIMED
    assert row.number != alone.number
    view = hub.engine.track(row.number)
    assert view is not None
    assert [(claim.identity, claim.agrees) for claim in view.claims] == [("drone-1", True)]


def test_where_a_radar_should_see_it_and_does_not_a_claim_is_doubted() -> None:
    hub, radio, radar = a_hub(), Voice(RADIO), Voice(RADAR)
    hears(hub, radio, a_claim(OUTSIDE), from_us=START, seconds=1)
    (row,) = shown(hub)
    before = hub.engine.track(row.number)

    about = radar.about_sensor(START + SECOND, kind=SensorKind.RADAR)
    hub.takes(about, START + SECOND)
    hub.takes(radar.scan(START + SECOND), START + SECOND)

    after = hub.engine.track(row.number)
    assert before is not None
    assert after is not None
    assert before.existence == 0.5
    assert after.existence < 0.4


def test_a_team_that_tells_where_it_is_is_followed_as_a_person() -> None:
    hub, team = a_hub(), Voice(TEAM)
    (detection,) = (a_detection(OUTSIDE),)
    assert isinstance(detection.where, Position)

    for step in range(20):
        at_us = START + step * SECOND // 2
        hub.takes(team.says(TeamPosition, at_us, position=detection.where), at_us)
        hub.lives(at_us)

    (row,) = shown(hub)
    assert row.label is Label.PERSON
    view = hub.engine.track(row.number)
    assert view is not None
    assert view.sensors == (TEAM,)


def test_a_team_that_the_plan_does_not_know_is_refused() -> None:
    hub = Hub()
    where = a_detection(OUTSIDE).where
    assert isinstance(where, Position)

    hub.takes(Voice(TEAM).says(TeamPosition, START, position=where), START)

    assert hub.refused() == {"unknown_device": 1}
