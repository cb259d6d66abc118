import json
import math
from contextlib import suppress
from typing import TypeAlias

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import topics
from wire.codec import LINE_MAX, DecodeError, Mistake, decode, encode, encode_frame
from wire.columns import columns
from wire.feed import Delta, EastNorth, HubView, SiteView, Snapshot, TrackRow
from wire.labels import CueKind, Label, Role
from wire.messages import (
    Bearing,
    Cue,
    Detection,
    Message,
    Position,
    Scan,
)

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"


ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
OTHER_ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
NOW_US = 1_760_000_000_000_000
CUES = topics.sensor_cue("square", "cam-1")
SCANS = topics.sensor_scan("square", "cam-1")


def a_cue() -> Cue:
    return Cue(
        id=ULID,
        sender="cam-1",
        boot=ULID,
        seq=7,
        observed_us=NOW_US,
        sent_us=NOW_US,
        kind=CueKind.IMPULSE_SOUND,
        confidence=0.9,
        where=Bearing(azimuth_deg=90.0, sigma_azimuth_deg=2.0),
    )


def a_scan(detection_count: int = 2) -> Scan:
    detection = Detection(
        label=Label.PERSON,
        confidence=0.8,
        where=Position(lat_deg=52.09, lon_deg=5.12, sigma_east_m=0.5, sigma_north_m=0.5),
    )
    return Scan(
        id=ULID,
        sender="cam-1",
        boot=ULID,
        seq=1,
        observed_us=NOW_US,
        sent_us=NOW_US,
        detections=(detection,) * detection_count,
    )


def refusal(topic: str, payload: bytes, site: str | None = None) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decode(topic, payload, site=site)
    return caught.value


def changed(message: Message, **changes: Tree) -> bytes:
    return json.dumps({**json.loads(encode(message)), **changes}).encode()


# --- What is refused, and how it is told ----------------------------------------------------


def test_the_error_names_field_limit_cure_and_culprit() -> None:
    tree = json.loads(encode(a_scan()))
    tree["detections"][1]["where"]["lat_deg"] = 91.0

    error = refusal(SCANS, json.dumps(tree).encode())

    assert error.code is Mistake.BAD_VALUE
    assert error.text == "detections[1].where.lat_deg: expected float <= 90.0"
    assert error.fix == "see the limits of Scan in docs/contract/messages.schema.json"
    assert error.source == "cam-1"
    assert str(error) == f"cam-1: {error.text}; {error.fix}"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", Mistake.NOT_JSON),
        (b"{", Mistake.NOT_JSON),
        (b"\xff\xfe", Mistake.NOT_JSON),
        (b'{"id": "\xff"}', Mistake.NOT_JSON),
        (b'{"id": "\\ud800"}', Mistake.NOT_JSON),
        (b"[1, 2]", Mistake.WRONG_TYPE),
        (b'{"where": {"a": ' + b"[" * 4_000, Mistake.TOO_DEEP),
        (b'{"zone": 1}', Mistake.UNKNOWN_FIELD),
        (b"{}", Mistake.MISSING_FIELD),
        (changed(a_cue(), confidence="high"), Mistake.WRONG_TYPE),
        (changed(a_cue(), confidence=1.5), Mistake.BAD_VALUE),
        (changed(a_cue(), confidence=math.nan), Mistake.NOT_JSON),
        (changed(a_cue(), confidence=math.inf), Mistake.NOT_JSON),
        (encode(a_cue()).replace(b"0.9", b"1e999"), Mistake.BAD_VALUE),
        (changed(a_cue(), kind="explosion"), Mistake.BAD_VALUE),
        (changed(a_cue(), seq=0), Mistake.BAD_VALUE),
        (changed(a_cue(), observed_us=0), Mistake.BAD_VALUE),
        (changed(a_cue(), sender="cam-2"), Mistake.WRONG_SENDER),
        (encode(a_cue(), packed=True), Mistake.NOT_JSON),
        (b" " * 8_193, Mistake.OVERSIZED),
    ],
)
def test_bad_cues_are_refused_with_what_is_wrong(payload: bytes, code: Mistake) -> None:
    assert refusal(CUES, payload).code is code


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", Mistake.NOT_MSGPACK),
        (b"\xc1", Mistake.NOT_MSGPACK),
        (b"\x81\xa2id\xa1\xff", Mistake.NOT_MSGPACK),
        (b"\x81\xa5where\x81\xa1a" + b"\x91" * 4_000, Mistake.TOO_DEEP),
        (encode(a_cue()), Mistake.WRONG_TYPE),
        (
            encode(msgspec.structs.replace(a_cue(), confidence=math.nan), packed=True),
            Mistake.BAD_VALUE,
        ),
    ],
)
def test_bad_packed_cues_are_refused_with_what_is_wrong(payload: bytes, code: Mistake) -> None:
    assert refusal(topics.packed(CUES), payload).code is code


