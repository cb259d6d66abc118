from pathlib import Path

import pytest

from simulators.errors import ScenarioError
from simulators.scenario import FILE_MAX_BYTES, bundled, load, load_site

SITE = """\
[site]
id = "yard"
name = "Yard"
bounds = [[-20.0, -20.0], [20.0, 20.0]]
origin = { lat_deg = 52.0, lon_deg = 5.0 }

[[sensor]]
id = "cam-01"
kind = "camera"
name = "Gate"
position = [0.0, 0.0]

[[rule]]
kind = "intrusion"
id = "fence"
zone = "yard"
"""
SCENARIO = """\
[scenario]
name = "Yard"
site = "site.toml"

[[camera]]
id = "cam-01"
height_m = 8.0
azimuth_deg = 90.0
pitch_deg = -20.0
opening_deg = 70.0

[[entrance]]
id = "west"
at = [-17.0, 0.0]

[[spot]]
id = "bench"
at = [0.0, 12.0]
radius_m = 3.0
dwell_s = [5.0, 15.0]
"""


def a_folder(tmp_path: Path, scenario: str = SCENARIO, site: str | None = SITE) -> Path:
    (tmp_path / "scenario.toml").write_text(scenario)
    if site is not None:
        (tmp_path / "site.toml").write_text(site)
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(str(folder))
    assert caught.value.fix
    return caught.value.what.replace(str(folder), "…")


def test_a_scenario_is_found_by_its_file_its_folder_or_its_bundled_name(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)

    assert load(str(folder)) == load(str(folder / "scenario.toml"))
    assert load("market-square").site.site.id == "market-square"
    assert "market-square" in bundled()


def test_a_site_is_found_by_its_file_or_through_its_scenario(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)

    assert load_site(str(folder / "site.toml")) == load_site(str(folder))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("height_m = 8.0\n", "", "…/scenario.toml:5: camera[0]: object missing required field"),
        ("height_m = 8.0", "height_m = true", "…/scenario.toml:7: camera[0].height_m: expected"),
        ("height_m", "heigth_m", "…/scenario.toml:7: camera[0]: object contains unknown field"),
        (
            "radius_m = 3.0",
            "radius_m = 3.0\nradios = 1",
            "…/scenario.toml:20: spot[0]: object contains unknown field radios",
        ),
        ('name = "Yard"', 'name = "Yard', "…/scenario.toml:2: illegal character"),
        ('site = "site.toml"', "", "…/scenario.toml:1: scenario: object missing required field"),
        ('"cam-01"', '"cam-99"', "…/scenario.toml:6: there is no sensor cam-99"),
        ('site = "site.toml"', 'site = "none.toml"', "…/scenario.toml:3: there is no site at"),
        (
            'id = "west"',
            'id = "west"\ngate = "gate-01"',
            "…/scenario.toml:14: there is no gate gate-01",
        ),
    ],
)
def test_a_mistake_is_said_with_its_file_and_line(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in SCENARIO
    folder = a_folder(tmp_path, SCENARIO.replace(before, after, 1))

    assert refusal(folder).startswith(said)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[radar]]\nid = "rad-9"\nheight_m = 6.0', "there is no sensor rad-9"),
        ('[[acoustic]]\nid = "aco-9"\nheight_m = 6.0', "there is no sensor aco-9"),
        ('[[counter]]\nid = "count-9"', "there is no sensor count-9"),
        ('[[counter]]\nid = "cam-01"', "there is no zone (counts_zone in site.toml)"),
        ('[[actuator]]\nid = "siren"\ndelay_s = 1.0', "there is no actuator siren"),
        (
            '[[happening]]\nkind="silence"\nid="hush"\nsensors=["cam-9"]\nduration_s=[1.0, 2.0]',
            "there is no sensor cam-9",
        ),
        (
            '[[expect]]\nhappening = "riot"\nrule = "fence"\nwithin_s = 3.0',
            "there is no happening riot",
        ),
    ],
)
def test_a_scenario_speaks_only_of_what_there_is(tmp_path: Path, more: str, said: str) -> None:
    text = refusal(a_folder(tmp_path, f"{SCENARIO}\n{more}\n"))

    assert said in text
    assert text.startswith("…/scenario.toml:2")


def test_a_mistake_in_the_site_is_said_with_the_sites_file(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, site=SITE.replace('kind = "camera"', 'kind = "parrot"'))

    assert refusal(folder).startswith("…/site.toml:9: sensor[0].kind: invalid enum value")


def test_an_unfinished_file_is_said_with_its_last_line(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, SCENARIO + "\n[[spot")

    assert refusal(folder).startswith("…/scenario.toml:22: ")


def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "scenario.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in refusal(folder)

    (folder / "scenario.toml").write_text("#" * (FILE_MAX_BYTES + 1))
    assert "is larger than" in refusal(folder)

    (folder / "scenario.toml").write_text("scenario = 3")
    assert refusal(folder).startswith("…/scenario.toml:1: scenario: expected object")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("nowhere")

    assert "market-square" in caught.value.fix
