import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.actuators import TRANSITIONS, Actuator, OutcomeSaid, Phase, Said, StateSaid
from simulators.machines import POSITIONS, RESTING, Fault
from wire.ids import ulid
from wire.labels import ActuatorAction, ActuatorKind, ActuatorPosition, OutcomeStatus
from wire.messages import Command, Parameters, SafeState
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
    text: str | None = None,
    azimuth_deg: float | None = None,
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
        parameters=Parameters(duration_s=duration_s, text=text, azimuth_deg=azimuth_deg),
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


def a_safe_state(action: ActuatorAction | None = A.OPEN, after_s: float = 10.0) -> SafeState:
    return SafeState(
        id=ulid(NOW_US, bytes(10)),
        sender="hub",
        boot=ulid(NOW_US, bytes(10)),
        seq=1,
        observed_us=NOW_US,
        sent_us=NOW_US,
        actuator="a-01",
        action=action,
        after_s=after_s,
    )


def a_closed_gate(fault: Fault | None = None) -> tuple[Actuator, int]:
    gate = Actuator(K.GATE, DELAY_US, fault)
    gate.obey(a_command(A.CLOSE), NOW_US)
    gate.advance(NOW_US + DELAY_US)
    return gate, NOW_US + DELAY_US


def test_without_the_hub_a_gate_goes_where_the_site_wants_it_and_says_so() -> None:
    gate, now_us = a_closed_gate()
    gate.told_safe(a_safe_state())
    gate.contact.link_lost(now_us)

    safe_us = now_us + 10 * SECOND_US
    assert gate.next_us == safe_us
    first = gate.advance(safe_us)
    last = gate.advance(safe_us + DELAY_US)

    assert first == [StateSaid(position=P.MOVING, safe=True)]
    assert last == [StateSaid(position=P.OPEN, safe=True)]
    assert gate.truth is P.OPEN
    assert gate.next_us is None, "once is enough"


def test_what_the_site_wants_to_stay_stays_and_so_does_what_it_never_spoke_of() -> None:
    gate, now_us = a_closed_gate()
    gate.contact.link_lost(now_us)
    assert gate.next_us is None

    gate.told_safe(a_safe_state(None))

    assert gate.next_us is None


def test_a_safe_state_told_twice_is_told_once() -> None:
    gate, now_us = a_closed_gate()
    gate.contact.link_lost(now_us)
    gate.told_safe(a_safe_state())
    gate.told_safe(a_safe_state())
    gate.advance(now_us + 10 * SECOND_US)
    gate.told_safe(a_safe_state())

    assert gate.next_us == now_us + 10 * SECOND_US + DELAY_US


def test_a_hub_that_comes_back_in_time_changes_nothing() -> None:
    gate, now_us = a_closed_gate()
    gate.told_safe(a_safe_state())
    gate.contact.goodbye(now_us)

    gate.contact.heartbeat(now_us + SECOND_US)

    assert gate.next_us == now_us + SECOND_US + (15 + 10) * SECOND_US, "if no more is heard"


def test_a_command_that_is_carried_out_when_the_hub_is_lost_gives_way_to_safety() -> None:
    gate = Actuator(K.GATE, 40 * SECOND_US)
    gate.told_safe(a_safe_state())
    gate.contact.link_lost(NOW_US)
    gate.obey(a_command(A.CLOSE), NOW_US)

    said = gate.advance(NOW_US + 10 * SECOND_US)

    assert statuses(said) == [OutcomeStatus.FAILED]
    assert gate.next_us == NOW_US + 50 * SECOND_US


def test_it_stays_safe_until_it_is_commanded_and_can_be_lost_anew() -> None:
    gate, now_us = a_closed_gate()
    gate.told_safe(a_safe_state())
    gate.contact.link_lost(now_us)
    gate.advance(now_us + 10 * SECOND_US)
    gate.advance(now_us + 10 * SECOND_US + DELAY_US)
    back_us = now_us + 60 * SECOND_US
    gate.contact.link_restored(back_us)
    gate.regained()
    assert (gate.position, gate.said.safe) == (P.OPEN, True)

    gate.obey(a_command(A.CLOSE, 2), back_us)
    gate.advance(back_us + DELAY_US)
    gate.contact.link_lost(back_us + DELAY_US)

    assert not gate.said.safe
    assert gate.next_us == back_us + DELAY_US + 10 * SECOND_US


