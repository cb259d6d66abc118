from wire.catalogue import CATALOGUE, KINDS, PAYLOAD_MAX, Party
from wire.messages import Message


def test_every_message_of_the_contract_has_a_topic() -> None:
    assert {kind.message for kind in KINDS if kind.message} == set(Message.__subclasses__())


def test_no_two_kinds_share_a_topic() -> None:
    assert len(CATALOGUE) == len(KINDS)


def test_the_exactly_once_lane_is_that_of_cues_readings_reports_receipts_and_outcomes() -> None:
    lane = {kind.leaf for kind in KINDS if kind.reliable}

    assert lane == {"cue", "reading", "report", "receipt", "outcome"}


def test_what_must_not_be_lost_is_sent_at_least_once_and_is_never_retained() -> None:
    assert all(kind.qos == 1 and not kind.retained for kind in KINDS if kind.reliable)


def test_everyone_with_an_outbox_can_read_what_is_committed() -> None:
    authors = {kind.author for kind in KINDS if kind.reliable}

    readers = {kind.readers for kind in KINDS if kind.leaf == "committed"}

    assert readers == {(author,) for author in authors}


def test_third_parties_read_only_what_the_hub_says() -> None:
    read = [kind for kind in KINDS if Party.THIRD_PARTY in kind.readers]

    assert {kind.author for kind in read} == {Party.HUB}
    assert {kind.family for kind in read} == {"alert", "tracks", "hub"}


def test_the_largest_payload_is_that_of_the_tracks() -> None:
    assert PAYLOAD_MAX == 8 * 1024 * 1024
