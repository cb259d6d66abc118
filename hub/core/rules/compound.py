"""Several kinds of condition hold near one another within a window: two must agree."""

from collections.abc import Iterable, Iterator, Sequence
from math import hypot
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.rules.condition import Condition
from hub.core.rules.judge import Judge
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import evidence, line, listed
from hub.core.site import CompoundRule, Rule
from wire.labels import Priority
from wire.quantities import SECOND_US, Instant

# More conditions of the named rules at once are a flood, in which any two are near each other.
MEMBERS_MAX: Final = 100
TRACKS_MAX: Final = 100
SENSORS_MAX: Final = 16
_ORDER: Final = tuple(Priority)


Known = dict[str, tuple[Taint, frozenset[str]]]
"""What each of our conditions is made of, by its key."""


class Member(Struct, kw_only=True):
    """A condition of a named rule that holds, or did a moment ago."""

    condition: Condition
    ended_us: Instant | None = None


class Agreement(Struct, kw_only=True):
    """Conditions near one another, in the order in which they became known."""

    members: list[Member]

    @property
    def keys(self) -> frozenset[str]:
        """Return what it is made of."""
        return frozenset(member.condition.key for member in self.members)

    @property
    def rules(self) -> set[str]:
        """Return which rules agree."""
        return {member.condition.rule for member in self.members}


