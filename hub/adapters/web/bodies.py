"""A request's body: bounded in size and time, decoded into its type or refused by field."""

import asyncio
from typing import Final, TypeVar

import msgspec
from fastapi import Request

from hub.adapters.web.refusals import RefusedError

# The largest thing a person asks is a reason of 200 characters.
BODY_BYTES_MAX: Final = 64 * 1024
# A slow phone sends 64 KB in that; what is slower holds a connection for nothing.
_BODY_S_MAX: Final = 10.0

BodyT = TypeVar("BodyT")


async def read(request: Request, kind: type[BodyT], bytes_max: int = BODY_BYTES_MAX) -> BodyT:
    """Return the body as `kind`, or refuse with the name of the wrong field."""
    body = await _bytes(request, bytes_max)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise RefusedError(
            422, f"the body does not fit: {error}", fix="correct the field that is named"
        ) from error
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            400, f"the body is not JSON: {error}", fix="send one JSON object"
        ) from error


async def _bytes(request: Request, bytes_max: int) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_S_MAX):
            async for chunk in request.stream():
                body += chunk
                if len(body) > bytes_max:
                    raise RefusedError(
                        413,
                        f"the body is larger than {bytes_max} bytes",
                        fix="send less at once",
                        headers={"Connection": "close"},
                    )
    except TimeoutError as error:
        raise RefusedError(408, "the body did not come in time", fix="send it again") from error
    return bytes(body)
