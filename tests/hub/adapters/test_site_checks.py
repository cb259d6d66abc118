from collections.abc import Mapping

import pytest
from msgspec.structs import replace
from plan_parts import a_playbook, a_sensor, a_site, a_team, a_tripwire, a_zone

from hub.adapters.site_checks import problems_of
from hub.core.site import IntrusionRule
from wire.labels import SensorKind


def test_a_good_plan_has_no_problems() -> None:
    assert list(problems_of(a_site(playbooks=(a_playbook(),)))) == []


@pytest.mark.parametrize(
    ("changes", "path", "what"),
    [
        ({"bounds": ((80.0, -60.0), (-80.0, 60.0))}, ("bounds",), "the first corner is not"),
        ({"zones": (a_zone(), a_zone())}, ("zones", 1, "id"), "there is another 'stage'"),
        ({"zones": (a_zone(), a_zone(id="site"))}, ("zones", 1, "id"), "'site' is what the site"),
        ({"sensors": (a_sensor("siren"),)}, ("actuators", 0, "id"), "there is another 'siren'"),
        (
            {"sensors": (replace(a_sensor(), kind=SensorKind.COUNTER, counts_zone="x"),)},
            ("sensors", 0, "counts_zone"),
            "there is no zone 'x'",
        ),
        (
            {"sensors": (replace(a_sensor(), counts_zone="stage"),)},
            ("sensors", 0, "counts_zone"),
            "a camera counts no zone",
        ),
        ({"sensors": (a_sensor("hub"),)}, ("sensors", 0, "id"), "'hub' is the hub itself"),
        ({"teams": (a_team(), a_team())}, ("teams", 1, "id"), "there is another 'north'"),
        ({"teams": (a_team(id="siren"),)}, ("teams", 0, "id"), "there is another 'siren'"),
        ({"teams": (a_team(id="cam-01"),)}, ("teams", 0, "id"), "there is another 'cam-01'"),
        (
            {"rules": (IntrusionRule(id="actuator-fault", zone="stage"),)},
            ("rules", 0, "id"),
            "'actuator-fault' is a rule of the hub itself",
        ),
        (
            {"zones": (a_zone(polygon=((0.0, 0.0), (1.0, 1.0), (2.0, 2.0))),)},
            ("zones", 0, "polygon"),
            "its corners enclose no area",
        ),
        (
            {"zones": (a_zone(polygon=((0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 5.0))),)},
            ("zones", 0, "polygon"),
            "its sides cross each other",
        ),
        (
            {"zones": (a_zone(polygon=((0.0, 0.0), (99.0, 0.0), (9.0, 9.0))),)},
            ("zones", 0, "polygon", 1),
            "[99, 0] is outside the site's bounds",
        ),
        (
            {"tripwires": (a_tripwire(start=(0.0, 99.0)),)},
            ("tripwires", 0, "start"),
            "[0, 99] is outside the site's bounds",
        ),
        (
            {"tripwires": (a_tripwire(end=(0.0, 0.0)),)},
            ("tripwires", 0, "end"),
            "it ends where it starts",
        ),
    ],
)
def test_each_problem_is_found_alone_and_at_its_place(
    changes: Mapping[str, object], path: tuple[str | int, ...], what: str
) -> None:
    (problem, *_) = problems_of(a_site(**changes))

    assert problem.path == path
    assert problem.what.startswith(what)
    assert problem.fix


def test_a_team_whose_position_counts_is_listed_as_a_tag_too() -> None:
    tag = replace(a_sensor("north"), kind=SensorKind.TAG)

    assert list(problems_of(a_site(sensors=(tag,)))) == []


def test_a_polygon_that_only_touches_itself_is_good() -> None:
    corners = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 0.0), (0.0, 4.0))

    assert list(problems_of(a_site(zones=(a_zone(polygon=corners),)))) == []
