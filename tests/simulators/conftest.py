"""The market square, read and built once for all tests of the simulators."""

import msgspec
import pytest

from simulators.core.plan import Scenario, SitePlan
from simulators.core.world import World
from simulators.scenario import Loaded, load


@pytest.fixture(scope="session")
def market_square() -> Loaded:
    return load("market-square")


@pytest.fixture(scope="session")
def market_world(market_square: Loaded) -> World:
    return World(market_square.site, market_square.scenario)


def a_site_document() -> dict[str, object]:
    return {
        "site": {
            "id": "yard",
            "name": "Yard",
            "bounds": [[-20.0, -20.0], [20.0, 20.0]],
            "origin": {"lat_deg": 52.0, "lon_deg": 5.0},
        },
        "building": [
            {
                "id": "house",
                "purpose": "house",
                "height_m": 8.0,
                "polygon": [[-4.0, -4.0], [4.0, -4.0], [4.0, 4.0], [-4.0, 4.0]],
            }
        ],
        "ground": [
            {
                "id": "pond",
                "purpose": "water",
                "polygon": [[10.0, 10.0], [14.0, 10.0], [14.0, 14.0], [10.0, 14.0]],
            }
        ],
    }


def a_scenario_document() -> dict[str, object]:
    return {
        "scenario": {"name": "Yard", "site": "site.toml", "population": 12},
        "entrance": [
            {"id": "west", "at": [-17.0, 0.0]},
            {"id": "east", "at": [17.0, 0.0], "gate": "gate-01"},
        ],
        "spot": [
            {"id": "bench", "at": [0.0, 12.0], "radius_m": 3.0, "dwell_s": [5.0, 15.0]},
            {"id": "tree", "at": [0.0, -12.0], "radius_m": 3.0, "dwell_s": [5.0, 15.0]},
        ],
        "barrier": [
            {"id": "fence", "polygon": [[-19.0, 12.0], [-12.0, 12.0], [-12.0, 19.0], [-19.0, 19.0]]}
        ],
    }


@pytest.fixture(scope="session")
def yard_site() -> SitePlan:
    return msgspec.convert(a_site_document(), SitePlan)


@pytest.fixture(scope="session")
def yard_scenario() -> Scenario:
    return msgspec.convert(a_scenario_document(), Scenario)


@pytest.fixture(scope="session")
def yard(yard_site: SitePlan, yard_scenario: Scenario) -> World:
    """Forty by forty metres with a house in the middle, a pond and a fence."""
    return World(yard_site, yard_scenario)
