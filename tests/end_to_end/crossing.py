"""The plan of a small site for real processes: sensors, a siren, bollards, and their rules."""

from pathlib import Path

from wire.geodesy import SiteFrame

SITE = "crossing"
FRAME = SiteFrame(52.0, 5.0)
CAMERA, RADAR, OTHER_RADAR = "cam-01", "rad-01", "rad-02"
BUTTONS = ("button-01", "button-02", "button-03")
SIREN, BOLLARDS = "siren-01", "bollards-01"
ORDER_VALID_S = 3.0
"""For so long may the siren be told to sound; after that it is no longer meant."""

PLAN = f"""
[site]
id = "{SITE}"
name = "Crossing"
origin = {{ lat_deg = 52.0, lon_deg = 5.0 }}
bounds = [[-100.0, -100.0], [100.0, 100.0]]

[[zone]]
id = "mouth"
name = "Street mouth"
purpose = "gate"
polygon = [[60.0, -5.0], [70.0, -5.0], [70.0, 5.0], [60.0, 5.0]]
{
    "".join(
        f'''
[[sensor]]
id = "{name}"
kind = "{kind}"
name = "{name}"
position = [0.0, 0.0]
expected = false
'''
        for name, kind in [
            (CAMERA, "camera"),
            (RADAR, "radar"),
            (OTHER_RADAR, "radar"),
            *[(button, "button") for button in BUTTONS],
        ]
    )
}
[[actuator]]
id = "{SIREN}"
kind = "siren"
name = "Siren"
position = [5.0, 5.0]
effect = "warn"
confirmed_by = {{ sound = "on" }}

[[actuator]]
id = "{BOLLARDS}"
kind = "bollard"
name = "Bollards"
position = [65.0, 0.0]
effect = "impede"
confirmed_by = {{ raise = "raised" }}

[[rule]]
kind = "cue"
id = "panic"
cues = ["button_pressed"]
priority = "critical"
clear_after_s = 600.0

[[rule]]
kind = "cue"
id = "view"
cues = ["view_covered", "view_dark", "view_defocused"]
priority = "medium"
clear_after_s = 600.0

[[playbook]]
id = "defend"
name = "Defend"
rules = ["panic"]

[[playbook.steps]]
id = "warn"
text = "Sound the siren"
actuator = "{SIREN}"
action = "sound"
expires_after_s = {ORDER_VALID_S}

[[playbook.steps]]
id = "block"
text = "Raise the bollards"
actuator = "{BOLLARDS}"
action = "raise"
interlocks = [{{ kind = "zone_clear", zone = "mouth" }}]
"""


def write_plan(folder: Path, plan: str = PLAN) -> Path:
    """Write the plan's file and return where it is."""
    path = folder / "site.toml"
    path.write_text(plan, encoding="utf-8")
    return path
