import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.actuators import (
    POSITIONS,
    RESTING,
    SAFE,
    SAFE_AFTER_US,
    TRANSITIONS,
    Actuator,
    OutcomeSaid,
    Phase,
    Said,
    StateSaid,
)
from wire.ids import ulid
from wire.labels import ActuatorAction, ActuatorKind, ActuatorPosition, OutcomeStatus
from wire.messages import Command, Parameters
from wire.quantities import SECOND_US

NOW_US = 1_790_000_000_000_000
DELAY_US = 4 * SECOND_US
A, P, K = ActuatorAction, ActuatorPosition, ActuatorKind


def a_command(
    action: ActuatorAction,
    number: int = 1,
    *,
    expires_us: int | None = None,
    duration_s: float | None = None,
    exercise: bool = False,
) -> Command:
    return Command(
        id=ulid(NOW_US, number.to_bytes(10, "big")),
        sender="hub",
        boot=ulid(NOW_US, bytes(10)),
        seq=1,
        observed_us=NOW_US,
        sent_us=NOW_US,
        expires_us=expires_us,
        exercise=exercise,
        actuator="a-01",
        action=action,
        parameters=Parameters(duration_s=duration_s),
        reason="a test",
    )


def bollards() -> Actuator:
    return Actuator(K.BOLLARD, DELAY_US)


def statuses(said: list[Said]) -> list[OutcomeStatus]:
    return [one.status for one in said if isinstance(one, OutcomeSaid)]


def places(said: list[Said]) -> list[ActuatorPosition]:
    return [one.position for one in said if isinstance(one, StateSaid)]


@pytest.mark.parametrize(
    ("kind", "action"), [(kind, action) for kind, table in POSITIONS.items() for action in table]
)
def test_every_kind_does_what_it_is_told_after_its_delay(
    kind: ActuatorKind, action: ActuatorAction
) -> None:
    actuator = Actuator(kind, DELAY_US)
    command = a_command(action)

    first = actuator.obey(command, NOW_US)
    early = actuator.advance(NOW_US + DELAY_US - 1)
    last = actuator.advance(NOW_US + DELAY_US)

    assert (places(first), statuses(first)) == ([P.MOVING], [OutcomeStatus.ACCEPTED])
    assert early == []
    assert places(last) == [POSITIONS[kind][action]]
    assert statuses(last) == [OutcomeStatus.COMPLETED]
    assert actuator.position is POSITIONS[kind][action]
    assert action in actuator.actions


def test_a_command_that_comes_twice_is_obeyed_once() -> None:
    actuator = bollards()

    first = actuator.obey(a_command(A.RAISE), NOW_US)
    again = actuator.obey(a_command(A.RAISE), NOW_US + 1)

    assert first
    assert again == []


def test_an_expired_command_moves_nothing() -> None:
    actuator = bollards()

    (said,) = actuator.obey(a_command(A.RAISE, expires_us=NOW_US), NOW_US)

    assert isinstance(said, OutcomeSaid)
    assert (said.status, said.reason) == (OutcomeStatus.REJECTED, "expired")
    assert actuator.position is P.LOWERED
    assert actuator.next_us is None


def test_a_command_for_another_kind_is_rejected_by_name() -> None:
    (said,) = bollards().obey(a_command(A.SPEAK), NOW_US)

    assert isinstance(said, OutcomeSaid)
    assert (said.status, said.reason) == (OutcomeStatus.REJECTED, "a bollard cannot speak")


def test_a_machine_that_fails_says_so_and_that_its_position_is_unknown() -> None:
    actuator = bollards()
    actuator.obey(a_command(A.RAISE), NOW_US, fails=True)

    said = actuator.advance(NOW_US + DELAY_US)

    assert statuses(said) == [OutcomeStatus.FAILED]
    assert places(said) == [P.UNKNOWN]


def test_bollards_do_not_rise_under_a_vehicle() -> None:
    actuator = bollards()
    actuator.obey(a_command(A.RAISE), NOW_US)

    said = actuator.advance(NOW_US + DELAY_US, is_obstructed=True)

    assert statuses(said) == [OutcomeStatus.FAILED]
    assert actuator.position is P.LOWERED


def test_bollards_are_lowered_whatever_stands_there() -> None:
    actuator = bollards()
    actuator.obey(a_command(A.LOWER), NOW_US)

    assert statuses(actuator.advance(NOW_US + DELAY_US, is_obstructed=True)) == ["COMPLETED"]


