"""What people ask of commands and actuators: yes, no, and orders by hand."""

from typing import assert_never

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.response.authority import Authority, needs
from hub.core.response.command import WAITING, CommandRecord, Move, words
from hub.core.response.departure import Departure
from hub.core.response.leaving import Leaving
from hub.core.response.ledger import Ledger
from hub.core.response.live_picture import LivePicture
from hub.core.response.playbook import Playbooks
from hub.core.response.request import ordered
from hub.core.rules.wording import line
from hub.core.site import Actuator
from wire.actions import Cancel, CommandAsk, Confirm, OperatorAction, Order
from wire.quantities import Instant, Line


class People:
    """Does what a person asks of a command or an actuator, or says why not."""

    def __init__(
        self, ledger: Ledger, playbooks: Playbooks, departure: Departure, leaving: Leaving
    ) -> None:
        self._ledger = ledger
        self._playbooks = playbooks
        self._departure = departure
        self._leaving = leaving

    def act(
        self, action: OperatorAction, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        """Do what a person asks, or say why not."""
        ask = action.ask
        assert isinstance(ask, CommandAsk)
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        match ask:
            case Confirm():
                return self._confirm(ask, action.operator, picture, now_us)
            case Cancel():
                return self._cancel(ask, action.operator, now_us)
            case Order():
                return self._order(ask, action, picture, now_us)
            case _:  # pragma: no cover
                assert_never(ask)

    def _confirm(
        self, ask: Confirm, operator: Line, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        record = self._ledger.all.get(ask.command)
        if record is None or record.state not in WAITING or now_us >= record.expires_us:
            return _refused("confirm", record)
        if self._departure.authority_against(record, picture) is None:
            return Refusal(reason=f"it has every yes that it needs: {record.note}; allowed: cancel")
        two = needs(self._departure.effect(record, picture)) is Authority.TWO_PERSON
        by_hand = record.playbook is None and record.requested_by == operator
        if two and (operator in record.confirmed_by or by_hand):
            return Refusal(reason=f"{operator} has said yes; a second person must; allowed: cancel")
        record = replace(record, confirmed_by=(*record.confirmed_by, operator))
        still = self._departure.authority_against(record, picture)
        if still is None:
            return [self._leaving.valid_from(record, picture, now_us)]
        return [self._ledger.keep(replace(record, note=still, changed_us=now_us))]

    def _cancel(
        self, ask: Cancel, operator: Line, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        record = self._ledger.all.get(ask.command)
        if record is None or record.state not in WAITING:
            return _refused("cancel", record)
        note = line(f"{operator}: {ask.reason}")
        return [self._ledger.move(record, Move.CANCEL, now_us, note=note)]

    def _order(
        self, ask: Order, action: OperatorAction, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        """Request what a person orders by hand."""
        planned = self._playbooks.actuator(ask.actuator)
        if planned is None:
            known = ", ".join(self._playbooks.actuator_ids()) or "none"
            return Refusal(reason=f"the plan has no actuator {ask.actuator}; it has: {known}")
        alert = None if ask.alert is None else picture.alerts.get(ask.alert)
        if ask.alert is not None and alert is None:
            return Refusal(reason="there is no such open alert; order without one")
        refusal = self._refusal_to_rehearse(ask, planned, alert)
        if refusal is not None:
            return refusal
        record = ordered(ask, action, planned, alert, now_us)
        if record.id in self._ledger.all:
            return []
        return [self._leaving.request(record, picture, now_us)]

    def _refusal_to_rehearse(
        self, ask: Order, planned: Actuator, alert: AlertRecord | None
    ) -> Refusal | None:
        """Return why this cannot be ordered as an exercise, if it is to be one."""
        if not ask.exercise:
            return None
        if alert is not None and not alert.exercise:
            return Refusal(reason=f"A-{alert.number} is no exercise; order without it")
        if planned.exercise:
            return None
        able = ", ".join(self._playbooks.partakers()) or "none"
        return Refusal(
            reason=line(f"no exercise drives {planned.name}; those that one may: {able}")
        )


def _refused(what: str, record: CommandRecord | None) -> Refusal:
    """Return why a command cannot be confirmed or cancelled, naming what is allowed."""
    if record is None:
        return Refusal(reason="there is no such command; allowed: order it anew")
    return Refusal(
        reason=f"cannot {what} a command that is {words(record.state)}; allowed: order it anew"
    )
