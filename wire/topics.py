"""MQTT addresses: one function a topic, a parser, subscription filters and access grants."""

import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from wire.catalogue import CATALOGUE, KINDS, Family, Kind, Party
from wire.quantities import Ulid

PREFIX = "vedette/1"
PACKED = ".mp"
"""How the last level of a topic ends when its payload is MessagePack."""
HUB = "hub"
"""The hub's id: the sender of all that it says, and its user name at the broker."""
TOPIC_MAX = 200
"""Characters: the longest address of ours has 150."""

_IDENTIFIER = re.compile("[a-z0-9][a-z0-9_-]{0,47}")
_ULID = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")
_DEVICES = (Family.SENSOR, Family.ACTUATOR, Family.TEAM)
_NOTICES = (Family.ALERT, Family.TASK)
_SUBJECTS = {
    Party.SENSOR: Family.SENSOR,
    Party.ACTUATOR: Family.ACTUATOR,
    Party.TEAM: Family.TEAM,
}
# What the two connections of the hub do not both deliver.
_KNOWN = frozenset(
    (str(kind.family), kind.leaf)
    for kind in KINDS
    if kind.family in _DEVICES and kind.leaf not in {"scan", "snapshot"}
)


class TopicError(ValueError):
    """An address that is not one of ours; the text names what is wrong with it."""


class Address(Struct, frozen=True, kw_only=True):
    """A topic, taken apart."""

    site: str
    kind: Kind
    device: str  # The sensor, actuator or team; HUB for what the hub says of itself.
    ref: str | None = None  # Of a snapshot, an alert or a task.
    packed: bool = False

    @property
    def family(self) -> Family:
        """What the topic is about."""
        return self.kind.family

    @property
    def leaf(self) -> str:
        """What is said about it."""
        return self.kind.leaf

    @property
    def author(self) -> str:
        """The only sender whose messages may travel here."""
        return HUB if self.kind.author is Party.HUB else self.device


class Access(StrEnum):
    """What a party may do with a topic, in a broker's words."""

    READ = "read"
    WRITE = "write"


class Grant(Struct, frozen=True, kw_only=True):
    """One line of a broker's access list."""

    access: Access
    filter: str


# --- Addresses ------------------------------------------------------------------------------


def sensor_about(site: str, sensor: str) -> str:
    """Return where a sensor says what it is."""
    return _device(site, Family.SENSOR, sensor, "about")


def sensor_health(site: str, sensor: str) -> str:
    """Return where a sensor says how it is."""
    return _device(site, Family.SENSOR, sensor, "health")


def sensor_scan(site: str, sensor: str) -> str:
    """Return where a sensor says what it sees."""
    return _device(site, Family.SENSOR, sensor, "scan")


def sensor_cue(site: str, sensor: str) -> str:
    """Return where a sensor says that something happened."""
    return _device(site, Family.SENSOR, sensor, "cue")


def sensor_reading(site: str, sensor: str) -> str:
    """Return where a sensor says what it measures."""
    return _device(site, Family.SENSOR, sensor, "reading")


def sensor_snapshot(site: str, sensor: str, ref: str) -> str:
    """Return where a sensor puts a masked picture."""
    return f"{_device(site, Family.SENSOR, sensor, 'snapshot')}/{_identifier(ref)}"


def sensor_committed(site: str, sensor: str) -> str:
    """Return where the hub says what it has of a sensor on disk."""
    return _device(site, Family.SENSOR, sensor, "committed")


def actuator_about(site: str, actuator: str) -> str:
    """Return where an actuator says what it is."""
    return _device(site, Family.ACTUATOR, actuator, "about")


def actuator_health(site: str, actuator: str) -> str:
    """Return where an actuator says how it is."""
    return _device(site, Family.ACTUATOR, actuator, "health")


def actuator_state(site: str, actuator: str) -> str:
    """Return where an actuator says what it does now."""
    return _device(site, Family.ACTUATOR, actuator, "state")


def actuator_command(site: str, actuator: str) -> str:
    """Return where the hub orders an actuator."""
    return _device(site, Family.ACTUATOR, actuator, "command")


def actuator_safe(site: str, actuator: str) -> str:
    """Return where the hub says what an actuator does once it has lost the hub."""
    return _device(site, Family.ACTUATOR, actuator, "safe")


