"""The books after many kills: was anything raised, acknowledged or commanded lost, or doubled.

Pure: it compares what people and devices noted down for themselves with the hub's journal, and
knows nothing of how the hub works.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Asked, Record
from hub.core.response.command import DONE, CommandRecord
from wire.actions import Acknowledge, AskKind, Clear, Order
from wire.ids import derived_id
from wire.labels import AlertState, CommandState


class Told(Struct, frozen=True, kw_only=True):
    """What somebody asked, and what the hub said at last."""

    id: str
    ask: AskKind
    accepted: bool
    reason: str = ""
    tries: int = 1  # More than one: a hub died, or was too slow, before it had answered.


class Account(Struct, frozen=True, kw_only=True):
    """What was said, asked and done, and what of it was lost or doubled."""

    pressed: int
    alerts: int
    asked: int
    asked_again: int  # Without an answer at first.
    misled: int  # Told no, though it was done: by a hub that died before it said so.
    commands: int
    orders: int
    executed: int
    heard_again: int  # Commands that came more than once, and were carried out once.
    expired: int  # Orders by hand that were never carried out and never can be.
    faults: tuple[str, ...]


class Books:
    """The journal of one trial, and the notes of those who took part."""

    def __init__(
        self,
        records: Sequence[Record],
        presses: Sequence[str],
        told: Sequence[Told],
        executed: Sequence[str],
        heard: Sequence[str] = (),
        *,
        rule: str = "panic",
        playbook: str = "defend",
    ) -> None:
        """Take the journal, oldest first, and the cue of each press that the journal accepted."""
        self._lives: dict[str, list[AlertRecord]] = {}
        self._commands: dict[str, CommandRecord] = {}
        self._sent: set[str] = set()
        self._asked: Counter[str] = Counter()
        for record in records:
            self._enter(record)
        self._presses, self._told = presses, told
        self._rule, self._playbook = rule, playbook
        self._executed, self._heard = Counter(executed), Counter(heard)

    def account(self) -> Account:
        """Return the whole account."""
        finders = (self._raised, self._numbered, self._lived, self._answered)
        more = (self._begun, self._ordered, self._carried_out, self._ended)
        expired = [one for one in self._by_hand() if one.id not in self._executed]
        return Account(
            pressed=len(self._presses),
            alerts=len(self._of_rule()),
            asked=len(self._told),
            asked_again=sum(one.tries > 1 for one in self._told),
            misled=sum(not one.accepted and self._asked[one.id] > 0 for one in self._told),
            commands=len(self._commands),
            orders=len(self._by_hand()),
            executed=self._executed.total(),
            heard_again=sum(count > 1 for count in self._heard.values()),
            expired=len(expired),
            faults=tuple(fault for find in finders + more for fault in find()),
        )

    def _enter(self, record: Record) -> None:
        match record:
            case AlertRecord():
                self._lives.setdefault(record.id, []).append(record)
            case CommandRecord():
                self._commands[record.id] = record
                if record.state is CommandState.SENT:
                    self._sent.add(record.id)
            case Asked(action=action, accepted=True):
                self._asked[action.id] += 1
            case _:
                pass

    def _of_rule(self) -> Mapping[str, AlertRecord]:
        """Return how each alert of the rule began."""
        return {key: life[0] for key, life in self._lives.items() if life[0].rule == self._rule}

    def _by_hand(self) -> list[CommandRecord]:
        return [one for one in self._commands.values() if one.playbook is None]

    # --- Raised ---------------------------------------------------------------------------------

    def _raised(self) -> Iterator[str]:
        """Find presses without their one alert, and alerts without their press."""
        raised = Counter(first.cause for first in self._of_rule().values())
        for cue in self._presses:
            if raised[cue] != 1:
                yield f"press {cue} raised {raised[cue]} alerts"
        for cue in raised.keys() - set(self._presses):
            yield f"an alert stands for {cue}, which nobody pressed"

    def _numbered(self) -> Iterator[str]:
        numbers: dict[int, str] = {}
        for key, life in self._lives.items():
            if numbers.setdefault(life[0].number, key) != key:
                yield f"A-{life[0].number} is the number of two alerts"

    def _lived(self) -> Iterator[str]:
        """Find what was taken or closed and did not stay so."""
        for key, life in self._lives.items():
            for before, after in pairwise(life):
                if before.state is AlertState.CLOSED and after.state is not AlertState.CLOSED:
                    yield f"alert {key} came back after it was closed"
                is_same = before.begun_us == after.begun_us
                if is_same and before.acknowledged_us and not after.acknowledged_us:
                    yield f"alert {key} lost its acknowledgement"

    # --- Asked ----------------------------------------------------------------------------------

    def _answered(self) -> Iterator[str]:
        """Find what the hub said yes to and did not do, or not once."""
        for one in self._told:
            count = self._asked[one.id]
            if one.accepted and count != 1:
                yield f"{one.ask} was accepted and is in the journal {count} times"
            if not one.accepted and count > 1:
                yield f"{one.ask} is in the journal {count} times"
            if not one.accepted and count and one.tries == 1:
                yield f"{one.ask} was refused and done all the same"
            if one.accepted and not self._has_effect(one):
                yield f"{one.ask} was accepted and did nothing"

    def _has_effect(self, one: Told) -> bool:
        match one.ask:
            case Acknowledge(alert=alert):
                return any(state.acknowledged_us for state in self._lives.get(alert, ()))
            case Clear(alert=alert):
                life = self._lives.get(alert)
                return life is not None and life[-1].state is AlertState.CLOSED
            case Order():
                return derived_id(one.id, "order") in self._commands
            case _:
                return True

    # --- Commanded ------------------------------------------------------------------------------

    def _begun(self) -> Iterator[str]:
        """Find steps that an alert of the rule did not begin, or not once."""
        steps = Counter(
            (one.alert, one.step)
            for one in self._commands.values()
            if one.playbook == self._playbook
        )
        names = {step for _, step in steps}
        for key in self._of_rule():
            for name in names:
                if steps[key, name] != 1:
                    yield f"step {name} of alert {key} began {steps[key, name]} times"

    def _ordered(self) -> Iterator[str]:
        """Find orders by hand that nobody gave."""
        known = {derived_id(one.id, "order") for one in self._told if isinstance(one.ask, Order)}
        for one in self._by_hand():
            if one.id not in known:
                yield f"command {one.id} was ordered by nobody"

    def _carried_out(self) -> Iterator[str]:
        """Find what a machine did twice, or unasked."""
        for key, count in self._executed.items():
            if count > 1:
                yield f"command {key} was carried out {count} times"
            if key not in self._sent:
                yield f"command {key} was carried out and is not in the journal as sent"

    def _ended(self) -> Iterator[str]:
        """Find what was sent and came to no end that hub and machine agree on."""
        for key in self._sent:
            state, is_done = self._commands[key].state, key in self._executed
            if state in DONE and not is_done:
                yield f"command {key} is {state} and was never carried out"
            if is_done and state not in DONE:
                yield f"command {key} was carried out and is {state}"
            may_expire = self._commands[key].playbook is None
            if not is_done and not may_expire and state not in DONE:
                yield f"command {key} was sent and never carried out: {state}"
