"""All routes in one application."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from hub.adapters.web import actions, feed, metrics, picture, plans, refusals, review, session
from hub.adapters.web.dashboards import STATIC, Dashboards
from hub.adapters.web.headers import SecurityHeaders
from hub.adapters.web.live import LiveHub
from hub.adapters.web.needs import Needs
from hub.adapters.web.visitors import Visitors


def create_app(
    needs: Needs,
    live: LiveHub,
    *,
    public_origin: str = "",
    dashboards: Path = STATIC,
    answer_s_max: float = actions.ANSWER_S_MAX,
) -> FastAPI:
    """Return the application. Its pages of documentation are off: they load from elsewhere."""
    app = FastAPI(title="Vedette", openapi_url=None, docs_url=None, redoc_url=None)
    visitors = Visitors(needs.accounts, public_origin)
    refusals.install(app)
    app.add_exception_handler(RequestValidationError, _wrong_parameter)
    app.add_middleware(SecurityHeaders, strict_transport=public_origin.startswith("https:"))
    app.include_router(session.router(needs.accounts, needs.audit, visitors))
    app.include_router(actions.router(needs, live, visitors, answer_s_max))
    app.include_router(picture.router(needs, visitors))
    if needs.plans is not None:
        app.include_router(plans.router(needs.plans, needs.audit, visitors))
    if needs.reviews is not None:
        app.include_router(review.router(needs.reviews, needs.audit, visitors))
    app.include_router(feed.router(live, needs.accounts, visitors))
    app.include_router(metrics.router(needs, live, visitors))
    app.mount("/", Dashboards(dashboards))
    return app


async def _wrong_parameter(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:])
    refusal = refusals.Refusal(what=f"{name}: {first['msg']}", fix=f"correct {name} in the address")
    return refusals.json(refusal, 422)
