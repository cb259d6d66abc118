"""Questions about the picture that the feed does not answer: one track, one place, past alerts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hub.adapters.web.needs import Needs
from hub.adapters.web.refusals import RefusedError, json
from hub.adapters.web.visitors import MAY_LOOK_BACK, MAY_LOOK_CLOSER, Visitors

# The site's plane: further away than 10 km is no place of it.
_Coordinate = Annotated[float, Query(ge=-10_000.0, le=10_000.0)]


def router(needs: Needs, visitors: Visitors) -> APIRouter:
    """Return the routes of /api/tracks, /api/coverage and /api/alerts."""
    routes = APIRouter()

    @routes.get("/api/tracks/{number}")
    async def track(request: Request, number: int) -> Response:
        await visitors.require(request, MAY_LOOK_CLOSER)
        found = needs.track(number)
        if found is None:
            raise RefusedError(
                404, f"there is no track {number} now", fix="it has ended: look at the replay"
            )
        return json(found)

    @routes.get("/api/coverage")
    async def coverage(request: Request, east_m: _Coordinate, north_m: _Coordinate) -> Response:
        await visitors.require(request, MAY_LOOK_BACK)
        return json(needs.coverage((east_m, north_m)))

    @routes.get("/api/alerts/history")
    async def history(
        request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 200
    ) -> Response:
        await visitors.require(request, MAY_LOOK_BACK)
        return json(await needs.history(limit))

    return routes
