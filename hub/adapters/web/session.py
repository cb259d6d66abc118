"""Signing in, staying signed in, signing out."""

import asyncio
import math
import time
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from msgspec import Meta, Struct
from starlette.concurrency import run_in_threadpool

from hub.adapters.web import bodies
from hub.adapters.web.needs import Accounts, AuditTrail, Person
from hub.adapters.web.refusals import RefusedError, json
from hub.adapters.web.throttle import Throttle
from hub.adapters.web.visitors import COOKIE, Visitors
from wire.labels import Role

# A browser forgets the cookie after a shift; the hub does after a shift without use.
_COOKIE_S_MAX: Final = 12 * 3600
# A person mistypes a few times; a guesser needs thousands.
_FAILURES_MAX: Final = 5
# A control room behind one address signs in together at the start of a shift.
_FAILURES_OF_ADDRESS_MAX: Final = 30
_SPAN_S: Final = 60.0
# Each waits a sixth of a second for the one before it: nobody waits longer than five.
_WAITING_MAX: Final = 30


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /api/session."""

    name: Annotated[str, Meta(min_length=1, max_length=48)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class SessionView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is signed in."""

    name: str
    display_name: str
    role: Role
    team: str | None = None


class FrontDoor:
    """Checks passwords, one at a time: hashing is slow on purpose, and must not starve the hub."""

    def __init__(self, accounts: Accounts, audit: AuditTrail) -> None:
        self._accounts = accounts
        self._audit = audit
        # By name and address together: a stranger who fails on purpose locks nobody out who
        # sits elsewhere.
        self._by_name = Throttle(_FAILURES_MAX, _SPAN_S)
        self._by_address = Throttle(_FAILURES_OF_ADDRESS_MAX, _SPAN_S)
        self._turn = asyncio.Lock()
        self._waiting_count = 0

    async def open(self, given: SignIn, address: str) -> tuple[Person, str]:
        """Return the person and a new session's token, or refuse."""
        self._refuse_a_crowd()
        self._waiting_count += 1
        try:
            async with self._turn:
                person = await self._check(given, address)
        finally:
            self._waiting_count -= 1
        token = await run_in_threadpool(self._accounts.open_session, person.name)
        await run_in_threadpool(self._audit.note, person.name, "sign_in", address)
        return person, token

    async def _check(self, given: SignIn, address: str) -> Person:
        key = f"{given.name} {address}"
        self._refuse_who_fails_often(key, address)
        person = await run_in_threadpool(self._accounts.check, given.name, given.password)
        if person is None:
            raise await self._failed(given.name, key, address)
        self._by_name.succeeded(key)
        return person

    def _refuse_a_crowd(self) -> None:
        if self._waiting_count >= _WAITING_MAX:
            raise RefusedError(
                503, "too many people sign in at this moment", fix="try again in some seconds"
            )

    def _refuse_who_fails_often(self, key: str, address: str) -> None:
        now_s = time.monotonic()
        wait_s = max(self._by_name.wait_s(key, now_s), self._by_address.wait_s(address, now_s))
        if wait_s > 0:
            seconds = math.ceil(wait_s)
            raise RefusedError(
                429,
                "too many sign-ins failed",
                fix=f"wait {seconds} s",
                headers={"Retry-After": str(seconds)},
            )

    async def _failed(self, name: str, key: str, address: str) -> RefusedError:
        now_s = time.monotonic()
        self._by_name.failed(key, now_s)
        self._by_address.failed(address, now_s)
        await run_in_threadpool(self._audit.note, name, "sign_in_refused", address)
        return RefusedError(
            401, "the name or the password is wrong", fix="try again, or ask for a new password"
        )


def router(accounts: Accounts, audit: AuditTrail, visitors: Visitors) -> APIRouter:
    """Return the routes of /api/session."""
    routes = APIRouter()
    door = FrontDoor(accounts, audit)

    @routes.post("/api/session")
    async def sign_in(request: Request) -> Response:
        visitors.require_deliberate(request)
        given = await bodies.read(request, SignIn)
        person, token = await door.open(given, visitors.address(request))
        answer = json(_view(person))
        answer.set_cookie(
            COOKIE,
            token,
            max_age=_COOKIE_S_MAX,
            httponly=True,
            samesite="strict",
            secure=visitors.is_secure(request),
        )
        return answer

    @routes.get("/api/session")
    async def who(request: Request) -> Response:
        return json(_view(await visitors.require(request, frozenset(Role))))

    @routes.delete("/api/session")
    async def sign_out(request: Request) -> Response:
        visitors.require_deliberate(request)
        person = visitors.known(request)
        if person is not None:
            await run_in_threadpool(accounts.close_session, visitors.token(request))
            await run_in_threadpool(audit.note, person.name, "sign_out", visitors.address(request))
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    return routes


def _view(person: Person) -> SessionView:
    return SessionView(
        name=person.name, display_name=person.display_name, role=person.role, team=person.team
    )
