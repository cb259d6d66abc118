"""The picture: what is true now, as views; and what changed since the frame before, numbered."""

from collections.abc import Container
from typing import Generic, Protocol, TypeVar

from msgspec.structs import replace

from hub.core.picture.redaction import redact
from hub.core.picture.views import site_view
from hub.core.site import Site
from wire.feed import (
    ActuatorView,
    AlertView,
    CommandView,
    CoverageView,
    CrowdView,
    CueView,
    Delta,
    HubView,
    RefusalView,
    SensorView,
    SiteView,
    Snapshot,
    TrackColumns,
    ZoneCoverageView,
)
from wire.labels import Role
from wire.quantities import SECOND_US, Count, Line, Ulid
from wire.work import (
    IncidentView,
    LoadView,
    NoticeView,
    PostureView,
    RunView,
    ServiceView,
    TaskView,
    TeamView,
)

# An operator who opens the dashboard sees what was heard in the last minute.
CUE_KEPT_US = 60 * SECOND_US
# More cues than this in a minute are a fault, and the alert list says so.
CUES_MAX = 100
# What somebody had to be told in the last hours; older is in the log of the shift.
NOTICES_MAX = 100


class _Named(Protocol):
    @property
    def id(self) -> str: ...


ViewT = TypeVar("ViewT", bound=_Named)


class Views(Generic[ViewT]):
    """The views of one kind by id, and which of them changed or went since the last frame."""

    def __init__(self) -> None:
        self._now: dict[str, ViewT] = {}
        self._changed: dict[str, None] = {}
        self._gone: dict[str, None] = {}

    def put(self, view: ViewT) -> None:
        """Set a view. One that is equal to the last changes nothing."""
        if self._now.get(view.id) != view:
            self._now[view.id] = view
            self._changed[view.id] = None
            self._gone.pop(view.id, None)

    def drop(self, view_id: str) -> None:
        """Take a view away."""
        if self._now.pop(view_id, None) is not None:
            self._changed.pop(view_id, None)
            self._gone[view_id] = None

    def set_all(self, views: tuple[ViewT, ...]) -> None:
        """Set exactly these views: any other is taken away."""
        self.keep_only({view.id for view in views})
        for view in views:
            self.put(view)

    def keep_only(self, ids: Container[str]) -> None:
        """Take away every view of which the id is not among these."""
        for view_id in [one for one in self._now if one not in ids]:
            self.drop(view_id)

    @property
    def has_news(self) -> bool:
        """Whether anything changed or went since the last frame."""
        return bool(self._changed or self._gone)

    def all(self) -> tuple[ViewT, ...]:
        """Return every view."""
        return tuple(self._now.values())

    def take_changed(self) -> tuple[ViewT, ...]:
        """Return the views that changed since the last call."""
        changed = tuple(self._now[view_id] for view_id in self._changed)
        self._changed.clear()
        return changed

    def take_gone(self) -> tuple[str, ...]:
        """Return the ids that went since the last call."""
        gone = tuple(self._gone)
        self._gone.clear()
        return gone


