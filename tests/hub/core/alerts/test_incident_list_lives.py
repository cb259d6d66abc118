"""Incidents of alerts that live as the alert list lets them: raised, taken, hidden, closed."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.alert_list import AlertList
from hub.core.alerts.incident import HIDDEN, IncidentRecord
from hub.core.alerts.incident_list import Incidents
from hub.core.alerts.refusal import Refusal
from hub.core.rules.condition import Condition
from hub.core.site import IntrusionRule, Origin, Site, Suppression
from wire.actions import (
    Acknowledge,
    AcknowledgeIncident,
    AskKind,
    Clear,
    JoinIncident,
    OperatorAction,
    Shelve,
    TakeOutOfService,
    Unshelve,
)
from wire.ids import ulid
from wire.labels import AlertOutcome, Posture, Priority, Role

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
SITE = Site(
    id="square",
    name="Square",
    origin=Origin(lat_deg=52.0, lon_deg=5.0),
    bounds=((-500.0, -500.0), (500.0, 500.0)),
    rules=(
        IntrusionRule(id="backstage", zone="stage"),
        IntrusionRule(
            id="gate",
            zone="gate",
            suppressed=(Suppression(reason="open day", postures=(Posture.RAISED,)),),
        ),
    ),
)


class Step(NamedTuple):
    what: str
    which: int
    place: int
    tracks: frozenset[int]
    priority: Priority
    wait_s: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(
            [
                "true",
                "true",
                "true",
                "gone",
                "take",
                "shelve",
                "unshelve",
                "clear",
                "posture",
                "work",
                "join",
                "apart",
                "all",
            ]
        ),
        st.integers(0, 9),
        st.integers(0, 5),
        st.frozensets(st.integers(1, 6), max_size=2),
        st.sampled_from(Priority),
        st.sampled_from([1, 20, 400]),
    ),
    max_size=60,
)


class Control:
    """A control room: an alert list, its incidents, and what the journal has of them."""

    def __init__(self) -> None:
        self.alerts, self.incidents = AlertList(SITE), Incidents(SITE)
        self.journal: dict[str, IncidentRecord] = {}
        self.now_us = START
        self.count = 0

    def play(self, step: Step) -> None:
        self.now_us += step.wait_s * SECOND
        self._took(self.alerts.wake(self.now_us))
        self._kept(self.incidents.wake(self.now_us))
        if step.what in ("true", "gone"):
            changed = self.alerts.apply(self._condition(step), self.now_us)
            self._took([] if changed is None else [changed])
        elif step.what == "posture":
            posture = Posture.RAISED if step.which % 2 else Posture.NORMAL
            self._took(self.alerts.posture({"site": posture}, self.now_us))
        elif self.alerts.open:
            self._asks(step)

    def _condition(self, step: Step) -> Condition:
        self.count += 1
        return Condition(
            key=f"key-{step.which}",
            rule="gate" if step.which % 2 else "backstage",
            rule_kind="intrusion",
            active=step.what == "true",
            priority=step.priority,
            summary="somebody",
            place=(step.place * 20.0, 0.0),
            tracks=tuple(step.tracks),
            observed_us=self.now_us,
            cause=ulid(self.now_us, self.count.to_bytes(10, "big")),
            simulated=step.which == 9,
        )

    def _asks(self, step: Step) -> None:
        alert = list(self.alerts.open)[step.which % len(self.alerts.open)]
        open_ones = [*self.incidents.open, None]
        incident = open_ones[step.place % len(open_ones)]
        ask: AskKind | None = {
            "take": Acknowledge(alert=alert),
            "shelve": Shelve(alert=alert, duration_s=600, reason="rain"),
            "unshelve": Unshelve(alert=alert),
            "clear": Clear(alert=alert, note="a fox", outcome=AlertOutcome.BENIGN),
            "work": TakeOutOfService(target="backstage", duration_s=600, reason="work"),
            "join": JoinIncident(alert=alert, incident=incident),
            "apart": JoinIncident(alert=alert),
            "all": None if incident is None else AcknowledgeIncident(incident=incident),
        }[step.what]
        if ask is None:
            return
        identity = ulid(self.now_us, bytes(10))
        action = OperatorAction(
            id=identity, operator="Ann", role=Role.SUPERVISOR, asked_us=self.now_us, ask=ask
        )
        if isinstance(ask, JoinIncident | AcknowledgeIncident):
            self._groups(action)
            return
        changed = self.alerts.act(action, self.now_us)
        self._took([] if isinstance(changed, Refusal) else changed)

    def _groups(self, action: OperatorAction) -> None:
        answer = self.incidents.act(action, self.now_us)
        if not isinstance(answer, Refusal):
            self._kept(answer[0])
            self._took(self.alerts.acknowledge(answer[1], "Ann", self.now_us))

    def _took(self, changed: Iterable[object]) -> None:
        for one in changed:
            if isinstance(one, AlertRecord):
                self._kept(self.incidents.apply(one, self.now_us))

    def _kept(self, changed: Iterable[IncidentRecord]) -> None:
        for one in changed:
            written = msgspec.json.encode(one)
            self.journal[one.id] = msgspec.json.decode(written, type=IncidentRecord)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_every_alert_is_in_one_incident_as_it_is_and_a_restart_finds_them_all(
    steps: list[Step],
) -> None:
    control = Control()

    for step in steps:
        control.play(step)

        incidents, alerts = control.incidents, control.alerts.open
        members = [one for record in incidents.open.values() for one in record.members]
        known = {one.alert: one for one in members}
        assert len(known) == len(members)
        for alert in alerts.values():
            # Who asks nobody may wait for an incident to join.
            assert alert.id in known or alert.state in HIDDEN
            if alert.id in known:
                member = known[alert.id]
                assert (member.state, member.priority) == (alert.state, alert.priority)
        for record in incidents.open.values():
            assert any(one.alert in alerts for one in record.members)
    restarted = Incidents(SITE)
    for record in control.journal.values():
        restarted.restore(record)
    assert restarted.open == control.incidents.open
