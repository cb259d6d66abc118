from itertools import pairwise
from typing import Any

import pytest
from small_square import CAMERA, SECOND, START, Hub, Voice, a_site
from throng import a_block

from hub.core.effects import Show
from hub.core.site import Sensor
from wire import columns
from wire.feed import FLAG_CROWD, CrowdView, ZoneCrowdView
from wire.labels import Label, Role, SensorKind
from wire.messages import Reading

COUNTER = "count-01"


def a_counted_site() -> Any:
    counter = Sensor(
        id=COUNTER,
        kind=SensorKind.COUNTER,
        name="Gate counter",
        position=(-60.0, -60.0),
        counts_zone="gate",
    )
    return a_site(sensors=(*a_site().sensors, counter))


def a_hub() -> Hub:
    hub = Hub(a_counted_site())
    camera = Voice(CAMERA)
    hub.takes(camera.about_sensor(START, labels=(Label.PERSON,)), START)
    return hub


def a_count(value: float, at_us: int, unit: str = "{persons}") -> Reading:
    return Voice(COUNTER).says(Reading, at_us, channel="persons", value=value, unit=unit, sigma=2.0)


def crowd_of(hub: Hub, role: Role = Role.OPERATOR) -> CrowdView:
    crowd = hub.engine.snapshot(role).crowd
    assert crowd is not None
    return crowd


def gate(hub: Hub) -> ZoneCrowdView:
    return next(zone for zone in crowd_of(hub).zones if zone.id == "gate")


def test_a_dense_crowd_is_shown_as_a_field_to_every_role_and_its_tracks_are_marked() -> None:
    hub = a_hub()
    places = [(east, north) for east, north in a_block(2.0, 6.0, low_m=-40.0).tolist()]

    hub.sees(Voice(CAMERA), *places, from_us=START, seconds=5.0)

    for role in Role:
        assert crowd_of(hub, role) == crowd_of(hub)
    densest = max(crowd_of(hub).cells, key=lambda cell: cell.density)
    assert (densest.column * 2.0, densest.row * 2.0) == (-38.0, -38.0)
    assert densest.density == pytest.approx(1.5, abs=0.5)
    assert densest.lost
    flags = [row.flags for row in columns.rows(hub.engine.snapshot(Role.WALL).tracks)]
    assert sum(flag & FLAG_CROWD > 0 for flag in flags) > len(places) / 2


def test_the_crowd_is_told_no_more_than_once_a_second_and_only_when_it_changes() -> None:
    hub = a_hub()

    end_us = hub.sees(Voice(CAMERA), (-40.0, -40.0), (-41.0, -40.0), from_us=START, seconds=6.0)
    told = [one.delta.at_us for one in hub.done if isinstance(one, Show) and one.delta.crowd]
    hub.lives(end_us + 60 * SECOND)
    before = len(hub.done)
    hub.lives(end_us + 120 * SECOND)

    assert len(told) <= 6
    assert all(later - earlier >= SECOND for earlier, later in pairwise(told))
    assert not [one for one in hub.done[before:] if isinstance(one, Show) and one.delta.crowd]
    assert crowd_of(hub).cells == ()


def test_a_counter_counts_where_no_sensor_looks() -> None:
    hub = a_hub()

    hub.takes(a_count(40.0, START), START)
    hub.lives(START + SECOND)

    assert gate(hub).counters == (COUNTER,)
    assert gate(hub).persons == pytest.approx(40.0, abs=0.5)


def test_a_counter_that_gives_kilograms_is_refused_and_its_reading_is_kept() -> None:
    hub = a_hub()

    hub.takes(a_count(40.0, START, unit="kg"), START)
    hub.lives(START + SECOND)

    assert hub.refused() == {"wrong_unit": 1}
    assert gate(hub).counters == ()
    assert any(entry.key.startswith(COUNTER) for entry in hub.standing())
