import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.correlation import Strength, apart, strongest, tie
from hub.core.alerts.incident import Member, member_of
from hub.core.site import Grouping
from wire.ids import ulid
from wire.labels import AlertState, Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
GROUPING = Grouping(within_m=30.0, within_s=60.0)


def a_member(number: int = 1, at_s: float = 0.0, **changes: object) -> Member:
    at_us = START + round(at_s * SECOND)
    plain = {
        "id": ulid(START, number.to_bytes(10, "big")),
        "number": number,
        "key": f"key-{number}",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage",
        "raised_us": at_us,
        "begun_us": at_us,
        "changed_us": at_us,
        "cause": ulid(START, bytes(10)),
    }
    return member_of(AlertRecord(**{**plain, **changes}), "")  # type: ignore[arg-type]


def gone(number: int, at_s: float, until_s: float, **changes: object) -> Member:
    until_us = START + round(until_s * SECOND)
    return a_member(number, at_s, active=False, cleared_us=until_us, **changes)


def test_two_alerts_of_one_track_are_one_happening_however_long_apart() -> None:
    found = tie(a_member(2, 9_000.0, tracks=(4, 7)), gone(1, 0.0, 1.0, tracks=(7,)), GROUPING)

    assert found is not None
    assert found.strength is Strength.TRACKS
    assert found.why == "track 7, also in A-1"


def test_a_crowd_that_shares_a_person_with_an_alert_is_not_that_alert() -> None:
    crowd = a_member(2, tracks=tuple(range(21)))

    assert tie(crowd, a_member(1, tracks=(3,)), GROUPING) is None
    assert tie(a_member(2, tracks=tuple(range(20))), a_member(1, tracks=(3,)), GROUPING)


@pytest.mark.parametrize(("apart_m", "is_tied"), [(29.0, True), (31.0, False)])
def test_what_happens_near_something_is_part_of_it(apart_m: float, *, is_tied: bool) -> None:
    found = tie(a_member(2, place=(apart_m, 0.0)), a_member(1, place=(0.0, 0.0)), GROUPING)

    assert (found is not None) is is_tied
    if found is not None:
        assert found.why == "29 m from A-1"


@pytest.mark.parametrize(
    ("sigma_m", "apart_m", "is_tied"),
    [(10.0, 45.0, True), (200.0, 59.0, True), (200.0, 61.0, False)],
)
def test_an_uncertain_place_is_near_more_but_not_everything(
    sigma_m: float, apart_m: float, *, is_tied: bool
) -> None:
    bang = a_member(2, place=(apart_m, 0.0), sigma_m=sigma_m)

    found = tie(bang, a_member(1, place=(0.0, 0.0), sigma_m=5.0), GROUPING)

    assert (found is not None) is is_tied


@pytest.mark.parametrize(("at_s", "is_tied"), [(69.0, True), (71.0, False)])
def test_what_happens_long_after_something_ended_is_something_else(
    at_s: float, *, is_tied: bool
) -> None:
    before = gone(1, 0.0, 10.0, place=(0.0, 0.0))

    assert (tie(a_member(2, at_s, place=(1.0, 0.0)), before, GROUPING) is not None) is is_tied


def test_what_still_holds_is_never_long_ago() -> None:
    standing = a_member(1, 0.0, place=(0.0, 0.0))

    assert tie(a_member(2, 40_000.0, place=(1.0, 0.0)), standing, GROUPING) is not None


def test_two_things_that_one_sensor_says_are_one_happening() -> None:
    covered = a_member(2, rule_kind="tamper", sensors=("cam-1",), place=(90.0, 0.0))
    silent = a_member(1, rule_kind="silence", sensors=("cam-1",))

    found = tie(covered, silent, GROUPING)

    assert found is not None
    assert (found.strength, found.why) == (Strength.SENSOR, "same sensor as A-1: cam-1")


def test_two_intruders_seen_by_one_camera_at_two_ends_of_a_square_are_two() -> None:
    one = a_member(1, sensors=("cam-1",), tracks=(1,), place=(0.0, 0.0))
    other = a_member(2, sensors=("cam-1",), tracks=(2,), place=(90.0, 0.0))

    assert tie(other, one, GROUPING) is None


@pytest.mark.parametrize(("at_s", "is_tied"), [(20.0, True), (40.0, False)])
def test_devices_that_are_cut_off_at_once_are_one_failure(at_s: float, *, is_tied: bool) -> None:
    one = a_member(1, rule_kind="silence", sensors=("cam-1",), place=(0.0, 0.0))
    other = a_member(2, at_s, rule_kind="silence", sensors=("cam-2",), place=(90.0, 0.0))

    found = tie(other, one, GROUPING)

    assert (found is not None) is is_tied
    if found is not None:
        assert found.why == "cut off together with A-1"


def test_a_silent_camera_is_not_cut_off_together_with_an_intruder() -> None:
    silent = a_member(2, rule_kind="silence", sensors=("cam-2",), place=(90.0, 0.0))

    assert tie(silent, a_member(1, place=(0.0, 0.0)), GROUPING) is None


def test_where_a_place_is_not_known_the_zone_tells() -> None:
    crowd = a_member(2, zone="stage", zone_name="Stage")

    found = tie(crowd, a_member(1, zone="stage", place=(0.0, 0.0)), GROUPING)

    assert found is not None
    assert found.why == "same zone as A-1: Stage"
    assert tie(crowd, a_member(1, zone="gate"), GROUPING) is None
    assert tie(a_member(2), a_member(1), GROUPING) is None


def test_the_strongest_tie_to_an_incident_is_told() -> None:
    known = [
        a_member(1, place=(5.0, 0.0)),
        a_member(2, place=(0.0, 0.0), tracks=(7,)),
        a_member(4),
    ]

    best = strongest(a_member(3, place=(1.0, 0.0), tracks=(7,)), known, GROUPING)

    assert best is not None
    assert best.why == "track 7, also in A-2"
    assert strongest(a_member(3, place=(1.0, 0.0)), known, GROUPING, tracks_only=True) is None


def test_places_do_not_chain_alerts_over_the_whole_site() -> None:
    row = [a_member(number, place=(number * 29.0, 0.0)) for number in range(5)]

    assert strongest(a_member(5, place=(116.0, 0.0)), row, GROUPING) is not None
    assert strongest(a_member(6, place=(145.0, 0.0)), row, GROUPING) is None
    assert strongest(a_member(6, place=(145.0, 0.0), tracks=(1,)), row, GROUPING) is None
    row.append(a_member(7, place=(130.0, 0.0), tracks=(1,)))
    assert strongest(a_member(6, place=(145.0, 0.0), tracks=(1,)), row, GROUPING) is not None


@given(
    st.tuples(st.integers(0, 500), st.integers(0, 500)),
    st.tuples(st.integers(0, 500), st.integers(0, 500)),
)
def test_how_far_apart_two_alerts_are_does_not_depend_on_which_is_asked_first(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    first = gone(1, one[0], one[0] + one[1])
    second = gone(2, other[0], other[0] + other[1])

    assert apart(first, second) == apart(second, first)
    gap_s = max(one[0], other[0]) - min(one[0] + one[1], other[0] + other[1])
    assert apart(first, second) == max(0, gap_s) * SECOND
