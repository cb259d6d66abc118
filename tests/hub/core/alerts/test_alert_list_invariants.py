"""Random lives: conditions, people, postures, clocks and restarts against what must always hold."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.alert_list import AlertList
from hub.core.alerts.lifecycle import WAITING
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.service import ServiceRecord
from hub.core.rules.condition import Condition
from hub.core.site import Hours, IntrusionRule, Origin, Site, Suppression
from wire.actions import (
    Acknowledge,
    AskKind,
    Assess,
    Clear,
    OperatorAction,
    ReturnToService,
    Shelve,
    TakeOutOfService,
    Unshelve,
)
from wire.ids import ulid
from wire.labels import AlertOutcome, AlertState, Posture, Priority, Role

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
RANK = {priority: rank for rank, priority in enumerate(Priority)}
URGENT = ("high", "critical")

SITE = Site(
    id="square",
    name="Square",
    origin=Origin(lat_deg=52.0, lon_deg=5.0),
    bounds=((-500.0, -500.0), (500.0, 500.0)),
    rules=(
        IntrusionRule(
            id="by-rule", zone="stage", suppressed=(Suppression(reason="cause", rule="cause"),)
        ),
        IntrusionRule(
            id="by-plan",
            zone="stage",
            suppressed=(
                Suppression(reason="raised", postures=(Posture.RAISED,)),
                Suppression(reason="early", hours=Hours(start="00:10", end="00:20")),
            ),
        ),
        IntrusionRule(id="cause", zone="stage"),
    ),
)
RULES = {"r1": "by-rule", "r2": "by-rule", "p1": "by-plan", "c1": "cause"}
"""A rule for each key of a condition."""

Step = tuple[str, str, Priority, int]

CLOCKS = st.sampled_from([0, 1, 1, 5, 20, 61, 200, 650, 90_000])
KEYS = st.sampled_from(["p1", "r1", "c1", "p1", "r1", "c1", "r2"])


def steps(*words: str) -> st.SearchStrategy[list[Step]]:
    """Lists of what happens, to which key, at which priority, and how many seconds later."""
    return st.lists(
        st.tuples(st.sampled_from(words), KEYS, st.sampled_from(Priority), CLOCKS),
        min_size=15,
        max_size=50,
    )


CONDITIONS = ("active", "active", "latched", "clear", "clear")
PEOPLE = ("acknowledge", "acknowledge", "shelve", "unshelve")
REST = ("remove", "restore", "raised", "normal", "wake")


class Control:
    """An alert list, its journal, and what people are owed, told by other means than its own."""

    def __init__(self, open_max: int = 500) -> None:
        self.open_max = open_max
        self.alerts = AlertList(SITE, open_max=open_max)
        self.journal: dict[str, AlertRecord | ServiceRecord] = {}
        self.conditions: dict[str, Condition] = {}
        self.postures: Mapping[str, Posture] = {}
        self.owed: set[str] = set()  # Keys of urgent conditions that nobody has acknowledged.
        self.latest: AlertRecord | None = None  # The one with the highest number.

    def keep(self, records: list[Any]) -> list[Any]:
        for record in records:
            key = record.id if isinstance(record, AlertRecord) else record.target
            self.journal.pop(key, None)
            if self.alerts.must_keep(record):
                self.journal[key] = record
            if isinstance(record, AlertRecord) and record.number > getattr(
                self.latest, "number", 0
            ):
                self.latest = record
        return records

    def do(self, step: Step, now_us: int) -> list[Any]:
        what, key, priority, _ = step
        changed = self.keep(self.alerts.wake(now_us))
        if what in ("active", "latched", "clear"):
            return changed + self.condition(what, key, priority, now_us)
        if what in ("raised", "normal"):
            self.postures = {"site": Posture(what)}
            return changed + self.keep(self.alerts.posture(self.postures, now_us))
        if what == "restart":
            self.restart(now_us)
        if what not in ("restart", "wake"):
            changed += self.act(what, key, now_us)
        return changed

    def condition(self, what: str, key: str, priority: Priority, now_us: int) -> list[Any]:
        condition = Condition(
            key=key,
            rule=RULES[key],
            rule_kind="intrusion",
            active=what != "clear",
            priority=priority,
            summary=f"{priority} at {key}",
            zone="stage",
            observed_us=now_us,
            cause=ulid(now_us, bytes(10)),
            latched=what == "latched",
        )
        before = self.find(key)
        if condition.active and priority in URGENT:
            is_new = before is None or not before.active
            if is_new or (before and RANK[priority] > RANK[before.priority]):
                self.owed.add(key)
        if what != "clear" or key in self.conditions:
            self.conditions[key] = condition
        record = self.alerts.apply(condition, now_us)
        return self.keep([] if record is None else [record])

    def act(self, what: str, key: str, now_us: int) -> list[Any]:
        found = self.find(key)
        identity = ulid(START, b"nothing   ") if found is None else found.id
        asks: dict[str, AskKind] = {
            "acknowledge": Acknowledge(alert=identity),
            "shelve": Shelve(alert=identity, duration_s=60, reason="work"),
            "unshelve": Unshelve(alert=identity),
            "close": Clear(alert=identity, note="over", outcome=AlertOutcome.TRUE),
            "assess": Assess(
                alert=next(iter(self.alerts.closed), identity), outcome=AlertOutcome.TRUE
            ),
            "remove": TakeOutOfService(target=RULES[key], duration_s=600, reason="work"),
            "restore": ReturnToService(target=RULES[key]),
        }
        action = OperatorAction(
            id=ulid(now_us, b"action    "),
            operator="Ann",
            role=Role.SUPERVISOR,
            asked_us=now_us,
            ask=asks[what],
        )
        answer = self.alerts.act(action, now_us)
        if isinstance(answer, Refusal):
            assert answer.reason
            return []
        if what == "acknowledge":
            self.owed.discard(key)
        return self.keep(answer)

    def restart(self, now_us: int) -> None:
        """Lose all but the journal, and begin again with it."""
        self.alerts = AlertList(SITE, open_max=self.open_max)
        for record in self.journal.values():
            self.alerts.restore(record, now_us)
        if self.latest is not None:
            over = {"state": AlertState.CLOSED, "outcome": AlertOutcome.UNDETERMINED}
            self.alerts.restore(replace(self.latest, **over), now_us)
        self.keep(self.alerts.posture(self.postures, now_us))

    def find(self, key: str) -> AlertRecord | None:
        return next((one for one in self.alerts.open.values() if one.key == key), None)


def instants(several: list[Step]) -> Iterator[tuple[Step, int]]:
    now_us = START
    for step in several:
        now_us += step[3] * SECOND
        yield step, now_us


def check(control: Control, changed: list[Any], now_us: int) -> None:
    every = list(control.alerts.open.values())
    assert len({one.key for one in every}) == len(every), "one open alert a condition"
    assert len({one.number for one in every}) == len(every)
    for key in control.owed:
        assert control.find(key) is not None, f"{key} is lost, or closed unseen"
    services = {one.id for one in control.alerts.services(now_us)}
    for one in every:
        check_place(control, one, services, now_us)
        assert (one.asking_us is not None) == (one.state in WAITING)
        assert RANK[one.gravest] >= RANK[one.priority]
    for one in changed:
        if isinstance(one, AlertRecord):
            assert one.changed_us == now_us
            is_unseen = one.state is AlertState.CLOSED and one.acknowledged_by is None
            assert not (is_unseen and one.priority in URGENT)
    kept = {one.id: one for one in control.journal.values() if isinstance(one, AlertRecord)}
    assert kept == {**control.alerts.open, **control.alerts.closed}


def check_place(control: Control, alert: AlertRecord, services: set[str], now_us: int) -> None:
    """Nothing urgent is hidden but by a supervisor's word, a posture or the plan's hours."""
    is_urgent = alert.priority in URGENT or alert.key in control.owed
    if alert.state is AlertState.SHELVED:
        assert alert.shelved_until_us is not None
        assert not is_urgent
    if alert.state is AlertState.SUPPRESSED and is_urgent:
        minute = now_us // (60 * SECOND) % 1440
        by_posture = control.postures.get("site") is Posture.RAISED
        assert alert.rule == "by-plan"
        assert by_posture or 10 <= minute < 20
    if alert.state is AlertState.OUT_OF_SERVICE:
        assert alert.rule in services


@settings(max_examples=300, deadline=None)
@given(steps(*CONDITIONS, *PEOPLE, *REST, "close", "assess", "restart"))
def test_nothing_urgent_is_lost_closed_unseen_or_hidden(several: list[Step]) -> None:
    control = Control()
    for step, now_us in instants(several):
        changed = control.do(step, now_us)

        check(control, changed, now_us)


@settings(max_examples=200, deadline=None)
@given(steps("active", "active", "clear", "acknowledge", "shelve", "shelve", "unshelve"))
def test_no_shelf_hides_anything_urgent(several: list[Step]) -> None:
    control = Control()
    for step, now_us in instants(several):
        changed = control.do(step, now_us)

        check(control, changed, now_us)


@settings(max_examples=200, deadline=None)
@given(steps("active", "active", "clear", "acknowledge", "raised", "normal", "restart"))
def test_no_suppression_loses_anything_urgent(several: list[Step]) -> None:
    control = Control()
    for step, now_us in instants(several):
        changed = control.do(step, now_us)

        check(control, changed, now_us)


@settings(max_examples=50, deadline=None)
@given(steps("active", "active", "clear", "acknowledge", "wake"))
def test_a_full_list_loses_nothing_urgent(several: list[Step]) -> None:
    control = Control(open_max=1)
    for step, now_us in instants(several):
        changed = control.do(step, now_us)

        check(control, changed, now_us)


@settings(max_examples=100, deadline=None)
@given(steps(*CONDITIONS, *PEOPLE, *REST))
def test_a_list_comes_to_rest_at_every_instant(several: list[Step]) -> None:
    control = Control()
    for step, now_us in instants(several):
        control.do(step, now_us)
        for _ in range(3):
            control.keep(control.alerts.wake(now_us))

        due_us = control.alerts.next_wake_us
        assert due_us is None or due_us > now_us


@settings(max_examples=300, deadline=None)
@given(steps("active", "clear", *PEOPLE, *REST), st.integers(5, 40))
def test_restoring_and_going_on_equals_never_having_stopped(
    several: list[Step], stop_after: int
) -> None:
    unstopped, stopped = Control(), Control()
    for count, (step, now_us) in enumerate(instants(several)):
        if count == stop_after:
            for control in (unstopped, stopped):  # Nothing is pending: a restart does it at once.
                for _ in range(2):
                    control.keep(control.alerts.wake(now_us))
            stopped.restart(now_us)
            assert stopped.alerts.open == unstopped.alerts.open
            assert stopped.alerts.closed == unstopped.alerts.closed
            for alert in list(stopped.alerts.open.values()):
                if alert.active:  # Its rule finds the condition still true.
                    again = replace(stopped.conditions[alert.key], priority=alert.priority)
                    assert stopped.alerts.apply(again, now_us) is None
            assert stopped.alerts.services(now_us) == unstopped.alerts.services(now_us)
        changed = unstopped.do(step, now_us)

        assert stopped.do(step, now_us) == changed
        assert stopped.alerts.open == unstopped.alerts.open


@pytest.mark.parametrize("count", [10, 500])
def test_the_same_input_gives_the_same_records(count: int) -> None:
    first, second = Control(), Control()
    for number in range(count):
        step = ("active", sorted(RULES)[number % 4], tuple(Priority)[number % 3], number)
        now_us = START + number * SECOND
        assert first.do(step, now_us) == second.do(step, now_us)
