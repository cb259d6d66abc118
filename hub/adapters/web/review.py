"""Questions about what was: an alert's evidence, figures, the shift's sheet, a M/ETHANE report."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from hub.adapters.web.needs import AuditTrail, Person, Reviews
from hub.adapters.web.refusals import RefusedError, json
from hub.adapters.web.visitors import MAY_LOOK_BACK, Visitors

# A week: longer belongs to a report that somebody makes from the journal, not to a control room.
HOURS_MAX: Final = 168.0
SHIFT_HOURS: Final = 8.0

_Hours = Annotated[float, Query(ge=0.25, le=HOURS_MAX)]
_Id = Annotated[str, Path(pattern="^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]


def router(reviews: Reviews, audit: AuditTrail, visitors: Visitors) -> APIRouter:
    """Return the routes of evidence, figures, handover and reports."""
    routes = APIRouter()

    async def note(person: Person, kind: str, detail: str) -> None:
        # Evidence names people and weak places: who read it can be told afterwards.
        await run_in_threadpool(audit.note, person.name, kind, detail)

    @routes.get("/api/alerts/{identity}/evidence")
    async def evidence(request: Request, identity: _Id) -> Response:
        person = await visitors.require(request, MAY_LOOK_BACK)
        found = await reviews.evidence(identity)
        await note(person, "read_evidence", _outcome(identity, found))
        return json(_known(found, "alert"))

    @routes.get("/api/alerts/{identity}/methane")
    async def methane_of_alert(request: Request, identity: _Id) -> Response:
        person = await visitors.require(request, MAY_LOOK_BACK)
        found = await reviews.methane_of_alert(identity)
        await note(person, "read_methane", _outcome(identity, found))
        return json(_known(found, "alert"))

    @routes.get("/api/incidents/{identity}/methane")
    async def methane_of_incident(request: Request, identity: _Id) -> Response:
        person = await visitors.require(request, MAY_LOOK_BACK)
        found = await reviews.methane_of_incident(identity)
        await note(person, "read_methane", _outcome(identity, found))
        return json(_known(found, "incident"))

    @routes.get("/api/kpi")
    async def kpi(request: Request, hours: _Hours = SHIFT_HOURS) -> Response:
        await visitors.require(request, MAY_LOOK_BACK)
        return json(await reviews.kpi(hours))

    @routes.get("/api/handover")
    async def handover(
        request: Request,
        hours: _Hours = SHIFT_HOURS,
        form: Annotated[Literal["json", "markdown"], Query(alias="format")] = "json",
    ) -> Response:
        person = await visitors.require(request, MAY_LOOK_BACK)
        sheet = await reviews.handover(hours, person.display_name)
        await note(person, "read_handover", f"{hours:g} h")
        if form == "json":
            return json(sheet)
        return Response(
            reviews.markdown(sheet),
            media_type="text/markdown",
            headers={"Cache-Control": "no-store"},
        )

    return routes


def _outcome(identity: str, found: object) -> str:
    return identity if found is not None else f"{identity} not found"


def _known(found: object, what: str) -> object:
    if found is None:
        raise RefusedError(
            404, f"the journal knows no such {what}", fix=f"choose one from the {what} list"
        )
    return found
