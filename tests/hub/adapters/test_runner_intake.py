"""Whatever arrives, on whatever topic: it costs only itself, and is counted."""

import json
from typing import Any

import msgspec
from contract_strategies import any_of
from hypothesis import given, settings
from hypothesis import strategies as st
from small_square import BUTTON, CAMERA, INSIDE, SECOND, SITE, START, Hub, Voice

from hub.adapters.runner import read_input
from hub.core.inputs import Refused
from wire import codec, topics
from wire.catalogue import KINDS, Family
from wire.feed import Snapshot
from wire.labels import Role

NOW_US = START + 2 * SECOND
PLAIN = [
    kind
    for kind in KINDS
    if kind.message is not None and kind.family in (Family.SENSOR, Family.ACTUATOR, Family.TEAM)
]

TOPICS = st.one_of(
    st.text(max_size=60).filter(lambda topic: not topic.startswith(("operator/", "hub/"))),
    st.sampled_from(
        [
            f"vedette/1/{SITE}/{kind.family}/{device}/{kind.leaf}{ending}"
            for kind in PLAIN
            for device in (CAMERA, BUTTON, "stranger-01", "../etc", "+", "")
            for ending in ("", ".mp", "/more")
        ]
        + [f"vedette/1/{SITE}/sensor/{CAMERA}/snapshot/a", f"vedette/1/other/sensor/{CAMERA}/scan"]
        + [topics.tracks(SITE), topics.hub_health(SITE), "vedette/2/x", "$SYS/broker/clients"]
    ),
)
HOSTILE = st.sampled_from(
    [
        b"",
        b"{",
        b"NaN",
        b'{"seq": NaN}',
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"a":' * 20_000,
        b"1" * 5_000,
        b'{"seq": 1e999}',
        b'"\\ud800"',
        b"\x00" * 100,
        b"x" * (2 * 1024 * 1024),
        b"\xc1",
        b"\x91" * 20_000,
    ]
)
JSON = st.recursive(
    # MessagePack holds no larger integers.
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def a_spoilt_message(draw: Any) -> tuple[str, bytes]:
    """Return a message of the contract in which one field holds something else."""
    kind = draw(st.sampled_from(PLAIN))
    assert kind.message is not None
    device = draw(st.sampled_from([CAMERA, BUTTON]))
    message = draw(any_of(kind.message, sender=st.just(device)))
    fields = msgspec.json.decode(codec.encode(message))
    fields[draw(st.sampled_from([*fields, "unknown"]))] = draw(JSON)
    packed = draw(st.booleans())
    topic = f"vedette/1/{SITE}/{kind.family}/{device}/{kind.leaf}"
    if packed:
        return topics.packed(topic), msgspec.msgpack.encode(msgspec.to_builtins(fields))
    return topic, json.dumps(fields).encode(errors="surrogatepass")


def a_busy_hub() -> Hub:
    hub = Hub()
    hub.sees(Voice(CAMERA), INSIDE, from_us=START)
    hub.takes(Voice(BUTTON).cue(START + SECOND), START + SECOND)
    hub.wakes(NOW_US)
    return hub


def what_matters(snapshot: Snapshot) -> tuple[object, ...]:
    """Return the picture without what counts refusals."""
    sensors = [msgspec.structs.replace(one, refused_count=0) for one in snapshot.sensors]
    return (snapshot.tracks, snapshot.alerts, snapshot.commands, snapshot.actuators, sensors)


@settings(max_examples=100)
@given(
    st.lists(a_spoilt_message() | st.tuples(TOPICS, st.binary(max_size=200) | HOSTILE), max_size=4)
)
def test_whatever_arrives_costs_only_itself_and_each_refusal_is_counted(
    packets: list[tuple[str, bytes]],
) -> None:
    hub = a_busy_hub()
    before = what_matters(hub.engine.snapshot(Role.OPERATOR))
    refused_count = 0
    for topic, payload in packets:
        message = read_input(topic, payload, SITE)
        if not isinstance(message, Refused):
            continue  # What was spoilt may have stayed valid.
        hub.takes(message, NOW_US)
        refused_count += 1

    assert sum(hub.refused().values()) == refused_count
    assert what_matters(hub.engine.snapshot(Role.OPERATOR)) == before
    for row in hub.engine.snapshot(Role.OPERATOR).refusals:
        assert row.source.strip()
        assert row.text.strip()
        assert row.fix.strip()
        assert "\n" not in row.source + row.text + row.fix


@settings(max_examples=50)
@given(st.lists(a_spoilt_message(), min_size=1, max_size=6))
def test_what_stays_valid_though_spoilt_never_stops_the_engine(
    packets: list[tuple[str, bytes]],
) -> None:
    hub = a_busy_hub()

    for step, (topic, payload) in enumerate(packets):
        hub.takes(read_input(topic, payload, SITE), NOW_US + step)
    hub.takes(Voice(BUTTON, "second").cue(NOW_US + SECOND), NOW_US + SECOND)

    assert any(alert.rule == "panic" for alert in hub.alerts)
