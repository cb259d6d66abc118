"""What must follow from alerts: evidence, incidents, compound rules, a flood told, and an end."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from simulation.plan import COMPOUND, CUES
from simulation.scheduler import SECOND

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.dossier import DossierRecord
from hub.core.alerts.incident import IncidentRecord
from hub.core.effects import Entry
from wire.actions import JoinIncident, OperatorAction
from wire.labels import AlertState
from wire.messages import Cue
from wire.work import LoadView

if TYPE_CHECKING:
    from simulation.alert_watch import AlertWatch
    from simulation.judge import World

HIDDEN = (AlertState.SUPPRESSED, AlertState.OUT_OF_SERVICE)
# The longest that a rule of this plan says it stays on; after a restart the hub waits longer.
ENDED_US = 180 * SECOND
FLOOD_US = 600 * SECOND
FLOOD_ABOVE = 10  # In ten minutes, for each operator.
SLACK_US = 50 * SECOND
# Alerts of one sensor are one happening if neither was true for five minutes between them.
TOGETHER_US = 280 * SECOND
# An incident has no more alerts than this: the next begins another.
MEMBERS_MAX = 200
# A clock that is set meanwhile is wrong by so much at most, twice.
CLOCK_US = 10 * SECOND
# A compound alert that a person has cleared comes back with what is new, not with what was there.
CLEARED_US = 120 * SECOND
SEEN_ON_THE_GROUND = ("stage", "loiter", "entry")


class FollowingWatch:
    """Looks at whole appends: what belongs together is written together."""

    def __init__(self, world: "World", alerts: "AlertWatch") -> None:
        self._world = world
        self._alerts = alerts
        self._moved: set[str] = set()  # Alerts of whose incident a person has decided.
        self._sizes: dict[str, int] = {}  # How many alerts each incident has.
        self._raised_us: list[int] = []  # In this life of the hub.
        self._said_us: dict[tuple[str, bool, bool], int] = {}
        self.grouped_count = self.agreed_count = self.flood_count = 0

    def restarted(self) -> None:
        """The hub counts anew."""
        self._raised_us.clear()

    def asked(self, action: OperatorAction) -> None:
        """Take note of what a person asked and was granted."""
        if isinstance(action.ask, JoinIncident):
            self._moved.add(action.ask.alert)

    def said(self, cue: Cue, at_us: int) -> None:
        """Take note of a cue that is on disk and in time."""
        self._said_us[CUES[cue.kind], cue.simulated, cue.exercise] = at_us

    def appended(self, kept: Sequence[Entry], before: dict[str, AlertRecord | None]) -> None:
        """Judge an append; `before` holds what each of its alerts was."""
        evidence = {one.record.alert for one in kept if isinstance(one.record, DossierRecord)}
        for one in kept:
            if isinstance(one.record, IncidentRecord):
                self._sizes[one.record.id] = len(one.record.members)
        for identity, was in before.items():
            now = self._alerts.latest[identity]
            if now.state is AlertState.CLOSED:
                continue
            if was is None:
                assert identity in evidence, f"A-{now.number} has no evidence"
                self._check_grouped(now)
            if was is None or was.begun_us != now.begun_us:
                if now.state is AlertState.UNACKNOWLEDGED:
                    self._raised_us.append(now.changed_us)
                if now.rule in COMPOUND.of and now.active:
                    self._check_agreed(now)

    # --- Incidents ------------------------------------------------------------------------------

    def _check_grouped(self, new: AlertRecord) -> None:
        """Check that what one sensor says twice within minutes is one incident."""
        if new.tracks or len(new.sensors) != 1 or new.state in HIDDEN:
            return
        for known in self._alerts.open.values():
            is_same = (known.sensors, known.tracks) == (new.sensors, ())
            if known.id == new.id or not is_same or _taint(known) != _taint(new):
                continue
            is_recent = known.active or new.begun_us - (known.cleared_us or 0) < TOGETHER_US
            if known.incident is None or known.state in HIDDEN or not is_recent:
                continue
            both = {known.incident, new.incident}
            if self._is_moved(both) or self._are_full(both):
                continue
            self.grouped_count += 1
            assert new.incident == known.incident, (
                f"A-{new.number} and A-{known.number} of {new.sensors[0]} are two incidents"
            )

    def _is_moved(self, incidents: Iterable[str | None]) -> bool:
        several = set(incidents)
        return any(self._alerts.latest[one].incident in several for one in self._moved)

    def _are_full(self, incidents: Iterable[str | None]) -> bool:
        return sum(self._sizes.get(one or "", 1) for one in incidents) > MEMBERS_MAX

    # --- Compound rules -------------------------------------------------------------------------

    def _check_agreed(self, new: AlertRecord) -> None:
        """Check that two that must agree, and do, have their alert."""
        since_us = self._world.began_us() + CLOCK_US
        others = [
            one
            for one in self._alerts.open.values()
            if one.rule in COMPOUND.of and one.rule != new.rule and one.active
            if _taint(one) == _taint(new) and one.begun_us > since_us
        ]
        if not others or new.begun_us <= since_us:
            return
        self.agreed_count += 1
        told = (
            one.rule == COMPOUND.id
            and _taint(one) == _taint(new)
            and (one.state is not AlertState.CLOSED or new.begun_us - one.changed_us < CLEARED_US)
            for one in self._alerts.latest.values()
        )
        names = f"A-{new.number} and A-{others[0].number}"
        assert any(told), f"{names} agree, and nobody was told"

    # --- Time -----------------------------------------------------------------------------------

    def check_flood(self, load: LoadView | None, now_us: int, *, is_told: bool) -> None:
        """Check that a flood is shown and was told."""
        operators = max(1, self._world.plan.operators)
        first_us, last_us = now_us - FLOOD_US + SLACK_US, now_us - SLACK_US
        count = sum(first_us < at_us < last_us for at_us in self._raised_us)
        if count <= FLOOD_ABOVE * operators:
            return
        self.flood_count += 1
        is_shown = load is not None and load.flood_since_us is not None
        assert is_shown, f"{count} alerts in ten minutes for {operators}, and no flood is shown"
        assert is_told, "a flood that nobody was told of"

    def check_ended(self, now_us: int, empty_us: int) -> None:
        """Check that what is over is not said to be true; nobody has been there for `empty_us`."""
        for one in self._alerts.open.values():
            if not one.active:
                continue
            name = f"A-{one.number} ({one.rule})"
            if one.rule in SEEN_ON_THE_GROUND:
                assert empty_us < ENDED_US, f"{name} is true, and nobody is there"
            elif one.rule in CUES.values():
                said_us = self._said_us.get((one.rule, *_taint(one)), 0)
                assert now_us - said_us < ENDED_US, f"{name} is true, and nobody said so for long"


def _taint(alert: AlertRecord) -> tuple[bool, bool]:
    return alert.simulated, alert.exercise
