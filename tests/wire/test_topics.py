import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import topics
from wire.catalogue import KINDS, Family, Kind, Party
from wire.topics import HUB, Access, TopicError, parse

TASK = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

EVERY_TOPIC = {
    "vedette/1/square/sensor/cam-1/about": topics.sensor_about("square", "cam-1"),
    "vedette/1/square/sensor/cam-1/health": topics.sensor_health("square", "cam-1"),
    "vedette/1/square/sensor/cam-1/scan": topics.sensor_scan("square", "cam-1"),
    "vedette/1/square/sensor/cam-1/cue": topics.sensor_cue("square", "cam-1"),
    "vedette/1/square/sensor/cam-1/reading": topics.sensor_reading("square", "cam-1"),
    "vedette/1/square/sensor/cam-1/snapshot/a7": topics.sensor_snapshot("square", "cam-1", "a7"),
    "vedette/1/square/sensor/cam-1/committed": topics.sensor_committed("square", "cam-1"),
    "vedette/1/square/actuator/gate-1/about": topics.actuator_about("square", "gate-1"),
    "vedette/1/square/actuator/gate-1/health": topics.actuator_health("square", "gate-1"),
    "vedette/1/square/actuator/gate-1/state": topics.actuator_state("square", "gate-1"),
    "vedette/1/square/actuator/gate-1/command": topics.actuator_command("square", "gate-1"),
    "vedette/1/square/actuator/gate-1/safe": topics.actuator_safe("square", "gate-1"),
    "vedette/1/square/actuator/gate-1/outcome": topics.actuator_outcome("square", "gate-1"),
    "vedette/1/square/actuator/gate-1/committed": topics.actuator_committed("square", "gate-1"),
    "vedette/1/square/team/team-1/position": topics.team_position("square", "team-1"),
    "vedette/1/square/team/team-1/health": topics.team_health("square", "team-1"),
    "vedette/1/square/team/team-1/report": topics.team_report("square", "team-1"),
    "vedette/1/square/team/team-1/receipt": topics.team_receipt("square", "team-1"),
    "vedette/1/square/team/team-1/committed": topics.team_committed("square", "team-1"),
    f"vedette/1/square/alert/{TASK}": topics.alert("square", TASK),
    f"vedette/1/square/task/{TASK}": topics.task("square", TASK),
    "vedette/1/square/tracks": topics.tracks("square"),
    "vedette/1/square/hub/health": topics.hub_health("square"),
}


def is_match(filter_: str, topic: str) -> bool:
    wanted, levels = filter_.split("/"), topic.split("/")
    if wanted[-1] == "#":
        return levels[: len(wanted) - 1] == wanted[:-1]
    return len(wanted) == len(levels) and all(
        want in {"+", level} for want, level in zip(wanted, levels, strict=True)
    )


def may(party: Party, device: str, access: Access, topic: str) -> bool:
    return any(
        grant.access is access and is_match(grant.filter, topic)
        for grant in topics.grants("square", party, device)
    )


def owner_of(kind: Kind) -> str:
    return {Family.SENSOR: "cam-1", Family.ACTUATOR: "gate-1", Family.TEAM: "team-1"}[kind.family]


# --- Addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_every_address_is_what_the_design_says(topic: str) -> None:
    assert EVERY_TOPIC[topic] == topic


def test_every_kind_in_the_catalogue_has_an_address() -> None:
    parsed = {(address.family, address.leaf) for address in map(parse, EVERY_TOPIC)}

    assert parsed == {(kind.family, kind.leaf) for kind in KINDS}


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_an_address_is_taken_apart_into_what_it_was_made_of(topic: str) -> None:
    address = parse(topic)

    assert address.site == "square"
    assert not address.packed
    assert address.device in topic.split("/") or address.device == HUB
    assert address.ref in {None, "a7", TASK}


@pytest.mark.parametrize("topic", [topic for topic in EVERY_TOPIC if "snapshot" not in topic])
def test_the_packed_twin_of_an_address_differs_in_nothing_else(topic: str) -> None:
    plain, twin = parse(topic), parse(topics.packed(topic))

    assert twin.packed
    assert (twin.kind, twin.device, twin.ref) == (plain.kind, plain.device, plain.ref)


def test_the_author_of_what_a_device_says_is_the_device_and_of_the_rest_the_hub() -> None:
    assert parse(topics.sensor_cue("square", "cam-1")).author == "cam-1"
    assert parse(topics.sensor_committed("square", "cam-1")).author == HUB
    assert parse(topics.actuator_command("square", "gate-1")).author == HUB
    assert parse(topics.tracks("square")).author == HUB


def test_the_committed_topic_of_any_device_is_found_by_its_family() -> None:
    assert (
        topics.committed("square", Family.TEAM, "team-1")
        == "vedette/1/square/team/team-1/committed"
    )
    with pytest.raises(AssertionError):
        topics.committed("square", Family.ALERT, "team-1")


@pytest.mark.parametrize("level", ["", "a/b", "+", "#", "Cam", "a.b", "a b", "-a", "a" * 49, "a\n"])
def test_what_is_not_an_identifier_makes_no_address(level: str) -> None:
    with pytest.raises(AssertionError):
        topics.sensor_cue("square", level)
    with pytest.raises(AssertionError):
        topics.sensor_cue(level, "cam-1")
    with pytest.raises(AssertionError):
        topics.alert("square", level)


