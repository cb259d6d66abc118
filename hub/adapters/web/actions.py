"""What a person asks: acknowledge, shelve, command. Answered when it is on disk."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from hub.adapters.web import bodies
from hub.adapters.web.live import FullHouseError, LiveHub
from hub.adapters.web.needs import AuditTrail, Needs
from hub.adapters.web.refusals import RefusedError, json
from hub.adapters.web.visitors import MAY_ASK, Visitors
from wire.actions import ActionRequest, OperatorAction
from wire.feed import ActionReply
from wire.quantities import Ulid

# A disk answers in milliseconds; who waits longer for a bollard needs to know that it hangs.
ANSWER_S_MAX: Final = 5.0


class RefusedAction(Struct, frozen=True, kw_only=True):
    """An `ActionReply` that says no, with the words of every refusal."""

    id: Ulid
    accepted: bool
    reason: str
    what: str
    fix: str


def router(
    needs: Needs, live: LiveHub, visitors: Visitors, answer_s_max: float = ANSWER_S_MAX
) -> APIRouter:
    """Return the route of /api/actions."""
    routes = APIRouter()

    @routes.post("/api/actions")
    async def ask(request: Request) -> Response:
        visitors.require_deliberate(request)
        person = await visitors.require(request, MAY_ASK)
        wanted = await bodies.read(request, ActionRequest)
        action = OperatorAction(
            id=wanted.id,
            operator=person.display_name,
            role=person.role,
            asked_us=needs.now_us(),
            team=person.team,
            ask=wanted.ask,
        )
        trail = _Trail(needs.audit, person.name, action)
        try:
            reply = await live.answer(action.id, lambda: needs.ask(action), answer_s_max)
        except TimeoutError:
            await trail.note("not confirmed")
            raise RefusedError(
                503,
                "not confirmed: the hub has not answered in time",
                fix="look at the alert list: it shows whether it was done",
            ) from None
        except FullHouseError:
            raise RefusedError(
                503, "too much is asked at this moment: this was not", fix="ask again in a second"
            ) from None
        await trail.note("accepted" if reply.accepted else f"refused: {reply.reason}")
        return _answer(reply)

    return routes


class _Trail:
    """The audit lines of one action."""

    def __init__(self, audit: AuditTrail, name: str, action: OperatorAction) -> None:
        self._note: Callable[[str, str, str], None] = audit.note
        self._name = name
        self._action = action

    async def note(self, outcome: str) -> None:
        kind = type(self._action.ask).__struct_config__.tag
        await run_in_threadpool(
            self._note, self._name, f"ask_{kind}", f"{self._action.id} {outcome}"
        )


def _answer(reply: ActionReply) -> Response:
    if reply.accepted:
        return json(reply)
    refused = RefusedAction(
        id=reply.id,
        accepted=False,
        reason=reply.reason,
        what=reply.reason,
        fix="look at the alert list: the picture may have changed",
    )
    return json(refused, 409)
