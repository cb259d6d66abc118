from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from wire.delivery import (
    AHEAD_MAX,
    KNOWN_BOOTS_MAX,
    SENDERS_MAX,
    SENT_BOOTS_MAX,
    Entry,
    Inbox,
    Limits,
    Mark,
    Outbox,
    Taken,
)
from wire.messages import OutboxFloor
from wire.quantities import SECOND_US

FAST = Limits(window_max=3, resend_after_us=10, resend_after_max_us=40)


def an_entry(seq: int = 1, boot: str = "B1", size: int = 1) -> Entry:
    return Entry(boot=boot, seq=seq, topic="cue", payload=b"x" * size)


def an_outbox(count: int = 0, limits: Limits = FAST, boot: str = "B1") -> Outbox:
    outbox = Outbox(boot, limits=limits)
    for seq in range(1, count + 1):
        outbox.put(an_entry(seq, boot))
    return outbox


def seqs(entries: tuple[Entry, ...]) -> list[int]:
    return [entry.seq for entry in entries]


# --- The sender's half ----------------------------------------------------------------------


def test_an_entry_is_sent_at_once_and_once() -> None:
    outbox = an_outbox(2)

    assert seqs(outbox.due(0)) == [1, 2]
    assert seqs(outbox.due(1)) == []
    assert len(outbox) == 2


def test_the_sequence_of_a_boot_begins_at_one_and_has_no_gaps() -> None:
    outbox = an_outbox()

    assert outbox.next_seq == 1
    outbox.put(an_entry(1))
    assert outbox.next_seq == 2
    with pytest.raises(AssertionError, match="no gaps"):
        outbox.put(an_entry(3))
    with pytest.raises(AssertionError, match="this boot"):
        outbox.put(an_entry(2, boot="B0"))


def test_the_sequence_goes_on_when_everything_is_committed() -> None:
    outbox = an_outbox(2)

    outbox.committed("B1", 2, now_us=0)

    assert outbox.next_seq == 3
    assert len(outbox) == 0
    assert outbox.due(100) == ()


def test_no_more_than_a_window_is_on_its_way() -> None:
    outbox = an_outbox(5)

    assert seqs(outbox.due(0)) == [1, 2, 3]
    assert seqs(outbox.committed("B1", 2, now_us=1)) == [1, 2]
    assert seqs(outbox.due(1)) == [4, 5]


def test_what_the_hub_is_silent_about_is_sent_again_after_a_pause_that_doubles_up_to_a_limit() -> (
    None
):
    outbox = an_outbox(1)
    sent_us = [now_us for now_us in range(200) if outbox.due(now_us)]

    assert sent_us == [0, 10, 30, 70, 110, 150, 190]


def test_a_word_from_the_hub_makes_the_pause_short_again() -> None:
    outbox = an_outbox(2)
    for now_us in (0, 10, 30):
        outbox.due(now_us)

    outbox.committed("B1", 1, now_us=35)

    assert outbox.next_due_us() == 45
    assert seqs(outbox.due(44)) == []
    assert seqs(outbox.due(45)) == [2]


def test_nothing_is_due_again_when_nothing_is_on_its_way() -> None:
    assert an_outbox(2).next_due_us() is None


def test_after_a_reconnection_everything_on_its_way_is_sent_again_in_order() -> None:
    outbox = an_outbox(3)
    outbox.due(0)

    outbox.reconnected()

    assert outbox.next_due_us() is None
    assert seqs(outbox.due(1)) == [1, 2, 3]


def test_what_is_committed_of_an_unknown_boot_or_twice_changes_nothing() -> None:
    outbox = an_outbox(2)

    assert outbox.committed("B0", 9, now_us=0) == ()
    assert seqs(outbox.committed("B1", 1, now_us=0)) == [1]
    assert outbox.committed("B1", 1, now_us=0) == ()
    assert outbox.committed("B1", 0, now_us=0) == ()


def test_what_earlier_boots_left_is_sent_first_word_for_word() -> None:
    old = (an_entry(8, "B0"), an_entry(9, "B0"))
    outbox = Outbox("B1", old, FAST)
    outbox.put(an_entry(1))

    assert outbox.due(0) == (*old, an_entry(1))
    assert outbox.floors() == (OutboxFloor(boot="B0", seq=8), OutboxFloor(boot="B1", seq=1))


def test_an_old_boot_that_hangs_does_not_hold_up_this_one() -> None:
    outbox = Outbox("B1", [an_entry(seq, "B0") for seq in range(1, 10)], FAST)
    outbox.due(0)

    outbox.put(an_entry(1))

    assert outbox.due(1) == (an_entry(1),)


