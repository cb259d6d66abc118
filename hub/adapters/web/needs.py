"""What the web adapter needs from the rest of the hub. `app.py` hands it in."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from wire.actions import OperatorAction
from wire.coverage import PlaceCoverageView
from wire.feed import AlertView, HubView, Snapshot, TrackView
from wire.labels import Role
from wire.plan import PlanDraft, PlanVersion, PlanView, TrialView
from wire.quantities import Identifier, Line, Ulid
from wire.review import EvidenceView, HandoverView, KpiView, MethaneView


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

    @property
    def team(self) -> str | None:
        """Return the team of the field for which they speak."""
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


class Desk(Protocol):
    """Where the plan is edited."""

    def view(self, *, may_apply: bool) -> PlanView:
        """Return the plan in force."""
        ...

    def parts(self, text: str | None) -> dict[str, list[dict[str, Any]]]:
        """Return the editable parts of the plan in force, or of a draft."""
        ...

    def version(self, number: int) -> str:
        """Return the text of an earlier version."""
        ...

    def check(self, text: str) -> PlanDraft:
        """Say what a draft changes, and what is wrong with it."""
        ...

    def edit(
        self, text: str, table: str, identity: Identifier, part: dict[str, Any] | None
    ) -> PlanDraft:
        """Change one part of a draft, and say what came of it."""
        ...

    def try_out(self, text: str) -> Awaitable[TrialView]:
        """Play the last recording under the plan in force and under a draft."""
        ...

    def apply(self, text: str, *, based_on: int, by: Line, reason: Line) -> Awaitable[PlanVersion]:
        """Put a draft into force."""
        ...


class Reviews(Protocol):
    """What may be asked about the past. None: nothing is known of what was asked for."""

    def evidence(self, alert: Ulid) -> Awaitable[EvidenceView | None]:
        """Return why an alert was raised, and what became of it."""
        ...

    def kpi(self, hours: float) -> Awaitable[KpiView]:
        """Return the figures of the last hours."""
        ...

    def handover(self, hours: float, by: Line) -> Awaitable[HandoverView]:
        """Return the sheet of a shift that ends now."""
        ...

    def markdown(self, sheet: HandoverView) -> str:
        """Return a shift's sheet as a page."""
        ...

    def methane_of_alert(self, alert: Ulid) -> Awaitable[MethaneView | None]:
        """Return a M/ETHANE report of an alert."""
        ...

    def methane_of_incident(self, incident: Ulid) -> Awaitable[MethaneView | None]:
        """Return a M/ETHANE report of an incident."""
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
    plans: Desk | None = None  # None: the plan cannot be edited here.
    reviews: Reviews | None = None  # None: nobody can look back here.
    counts: Callable[[], Iterable[tuple[str, str, float]]] = tuple  # name, help, value: metrics.