def actuator_outcome(site: str, actuator: str) -> str:
    """Return where an actuator says what became of an order."""
    return _device(site, Family.ACTUATOR, actuator, "outcome")


def actuator_committed(site: str, actuator: str) -> str:
    """Return where the hub says what it has of an actuator on disk."""
    return _device(site, Family.ACTUATOR, actuator, "committed")


def team_position(site: str, team: str) -> str:
    """Return where a field team says where it is."""
    return _device(site, Family.TEAM, team, "position")


def team_health(site: str, team: str) -> str:
    """Return where a field team's device says how it is."""
    return _device(site, Family.TEAM, team, "health")


def team_report(site: str, team: str) -> str:
    """Return where a field team says what it saw."""
    return _device(site, Family.TEAM, team, "report")


def team_receipt(site: str, team: str) -> str:
    """Return where a field team answers a task."""
    return _device(site, Family.TEAM, team, "receipt")


def team_committed(site: str, team: str) -> str:
    """Return where the hub says what it has of a team on disk."""
    return _device(site, Family.TEAM, team, "committed")


def alert(site: str, alert: Ulid) -> str:
    """Return where the hub tells of an open alert."""
    return f"{_root(site)}/{Family.ALERT}/{_ulid(alert)}"


def task(site: str, task: Ulid) -> str:
    """Return where the hub tells of an open task."""
    return f"{_root(site)}/{Family.TASK}/{_ulid(task)}"


def tracks(site: str) -> str:
    """Return where the hub tells third parties of its tracks."""
    return f"{_root(site)}/{Family.TRACKS}"


def hub_health(site: str) -> str:
    """Return where the hub says how it is."""
    return f"{_root(site)}/{Family.HUB}/health"


def committed(site: str, family: Family, device: str) -> str:
    """Return where the hub says what it has of a device of this family on disk."""
    assert family in _DEVICES, "only devices have an outbox"
    return _device(site, family, device, "committed")


def packed(topic: str) -> str:
    """Return the twin of a topic whose payload is MessagePack."""
    return topic + PACKED


# --- Parsing --------------------------------------------------------------------------------


# Scans come on a few hundred topics a thousand times a second: most are looked up.
@lru_cache(maxsize=4096)
def parse(topic: str) -> Address:
    """Take a topic apart, or raise `TopicError` naming what is wrong."""
    if len(topic) > TOPIC_MAX:
        text = f"a topic has at most {TOPIC_MAX} characters, this one has {len(topic)}"
        raise TopicError(text)
    if not topic.startswith(PREFIX + "/"):
        text = f"a topic begins with {PREFIX}/, not with {topic[:20]!r}"
        raise TopicError(text)
    is_packed = topic.endswith(PACKED)
    levels = topic.removesuffix(PACKED).split("/")[2:]
    site = _checked(_IDENTIFIER, levels[0], "site")
    return _address(site, levels[1:], is_packed=is_packed)


def _address(site: str, levels: list[str], *, is_packed: bool) -> Address:
    match levels:
        case ["tracks"]:
            kind = CATALOGUE[Family.TRACKS, "tracks"]
            return Address(site=site, kind=kind, device=HUB, packed=is_packed)
        case ["hub", "health"]:
            kind = CATALOGUE[Family.HUB, "health"]
            return Address(site=site, kind=kind, device=HUB, packed=is_packed)
        case [("alert" | "task") as family, ref]:
            kind = CATALOGUE[Family(family), family]
            _checked(_ULID, ref, f"{family} id")
            return Address(site=site, kind=kind, device=HUB, ref=ref, packed=is_packed)
        case ["sensor", sensor, "snapshot", ref] if not is_packed:
            kind = CATALOGUE[Family.SENSOR, "snapshot"]
            _checked(_IDENTIFIER, sensor, "sensor id")
            _checked(_IDENTIFIER, ref, "snapshot reference")
            return Address(site=site, kind=kind, device=sensor, ref=ref)
        case [("sensor" | "actuator" | "team") as family, device, leaf]:
            _checked(_IDENTIFIER, device, f"{family} id")
            kind = _kind_of(Family(family), leaf)
            return Address(site=site, kind=kind, device=device, packed=is_packed)
        case _:
            text = f"nothing of ours is at {'/'.join(levels)!r}"
            raise TopicError(text)