def test_entries_on_disk_out_of_order_or_of_this_boot_are_our_mistake() -> None:
    with pytest.raises(AssertionError, match="in order"):
        Outbox("B1", [an_entry(2, "B0"), an_entry(1, "B0")])
    with pytest.raises(AssertionError, match="new at each start"):
        Outbox("B1", [an_entry(1, "B1")])


def test_only_some_boots_are_on_their_way_at_once_and_always_this_one() -> None:
    boots = [f"A{number:02}" for number in range(40)]
    outbox = Outbox("B1", [an_entry(1, boot) for boot in boots], FAST)
    outbox.put(an_entry(1))

    sent = [entry.boot for entry in outbox.due(0)]

    assert sent == [*boots[: SENT_BOOTS_MAX - 1], "B1"]
    assert [floor.boot for floor in outbox.floors()] == sent


def test_an_outbox_that_is_full_drops_its_oldest_and_counts() -> None:
    outbox = Outbox("B1", [an_entry(4, "B0")], Limits(held_max=2, window_max=2))
    assert outbox.put(an_entry(1)) == ()
    outbox.due(0)

    dropped = [*outbox.put(an_entry(2)), *outbox.put(an_entry(3))]

    assert dropped == [an_entry(4, "B0"), an_entry(1)]
    assert outbox.dropped_count == 2
    assert outbox.floors() == (OutboxFloor(boot="B1", seq=2),)
    assert seqs(outbox.due(1)) == [2, 3]


def test_an_outbox_is_bounded_in_bytes_and_never_drops_the_newest() -> None:
    outbox = Outbox("B1", limits=Limits(held_bytes_max=10))
    outbox.put(an_entry(1, size=5))
    outbox.put(an_entry(2, size=5))

    assert seqs(outbox.put(an_entry(3, size=50))) == [1, 2]
    assert seqs(outbox.due(0)) == [3]
    assert seqs(outbox.put(an_entry(4, size=10))) == [3]


# --- The hub's half -------------------------------------------------------------------------


def test_an_entry_is_new_once() -> None:
    inbox = Inbox()

    assert inbox.take("cam-1", "B1", 1) is Taken.NEW
    assert inbox.take("cam-1", "B1", 1) is Taken.DUPLICATE
    assert inbox.take("cam-1", "B2", 1) is Taken.NEW
    assert inbox.take("cam-2", "B1", 1) is Taken.NEW


def test_what_comes_beyond_a_gap_is_taken_at_once_and_committed_when_the_gap_closes() -> None:
    inbox = Inbox()

    assert inbox.take("cam-1", "B1", 3) is Taken.NEW
    assert inbox.take("cam-1", "B1", 3) is Taken.DUPLICATE
    assert inbox.take("cam-1", "B1", 1) is Taken.NEW
    assert inbox.mark("cam-1", "B1") == Mark(sender="cam-1", boot="B1", committed_seq=1, ahead=(3,))
    assert inbox.take("cam-1", "B1", 2) is Taken.NEW
    assert inbox.mark("cam-1", "B1") == Mark(sender="cam-1", boot="B1", committed_seq=3)


def test_an_unheard_boot_has_nothing_committed() -> None:
    assert Inbox().mark("cam-1", "B1") == Mark(sender="cam-1", boot="B1", committed_seq=0)


def test_a_floor_closes_a_gap_that_the_sender_cannot_fill() -> None:
    inbox = Inbox()
    for seq in (5, 6, 9):
        inbox.take("cam-1", "B1", seq)

    assert inbox.floor("cam-1", "B1", 5)
    assert inbox.mark("cam-1", "B1").committed_seq == 6
    assert inbox.mark("cam-1", "B1").ahead == (9,)
    assert not inbox.floor("cam-1", "B1", 5)
    assert inbox.take("cam-1", "B1", 4) is Taken.DUPLICATE


def test_a_floor_above_everything_taken_forgets_what_was_ahead() -> None:
    inbox = Inbox()
    inbox.take("cam-1", "B1", 5)

    assert inbox.floor("cam-1", "B1", 20)
    assert inbox.mark("cam-1", "B1") == Mark(sender="cam-1", boot="B1", committed_seq=19)


