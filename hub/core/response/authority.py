"""Who must say yes to a command: it grows with what the command does to people."""

from enum import StrEnum

from hub.core.response.command import CommandRecord
from hub.core.rules.wording import line
from wire.labels import EffectClass
from wire.quantities import Line


class Authority(StrEnum):
    """How many people must say yes before a command leaves."""

    AUTOMATIC = "automatic"
    CONFIRMED = "confirmed"
    TWO_PERSON = "two_person"


NEEDS: dict[EffectClass, Authority] = {
    EffectClass.INFORM: Authority.AUTOMATIC,
    EffectClass.WARN: Authority.AUTOMATIC,
    EffectClass.RESTRICT: Authority.CONFIRMED,
    EffectClass.IMPEDE: Authority.CONFIRMED,
    EffectClass.SUPPRESS: Authority.TWO_PERSON,
}
"""What each class of effect needs."""

_RANK = {effect: rank for rank, effect in enumerate(EffectClass)}


def needs(effect: EffectClass) -> Authority:
    """Return who must say yes to a command of this effect."""
    return NEEDS[effect]


def stronger(first: EffectClass, second: EffectClass) -> EffectClass:
    """Return the effect that does more to people."""
    return max(first, second, key=_RANK.__getitem__)


def missing(record: CommandRecord, effect: EffectClass) -> Line | None:
    """Return whose yes is still missing for a command of this effect, in words; None if nobody's.

    Somebody who orders by hand has said the first of two yeses, but not the only one.
    """
    authority = needs(effect)
    if authority is Authority.AUTOMATIC:
        return None
    if authority is Authority.CONFIRMED:
        return None if record.confirmed_by else "waits for a confirmation"
    people = set(record.confirmed_by)
    if record.playbook is None:
        people.add(record.requested_by)
    if record.confirmed_by and len(people) >= 2:
        return None
    if not people:
        return "waits for the confirmation of two people"
    return line(f"waits for a second person to confirm besides {min(people)}")