def test_a_payload_of_exactly_its_limit_is_read() -> None:
    payload = encode(a_cue())

    assert decode(CUES, payload + b" " * (8_192 - len(payload))) == a_cue()


def test_an_unknown_topic_is_named_as_its_own_source() -> None:
    error = refusal("vedette/1/square/zones", b"{}")

    assert error.code is Mistake.UNKNOWN_TOPIC
    assert error.source == "vedette/1/square/zones"


def test_another_site_is_refused_unless_any_will_do() -> None:
    error = refusal(CUES, encode(a_cue()), site="harbour")

    assert error.code is Mistake.WRONG_SITE
    assert "harbour" in error.text
    assert decode(CUES, encode(a_cue())) == a_cue()


def test_a_picture_is_not_a_message() -> None:
    error = refusal(topics.sensor_snapshot("square", "cam-1", "a7"), b"\xff\xd8")

    assert error.code is Mistake.NOT_A_MESSAGE


@pytest.mark.parametrize(
    ("topic", "about"),
    [
        (
            topics.actuator_command("square", "gate-1"),
            {"actuator": "gate-9", "action": "open", "reason": "fire"},
        ),
        (
            topics.alert("square", ULID),
            {
                "alert": OTHER_ULID,
                "rule": "intrusion",
                "priority": "high",
                "state": "acknowledged",
                "summary": "somebody is on the stage",
                "raised_us": NOW_US,
            },
        ),
        (
            topics.task("square", ULID),
            {"task": OTHER_ULID, "team": "team-1", "text": "go there"},
        ),
    ],
)
def test_a_message_about_another_thing_than_its_topic_is_refused(
    topic: str, about: dict[str, Tree]
) -> None:
    envelope = {
        "id": ULID,
        "sender": topics.HUB,
        "boot": ULID,
        "seq": 1,
        "observed_us": NOW_US,
        "sent_us": NOW_US,
    }

    error = refusal(topic, json.dumps(envelope | about).encode())

    assert error.code is Mistake.WRONG_ID
    assert f"about {next(iter(about.values()))}" in error.text


def test_a_refused_cue_still_tells_its_place_in_the_sequence() -> None:
    error = refusal(CUES, changed(a_cue(), confidence=7))
    packed = refusal(
        topics.packed(CUES), msgspec.msgpack.encode({"sender": "cam-1", "boot": ULID, "seq": 7})
    )

    assert error.slot is not None
    assert (error.slot.sender, error.slot.boot, error.slot.seq) == ("cam-1", ULID, 7)
    assert packed.slot == error.slot


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (CUES, b"{"),
        (CUES, b'{"zone": ' + b"[" * 4_000),
        (CUES, changed(a_cue(), seq=0)),
        (CUES, changed(a_cue(), sender="cam-2")),  # Nobody moves another's sequence.
        (SCANS, changed(a_scan(), detections=7)),  # Scans are not in the sequence.
    ],
)
def test_what_has_no_place_in_the_sequence_tells_none(topic: str, payload: bytes) -> None:
    assert refusal(topic, payload).slot is None


