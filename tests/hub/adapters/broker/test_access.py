import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.broker.access import admits, covers, rights_of
from wire.catalogue import Party
from wire.topics import HUB, alarm_filters, device_filters, scan_filters, sensor_cue

PARTIES = {"cam-01": Party.SENSOR, "siren": Party.ACTUATOR, "alpha": Party.TEAM}
PASSWORDS = {HUB: "h", "cam-01": "c", "siren": "s", "alpha": "a"}


def test_the_hub_may_read_all_that_it_subscribes_to() -> None:
    rights = rights_of("square", PARTIES, PASSWORDS)[HUB]

    for filter_ in (*alarm_filters("square"), *scan_filters("square")):
        assert any(covers(granted, filter_) for granted in rights.read)


def test_a_device_may_read_what_is_for_it_and_write_its_own() -> None:
    rights = rights_of("square", PARTIES, PASSWORDS)

    for name, party in PARTIES.items():
        for filter_ in device_filters("square", party, name):
            assert any(covers(granted, filter_) for granted in rights[name].read)
    assert sensor_cue("square", "cam-01") in rights["cam-01"].write
    assert sensor_cue("square", "cam-01") not in rights["siren"].write


@pytest.mark.parametrize(
    ("name", "password", "client_id", "is_admitted"),
    [
        ("cam-01", "c", "cam-01", True),
        ("cam-01", "c", "cam-01-scan", True),
        (HUB, "h", "hub", True),
        (HUB, "h", "hub-5f3a", True),
        (HUB, "h", "hub-5f3a-scan", True),
        ("cam-01", "c", "siren", False),
        ("cam-01", "c", "hub-5f3a", False),
        ("cam-01", "c", "cam-01-2", False),
        ("cam-01", "s", "cam-01", False),
        ("cam-01", None, "cam-01", False),
        (None, "c", "cam-01", False),
        ("cam-01", "c", None, False),
        ("stranger", "c", "stranger", False),
    ],
)
def test_a_client_is_who_its_name_password_and_id_say(
    name: str | None, password: str | None, client_id: str | None, *, is_admitted: bool
) -> None:
    rights = rights_of("square", PARTIES, PASSWORDS)

    assert admits(rights, name, password, client_id) is is_admitted


@pytest.mark.parametrize(
    ("granted", "asked", "is_covered"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/c", False),
        ("a/b", "a", False),
        ("a", "a/b", False),
        ("a/+", "a/b", True),
        ("a/+", "a/+", True),
        ("a/+", "a/#", False),
        ("a/+", "a/b/c", False),
        ("a/b", "a/+", False),
        ("a/#", "a/#", True),
        ("a/#", "a", True),
        ("a/#", "a/b/+/c", True),
        ("a/#", "#", False),
    ],
)
def test_a_grant_covers_no_more_than_it_says(granted: str, asked: str, *, is_covered: bool) -> None:
    assert covers(granted, asked) is is_covered


levels = st.lists(st.sampled_from(["a", "b", "+"]), min_size=1, max_size=4)
filters = st.tuples(levels, st.booleans()).map(
    lambda parts: "/".join([*parts[0], "#"] if parts[1] else parts[0])
)
topics = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=6).map("/".join)


@given(filters, filters, topics)
def test_what_a_covered_filter_matches_the_grant_matches_too(
    granted: str, asked: str, topic: str
) -> None:
    if covers(granted, asked) and covers(asked, topic):
        assert covers(granted, topic)
