"""The plan as people edit it: read, draft, try on the last recording, put into force."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Path, Request, Response
from msgspec import Meta, Struct
from starlette.concurrency import run_in_threadpool

from hub.adapters.web import bodies
from hub.adapters.web.needs import AuditTrail, Desk
from hub.adapters.web.refusals import RefusedError, json
from hub.adapters.web.visitors import Visitors
from hub.core.site import Rule
from hub.errors import SitePlanError
from wire.labels import Role
from wire.plan import PlanDraft
from wire.quantities import Count, Identifier, Line

MAY_READ: Final = frozenset({Role.SUPERVISOR, Role.PLANNER, Role.ADMIN, Role.AUDITOR})
MAY_DRAFT: Final = frozenset({Role.SUPERVISOR, Role.PLANNER, Role.ADMIN})
# Who answers for what is judged while people are on duty, and nobody else.
MAY_APPLY: Final = frozenset({Role.SUPERVISOR})

# A plan of a whole city quarter has some hundred kilobytes.
PLAN_BYTES_MAX: Final = 1024 * 1024

# Each kind of rule with its settings and their limits: what a form is built from.
_SCHEMA: Final = msgspec.json.encode(msgspec.json.schema(Rule))

PlanText = Annotated[str, Meta(max_length=PLAN_BYTES_MAX)]


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan that is not in force."""

    text: PlanText


class Edit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a draft to put in place, or to take away."""

    text: PlanText
    table: Identifier
    id: Identifier
    part: dict[str, Any] | None = None


class Apply(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft to put into force, and why."""

    text: PlanText
    based_on: Count
    reason: Line


def router(desk: Desk, audit: AuditTrail, visitors: Visitors) -> APIRouter:
    """Return the routes of /api/plan."""
    routes = APIRouter()
    _add_reading(routes, desk, visitors)
    _add_drafting(routes, desk, visitors)
    _add_applying(routes, desk, audit, visitors)
    return routes


def _add_reading(routes: APIRouter, desk: Desk, visitors: Visitors) -> None:

    @routes.get("/api/plan")
    async def plan(request: Request) -> Response:
        person = await visitors.require(request, MAY_READ)
        return json(desk.view(may_apply=person.role in MAY_APPLY))

    @routes.get("/api/plan/parts")
    async def parts(request: Request) -> Response:
        await visitors.require(request, MAY_READ)
        return json(desk.parts(None))

    @routes.get("/api/plan/schema")
    async def schema(request: Request) -> Response:
        await visitors.require(request, MAY_READ)
        return Response(_SCHEMA, media_type="application/json")

    @routes.get("/api/plan/versions/{number}")
    async def version(request: Request, number: Annotated[int, Path(ge=1, le=999_999)]) -> Response:
        await visitors.require(request, MAY_READ)
        with _refusing(404):
            return json(PlanDraft(text=desk.version(number)))


def _add_drafting(routes: APIRouter, desk: Desk, visitors: Visitors) -> None:
    @routes.post("/api/plan/check")
    async def check(request: Request) -> Response:
        visitors.require_deliberate(request)
        await visitors.require(request, MAY_DRAFT)
        draft = await bodies.read(request, Draft, PLAN_BYTES_MAX)
        return json(await run_in_threadpool(desk.check, draft.text))

    @routes.post("/api/plan/parts")
    async def parts_of_draft(request: Request) -> Response:
        visitors.require_deliberate(request)
        await visitors.require(request, MAY_DRAFT)
        draft = await bodies.read(request, Draft, PLAN_BYTES_MAX)
        with _refusing(422):
            return json(desk.parts(draft.text))

    @routes.post("/api/plan/edit")
    async def edit(request: Request) -> Response:
        visitors.require_deliberate(request)
        await visitors.require(request, MAY_DRAFT)
        wanted = await bodies.read(request, Edit, PLAN_BYTES_MAX)
        return json(
            await run_in_threadpool(desk.edit, wanted.text, wanted.table, wanted.id, wanted.part)
        )

    @routes.post("/api/plan/try")
    async def try_out(request: Request) -> Response:
        visitors.require_deliberate(request)
        await visitors.require(request, MAY_DRAFT)
        draft = await bodies.read(request, Draft, PLAN_BYTES_MAX)
        try:
            with _refusing(409):
                return json(await desk.try_out(draft.text))
        except TimeoutError:
            raise RefusedError(
                504, "the trial took too long", fix="try it on a shorter recording"
            ) from None


def _add_applying(routes: APIRouter, desk: Desk, audit: AuditTrail, visitors: Visitors) -> None:
    @routes.post("/api/plan")
    async def apply(request: Request) -> Response:
        visitors.require_deliberate(request)
        person = await visitors.require(request, MAY_APPLY)
        wanted = await bodies.read(request, Apply, PLAN_BYTES_MAX)
        by = person.display_name
        with _refusing(409):
            made = await desk.apply(
                wanted.text, based_on=wanted.based_on, by=by, reason=wanted.reason
            )
        detail = f"version {made.version} {made.plan_hash[:12]}: {wanted.reason}"
        await run_in_threadpool(audit.note, person.name, "plan_applied", detail)
        return json(made)


@contextmanager
def _refusing(status: int) -> Iterator[None]:
    """Let what is wrong with a plan be the answer."""
    try:
        yield
    except SitePlanError as error:
        raise RefusedError(status, error.what, fix=error.fix) from error
