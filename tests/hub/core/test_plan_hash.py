from pathlib import Path

import pytest
from msgspec.structs import replace
from small_square import a_site

from hub.adapters.site_file import read_site
from hub.core.plan_hash import plan_hash
from hub.core.site import IntrusionRule, Site
from wire.labels import Posture

FILE = Path("plan")
TEXT = """\
[site]
id = "square"
name = "Square"
bounds = [[-80, -60], [80, 60]]
origin = { lat_deg = 52.0, lon_deg = 5.0 }

[[rule]]
kind = "silence"
id = "silence"
silence_max_s = 20.0
priority = "low"
"""


def test_one_plan_has_one_number_of_256_bits() -> None:
    digest = plan_hash(a_site())

    assert digest == plan_hash(a_site())
    assert len(digest) == 64
    assert int(digest, 16) >= 0


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Other Square"},
        {"operators": 2},
        {"bounds": ((-100.0, -100.0), (100.0, 100.5))},
        {"rules": a_site().rules[:-1]},
        {"rules": tuple(reversed(a_site().rules))},
        {"rules": (replace(a_site().rules[0], enabled=False), *a_site().rules[1:])},
        {"playbooks": ()},
    ],
)
def test_any_change_of_the_plan_changes_it(changes: dict[str, object]) -> None:
    assert plan_hash(a_site(**changes)) != plan_hash(a_site())


def test_the_order_of_words_and_the_comments_of_the_file_do_not() -> None:
    other = TEXT.replace(
        'silence_max_s = 20.0\npriority = "low"', 'priority = "low"  # Rain.\nsilence_max_s = 20'
    )

    assert other != TEXT
    assert plan_hash(read_site(TEXT, FILE)) == plan_hash(read_site(other, FILE))


def test_the_order_of_postures_does_not() -> None:
    def a_plan(*order: Posture) -> Site:
        settings = {posture: {"stay_min_s": 1.0} for posture in order}
        return a_site(rules=(IntrusionRule(id="backstage", zone="stage", by_posture=settings),))

    one = a_plan(Posture.RAISED, Posture.INCIDENT)

    assert plan_hash(one) == plan_hash(a_plan(Posture.INCIDENT, Posture.RAISED))