def test_beyond_a_gap_only_so_many_are_taken_but_always_what_closes_it() -> None:
    inbox = Inbox()
    for seq in range(2, AHEAD_MAX + 2):
        assert inbox.take("cam-1", "B1", seq) is Taken.NEW

    assert inbox.take("cam-1", "B1", AHEAD_MAX + 2) is Taken.REFUSED
    assert inbox.take("cam-1", "B1", 1) is Taken.NEW
    assert inbox.take("cam-1", "B1", AHEAD_MAX + 2) is Taken.NEW


def test_the_boot_heard_of_longest_ago_is_forgotten() -> None:
    inbox = Inbox()
    for number in range(KNOWN_BOOTS_MAX):
        inbox.take("cam-1", f"B{number}", 1)
    inbox.take("cam-1", "B0", 1)

    inbox.take("cam-1", "new", 1)

    known = [mark.boot for mark in inbox.marks()]
    assert len(known) == KNOWN_BOOTS_MAX
    assert "B0" in known
    assert "B1" not in known


def test_a_sender_too_many_is_refused_and_costs_the_others_nothing() -> None:
    inbox = Inbox()
    for number in range(SENDERS_MAX):
        inbox.take(f"cam-{number}", "B1", 1)

    assert inbox.take("one-more", "B1", 1) is Taken.REFUSED
    assert not inbox.floor("one-more", "B1", 7)
    assert inbox.take("cam-1", "B1", 2) is Taken.NEW
    inbox.restore([Mark(sender="one-more", boot="B1", committed_seq=4)])
    assert inbox.mark("one-more", "B1").committed_seq == 0


def test_an_inbox_begins_again_from_its_marks() -> None:
    before = Inbox()
    for boot, seq in (("B1", 1), ("B1", 4), ("B2", 1), ("B1", 2)):
        before.take("cam-1", boot, seq)

    after = Inbox()
    after.restore(before.marks())

    assert after.marks() == before.marks()
    assert [mark.boot for mark in after.marks()] == ["B2", "B1"]
    assert after.take("cam-1", "B1", 4) is Taken.DUPLICATE
    assert after.take("cam-1", "B1", 3) is Taken.NEW
    assert after.mark("cam-1", "B1").committed_seq == 4


# --- Both, with a bad network and crashes between them ---------------------------------------


