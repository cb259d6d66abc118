"""Who asks: the session's cookie, where the page came from, and what the role may do."""

from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from hub.adapters.web.needs import Accounts, Person
from hub.adapters.web.refusals import RefusedError
from wire.labels import Role

COOKIE: Final = "vedette_session"
# A page of another site cannot set it without being asked first, and is refused when it asks.
CSRF_HEADER: Final = "X-Vedette"

# A wall is not a person, and an auditor must not change what is audited.
MAY_ASK: Final = frozenset(Role) - {Role.WALL, Role.AUDITOR}
# A wall hangs where anybody reads it; a field team needs what is open, not what was.
MAY_LOOK_BACK: Final = frozenset(Role) - {Role.WALL, Role.FIELD}
# What a wall does not show it does not answer either.
MAY_LOOK_CLOSER: Final = frozenset(Role) - {Role.WALL}
MAY_MEASURE: Final = frozenset({Role.ADMIN, Role.AUDITOR})


class Visitors:
    """Tells who a request is from, and refuses who may not ask."""

    def __init__(self, accounts: Accounts, public_origin: str) -> None:
        self._accounts = accounts
        self._public_origin = public_origin

    def known(self, connection: HTTPConnection) -> Person | None:
        """Return who is signed in, if anybody."""
        token = self.token(connection)
        return self._accounts.holder(token) if token else None

    async def require(self, connection: HTTPConnection, roles: frozenset[Role]) -> Person:
        """Return who is signed in, with one of these roles; refuse everybody else."""
        person = self.known(connection)
        if person is None:
            raise RefusedError(401, "nobody is signed in here", fix="sign in again")
        if person.role not in roles:
            raise RefusedError(
                403,
                f"a {person.role} may not do this",
                fix="ask someone whose role may: " + ", ".join(sorted(roles)),
            )
        await run_in_threadpool(self._accounts.keep_alive, self.token(connection))
        return person

    def require_deliberate(self, connection: HTTPConnection) -> None:
        """Refuse what another site's page could have sent in a visitor's name."""
        if CSRF_HEADER not in connection.headers:
            raise RefusedError(
                403,
                f"the request has no {CSRF_HEADER} header",
                fix=f"send `{CSRF_HEADER}: 1` with every request that changes something",
            )
        # Programs that are no browsers send no origin, and no page can make them do anything.
        if "origin" in connection.headers:
            self.require_origin(connection)

    def require_origin(self, connection: HTTPConnection) -> None:
        """Refuse a page that did not come from this hub."""
        origin = connection.headers.get("origin", "")
        ours = urlsplit(origin).netloc == connection.headers.get("host", "") != ""
        if not ours and (not origin or origin != self._public_origin):
            raise RefusedError(
                403,
                f"the page's origin {origin or 'is missing and'} is not this hub's",
                fix="open the dashboard at the hub's own address, or set VEDETTE_PUBLIC_ORIGIN"
                " where a proxy changes it",
            )

    def is_secure(self, connection: HTTPConnection) -> bool:
        """Whether the browser speaks HTTPS to us, or to the proxy before us."""
        return connection.url.scheme in {"https", "wss"} or self._public_origin.startswith("https:")

    @staticmethod
    def token(connection: HTTPConnection) -> str:
        """Return the session's token; empty where there is none."""
        return connection.cookies.get(COOKIE, "")

    @staticmethod
    def address(connection: HTTPConnection) -> str:
        """Return where the connection comes from."""
        return connection.client.host if connection.client else "unknown"
