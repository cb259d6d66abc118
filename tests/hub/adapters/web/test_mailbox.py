import asyncio

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENCE_S

from hub.adapters.web.frames import KEPT_MAX, Channel, Format, Frames
from hub.adapters.web.live import LiveHub
from hub.adapters.web.mailbox import WAITING_MAX, Mailbox
from wire.feed import Delta, EastNorth, Frame, HubView, SiteView, Snapshot, TrackColumns
from wire.labels import Role

CHANNEL = Channel(Role.OPERATOR, Format.MSGPACK)
NOW_US = 1_800_000_000_000_000


class APicture:
    """An engine's picture that is only its number."""

    def __init__(self) -> None:
        self.number = 0
        self.snapshot_count = 0

    def snapshot(self, role: Role) -> Snapshot:
        self.snapshot_count += 1
        corner = EastNorth(east_m=0.0, north_m=0.0)
        site = SiteView(
            id="s", name="S", origin_lat_deg=0.0, origin_lon_deg=0.0, bounds=(corner, corner)
        )
        return Snapshot(
            number=self.number,
            at_us=NOW_US,
            role=role,
            site=site,
            hub=HubView(),
            tracks=TrackColumns(),
        )

    def next_delta(self) -> Delta:
        self.number += 1
        return Delta(number=self.number, at_us=NOW_US)


def applied(number: int | None, frame: Frame) -> int:
    """Return where a client stands after a frame, as the dashboards' store reckons."""
    if isinstance(frame, Snapshot):
        return frame.number
    assert number is not None
    assert frame.number <= number + 1, "a gap"
    return max(number, frame.number)


@given(st.lists(st.integers(0, 2 * WAITING_MAX), max_size=8))
def test_however_a_client_falls_behind_it_meets_no_gap_and_ends_with_the_latest(
    bursts: list[int],
) -> None:
    picture = APicture()
    frames = Frames(picture.snapshot)
    mailbox = Mailbox(frames, CHANNEL, None)
    number: int | None = None

    async def live() -> None:
        nonlocal number
        for burst in [*bursts, 0]:
            for _ in range(burst):
                mailbox.put(frames.keep(picture.next_delta()))
            number = applied(number, await taken(mailbox))
        while mailbox._wakes.is_set():
            number = applied(number, await taken(mailbox))

    async def taken(box: Mailbox) -> Frame:
        if not box._wakes.is_set():
            box.put(frames.keep(picture.next_delta()))
        return msgspec.msgpack.decode(await box.take(), type=Frame)

    asyncio.run(live())

    assert number == picture.number


async def test_a_client_that_is_too_far_behind_gets_one_snapshot_for_all_it_missed() -> None:
    picture = APicture()
    frames = Frames(picture.snapshot)
    mailbox = Mailbox(frames, CHANNEL, ())
    for _ in range(WAITING_MAX + 50):
        mailbox.put(frames.keep(picture.next_delta()))

    frame = msgspec.msgpack.decode(await mailbox.take(), type=Frame)

    assert isinstance(frame, Snapshot)
    assert frame.number == WAITING_MAX + 50
    assert mailbox.overrun_count == 1
    assert not mailbox._wakes.is_set()


async def test_who_was_shown_less_than_the_whole_gets_it_anew() -> None:
    picture = APicture()
    live = LiveHub(picture.snapshot)
    mailbox = live.open(CHANNEL, None)
    await mailbox.take()
    live.show(picture.next_delta())

    live.renew()

    frame = msgspec.msgpack.decode(await mailbox.take(), type=Frame)
    assert isinstance(frame, Snapshot)
    assert live.overrun_count == 0
    again = live.open(CHANNEL, 1)
    assert isinstance(msgspec.msgpack.decode(await again.take(), type=Frame), Snapshot)


async def test_numbers_of_two_starts_of_the_hub_never_meet() -> None:
    picture = APicture()
    live = LiveHub(picture.snapshot, first_number=1_000_000)
    live.show(picture.next_delta())

    mailbox = live.open(CHANNEL, 1)

    taken = await asyncio.wait_for(mailbox.take(), PATIENCE_S)
    frame = msgspec.msgpack.decode(taken, type=Frame)
    assert isinstance(frame, Snapshot)
    assert frame.number == 1_000_001


def test_a_delta_is_encoded_once_for_everybody_who_gets_the_same() -> None:
    kept = Frames(APicture().snapshot).keep(Delta(number=1, at_us=NOW_US))

    assert kept.encoded(CHANNEL) is kept.encoded(CHANNEL)
    assert kept.encoded(CHANNEL) != kept.encoded(Channel(Role.OPERATOR, Format.JSON))


def test_a_hundred_screens_that_come_back_at_once_cost_one_snapshot() -> None:
    picture = APicture()
    frames = Frames(picture.snapshot)

    assert len({id(frames.snapshot(CHANNEL)) for _ in range(100)}) == 1
    assert picture.snapshot_count == 1
    frames.keep(picture.next_delta())
    frames.snapshot(CHANNEL)
    assert picture.snapshot_count == 2


def test_only_the_latest_frames_are_kept() -> None:
    picture = APicture()
    frames = Frames(picture.snapshot)
    assert frames.since(0) is None
    for _ in range(KEPT_MAX + 5):
        frames.keep(picture.next_delta())

    missed = frames.since(5)

    assert frames.since(4) is None
    assert missed is not None
    assert len(missed) == KEPT_MAX
    assert frames.since(KEPT_MAX + 5) == []
    assert frames.since(KEPT_MAX + 6) is None