def _kind_of(family: Family, leaf: str) -> Kind:
    kind = CATALOGUE.get((family, leaf))
    if kind is None or kind.message is None:
        leaves = ", ".join(each.leaf for each in KINDS if each.family is family and each.message)
        text = f"no {leaf!r} at a {family}'s topics, only {leaves}"
        raise TopicError(text)
    return kind


def _checked(pattern: re.Pattern[str], level: str, what: str) -> str:
    if not pattern.fullmatch(level):
        text = f"{level!r} is no {what}"
        raise TopicError(text)
    return level


# --- Filters and grants ---------------------------------------------------------------------


def alarm_filters(site: str) -> tuple[str, ...]:
    """Return what the hub's alarm connection subscribes to: all but scans and pictures."""
    return tuple(
        filter_
        for kind in KINDS
        if kind.author is not Party.HUB and kind.leaf not in {"scan", "snapshot"}
        for filter_ in _filters(site, kind, "+")
    )


def scan_filters(site: str) -> tuple[str, ...]:
    """Return what the hub's scan connection subscribes to: every topic of every device.

    What is not `for_scans` comes by the alarm connection and is to be left out here. So a topic
    that is not in the contract is heard, and refused aloud, and cannot delay an alarm.
    """
    return tuple(f"{_root(site)}/{family}/+/+" for family in _DEVICES)


def is_for_scans(topic: str) -> bool:
    """Whether a topic belongs to the scan connection: scans, and what is not in the contract."""
    levels = topic.removesuffix(PACKED).split("/")
    return levels[-1] == "scan" or tuple(levels[-3::2]) not in _KNOWN


def snapshot_filters(site: str) -> tuple[str, ...]:
    """Return what the hub subscribes to while it waits for pictures."""
    return _filters(site, CATALOGUE[Family.SENSOR, "snapshot"], "+")


def device_filters(site: str, party: Party, device: str) -> tuple[str, ...]:
    """Return what a device subscribes to, in JSON."""
    return tuple(_filters(site, kind, device)[0] for kind in KINDS if party in kind.readers)


def grants(site: str, party: Party, device: str) -> tuple[Grant, ...]:
    """Return all that a party may do at the broker. What is not named is forbidden."""
    if party is Party.HUB:
        written = tuple(kind for kind in KINDS if kind.author is Party.HUB)
        reads = (Grant(access=Access.READ, filter=f"{_root(site)}/#"),)
        return reads + _granted(site, written, "+", Access.WRITE)
    read = tuple(kind for kind in KINDS if party in kind.readers)
    written = tuple(kind for kind in KINDS if kind.author is party)
    granted = _granted(site, read, device, Access.READ) + _granted(
        site, written, device, Access.WRITE
    )
    if party not in _SUBJECTS:
        return granted
    # A misspelt topic of its own must reach the hub, to be refused aloud; what else this lets a
    # device write, only the device itself reads.
    own = f"{_root(site)}/{_SUBJECTS[party]}/{_identifier(device)}/+"
    return (*granted, Grant(access=Access.WRITE, filter=own))


def _granted(site: str, kinds: tuple[Kind, ...], device: str, access: Access) -> tuple[Grant, ...]:
    return tuple(
        Grant(access=access, filter=filter_)
        for kind in kinds
        for filter_ in _filters(site, kind, device)
    )


def _filters(site: str, kind: Kind, device: str) -> tuple[str, ...]:
    """Return the JSON and the MessagePack filter of a kind; an MQTT wildcard is a whole level."""
    if kind.family in _NOTICES:
        return (f"{_root(site)}/{kind.family}/+",)
    if kind.family is Family.TRACKS:
        return (tracks(site), packed(tracks(site)))
    if kind.family is Family.HUB:
        return (hub_health(site), packed(hub_health(site)))
    level = device if device == "+" else _identifier(device)
    topic = f"{_root(site)}/{kind.family}/{level}/{kind.leaf}"
    return (topic, packed(topic)) if kind.message else (f"{topic}/+",)


def _root(site: str) -> str:
    return f"{PREFIX}/{_identifier(site)}"


def _device(site: str, family: Family, device: str, leaf: str) -> str:
    return f"{_root(site)}/{family}/{_identifier(device)}/{leaf}"


def _identifier(level: str) -> str:
    assert _IDENTIFIER.fullmatch(level), f"{level!r} is not an identifier"
    return level


def _ulid(level: str) -> str:
    assert _ULID.fullmatch(level), f"{level!r} is not a ULID"
    return level
