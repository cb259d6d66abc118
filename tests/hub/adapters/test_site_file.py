from pathlib import Path

import pytest

from hub.adapters import site_file
from hub.adapters.site_file import load_site, read_site
from hub.core.site import IntrusionRule
from hub.errors import SitePlanError

PLAN = Path("market/site.toml")
MARKET_SQUARE = Path(__file__).parents[3] / "simulators/scenarios/market-square/site.toml"

GOOD = """\
[site]
id = "square"
name = "Square"
bounds = [[-80, -60], [80, 60]]
origin = { lat_deg = 52.0, lon_deg = 5.0 }

[[zone]]
id = "stage"
name = "Stage"
purpose = "sterile"
polygon = [
  [0, 0],
  [10, 0],  # A comment with ] and }.
  [10, 10],
]

[[tripwire]]
id = "entry"
name = "Entry"
start = [0, 0]
end = [5, 5]

[[sensor]]
id = "cam-01"
kind = "camera"
name = "Camera"
position = [1, 1]

[[actuator]]
id = "bollards"
kind = "bollard"
name = "Bollards"
position = [2, 2]
effect = "impede"
confirmed_by = { raise = "raised" }

[[rule]]
kind = "intrusion"
id = "intruder"
zone = "stage"
hours = { start = "22:00", end = "06:00" }

[[rule]]
kind = "tripwire"
id = "crossing"
tripwire = "entry"

[[playbook]]
id = "stop"
name = "Stop"
rules = ["intruder"]

[[playbook.steps]]
id = "raise"
text = "Raise"
actuator = "bollards"
action = "raise"
interlocks = [
  { kind = "zone_clear", zone = "stage" },
]
"""


def the_error(old: str, new: str) -> str:
    """Spoil the good plan at one place and return what a person reads."""
    assert old in GOOD
    with pytest.raises(SitePlanError) as error:
        read_site(GOOD.replace(old, new, 1), PLAN)
    return f"{error.value.what}; {error.value.fix}"


def test_a_good_plan_is_read() -> None:
    site = read_site(GOOD, PLAN)

    assert (site.id, site.origin.lat_deg, site.bounds[1]) == ("square", 52.0, (80.0, 60.0))
    assert site.zones[0].polygon == ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    assert isinstance(site.rules[0], IntrusionRule)
    assert site.playbooks[0].steps[0].interlocks[0].zone == "stage"


def test_the_market_square_of_the_demo_is_a_good_plan() -> None:
    assert load_site(MARKET_SQUARE).id == "market-square"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "[10, 10],\n",
            "",
            "line 11: zone[0].polygon: expected at least 3 points, got 2; correct the value",
        ),
        (
            'kind = "camera"',
            'kind = "camra"',
            (
                "line 25: sensor[0].kind: invalid enum value 'camra'; use one of: access,"
                " acoustic, button, camera, counter, gas, lidar, radar, radiation, radio, tag,"
                " thermal, weather"
            ),
        ),
        (
            'kind = "tripwire"',
            'kind = "trip"',
            (
                "line 44: rule[1].kind: invalid value 'trip';"
                " use one of: calibration, cue, intrusion, silence, tripwire"
            ),
        ),
        (
            'confirmed_by = { raise = "raised" }',
            'confirmed_by = { raize = "raised" }',
            (
                "line 35: actuator[0].confirmed_by: invalid enum value 'raize'; use one of: aim,"
                " close, lock, lower, open, raise, show, silence, sound, speak, turn_off, turn_on,"
                " unlock"
            ),
        ),
        ('name = "Stage"\n', "", "line 7: zone[0]: name is missing; add name = …"),
        ('id = "square"\n', "", "line 1: site: id is missing; add id = …"),
        (
            'purpose = "sterile"',
            'purpos = "sterile"',
            "line 10: zone[0].purpos: there is no such word; did you mean purpose?",
        ),
        (
            "[site]\n",
            "[site]\ncolour = 1\n",
            "line 2: site.colour: there is no such word; leave it out: a plan is closed",
        ),
        (
            "[site]\n",
            "[site]\nzones = []\n",
            "line 2: site.zones: there is no such word; did you mean zone?",
        ),
        (
            "[[zone]]",
            "[[zoen]]",
            "line 7: zoen: no table of a plan has this name; did you mean zone?",
        ),
        (
            "[[zone]]",
            "[[xyz]]",
            (
                "line 7: xyz: no table of a plan has this name; the tables are [site], [[ground]],"
                " [[building]], [[zone]], [[tripwire]], [[sensor]], [[actuator]], [[rule]],"
                " [[playbook]]"
            ),
        ),
        (
            "[[zone]]",
            "[zone]",
            (
                "line 7: zone: expected array, got object;"
                " write [[zone]], with two brackets, once for each"
            ),
        ),
        ("[site]\n", "[[site]]\n", "line 1: site: id is missing; add id = …"),
        (
            "lat_deg = 52.0",
            "lat_deg = 152.0",
            "line 5: site.origin.lat_deg: expected float <= 90.0, got 152.0; correct the value",
        ),
        (
            'id = "square"',
            'id = "The Square"',
            (
                "line 2: site.id: 'The Square' cannot stand here;"
                " use a-z, 0-9, - and _, at most 48 of them"
            ),
        ),
        (
            'start = "22:00"',
            'start = "10 pm"',
            (
                "line 41: rule[0].hours.start: '10 pm' cannot stand here;"
                " write the time of day in UTC as 23:30"
            ),
        ),
        (
            'name = "Square"',
            "name = Square",
            (
                "line 3: invalid value;"
                " correct the line; text stands in quotes, a table begins with [[zone]]"
            ),
        ),
        (
            "]\n\n[[tripwire]]",
            "\n[[tripwire]]",
            (
                "line 16: invalid value;"
                " correct the line; text stands in quotes, a table begins with [[zone]]"
            ),
        ),
        (
            'zone = "stage"\n',
            'zone = "stag"\n',
            "line 40: rule[0].zone: there is no zone 'stag'; use one of: stage",
        ),
        (
            "[10, 10],",
            "[10, 99],",
            (
                "line 14: zone[0].polygon[2]: [10, 99] is outside the site's bounds;"
                " move the corner, or widen the bounds in [site]"
            ),
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_its_cure(old: str, new: str, says: str) -> None:
    assert the_error(old, new) == f"market/site.toml {says}"


def test_several_problems_are_counted() -> None:
    assert "(and 1 more)" in the_error(
        "end = [5, 5]",
        """\
end = [500, 500]
[[zone]]
id = "stage"
name = "Again"
purpose = "gate"
polygon = [[0, 0], [1, 0], [1, 1]]""",
    )


def test_an_empty_file_is_no_plan() -> None:
    with pytest.raises(SitePlanError, match="line 1: site: id is missing"):
        read_site("", PLAN)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SitePlanError, match=r"nowhere\.toml cannot be read: No such file"):
        load_site(tmp_path / "nowhere.toml")


def test_a_file_that_is_not_text_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b'[site]\nid = "caf\xe9"\n')

    with pytest.raises(SitePlanError, match=r"line 2: it is not UTF-8") as error:
        load_site(tmp_path / "site.toml")

    assert error.value.fix == "save it as UTF-8"


def test_a_file_that_cannot_be_a_plan_is_not_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_file, "SIZE_MAX", 10)
    (tmp_path / "site.toml").write_text(GOOD)

    with pytest.raises(SitePlanError, match="has more than 10 bytes"):
        load_site(tmp_path / "site.toml")