# --- Parsing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("", "begins with vedette/1/"),
        ("vedette/2/square/tracks", "begins with vedette/1/"),
        ("vedette/1", "begins with vedette/1/"),
        ("vedette/1/", "'' is no site"),
        ("vedette/1/Square/tracks", "'Square' is no site"),
        ("vedette/1/square", "nothing of ours is at ''"),
        ("vedette/1/square/zones", "nothing of ours is at 'zones'"),
        ("vedette/1/square/sensor/cam-1", "nothing of ours is at 'sensor/cam-1'"),
        ("vedette/1/square/sensor/Cam/scan", "'Cam' is no sensor id"),
        (
            "vedette/1/square/sensor/cam-1/scans",
            "no 'scans' at a sensor's topics, only about, health, scan",
        ),
        ("vedette/1/square/team/team-1/scan", "no 'scan' at a team's topics, only position"),
        ("vedette/1/square/sensor/cam-1/snapshot", "no 'snapshot' at a sensor"),
        ("vedette/1/square/sensor/cam-1/snapshot/A", "'A' is no snapshot reference"),
        ("vedette/1/square/sensor/cam-1/snapshot/a.mp", "nothing of ours is at"),
        ("vedette/1/square/alert/17", "'17' is no alert id"),
        ("vedette/1/square/tracks/more", "nothing of ours is at 'tracks/more'"),
        ("vedette/1/square/sensor/cam-1/scan\n", "at a sensor's topics, only"),
        ("vedette/1/" + "a" * 300, "at most 200 characters, this one has 310"),
    ],
)
def test_an_address_that_is_not_ours_is_refused_with_what_is_wrong(topic: str, text: str) -> None:
    with pytest.raises(TopicError, match=re.escape(text)):
        parse(topic)


@given(
    st.text()
    | st.lists(st.sampled_from(["vedette", "1", "sensor", "a", "scan.mp", "+", ""])).map("/".join)
)
def test_no_text_makes_the_parser_raise_anything_but_a_topic_error(topic: str) -> None:
    with suppress(TopicError):
        assert parse(topic).site in topic


# --- Filters and grants ---------------------------------------------------------------------


def test_the_two_connections_of_the_hub_hear_everything_once_but_pictures_and_itself() -> None:
    for topic in EVERY_TOPIC:
        address = parse(topic)
        by_alarm = any(is_match(one, topic) for one in topics.alarm_filters("square"))
        by_scan = any(is_match(one, topic) for one in topics.scan_filters("square"))
        heard = by_alarm + (by_scan and topics.is_for_scans(topic))
        assert heard == (address.author != HUB and address.leaf != "snapshot"), topic


def test_packed_messages_are_heard_too() -> None:
    cue = topics.packed(topics.sensor_cue("square", "cam-1"))
    scan = topics.packed(topics.sensor_scan("square", "cam-1"))

    assert any(is_match(filter_, cue) for filter_ in topics.alarm_filters("square"))
    assert any(is_match(filter_, scan) for filter_ in topics.scan_filters("square"))
    assert not any(is_match(filter_, scan) for filter_ in topics.alarm_filters("square"))


@pytest.mark.parametrize("leaf", ["scans", "scann", "cue.json", "snapshot", "Scan"])
@pytest.mark.parametrize("family", ["sensor", "actuator", "team"])
def test_a_topic_that_is_not_in_the_contract_is_heard_so_that_it_can_be_refused(
    family: str, leaf: str
) -> None:
    topic = f"vedette/1/square/{family}/cam-1/{leaf}"

    assert any(is_match(filter_, topic) for filter_ in topics.scan_filters("square"))
    assert topics.is_for_scans(topic)
    with pytest.raises(TopicError):
        parse(topic)


def test_pictures_are_heard_by_their_own_filter() -> None:
    (filter_,) = topics.snapshot_filters("square")

    assert is_match(filter_, topics.sensor_snapshot("square", "cam-1", "a7"))


def test_a_device_subscribes_to_what_concerns_it() -> None:
    assert topics.device_filters("square", Party.ACTUATOR, "gate-1") == (
        "vedette/1/square/actuator/gate-1/command",
        "vedette/1/square/actuator/gate-1/safe",
        "vedette/1/square/actuator/gate-1/committed",
        "vedette/1/square/hub/health",
    )


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_only_its_author_may_write_a_topic(topic: str) -> None:
    kind = parse(topic).kind
    for party in Party:
        device = owner_of(kind) if kind.author is party is not Party.HUB else "cam-1"
        device = HUB if party is Party.HUB else device
        # Below its own id a device may write what it likes: only it and the hub read there.
        is_its_own = party is not Party.HUB and f"/{party}/{device}/" in topic
        expected = party is kind.author or (is_its_own and topic.count("/") == 5)
        assert may(party, device, Access.WRITE, topic) == expected, party


@pytest.mark.parametrize("party", [Party.SENSOR, Party.ACTUATOR, Party.TEAM])
def test_no_device_may_write_or_read_in_anothers_name(party: Party) -> None:
    for topic in EVERY_TOPIC:
        kind = parse(topic).kind
        if kind.family in {Family.SENSOR, Family.ACTUATOR, Family.TEAM}:
            assert not may(party, "other", Access.WRITE, topic)
            assert not may(party, "other", Access.READ, topic)


def test_the_hub_reads_everything_of_its_site_and_nothing_of_another() -> None:
    assert all(may(Party.HUB, HUB, Access.READ, topic) for topic in EVERY_TOPIC)
    assert not may(Party.HUB, HUB, Access.READ, topics.tracks("other"))


def test_a_third_party_reads_alerts_tracks_and_the_hubs_health_and_writes_nothing() -> None:
    read = [topic for topic in EVERY_TOPIC if may(Party.THIRD_PARTY, "city", Access.READ, topic)]

    assert {parse(topic).family for topic in read} == {Family.ALERT, Family.TRACKS, Family.HUB}
    assert not any(may(Party.THIRD_PARTY, "city", Access.WRITE, topic) for topic in EVERY_TOPIC)