class CompoundJudge(Judge):
    """Judges one compound rule: one condition for each place where enough rules agree."""

    def __init__(self, rule: CompoundRule) -> None:
        self._members: dict[str, Member] = {}
        self._known: Known = {}
        self._asked_us: dict[str, Instant] = {}
        self._reported = Reported()
        self._adopt(rule)

    @property
    def next_wake_us(self) -> Instant | None:
        """When a member is too old, a delay over, or a person to be asked again."""
        due = [self._asked_us[one.key] + self._repeat_us for one in self.active()]
        due += [
            member.ended_us + self._within_us
            for member in self._members.values()
            if member.ended_us is not None
        ]
        if (delayed_us := self._reported.next_wake_us) is not None:
            due.append(delayed_us)
        return min(due, default=None)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, CompoundRule)
        self._adopt(rule)

    def active(self) -> list[Condition]:
        """Return where enough rules are said to agree now."""
        return self._reported.active()

    def conditions(self, changed: Sequence[Condition], now_us: Instant) -> list[Condition]:
        """Judge conditions of other rules that changed."""
        ours = [condition for condition in changed if condition.rule in self._rule.of]
        for condition in ours:
            self._take(condition, now_us)
        return self._judge(now_us) if ours else []

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge what time alone has changed."""
        due_us = self.next_wake_us
        if due_us is None or now_us < due_us:
            return []
        return self._judge(now_us) + self._ask_again(now_us)

    def _adopt(self, rule: CompoundRule) -> None:
        self._rule = rule
        self._within_us = round(rule.within_s * SECOND_US)
        self._repeat_us = max(round(rule.repeat_every_s * SECOND_US), SECOND_US)
        self._reported.adjust(0.0, rule.clear_after_s)

    def _take(self, condition: Condition, now_us: Instant) -> None:
        known = self._members.get(condition.key)
        if condition.active:
            # The latest is at the end, so that the oldest is the first to be forgotten.
            self._members.pop(condition.key, None)
            self._members[condition.key] = Member(condition=condition)
            if len(self._members) > MEMBERS_MAX:
                del self._members[next(iter(self._members))]
        elif known is not None and known.ended_us is None:
            known.ended_us = now_us

    def _judge(self, now_us: Instant) -> list[Condition]:
        """Return where enough rules agree now, and where no longer."""
        for key, member in tuple(self._members.items()):
            if member.ended_us is not None and now_us - member.ended_us >= self._within_us:
                del self._members[key]
        found: list[Condition] = []
        known: Known = {}
        for taint in sorted({taint_of(one.condition) for one in self._members.values()}):
            for agreement in self._agreements(taint):
                key = self._key_of(agreement, taint, known)
                known[key] = (taint, agreement.keys)
                found.append(self._condition(key, agreement, taint))
        changed = self._reported.follow(found, now_us)
        on = {condition.key for condition in self._reported.active()}
        # What is on its way out is still the same happening, should it come back.
        self._known = {key: one for key, one in self._known.items() if key in on} | known
        self._asked_us = {key: self._asked_us.get(key, now_us) for key in on}
        return changed

    def _agreements(self, taint: Taint) -> Iterator[Agreement]:
        """Yield each place where enough rules agree, the most agreed first."""
        left = [one for one in self._members.values() if taint_of(one.condition) == taint]
        while True:
            best = max(
                (Agreement(members=self._near(one, left)) for one in left),
                key=lambda agreement: (len(agreement.rules), len(agreement.members)),
                default=None,
            )
            if best is None or len(best.rules) < self._rule.at_least:
                return
            yield best
            # What has no place agrees with every place.
            taken = {one.condition.key for one in best.members if one.condition.place is not None}
            if not taken:
                return
            left = [one for one in left if one.condition.key not in taken]

    def _near(self, one: Member, others: Iterable[Member]) -> list[Member]:
        here = one.condition.place
        if here is None:
            return list(others)
        return [
            other
            for other in others
            if (there := other.condition.place) is None
            or hypot(here[0] - there[0], here[1] - there[1]) <= self._rule.within_m
        ]

    def _key_of(self, agreement: Agreement, taint: Taint, taken: Known) -> str:
        """Return the key of what was known of this happening, or a new one."""
        shared = {
            key: len(keys & agreement.keys)
            for key, (of, keys) in self._known.items()
            if key not in taken and of == taint
        }
        best = max(shared, key=lambda key: shared[key], default=None)
        if best is not None and shared[best]:
            return best
        return taint.key(f"{self._rule.id}/{agreement.members[-1].condition.cause}")

    def _condition(self, key: str, agreement: Agreement, taint: Taint) -> Condition:
        rule, of = self._rule, [member.condition for member in agreement.members]
        gravest = max(of, key=lambda one: _ORDER.index(one.priority))
        placed = gravest if gravest.place else next((one for one in of if one.place), gravest)
        latest = max(of, key=lambda one: one.observed_us)
        first_of_each = {one.rule: one.summary for one in of}
        words = f"{len(first_of_each)} agree: {'; '.join(first_of_each.values())}"
        return Condition(
            key=key,
            rule=rule.id,
            rule_kind="compound",
            active=True,
            priority=rule.priority,
            summary=rule.summary or line(words),
            zone=placed.zone,
            zone_name=placed.zone_name,
            place=placed.place,
            sigma_m=placed.sigma_m,
            tracks=tuple(dict.fromkeys(n for one in of for n in one.tracks))[:TRACKS_MAX],
            sensors=tuple(dict.fromkeys(s for one in of for s in one.sensors))[:SENSORS_MAX],
            evidence=evidence(
                ("Agree", f"{len(first_of_each)} of {len(rule.of)}: {listed(first_of_each)}"),
                *((one, words) for one, words in first_of_each.items()),
                ("Within", f"{rule.within_m:g} m and {rule.within_s:g} s"),
            ),
            observed_us=latest.observed_us,
            cause=latest.cause,
            latched=rule.priority is Priority.CRITICAL,
            simulated=taint.simulated,
            exercise=taint.exercise,
        )

    def _ask_again(self, now_us: Instant) -> list[Condition]:
        """Return what has held for so long that it asks for a person again."""
        again = []
        for condition in self._reported.active():
            if now_us - self._asked_us[condition.key] >= self._repeat_us:
                self._asked_us[condition.key] = now_us
                again.append(replace(condition, asks_again=True, observed_us=now_us))
        return again
