import pytest

from hub.core.rules.zone_middle import middle_of
from hub.core.site import Area, Place


def an_area(*corners: Place) -> Area:
    return Area(id="z", name="Z", purpose="-", polygon=corners)


def test_the_middle_of_a_square_is_its_middle_whichever_way_round_it_is_drawn() -> None:
    corners = ((10.0, 0.0), (20.0, 0.0), (20.0, 10.0), (10.0, 10.0))

    assert middle_of(an_area(*corners)) == pytest.approx((15.0, 5.0))
    assert middle_of(an_area(*reversed(corners))) == pytest.approx((15.0, 5.0))


def test_a_zone_that_is_bent_is_shown_at_one_of_its_corners() -> None:
    bent = ((0.0, 0.0), (10.0, 0.0), (10.0, 1.0), (1.0, 1.0), (1.0, 10.0), (0.0, 10.0))

    assert middle_of(an_area(*bent)) == (1.0, 1.0)
