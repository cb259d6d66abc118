import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.bus import scan_queue
from hub.adapters.bus.scan_queue import ScanQueue


@pytest.fixture(autouse=True)
def _small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_queue, "WAITING_MAX", 6)
    monkeypatch.setattr(scan_queue, "WAITING_BYTES_MAX", 100)
    monkeypatch.setattr(scan_queue, "RATE_MAX_HZ", 10.0)
    monkeypatch.setattr(scan_queue, "BURST_MAX", 5.0)


def taken(queue: ScanQueue, count_max: int = 100) -> list[tuple[str, bytes]]:
    return [(scan.topic, scan.payload) for scan in queue.take(count_max)]


def test_scans_come_out_in_the_order_in_which_they_came() -> None:
    queue = ScanQueue()
    for topic, payload in (("a", b"1"), ("b", b"2"), ("a", b"3")):
        assert queue.put(topic, payload, 0.0)

    assert taken(queue, 2) == [("a", b"1"), ("b", b"2")]
    assert taken(queue) == [("a", b"3")]
    assert len(queue) == 0


def test_the_oldest_scans_of_the_noisiest_sensor_make_room() -> None:
    queue = ScanQueue()
    queue.put("quiet", b"q", 0.0)
    for number in range(5):
        queue.put("noisy", str(number).encode(), 0.0)

    queue.put("other", b"o", 0.0)
    queue.put("other", b"p", 0.0)

    assert taken(queue) == [
        ("quiet", b"q"),
        ("noisy", b"2"),
        ("noisy", b"3"),
        ("noisy", b"4"),
        ("other", b"o"),
        ("other", b"p"),
    ]
    assert queue.dropped_count == 2


def test_large_scans_make_room_by_their_bytes() -> None:
    queue = ScanQueue()
    queue.put("quiet", b"q", 0.0)
    for number in range(3):
        queue.put("large", bytes([number]) * 40, 0.0)

    assert [payload[0] for _, payload in taken(queue)] == [ord("q"), 1, 2]
    assert queue.dropped_count == 1


def test_a_sensor_that_is_too_fast_is_throttled_alone() -> None:
    queue = ScanQueue()

    fast = [queue.put("fast", b"", 0.0) for _ in range(8)]
    calm = queue.put("calm", b"", 0.0)

    assert fast == [True] * 5 + [False] * 3
    assert calm
    assert queue.throttled == {"fast": 3}
    assert queue.dropped_count == 3


def test_a_throttled_sensor_may_go_on_at_the_highest_rate() -> None:
    queue = ScanQueue()
    for _ in range(6):
        queue.put("fast", b"", 0.0)

    assert queue.put("fast", b"", 0.1)
    assert not queue.put("fast", b"", 0.1)


def test_topics_that_somebody_makes_up_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_queue, "SENSORS_MAX", 3)
    queue = ScanQueue()

    for number in range(50):
        for _ in range(7):
            queue.put(f"rogue-{number}", b"", 0.0)

    assert len(queue._buckets) == 3
    assert len(queue.throttled) == 3
    assert len(queue) == 6


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 60)) | st.integers(0, 4), max_size=200
    )
)
def test_nothing_is_lost_uncounted_and_nothing_grows(
    moves: list[tuple[str, int] | int],
) -> None:
    queue = ScanQueue()
    put_count, now_s = 0, 0.0
    out: list[tuple[str, bytes]] = []

    for move in moves:
        now_s += 0.05
        if isinstance(move, int):
            out += taken(queue, move)
        else:
            put_count += 1
            topic, size = move
            queue.put(topic, put_count.to_bytes(4, "big") + bytes(size), now_s)
        assert len(queue) <= 6
        assert queue._bytes <= 100
        assert len(queue._order) <= 12
    out += taken(queue)

    assert len(out) + queue.dropped_count == put_count
    assert out == sorted(out, key=lambda scan: scan[1][:4])
    assert (queue._bytes, queue._by_topic) == (0, {})
