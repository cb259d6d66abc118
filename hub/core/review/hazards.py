"""What may hurt those who come, by the kinds of alerts and what sensors say they are."""

from collections.abc import Iterable
from typing import Final

from hub.core.rules.wording import line
from wire.feed import AlertView
from wire.quantities import Line

HAZARDS: Final[dict[str, str]] = {
    "intrusion": "somebody where nobody may be: intent not known",
    "tripwire": "somebody who crossed a line that is closed: intent not known",
    "unattended": "an unattended object that nobody has examined",
    "density": "a crowd so dense that people may fall and be pressed",
    "counter_flow": "streams of people that meet",
    "dispersal": "people who run: from something not yet known",
    "vehicle_zone": "a vehicle among people on foot",
    "vehicle_approach": "a vehicle that may drive into people",
    "drone": "a drone overhead: load not known",
    "gas": "gas, dust or radiation: stay upwind until it is measured",
    "team_lost": "a team of ours that does not answer",
}
"""What each kind of rule says about the danger. Others are about devices, and endanger nobody."""

CUES: Final[dict[str, str]] = {
    "impulse sound": "bangs: shots or an explosion are possible, and a second one",
    "breaking glass": "broken glass",
    "door forced": "somebody who forced a door: intent not known",
    "button pressed": "a person in danger where the button is",
}
"""The same for what a sensor states, by the words that the alert's summary begins with."""


def hazards(alerts: Iterable[AlertView]) -> tuple[Line, ...]:
    """Return the dangers that alerts tell of, each with the alert that it is known from."""
    found = {}
    for alert in alerts:
        danger = HAZARDS.get(alert.rule_kind) or _of_cue(alert)
        if danger and danger not in found:
            found[danger] = line(f"{danger} (A-{alert.number}: {alert.summary})")
    return tuple(found.values())


def _of_cue(alert: AlertView) -> str:
    if alert.rule_kind != "cue":
        return ""
    said = alert.summary.lower()
    return next((danger for words, danger in CUES.items() if words in said), "")
