"""The crossing as the kills need it: each press can be followed to its end, and some work waits.

A press of the first button sounds a siren at once. A press of the second begins a playbook of
which each step waits: for a team, for a person, for one yes, for two, for time.
"""

from end_to_end.crossing import BUTTONS, ORDER_VALID_S, PLAN, SIREN

PANIC_BUTTON, HELP_BUTTON, _ = BUTTONS
PANIC, HELP = "panic", "help"
DEFEND, ATTEND = "defend", "attend"
SHUTTER, SPRINKLER = "siren-02", "siren-03"
"""Two machines more that only a person's yes lets go, and only two persons' yes."""
YESES = {SHUTTER: 1, SPRINKLER: 2}
TEAMS = {"team-01": (-50.0, -50.0), "team-02": (50.0, -50.0), "team-03": (0.0, 60.0)}
"""The field teams, and where they stand."""
PAUSE_S = 3.0
"""So long after the step before it does the last one begin by itself."""
# For longer than a phone that was killed needs to be back, and not so long that a trial waits.
ACCEPT_S = 8.0

# One press is one happening, and an order outlives every pause of this trial.
CHANGES = {
    f"expires_after_s = {ORDER_VALID_S}": "expires_after_s = 3600.0",
    'cues = ["button_pressed"]': (
        f'cues = ["button_pressed"]\ndevices = ["{PANIC_BUTTON}"]\njoin_within_s = 0.0'
    ),
}
_MACHINE = """
[[actuator]]
id = "{name}"
kind = "siren"
name = "{name}"
position = [10.0, 10.0]
effect = "{effect}"
confirmed_by = {{ sound = "on" }}
"""
_TEAM = """
[[team]]
id = "{name}"
name = "{name}"
skills = ["first-aid"]
"""
_WORK = f"""
[[rule]]
kind = "cue"
id = "{HELP}"
cues = ["button_pressed"]
devices = ["{HELP_BUTTON}"]
priority = "critical"
clear_after_s = 7200.0
join_within_s = 0.0

[[playbook]]
id = "{ATTEND}"
name = "Attend"
rules = ["{HELP}"]

[[playbook.steps]]
do = "task"
id = "send"
text = "Send a team"
order = "Go to the button"
skills = ["first-aid"]
accept_within_s = {ACCEPT_S}

[[playbook.steps]]
do = "manual"
id = "call"
text = "Call the fire brigade"
holds = true

[[playbook.steps]]
id = "close"
text = "Close the shutter"
actuator = "{SHUTTER}"
action = "sound"
expires_after_s = 3600.0
holds = true

[[playbook.steps]]
id = "quench"
text = "Open the sprinkler"
actuator = "{SPRINKLER}"
action = "sound"
expires_after_s = 3600.0
holds = true

[[playbook.steps]]
id = "tell"
text = "Sound the siren"
actuator = "{SIREN}"
action = "sound"
expires_after_s = 3600.0
after_s = {PAUSE_S}
"""


def a_plan() -> str:
    """Return the crossing's plan with these changes and this work."""
    plan = PLAN
    for given, wanted in CHANGES.items():
        assert plan.count(given) == 1
        plan = plan.replace(given, wanted)
    machines = ((SHUTTER, "restrict"), (SPRINKLER, "suppress"))
    more = [_MACHINE.format(name=name, effect=effect) for name, effect in machines]
    more += [_TEAM.format(name=name) for name in TEAMS]
    return "".join([plan, *more, _WORK])