def test_an_error_is_one_short_printable_line_whatever_came_in() -> None:
    nasty = refusal(CUES, json.dumps({"\x1b[31m\n" + "x" * 5_000: 1}).encode())

    for text in (
        nasty.text,
        nasty.fix,
        nasty.source,
        refusal("a\nb" * 100, b"").source,
        refusal("", b"").source,
    ):
        assert text.isprintable()
        assert 1 <= len(text) <= LINE_MAX


# --- Whatever arrives -----------------------------------------------------------------------

PLAIN_TOPICS = [
    CUES,
    SCANS,
    topics.sensor_about("square", "cam-1"),
    topics.sensor_health("square", "cam-1"),
    topics.actuator_command("square", "gate-1"),
    topics.tracks("square"),
    topics.alert("square", ULID),
]
ANY_TOPIC = st.sampled_from([*PLAIN_TOPICS, *map(topics.packed, PLAIN_TOPICS)])
ANY_TREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(ANY_TOPIC | st.text(), st.binary(max_size=300))
def test_any_bytes_give_a_message_or_a_decode_error(topic: str, payload: bytes) -> None:
    with suppress(DecodeError):
        assert isinstance(decode(topic, payload), Message)


@given(ANY_TOPIC, ANY_TREE)
def test_any_tree_gives_a_message_or_a_decode_error(topic: str, tree: Tree) -> None:
    with suppress(DecodeError):
        assert isinstance(decode(topic, json.dumps(tree).encode()), Message)
    with suppress(DecodeError, OverflowError):  # MessagePack cannot even say huge integers.
        assert isinstance(decode(topic, msgspec.msgpack.encode(tree)), Message)


# --- The feed -------------------------------------------------------------------------------

TRACK = TrackRow(
    number=7,
    label=Label.PERSON,
    east_m=1.5,
    north_m=-2.0,
    heading_deg=90.0,
    speed_mps=1.25,
    sigma_m=0.5,
)


def a_snapshot() -> Snapshot:
    corner = EastNorth(east_m=0.0, north_m=0.0)
    site = SiteView(
        id="square",
        name="Market square",
        origin_lat_deg=52.0907,
        origin_lon_deg=5.1214,
        bounds=(corner, corner),
    )
    return Snapshot(
        number=1,
        at_us=NOW_US,
        role=Role.OPERATOR,
        site=site,
        hub=HubView(),
        tracks=columns([TRACK]),
    )


def test_a_packed_frame_carries_columns() -> None:
    frame = encode_frame(a_snapshot(), "msgpack")

    assert msgspec.msgpack.decode(frame, type=Snapshot) == a_snapshot()


def test_a_json_frame_carries_rows_that_a_person_can_read() -> None:
    tree = json.loads(encode_frame(a_snapshot(), "json"))

    assert tree["kind"] == "snapshot"
    assert tree["site"]["name"] == "Market square"
    assert tree["tracks"] == [
        {
            "number": 7,
            "label": "person",
            "east_m": 1.5,
            "north_m": -2.0,
            "heading_deg": 90.0,
            "speed_mps": 1.25,
            "sigma_m": 0.5,
        }
    ]


def test_a_json_delta_says_only_what_changed() -> None:
    with_tracks = Delta(number=2, at_us=NOW_US, tracks=columns([TRACK]))
    without = Delta(number=3, at_us=NOW_US, tracks_gone=(7,))

    assert json.loads(encode_frame(with_tracks, "json"))["tracks"][0]["number"] == 7
    assert json.loads(encode_frame(without, "json")) == {
        "kind": "delta",
        "number": 3,
        "at_us": NOW_US,
        "tracks_gone": [7],
    }