def test_what_is_already_safe_has_nothing_to_do_and_what_it_cannot_do_it_does_not() -> None:
    gate = Actuator(K.GATE, DELAY_US)
    gate.told_safe(a_safe_state())
    gate.contact.link_lost(NOW_US)
    assert gate.next_us is None

    gate.told_safe(a_safe_state(A.SPEAK))

    assert gate.advance(NOW_US + 10 * SECOND_US) == []
    assert gate.next_us is None


# --- Machines that go wrong -----------------------------------------------------------------


def test_a_machine_that_ignores_says_nothing() -> None:
    gate = Actuator(K.GATE, DELAY_US, Fault.IGNORES)

    assert gate.obey(a_command(A.CLOSE), NOW_US) == []
    assert (gate.position, gate.next_us) == (P.OPEN, None)


def test_a_machine_that_always_fails_says_so() -> None:
    gate = Actuator(K.GATE, DELAY_US, Fault.FAILS)
    gate.obey(a_command(A.CLOSE), NOW_US)

    assert statuses(gate.advance(NOW_US + DELAY_US)) == [OutcomeStatus.FAILED]


def test_a_machine_that_lies_says_and_shows_what_is_not_so() -> None:
    siren = Actuator(K.SIREN, DELAY_US, Fault.LIES)
    siren.obey(a_command(A.SOUND), NOW_US)

    said = siren.advance(NOW_US + DELAY_US)

    assert (places(said), statuses(said)) == ([P.ON], [OutcomeStatus.COMPLETED])
    assert (siren.position, siren.truth) == (P.ON, P.OFF)


def test_a_slow_machine_takes_five_times_as_long() -> None:
    gate = Actuator(K.GATE, DELAY_US, Fault.SLOW)
    gate.obey(a_command(A.CLOSE), NOW_US)

    assert gate.next_us == NOW_US + 5 * DELAY_US


def test_a_machine_that_is_stuck_half_way_never_says_so() -> None:
    gate, now_us = a_closed_gate(Fault.STUCK)

    assert (gate.position, gate.truth, gate.next_us) == (P.MOVING, P.MOVING, None)
    gate.told_safe(a_safe_state(after_s=0.0))
    gate.contact.link_lost(now_us)
    gate.advance(now_us)
    gate.advance(now_us + DELAY_US)
    assert gate.position is P.OPEN, "a spring opens it all the same"


# --- Kinds ----------------------------------------------------------------------------------


def test_a_voice_message_ends_when_it_is_spoken() -> None:
    speaker = Actuator(K.SPEAKER, 0)
    speaker.obey(a_command(A.SPEAK, text="x" * 75), NOW_US)
    speaker.advance(NOW_US)

    assert speaker.next_us == NOW_US + 5 * SECOND_US


def test_a_cameras_head_turns_as_long_as_it_has_to() -> None:
    head = Actuator(K.CAMERA_HEAD, DELAY_US)
    head.obey(a_command(A.AIM, 1, azimuth_deg=350.0), NOW_US)
    assert head.next_us == NOW_US + round(DELAY_US * 10 / 180)
    head.advance(NOW_US + DELAY_US)

    head.obey(a_command(A.AIM, 2, azimuth_deg=170.0), NOW_US + DELAY_US)

    assert head.next_us == NOW_US + 2 * DELAY_US


def test_the_table_leads_from_received_to_an_end() -> None:
    ends = {Phase.COMPLETED, Phase.FAILED, Phase.REJECTED}

    assert {state for state, _ in TRANSITIONS} == {Phase.RECEIVED, Phase.MOVING}
    assert set(TRANSITIONS.values()) == ends | {Phase.MOVING}


def test_every_kind_that_can_be_told_something_knows_how_it_rests() -> None:
    assert set(POSITIONS) == set(RESTING) == set(ActuatorKind)


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