def test_a_later_command_replaces_the_one_that_is_carried_out() -> None:
    actuator = bollards()
    raising, lowering = a_command(A.RAISE, 1), a_command(A.LOWER, 2)
    actuator.obey(raising, NOW_US)

    said = actuator.obey(lowering, NOW_US + SECOND_US)
    done = actuator.advance(NOW_US + SECOND_US + DELAY_US)

    outcomes = [(one.command, one.status) for one in said if isinstance(one, OutcomeSaid)]
    assert outcomes == [
        (raising.id, OutcomeStatus.FAILED),
        (lowering.id, OutcomeStatus.ACCEPTED),
    ]
    assert places(done) == [P.LOWERED]


def test_what_was_started_for_a_while_ends_by_itself() -> None:
    siren = Actuator(K.SIREN, DELAY_US)
    siren.obey(a_command(A.SOUND, duration_s=10.0), NOW_US)
    siren.advance(NOW_US + DELAY_US)

    due_us = siren.next_us
    assert due_us == NOW_US + DELAY_US + 10 * SECOND_US
    moving = siren.advance(due_us)
    off = siren.advance(due_us + DELAY_US)

    assert (places(moving), places(off)) == ([P.MOVING], [P.OFF])
    assert statuses(moving + off) == []


def test_an_exercise_stays_an_exercise() -> None:
    said = bollards().obey(a_command(A.RAISE, exercise=True), NOW_US)

    assert [one.exercise for one in said if isinstance(one, OutcomeSaid)] == [True]


def test_without_a_link_a_gate_opens_and_bollards_stay() -> None:
    gate, raised = Actuator(K.GATE, DELAY_US), bollards()
    for actuator, action in ((gate, A.CLOSE), (raised, A.RAISE)):
        actuator.obey(a_command(action), NOW_US)
        actuator.advance(NOW_US + DELAY_US)
        actuator.link_lost(NOW_US + DELAY_US)

    safe_us = NOW_US + DELAY_US + SAFE_AFTER_US
    assert gate.next_us == safe_us
    gate.advance(safe_us)
    gate.advance(safe_us + DELAY_US)

    assert gate.position is P.OPEN
    assert raised.next_us is None
    assert raised.position is P.RAISED


def test_a_link_that_comes_back_in_time_changes_nothing() -> None:
    gate = Actuator(K.GATE, DELAY_US)
    gate.obey(a_command(A.CLOSE), NOW_US)
    gate.advance(NOW_US + DELAY_US)
    gate.link_lost(NOW_US + DELAY_US)

    gate.link_restored()

    assert gate.next_us is None


def test_a_gate_that_is_open_has_nothing_to_do_when_the_link_goes() -> None:
    gate = Actuator(K.GATE, DELAY_US)

    gate.link_lost(NOW_US)

    assert gate.next_us is None


def test_the_table_leads_from_received_to_an_end() -> None:
    ends = {Phase.COMPLETED, Phase.FAILED, Phase.REJECTED}

    assert {state for state, _ in TRANSITIONS} == {Phase.RECEIVED, Phase.MOVING}
    assert set(TRANSITIONS.values()) == ends | {Phase.MOVING}


def test_every_kind_that_can_be_told_something_knows_how_it_rests() -> None:
    assert set(POSITIONS) == set(RESTING)
    assert set(SAFE) <= set(POSITIONS)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([A.RAISE, A.LOWER, A.OPEN]),
            st.integers(0, 8),
            st.integers(0, 6 * SECOND_US),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_every_command_gets_one_end_at_most_and_never_before_it_was_accepted(
    orders: list[tuple[ActuatorAction, int, int, bool]],
) -> None:
    actuator, now_us = bollards(), NOW_US
    said: list[Said] = []
    for action, number, wait_us, fails in orders:
        said += actuator.advance(now_us)
        said += actuator.obey(a_command(action, number), now_us, fails=fails)
        now_us += wait_us
    said += actuator.advance(now_us + DELAY_US)

    ends = {OutcomeStatus.COMPLETED, OutcomeStatus.FAILED}
    for command in {one.command for one in said if isinstance(one, OutcomeSaid)}:
        lives = [
            one.status for one in said if isinstance(one, OutcomeSaid) and one.command == command
        ]
        assert lives in (
            [OutcomeStatus.REJECTED],
            *([OutcomeStatus.ACCEPTED, end] for end in ends),
        )


def test_only_so_many_commands_are_remembered() -> None:
    actuator = bollards()

    for number in range(300):
        actuator.obey(a_command(A.RAISE, number), NOW_US)

    assert actuator.obey(a_command(A.RAISE, 299), NOW_US) == []
    assert actuator.obey(a_command(A.RAISE, 0), NOW_US) != []