class Delivery(RuleBasedStateMachine):
    """One sender, one hub, a network that loses, repeats and reorders, and crashes of all three.

    Disks survive: the sender's entries, the hub's journal and marks.
    """

    limits = FAST
    flying = Bundle("flying")

    def __init__(self) -> None:
        super().__init__()
        self.now_us = SECOND_US
        self.boots = 1
        self.put: list[Entry] = []
        self.dropped: list[Entry] = []
        self.sender_disk: list[Entry] = []
        self.outbox = Outbox("B1", limits=self.limits)
        self.to_hub: list[Entry] = []
        self.floors_to_hub: list[tuple[OutboxFloor, ...]] = []
        self.to_sender: list[tuple[str, int]] = []
        self.inbox = Inbox()
        self.hub_unwritten: list[Entry] = []
        self.hub_touched: set[str] = set()
        self.hub_journal: list[Entry] = []
        self.hub_marks: dict[str, Mark] = {}

    @rule()
    def the_sender_says_something(self) -> None:
        entry = an_entry(self.outbox.next_seq, f"B{self.boots}")
        self.put.append(entry)
        self.sender_disk.append(entry)
        for dropped in self.outbox.put(entry):
            self.sender_disk.remove(dropped)
            self.dropped.append(dropped)

    @rule(pause_us=st.integers(0, 15))
    def the_sender_sends_what_is_due(self, pause_us: int) -> None:
        self.now_us += pause_us
        self.to_hub.extend(self.outbox.due(self.now_us))

    @rule()
    def the_sender_sends_its_health(self) -> None:
        self.floors_to_hub.append(self.outbox.floors())

    @rule()
    def the_sender_reconnects(self) -> None:
        self.outbox.reconnected()

    @rule()
    def the_sender_is_killed(self) -> None:
        self.boots += 1
        self.outbox = Outbox(f"B{self.boots}", self.sender_disk, self.limits)

    @precondition(lambda self: self.to_hub)
    @rule(data=st.data(), again=st.booleans())
    def the_network_delivers_any_entry(self, *, data: st.DataObject, again: bool) -> None:
        index = data.draw(st.integers(0, len(self.to_hub) - 1))
        self.arrives(self.to_hub[index] if again else self.to_hub.pop(index))

    @precondition(lambda self: self.floors_to_hub)
    @rule(data=st.data())
    def the_network_delivers_any_health(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.floors_to_hub) - 1))
        self.health_arrives(self.floors_to_hub.pop(index))

    @precondition(lambda self: self.to_sender)
    @rule(data=st.data(), again=st.booleans())
    def the_network_delivers_any_commitment(self, *, data: st.DataObject, again: bool) -> None:
        index = data.draw(st.integers(0, len(self.to_sender) - 1))
        self.commitment_arrives(*(self.to_sender[index] if again else self.to_sender.pop(index)))

    @rule()
    def the_network_loses_everything(self) -> None:
        self.to_hub.clear()
        self.floors_to_hub.clear()
        self.to_sender.clear()

    @rule()
    def the_hub_writes_its_journal(self) -> None:
        self.hub_journal.extend(self.hub_unwritten)
        self.hub_unwritten.clear()
        for boot in sorted(self.hub_touched):
            self.hub_marks[boot] = self.inbox.mark("cam-1", boot)
            self.to_sender.append((boot, self.hub_marks[boot].committed_seq))
        self.hub_touched.clear()

    @rule()
    def the_hub_is_killed(self) -> None:
        self.hub_unwritten.clear()
        self.hub_touched.clear()
        self.inbox = Inbox()
        self.inbox.restore(self.hub_marks.values())

    def arrives(self, entry: Entry) -> None:
        taken = self.inbox.take("cam-1", entry.boot, entry.seq)
        if taken is Taken.NEW:
            self.hub_unwritten.append(entry)
        self.hub_touched.add(entry.boot)

    def health_arrives(self, floors: tuple[OutboxFloor, ...]) -> None:
        for floor in floors:
            if self.inbox.floor("cam-1", floor.boot, floor.seq):
                self.hub_touched.add(floor.boot)

    def commitment_arrives(self, boot: str, committed_seq: int) -> None:
        for entry in self.outbox.committed(boot, committed_seq, self.now_us):
            self.sender_disk.remove(entry)

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        taken = Counter((entry.boot, entry.seq) for entry in self.hub_journal)
        assert not taken or max(taken.values()) == 1

    @invariant()
    def nothing_leaves_the_senders_disk_before_it_is_on_the_hubs(self) -> None:
        kept = {(entry.boot, entry.seq) for entry in (*self.sender_disk, *self.dropped)}
        kept |= {(entry.boot, entry.seq) for entry in self.hub_journal}
        assert all((entry.boot, entry.seq) in kept for entry in self.put)

    @invariant()
    def the_outbox_holds_what_is_on_disk(self) -> None:
        assert len(self.outbox) == len(self.sender_disk)

    def teardown(self) -> None:
        """Heal the network: the outbox empties, and everything was taken once."""
        for _ in range(len(self.put) + 5):
            self.now_us += self.limits.resend_after_max_us
            self.health_arrives(self.outbox.floors())
            for entry in (*self.to_hub, *self.outbox.due(self.now_us)):
                self.arrives(entry)
            self.to_hub.clear()
            self.the_hub_writes_its_journal()
            for boot, committed_seq in self.to_sender:
                self.commitment_arrives(boot, committed_seq)
            self.to_sender.clear()
        self.nothing_is_taken_twice()
        assert len(self.outbox) == 0
        taken = {(entry.boot, entry.seq) for entry in self.hub_journal}
        lost = [entry for entry in self.put if (entry.boot, entry.seq) not in taken]
        assert all(entry in self.dropped for entry in lost)


class DeliveryOnASmallDisk(Delivery):
    """The same with a disk so small that the oldest entries must go."""

    limits = Limits(held_max=4, window_max=3, resend_after_us=10, resend_after_max_us=40)


TestDelivery = Delivery.TestCase
TestDeliveryOnASmallDisk = DeliveryOnASmallDisk.TestCase
for case in (TestDelivery, TestDeliveryOnASmallDisk):
    case.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_sender_that_starts_often_before_the_network_is_back_loses_nothing() -> None:
    disk: list[Entry] = []
    for number in range(3 * KNOWN_BOOTS_MAX):
        outbox = Outbox(f"B{number:03}", disk, FAST)
        disk.append(an_entry(1, f"B{number:03}"))
        outbox.put(disk[-1])
    inbox = Inbox()
    taken: list[str] = []

    while sent := outbox.due(0):
        taken.extend(entry.boot for entry in sent if inbox.take("cam-1", entry.boot, 1) == "new")
        for entry in sent:
            outbox.committed(entry.boot, inbox.mark("cam-1", entry.boot).committed_seq, 0)

    assert sorted(taken) == [entry.boot for entry in disk]
    assert len(outbox) == 0
