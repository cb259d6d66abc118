"""What a rule is while its zone, or the site, is in a posture."""

from collections.abc import Mapping
from typing import Final

import msgspec

from hub.core.site import Rule, RulePlan, Setting
from wire.labels import Posture
from wire.quantities import Identifier

SITE: Final = "site"
"""What the site itself is called among the zones' postures."""

FIXED: Final = frozenset(
    {
        "id",
        "kind",
        "enabled",
        "by_posture",
        "suppressed",
        "hours",
        # What the rule is about: another zone or sensor is another rule.
        "zone",
        "tripwire",
        "actuator",
        "devices",
        "channel",
        "unit",
        "cues",
        "teams",
        "of",
        "per",
    }
)
"""What no posture changes."""


def variant(rule: Rule, posture: Posture) -> Rule:
    """Return the rule with what the posture puts in place of its settings.

    It raises `msgspec.ValidationError` where a setting cannot be; a plan that was read has none.
    """
    settings = rule.by_posture.get(posture)
    if not settings:
        return rule
    plain = msgspec.to_builtins(rule)
    assert isinstance(plain, dict)
    return msgspec.convert(
        plain | {name: _plain(one) for name, one in settings.items()}, type(rule)
    )


def posture_of(rule: Rule, postures: Mapping[Identifier, Posture]) -> Posture:
    """Return the posture a rule is under: that of its own zone, else the site's."""
    zone = zone_of(rule)
    if zone is not None and zone in postures:
        return postures[zone]
    return postures.get(SITE, Posture.NORMAL)


def zone_of(rule: RulePlan) -> Identifier | None:
    """Return the zone that a rule is about, if it is about one."""
    return getattr(rule, "zone", None)


def _plain(setting: Setting) -> Setting | int:
    """Return a whole number as one: a plan's settings are read as floats."""
    if isinstance(setting, float) and setting.is_integer():
        return int(setting)
    return setting
