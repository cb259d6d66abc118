import pytest
from shift_pages import a_picture, a_site_view, an_actuator_view, people_at

from hub.core.review.surroundings import (
    crowd_near,
    direction,
    middle_of,
    near,
    persons_near,
    roads,
    ways,
)
from wire.geodesy import SiteFrame
from wire.labels import ActuatorKind, ActuatorPosition, Label

FRAME = SiteFrame(52.0, 5.0)
STAGE = (5.0, 5.0)


def test_what_is_beside_a_place_is_named_nearest_first() -> None:
    assert near(a_site_view(), STAGE) == (
        "in Stage",
        "25 m from Church, which is to the north",
        "35 m from Harbour Road, which is to the east",
    )


def test_a_way_in_is_told_with_how_it_stands_and_where_it_is() -> None:
    actuators = (
        an_actuator_view("bollard-01", kind=ActuatorKind.BOLLARD, name="Bollard", silent=True),
        an_actuator_view("gate-01"),
        an_actuator_view("door-01", kind=ActuatorKind.DOOR, name="Door", last_us=None),
        an_actuator_view("siren-01", kind=ActuatorKind.SIREN),
    )

    found = ways(actuators, STAGE, FRAME)

    assert [(one.name, one.status) for one in found] == [
        ("Bollard", "not heard from; last closed"),
        ("Door", "not heard from; last closed"),
        ("North gate", "closed"),
    ]
    assert (found[2].distance_m, found[2].direction) == (20.0, "north")
    assert (found[2].lat_deg, found[2].lon_deg) == pytest.approx(
        FRAME.to_wgs84(5.0, 25.0), abs=1e-5
    )


def test_the_nearest_way_in_comes_first() -> None:
    far = an_actuator_view("a", at=a_site_view().bounds[1], position=ActuatorPosition.OPEN)

    assert [one.status for one in ways((far, an_actuator_view("b")), STAGE, FRAME)] == [
        "closed",
        "open",
    ]


def test_roads_are_told_and_lawns_are_not() -> None:
    assert roads(a_site_view(), STAGE) == ("Harbour Road, 35 m east",)


def test_people_near_are_counted_and_other_things_are_not() -> None:
    picture = a_picture(tracks=people_at((5.0, 5.0), (5.0, 34.0), (5.0, 36.0)))
    bags = a_picture(tracks=people_at((5.0, 5.0), label=Label.BAG))

    assert persons_near(picture, STAGE, 30.0) == 2
    assert persons_near(bags, STAGE, 30.0) == 0


def test_the_crowd_of_the_zone_around_a_place_is_told() -> None:
    assert crowd_near(a_picture(), STAGE) == (
        "about 42 people (± 3) in Stage, up to 3.2 on a square metre",
    )
    assert crowd_near(a_picture(), (50.0, 50.0)) == ()
    assert crowd_near(a_picture(crowd=None), STAGE) == ()


def test_what_has_no_place_is_in_the_middle_of_its_zone_or_of_the_site() -> None:
    site = a_site_view()

    assert middle_of(site, ("Elsewhere", "Stage")) == (5.0, 5.0)
    assert middle_of(site, ()) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ((0.0, 9.0), "north"),
        ((9.0, 9.0), "north-east"),
        ((-1.0, 0.1), "west"),
        ((-1.0, 9.0), "north"),
    ],
)
def test_a_direction_is_one_of_eight(end: tuple[float, float], said: str) -> None:
    assert direction((0.0, 0.0), end) == said
