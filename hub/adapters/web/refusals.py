"""A request that is refused: a status, what is wrong, what to do. Always the same JSON."""

from collections.abc import Mapping

import msgspec
from fastapi import FastAPI, Request, Response
from msgspec import Struct
from starlette.exceptions import HTTPException


class Refusal(Struct, frozen=True, kw_only=True):
    """The body of every answer that is not what was asked for."""

    what: str
    fix: str


class RefusedError(Exception):
    """The request is not carried out."""

    def __init__(
        self, status: int, what: str, *, fix: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(what)
        self.status = status
        self.refusal = Refusal(what=what, fix=fix)
        self.headers = dict(headers or {})


def json(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer that no cache keeps."""
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def install(app: FastAPI) -> None:
    """Let every failure below `app` end as JSON."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def answer(refused: RefusedError) -> Response:
    """Return the answer that says so."""
    return json(refused.refusal, refused.status, refused.headers)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return answer(error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        what, fix = f"{request.method} is not for this address", "look at the method and the path"
    else:
        what, fix = "there is nothing at this address", "look at the path; the start page is /"
    return json(Refusal(what=what, fix=fix), error.status_code, error.headers)


async def _unforeseen(_request: Request, _error: Exception) -> Response:
    refusal = Refusal(
        what="the hub failed to answer", fix="the hub's log says why; tell whoever runs it"
    )
    return json(refusal, 500)
