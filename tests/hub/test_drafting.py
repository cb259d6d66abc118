import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub.adapters.site_file import read_site
from hub.core.site import IntrusionRule, Site
from hub.drafting import EDITABLE, changes_of, drafted, edited, needs_restart, parts_of
from hub.errors import SitePlanError

TEXT = """\
# Why this site is as it is.
[site]
id = "square"
name = "Square"
bounds = [[-80, -60], [80, 60]]
origin = { lat_deg = 52.0, lon_deg = 5.0 }

[[zone]]
id = "stage"
name = "Stage"  # Up to the fence, not beyond.
purpose = "sterile"
polygon = [[0, 0], [10, 0], [10, 10]]

[[rule]]
kind = "intrusion"
id = "stage-entered"
zone = "stage"
stay_min_s = 2.0

[[rule]]
kind = "silence"
id = "silence"
"""
SITE = read_site(TEXT, Path("plan"))


def a_rule(**changes: Any) -> dict[str, Any]:
    return {"kind": "intrusion", "id": "stage-entered", "zone": "stage"} | changes


def rules_of(text: str) -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for rule in tomllib.loads(text)["rule"]}


def test_an_edit_changes_one_part_and_keeps_every_comment() -> None:
    text = edited(TEXT, "rule", "stage-entered", a_rule(stay_min_s=8.0))

    assert rules_of(text)["stage-entered"]["stay_min_s"] == 8.0
    assert "# Up to the fence, not beyond." in text
    assert "# Why this site is as it is." in text
    assert rules_of(text)["silence"] == {"kind": "silence", "id": "silence"}


def test_a_part_of_a_new_id_is_added() -> None:
    text = edited(TEXT, "rule", "loiter", a_rule(id="loiter", kind="loitering"))

    assert list(rules_of(text)) == ["stage-entered", "silence", "loiter"]


def test_a_table_that_is_not_there_yet_begins() -> None:
    wire = {"id": "entry", "name": "Entry", "start": [0.0, 0.0], "end": [5.0, 5.0]}

    text = edited(TEXT, "tripwire", "entry", wire)

    assert tomllib.loads(text)["tripwire"] == [wire]


def test_a_part_can_be_taken_away() -> None:
    text = edited(TEXT, "rule", "stage-entered", None)

    assert list(rules_of(text)) == ["silence"]


@pytest.mark.parametrize(
    ("text", "table", "identity", "part", "what"),
    [
        (TEXT, "sensor", "cam", {"id": "cam"}, "cannot change a sensor"),
        (TEXT, "rule", "nobody", None, "there is no rule nobody"),
        ("[site", "rule", "x", None, "no TOML"),
    ],
)
def test_an_edit_that_cannot_be_made_says_why(
    text: str, table: str, identity: str, part: dict[str, Any] | None, what: str
) -> None:
    with pytest.raises(SitePlanError, match=what) as refusal:
        edited(text, table, identity, part)

    assert refusal.value.fix


def test_a_draft_names_what_it_changes() -> None:
    text = edited(TEXT, "rule", "stage-entered", a_rule(stay_min_s=8.0))
    text = edited(text, "rule", "silence", None)
    text = edited(text, "rule", "new", a_rule(id="new"))

    draft, site = drafted(text, SITE)

    assert draft.problem is None
    assert [(one.section, one.id, one.change) for one in draft.changes] == [
        ("rules", "new", "added"),
        ("rules", "silence", "removed"),
        ("rules", "stage-entered", "changed"),
    ]
    assert site is not None
    rule = site.rules[0]
    assert isinstance(rule, IntrusionRule)
    assert rule.stay_min_s == 8.0


def test_a_draft_with_a_mistake_names_its_line() -> None:
    draft, site = drafted(TEXT.replace('zone = "stage"', 'zone = "stag"'), SITE)

    assert site is None
    assert draft.problem is not None
    assert "line 17" in draft.problem.what
    assert draft.problem.line == 17
    assert "stage" in draft.problem.fix


