"""What the web adapter needs from the rest of the hub. `app.py` hands it in."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from wire.actions import OperatorAction
from wire.coverage import PlaceCoverageView
from wire.feed import AlertView, HubView, Snapshot, TrackView
from wire.labels import Role


class Person(Protocol):
    """Somebody who is signed in."""

    @property
    def name(self) -> str:
        """Return what they sign in with."""
        ...

    @property
    def display_name(self) -> str:
        """Return what others read."""
        ...

    @property
    def role(self) -> Role:
        """Return what they may see and do."""
        ...


class Accounts(Protocol):
    """Who may sign in. Everything but `holder` may block and is called in a thread."""

    def check(self, name: str, password: str) -> Person | None:
        """Return the person whose password this is."""
        ...

    def open_session(self, name: str) -> str:
        """Return a new session's token."""
        ...

    def holder(self, token: str) -> Person | None:
        """Return who holds an open session. Never blocks."""
        ...

    def keep_alive(self, token: str) -> None:
        """Take note that a session is in use."""
        ...

    def close_session(self, token: str) -> None:
        """End a session."""
        ...


class AuditTrail(Protocol):
    """Where it is written down who did what. May block and is called in a thread."""

    def note(self, who: str, kind: str, detail: str = "") -> None:
        """Write one line."""
        ...


class Needs(Struct, frozen=True, kw_only=True):
    """All of it."""

    accounts: Accounts
    audit: AuditTrail
    snapshot: Callable[[Role], Snapshot]
    track: Callable[[int], TrackView | None]
    coverage: Callable[[tuple[float, float]], PlaceCoverageView]  # Of a place on the plan.
    hub_view: Callable[[], HubView]
    ask: Callable[[OperatorAction], None]  # The answer comes back through `LiveHub.reply`.
    history: Callable[[int], Awaitable[Sequence[AlertView]]]  # The latest alerts, newest first.
    now_us: Callable[[], int]
    counts: Callable[[], Iterable[tuple[str, str, float]]] = tuple  # name, help, value: metrics.
