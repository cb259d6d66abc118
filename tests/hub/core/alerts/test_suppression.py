from typing import Any

import pytest
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.suppression import MINUTE_US, Suppressions
from hub.core.site import Hours, IntrusionRule, Offset, Origin, Site, Suppression
from wire.labels import AlertState, Posture, Priority, Weekday

SECOND = 1_000_000
HOUR = 3600 * SECOND
START = 1_767_225_600 * SECOND
"""The first of January 2026, midnight, a Thursday."""


def a_site(*suppressed: Suppression, **changes: Any) -> Site:
    """A site with a rule that may be suppressed and one that may suppress."""
    plain = {
        "id": "square",
        "name": "Square",
        "origin": Origin(lat_deg=52.0, lon_deg=5.0),
        "bounds": ((-500.0, -500.0), (500.0, 500.0)),
        "rules": (
            IntrusionRule(id="backstage", zone="stage", suppressed=suppressed),
            IntrusionRule(id="cause", zone="stage"),
        ),
    }
    return Site(**{**plain, **changes})


def an_alert(**changes: Any) -> AlertRecord:
    plain = {
        "id": "01KDVXT000000000000000000A",
        "number": 17,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.LOW,
        "gravest": Priority.LOW,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage back area",
        "zone": "stage",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "cause": "01KDVXT000000000000000000B",
    }
    return AlertRecord(**{**plain, **changes})


def the_cause(**changes: Any) -> AlertRecord:
    return an_alert(**{"id": "01KDVXT000000000000000000C", "rule": "cause", **changes})


BY_RULE = Suppression(reason="follows from the cause", rule="cause")
BY_POSTURE = Suppression(reason="all are leaving", postures=(Posture.EVACUATING,))


def test_a_rule_without_suppression_is_never_suppressed() -> None:
    suppressions = Suppressions(a_site())

    assert suppressions.reason(an_alert(), START) is None
    assert suppressions.next_wake_us is None
    assert not suppressions.wake(START)


def test_a_suppression_that_names_nothing_holds_never() -> None:
    suppressions = Suppressions(a_site(Suppression(reason="for no reason")))

    assert suppressions.reason(an_alert(), START) is None


def test_the_zones_own_posture_counts_before_the_sites() -> None:
    suppressions = Suppressions(a_site(BY_POSTURE))
    assert suppressions.reason(an_alert(), START) is None

    suppressions.posture({"site": Posture.EVACUATING, "gate": Posture.NORMAL})

    assert suppressions.reason(an_alert(), START) == "all are leaving"
    assert suppressions.reason(an_alert(zone=None), START) == "all are leaving"
    assert suppressions.reason(an_alert(zone="gate"), START) is None


@pytest.mark.parametrize("priority", Priority)
def test_a_posture_of_the_plan_suppresses_every_priority(priority: Priority) -> None:
    suppressions = Suppressions(a_site(BY_POSTURE))
    suppressions.posture({"site": Posture.EVACUATING})

    assert suppressions.reason(an_alert(priority=priority, gravest=priority), START) is not None


def test_hours_are_in_the_sites_own_time_and_looked_at_each_minute() -> None:
    hours = Hours(start="08:00", end="18:00", days=(Weekday.THURSDAY,))
    suppression = Suppression(reason="the market is open", hours=hours)
    offsets = (Offset(from_us=0, ahead_s=3600),)
    suppressions = Suppressions(a_site(suppression, offsets=offsets))

    assert suppressions.wake(START + SECOND)
    assert not suppressions.wake(START + 2 * SECOND)
    assert suppressions.next_wake_us == START + MINUTE_US
    assert suppressions.reason(an_alert(), START + 7 * HOUR - 1) is None
    assert suppressions.reason(an_alert(), START + 7 * HOUR) == "the market is open"
    assert suppressions.reason(an_alert(), START + 31 * HOUR) is None, "a Friday"


def test_everything_that_is_named_must_hold() -> None:
    both = Suppression(reason="both", postures=(Posture.RAISED,), rule="cause")
    suppressions = Suppressions(a_site(both))
    suppressions.changed(the_cause())
    assert suppressions.reason(an_alert(), START) is None

    suppressions.posture({"site": Posture.RAISED})

    assert suppressions.reason(an_alert(), START) == "both"


def test_another_rule_suppresses_while_its_alert_is_open_and_people_see_it() -> None:
    suppressions = Suppressions(a_site(BY_RULE))

    assert suppressions.changed(the_cause())
    assert not suppressions.changed(the_cause(summary="still"))
    assert suppressions.reason(an_alert(), START) == "follows from the cause"
    for state in (AlertState.CLOSED, AlertState.SHELVED, AlertState.OUT_OF_SERVICE):
        assert suppressions.changed(the_cause(state=state))
        assert suppressions.reason(an_alert(), START) is None
        assert suppressions.changed(the_cause())


@pytest.mark.parametrize(("cause", "effect"), [(None, "stage"), ("stage", None), (None, None)])
def test_what_has_no_zone_is_not_elsewhere(cause: str | None, effect: str | None) -> None:
    suppressions = Suppressions(a_site(BY_RULE))

    assert suppressions.changed(the_cause(zone=cause))

    assert suppressions.reason(an_alert(zone=effect), START) == "follows from the cause"
    assert suppressions.changed(the_cause(zone=cause, state=AlertState.CLOSED))
    assert suppressions.reason(an_alert(zone=effect), START) is None


@pytest.mark.parametrize("changes", [{"zone": "gate"}, {"simulated": True}, {"exercise": True}])
def test_another_zone_or_another_world_suppresses_nothing(changes: dict[str, Any]) -> None:
    suppressions = Suppressions(a_site(BY_RULE))

    suppressions.changed(the_cause(**changes))

    assert suppressions.reason(an_alert(), START) is None
    assert suppressions.reason(an_alert(**changes), START) is not None


@pytest.mark.parametrize("priority", [Priority.HIGH, Priority.CRITICAL])
def test_another_rule_never_suppresses_what_is_or_was_urgent(priority: Priority) -> None:
    suppressions = Suppressions(a_site(BY_RULE))
    suppressions.changed(the_cause())

    assert suppressions.reason(an_alert(priority=priority, gravest=priority), START) is None
    assert suppressions.reason(an_alert(gravest=priority), START) is None


def test_two_rules_that_would_suppress_each_other_do_not() -> None:
    site = a_site(BY_RULE)
    backstage, cause = site.rules
    mutual = (Suppression(reason="and back", rule="backstage"),)
    suppressions = Suppressions(replace(site, rules=(backstage, replace(cause, suppressed=mutual))))

    assert not suppressions.changed(the_cause())
    assert not suppressions.changed(an_alert())
    assert suppressions.reason(an_alert(), START) is None
    assert suppressions.reason(the_cause(), START) is None


def test_an_edited_plan_knows_the_alerts_that_are_open() -> None:
    suppressions = Suppressions(a_site())
    suppressions.changed(the_cause())

    suppressions.replan(a_site(BY_RULE), (the_cause(),))

    assert suppressions.reason(an_alert(), START) is not None