class Picture:
    """Everything that dashboards show. Tracks pass through as columns."""

    def __init__(self, site: Site, plan: Line = "1") -> None:
        self._site = site_view(site, plan)
        self._new_site: SiteView | None = None
        self.alerts: Views[AlertView] = Views()
        self.commands: Views[CommandView] = Views()
        self.sensors: Views[SensorView] = Views()
        self.actuators: Views[ActuatorView] = Views()
        self.closed: Views[AlertView] = Views()
        self.incidents: Views[IncidentView] = Views()
        self.runs: Views[RunView] = Views()
        self.tasks: Views[TaskView] = Views()
        self.teams: Views[TeamView] = Views()
        self.services: Views[ServiceView] = Views()
        self._postures: Views[PostureView] = Views()
        self._notices: dict[Ulid, NoticeView] = {}
        self._new_notices: dict[Ulid, NoticeView] = {}
        self._load = LoadView()
        self._load_changed = False
        self._stirred: dict[Ulid, None] = {}  # Alerts of which a command has changed.
        self._cues: dict[str, CueView] = {}
        self._new_cues: dict[str, CueView] = {}
        self._hub = HubView()
        self._hub_changed = False
        self._coverage: CoverageView | None = None
        self._coverage_changed = False
        self._crowd: CrowdView | None = None
        self._crowd_changed = False
        self.shown: frozenset[int] = frozenset()  # The tracks that are on the map.
        self._number = 0

    def cue(self, *views: CueView) -> None:
        """Show cues for a moment, each in place of what was said of it before."""
        for view in views:
            for known in (self._cues, self._new_cues):
                known.pop(view.id, None)
                known[view.id] = view
            if len(self._cues) > CUES_MAX:
                del self._cues[next(iter(self._cues))]

    def hub(self, view: HubView) -> None:
        """Set how the hub is."""
        self._hub, self._hub_changed = view, True

    def replan(self, site: Site, plan: Line) -> None:
        """Show an edited plan."""
        self._site = self._new_site = site_view(site, plan)

    def stir(self, alert: Ulid | None) -> None:
        """Take note that something about an alert has changed, though not the alert itself."""
        if alert is not None:
            self._stirred[alert] = None

    def take_stirred(self) -> tuple[Ulid, ...]:
        """Return the alerts that were stirred since the last call."""
        stirred = tuple(self._stirred)
        self._stirred.clear()
        return stirred

    def notice(self, view: NoticeView) -> None:
        """Tell somebody something."""
        for known in (self._notices, self._new_notices):
            known[view.id] = view
            if len(known) > NOTICES_MAX:
                del known[next(iter(known))]

    def load(self, view: LoadView) -> None:
        """Set the load of the alert list."""
        if view != self._load:
            self._load, self._load_changed = view, True

    def postures(self, views: tuple[PostureView, ...]) -> None:
        """Set the declared states of the site and of its zones."""
        self._postures.set_all(views)

    @property
    def raised_10_min(self) -> Count:
        """How many alerts each operator met in the last ten minutes."""
        return self._load.raised_10_min

    @property
    def zones_seen(self) -> tuple[ZoneCoverageView, ...]:
        """How much of each zone is watched."""
        return () if self._coverage is None else self._coverage.zones

    def coverage(self, view: CoverageView | None) -> None:
        """Set where somebody would be seen now; None: as before."""
        if view is not None:
            self._coverage, self._coverage_changed = view, True

    def crowd(self, view: CrowdView) -> None:
        """Set the crowd as a field. One that differs in nothing but its instant is no news."""
        at_us = view.at_us if self._crowd is None else self._crowd.at_us
        if self._crowd is None or replace(view, at_us=at_us) != self._crowd:
            self._crowd, self._crowd_changed = view, True

    def is_urgent(self) -> bool:
        """Whether something changed that must not wait for the next frame."""
        views = (
            self.alerts,
            self.commands,
            self.incidents,
            self.runs,
            self.tasks,
            self._postures,
        )
        return (
            any(view.has_news for view in views)
            or bool(self._new_cues or self._new_notices)
            or self._new_site is not None
        )

    def delta(
        self,
        at_us: int,
        *,
        tracks: TrackColumns | None = None,
        shown: frozenset[int] | None = None,
        refusals: tuple[RefusalView, ...] = (),
    ) -> Delta | None:
        """Return what changed since the last delta, or None where nothing did.

        `shown` names every track that is on the map now; None leaves the map alone.
        """
        gone: tuple[int, ...] = ()
        if shown is not None:
            gone = tuple(sorted(self.shown - shown))
            self.shown = shown
        delta = Delta(
            number=self._number + 1,
            at_us=at_us,
            tracks=tracks if tracks is not None and tracks.number else None,
            tracks_gone=gone,
            alerts=self.alerts.take_changed(),
            alerts_gone=self.alerts.take_gone(),
            sensors=self.sensors.take_changed(),
            actuators=self.actuators.take_changed(),
            commands=self.commands.take_changed(),
            commands_gone=self.commands.take_gone(),
            closed=self.closed.take_changed(),
            closed_gone=self.closed.take_gone(),
            incidents=self.incidents.take_changed(),
            incidents_gone=self.incidents.take_gone(),
            runs=self.runs.take_changed(),
            runs_gone=self.runs.take_gone(),
            tasks=self.tasks.take_changed(),
            tasks_gone=self.tasks.take_gone(),
            teams=self.teams.take_changed(),
            postures=self._postures.take_changed(),
            services=self.services.take_changed(),
            services_gone=self.services.take_gone(),
            notices=tuple(self._new_notices.values()),
            load=self._load if self._load_changed else None,
            site=self._new_site,
            cues=tuple(self._new_cues.values()),
            refusals=refusals,
            crowd=self._crowd if self._crowd_changed else None,
            coverage=self._coverage if self._coverage_changed else None,
            hub=self._hub if self._hub_changed else None,
        )
        self._new_cues.clear()
        self._new_notices.clear()
        self._postures.take_gone()  # A posture that ends is a normal one, never a missing one.
        self._new_site = None
        self._hub_changed = self._load_changed = False
        self._coverage_changed = self._crowd_changed = False
        if delta == Delta(number=delta.number, at_us=at_us):
            return None
        self._number += 1
        return delta

    def snapshot(
        self,
        role: Role,
        at_us: int,
        *,
        tracks: TrackColumns,
        refusals: tuple[RefusalView, ...],
    ) -> Snapshot:
        """Return the whole picture for one role, as of the last delta's number."""
        cues = tuple(cue for cue in self._cues.values() if at_us - cue.observed_us <= CUE_KEPT_US)
        whole = Snapshot(
            number=self._number,
            at_us=at_us,
            role=role,
            site=self._site,
            hub=self._hub,
            tracks=tracks,
            alerts=self.alerts.all(),
            sensors=self.sensors.all(),
            actuators=self.actuators.all(),
            commands=self.commands.all(),
            closed=self.closed.all(),
            incidents=self.incidents.all(),
            runs=self.runs.all(),
            tasks=self.tasks.all(),
            teams=self.teams.all(),
            postures=self._postures.all(),
            services=self.services.all(),
            notices=tuple(self._notices.values()),
            load=self._load,
            cues=cues,
            refusals=refusals,
            crowd=self._crowd,
            coverage=self._coverage,
        )
        return redact(whole, role)