def test_what_the_picture_is_built_on_needs_a_restart() -> None:
    moved = TEXT.replace("lat_deg = 52.0", "lat_deg = 52.1")

    draft, site = drafted(moved, SITE)

    assert site is None
    assert draft.problem is not None
    assert "origin cannot change while the hub runs" in draft.problem.what
    assert draft.problem.line == 0
    assert needs_restart(SITE, SITE) is None


def test_the_time_zone_and_the_grouping_are_changes_too() -> None:
    other = msgspec.structs.replace(SITE, operators=3)

    assert [one.section for one in changes_of(SITE, other)] == ["operators"]


def test_parts_leave_out_what_is_so_anyway_and_read_back_as_the_same_plan() -> None:
    parts = parts_of(SITE)

    assert set(parts) == set(EDITABLE)
    assert parts["rule"][0] == a_rule(stay_min_s=2.0)
    text = TEXT
    for table in EDITABLE:
        for part in parts[table]:
            text = edited(text, table, part["id"], part)
    assert read_site(text, Path("plan")) == SITE


def test_the_demos_plan_survives_being_edited_part_by_part() -> None:
    file = Path(__file__).parents[2] / "simulators/scenarios/market-square/site.toml"
    text = file.read_text(encoding="utf-8")
    site: Site = read_site(text, file)

    for table in ("rule", "playbook", "zone", "tripwire"):
        for part in parts_of(site)[table]:
            text = edited(text, table, part["id"], part)

    assert read_site(text, file) == site


COMMENTED = (
    TEXT
    + """
# Nobody may stay here for long.
[[rule]]
kind = "loitering"  # As the police asked.
id = "loiter"
zone = "stage"
stay_min_s = 60.0  # A minute.

# The last of all rules.
[[rule]]
kind = "clock"
id = "clock"
"""
)


def test_a_comment_about_the_next_part_outlives_every_edit_of_the_one_before() -> None:
    silence = {"kind": "silence", "id": "silence", "silence_max_s": 20.0}

    text = edited(COMMENTED, "rule", "silence", silence)

    assert text == COMMENTED.replace('id = "silence"\n', 'id = "silence"\nsilence_max_s = 20.0\n')
    assert edited(text, "rule", "silence", {"kind": "silence", "id": "silence"}) == COMMENTED


def test_a_setting_that_changes_keeps_the_comments_on_the_other_lines() -> None:
    part = {"kind": "loitering", "id": "loiter", "zone": "stage", "stay_min_s": 90.0}

    text = edited(COMMENTED, "rule", "loiter", part)

    assert 'kind = "loitering"  # As the police asked.' in text
    assert "# The last of all rules." in text
    assert rules_of(text)["loiter"] == part


def test_a_part_that_is_taken_away_leaves_what_stands_before_the_next() -> None:
    text = edited(COMMENTED, "rule", "loiter", None)

    assert "# The last of all rules.\n[[rule]]" in text
    assert "loiter" not in rules_of(text)


def test_a_part_within_a_part_is_changed_too_and_the_next_parts_comment_stays() -> None:
    suppressed = (
        TEXT
        + """
[[rule.suppressed]]
reason = "a rehearsal"
postures = ["exercise"]

# The last of all rules.
[[rule]]
kind = "clock"
id = "clock"
"""
    )
    hours = {"start": "22:00", "end": "06:00"}
    part = {
        "kind": "silence",
        "id": "silence",
        "suppressed": [{"reason": "at night", "hours": hours}],
    }

    text = edited(suppressed, "rule", "silence", part)

    assert rules_of(text)["silence"] == part
    assert "# The last of all rules.\n[[rule]]" in text
    assert list(rules_of(text)) == ["stage-entered", "silence", "clock"]


def test_a_new_part_comes_before_what_heads_the_next_kind_of_part() -> None:
    heading = "\n# --- Playbooks ---\n\n[[tripwire]]\n"
    wire = 'id = "entry"\nname = "Entry"\nstart = [0, 0]\nend = [5, 5]\n'

    text = edited(TEXT + heading + wire, "rule", "clock", {"kind": "clock", "id": "clock"})

    assert text == TEXT + '\n[[rule]]\nkind = "clock"\nid = "clock"\n' + heading + wire
