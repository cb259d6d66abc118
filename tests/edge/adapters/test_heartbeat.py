from edge.adapters.heartbeat import PERIOD_US, Heartbeat, a_fault, state_of
from wire.labels import HealthState

DARK = a_fault("view_dark", "dark")
DISK = a_fault("outbox_disk", "full")


def test_a_heartbeat_is_due_each_five_seconds() -> None:
    heartbeat = Heartbeat()

    assert heartbeat.is_due([], 0)
    assert not heartbeat.is_due([], PERIOD_US - 1)
    assert heartbeat.is_due([], PERIOD_US)


def test_a_fault_is_told_at_once_and_so_is_its_end() -> None:
    heartbeat = Heartbeat()
    heartbeat.is_due([], 0)

    assert heartbeat.is_due([DARK], 1)
    assert not heartbeat.is_due([DARK], 2)
    assert heartbeat.is_due([], 3)


def test_somebody_new_hears_it_at_once() -> None:
    heartbeat = Heartbeat()
    heartbeat.is_due([], 0)
    heartbeat.restart()

    assert heartbeat.is_due([], 1)


def test_a_camera_that_protects_nobody_is_in_error_and_others_warn() -> None:
    assert state_of([]) is HealthState.OK
    assert state_of([DISK]) is HealthState.WARNING
    assert state_of([DISK, DARK]) is HealthState.ERROR


def test_a_long_text_is_cut_to_a_line() -> None:
    assert len(a_fault("x", "y" * 500).text) == 200
