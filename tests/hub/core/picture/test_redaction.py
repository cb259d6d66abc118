import pytest

from hub.core.picture.redaction import redact
from wire.feed import (
    AlertView,
    CommandView,
    CoverageView,
    Delta,
    EastNorth,
    EvidenceLine,
    RefusalView,
)
from wire.labels import ActuatorAction, AlertState, CommandState, Priority, Role

ULID = "01JD0000000000000000000000"


def a_delta() -> Delta:
    return Delta(
        number=1,
        at_us=5,
        alerts=(
            AlertView(
                id=ULID,
                number=1,
                rule="stage",
                rule_kind="intrusion",
                priority=Priority.HIGH,
                state=AlertState.SHELVED,
                active=True,
                summary="Person in Stage back",
                raised_us=1,
                changed_us=2,
                acknowledged_by="ada",
                shelved_by="ada",
                shelve_reason="rehearsal",
                evidence=(EvidenceLine(name="Track", value="P1000"),),
            ),
        ),
        commands=(
            CommandView(
                id=ULID,
                actuator="siren-01",
                action=ActuatorAction.SOUND,
                state=CommandState.SENT,
                by="ada",
                requested_us=1,
                changed_us=1,
                expires_us=9,
            ),
        ),
        coverage=CoverageView(
            at_us=5, low=EastNorth(east_m=0.0, north_m=0.0), cell_m=2.0, columns=1, rows=1
        ),
        refusals=(
            RefusalView(
                source="cam-01", code="x", text="t", fix="f", count=1, first_us=1, last_us=1
            ),
        ),
    )


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR])
def test_a_control_room_role_sees_the_whole_frame(role: Role) -> None:
    assert redact(a_delta(), role) == a_delta()


def test_a_wall_shows_what_happens_but_not_who_deals_with_it_or_what_was_ordered() -> None:
    seen = redact(a_delta(), Role.WALL)

    (alert,) = seen.alerts
    assert alert.summary == "Person in Stage back"
    assert (alert.acknowledged_by, alert.shelved_by, alert.shelve_reason) == (None, None, None)
    assert (alert.evidence, alert.steps) == ((), ())
    assert (seen.commands, seen.refusals) == ((), ())
    assert seen.coverage is None


def test_a_field_team_sees_commands_but_no_refused_input() -> None:
    seen = redact(a_delta(), Role.FIELD)

    assert seen.commands == a_delta().commands
    assert seen.refusals == ()
