from pathlib import Path

import pytest

from hub.adapters import site_file
from hub.adapters.site_file import load_site, read_site
from hub.core.site import IntrusionRule, ManualStep, Step, TaskStep, ZoneClear
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
    (step,) = site.playbooks[0].steps
    assert isinstance(step, Step)  # What does not say what it is is a command.
    assert step.interlocks == (ZoneClear(zone="stage"),)


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
                " use one of: calibration, clock, compound, counter_flow, coverage, cue, density,"
                " dispersal, drone, expression, gas, intrusion, loitering, silence, tamper,"
                " team_lost, team_zone, tripwire, unattended, vehicle_approach, vehicle_zone"
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
                " [[playbook]], [[team]], [[escalation]]"
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
                " write the time of day, in the site's own time zone, as 23:30"
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


ALL = """\
[site]
id = "square"
name = "Square"
bounds = [[-80, -60], [80, 60]]
origin = { lat_deg = 52.0, lon_deg = 5.0 }
time_zone = "Europe/Amsterdam"
operators = 2

[site.grouping]
within_m = 40

[[zone]]
id = "stage"
name = "Stage"
purpose = "sterile"
polygon = [[0, 0], [10, 0], [10, 10]]

[[sensor]]
id = "mic-01"
kind = "acoustic"
name = "Microphone"
position = [1, 1]

[[actuator]]
id = "siren"
kind = "siren"
name = "Siren"
position = [2, 2]
effect = "warn"
verified_by = { sound = { sensor = "mic-01", cue = "siren_heard" } }
safe_action = "silence"

[[team]]
id = "north"
name = "Team North"
skills = ["first-aid"]
call_sign = "North 1"

[[rule]]
kind = "expression"
id = "late"
per = "track"
zone = "stage"
when = 'track.speed_mps > 3.0'
suppressed = [
  { reason = "Market", hours = { start = "06:00", end = "18:00", days = ["saturday"] } },
]
by_posture = { raised = { priority = "high", stay_min_s = 2 } }

[[rule]]
kind = "gas"
id = "co"
channel = "co"
on_at = 30
off_at = 25

[[playbook]]
id = "help"
name = "Help"
kind = "communicate"
rules = ["late"]

[[playbook.steps]]
id = "go"
do = "task"
text = "Send somebody"
order = "Go and look"

[[playbook.steps]]
id = "call"
do = "manual"
text = "Call the fire brigade"

[[escalation]]
after_s = 60
role = "supervisor"

[[escalation]]
after_s = 120
team = "north"
channel = "radio"
"""


def test_a_plan_of_everything_is_read() -> None:
    site = read_site(ALL, PLAN)

    assert (site.time_zone, site.operators, site.grouping.within_m) == ("Europe/Amsterdam", 2, 40.0)
    assert {one.ahead_s for one in site.offsets} == {3600, 7200}
    assert [type(step) for step in site.playbooks[0].steps] == [TaskStep, ManualStep]
    assert site.teams[0].call_sign == "North 1"
    assert [one.after_s for one in site.escalations] == [60.0, 120.0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'time_zone = "Europe/Amsterdam"',
            'time_zone = "Europe/Amstredam"',
            (
                "site.time_zone: there is no time zone 'Europe/Amstredam';"
                " did you mean Europe/Amsterdam?"
            ),
        ),
        (
            "operators = 2",
            "operaters = 2",
            "site.operaters: there is no such word; did you mean operators?",
        ),
        (
            "operators = 2",
            "offsets = []",
            "site.offsets: there is no such word; did you mean off_at?",
        ),
        (
            "within_m = 40",
            "within_m = -40",
            "site.grouping.within_m: expected float >= 0.0, got -40; correct the value",
        ),
        (
            'do = "task"',
            'do = "tusk"',
            (
                "playbook[0].steps[0].do: invalid value 'tusk';"
                " use one of: command, manual, posture, task"
            ),
        ),
        (
            '[[playbook.steps]]\nid = "go"\n',
            "[[playbook.steps]]\n",
            "playbook[0].steps[0]: id is missing; add id = …",
        ),
        (
            'days = ["saturday"]',
            'days = ["caturday"]',
            (
                "rule[0].suppressed[0].hours.days[0]: invalid enum value 'caturday'; use"
                " one of: friday, monday, saturday, sunday, thursday, tuesday, wednesday"
            ),
        ),
        (
            "raised = {",
            "rased = {",
            (
                "rule[0].by_posture: invalid enum value 'rased';"
                " use one of: evacuating, exercise, incident, normal, raised"
            ),
        ),
        (
            "stay_min_s = 2 }",
            "stay_s = 2 }",
            (
                "rule[0].by_posture.raised.stay_s: a rule of kind expression has no such"
                " word; did you mean stay_min_s?"
            ),
        ),
        (
            "track.speed_mps > 3.0",
            "track.sped_mps > 3.0",
            "rule[0].when: a track has no 'sped_mps'; did you mean track.speed_mps?",
        ),
        (
            "track.speed_mps > 3.0",
            "track.speed_mps > ",
            ("rule[0].when: mismatched input its end at character 19 of line 1; correct it"),
        ),
        (
            'sensor = "mic-01"',
            "sensor = 1",
            "actuator[0].verified_by.sensor: expected str, got int; correct the value",
        ),
        (
            'sensor = "mic-01"',
            'sensor = "mic-02"',
            (
                "actuator[0].verified_by.sound.sensor: there is no sensor 'mic-02';"
                " use one of: mic-01"
            ),
        ),
        (
            'team = "north"',
            'team = "nroth"',
            "escalation[1].team: there is no team 'nroth'; use one of: north",
        ),
        (
            'channel = "radio"',
            'channel = "pigeon"',
            ("escalation[1].channel: invalid enum value 'pigeon'; use one of: app, phone, radio"),
        ),
    ],
)
def test_a_mistake_in_anything_is_named_with_its_line_and_its_cure(
    old: str, new: str, says: str
) -> None:
    line = ALL[: ALL.index(old)].count("\n") + 1
    with pytest.raises(SitePlanError) as error:
        read_site(ALL.replace(old, new, 1), PLAN)

    assert f"{error.value.what}; {error.value.fix}" == f"market/site.toml line {line}: {says}"


@pytest.mark.parametrize(
    "playbook",
    ["playbook = 3", "playbook = [3]", "[[playbook]]\nsteps = 3", "[[playbook]]\nsteps = [3]"],
)
def test_a_playbook_of_another_shape_is_an_error_and_no_crash(playbook: str) -> None:
    with pytest.raises(SitePlanError, match="playbook"):
        read_site(playbook + "\n" + GOOD.partition("[[playbook]]")[0], PLAN)


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
