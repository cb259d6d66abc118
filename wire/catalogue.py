"""Which message travels on which topic, by whom and how large: one table."""

from enum import StrEnum

from msgspec import Struct

from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    AlertNotice,
    Command,
    Committed,
    Cue,
    Health,
    HubHealth,
    Message,
    Outcome,
    Reading,
    Receipt,
    Report,
    SafeState,
    Scan,
    SensorAbout,
    TaskNotice,
    TeamPosition,
    TracksSummary,
)

KIB = 1024
MIB = 1024 * KIB

# A letter may take 12 bytes in JSON (an escaped surrogate pair), so that a `Line` of 200 letters
# may take 2.4 KB and a `Text` of 2,000 may take 24 KB.
SMALL = 8 * KIB
"""The envelope and at most two lines."""
WITH_TEXT = 32 * KIB
"""The envelope and one text."""
WITH_LINES = 64 * KIB
"""The envelope and at most sixteen faults or three lines and a camera model."""


class Family(StrEnum):
    """What a topic is about: its first level after the site."""

    SENSOR = "sensor"
    ACTUATOR = "actuator"
    TEAM = "team"
    ALERT = "alert"
    TASK = "task"
    TRACKS = "tracks"
    HUB = "hub"


class Party(StrEnum):
    """Who takes part in the conversation."""

    SENSOR = "sensor"
    ACTUATOR = "actuator"
    TEAM = "team"
    HUB = "hub"
    THIRD_PARTY = "third_party"


class Kind(Struct, frozen=True, kw_only=True):
    """How one kind of topic is used."""

    family: Family
    leaf: str
    message: type[Message] | None  # None: not a message but a JPEG.
    author: Party
    readers: tuple[Party, ...]  # Besides the hub, which reads everything.
    qos: int
    retained: bool = False
    # The exactly-once lane: kept in the author's outbox until the hub has committed it.
    reliable: bool = False
    payload_max: int  # Bytes.
    meaning: str


_SENSOR = (
    Kind(
        family=Family.SENSOR,
        leaf="about",
        message=SensorAbout,
        author=Party.SENSOR,
        readers=(),
        qos=1,
        retained=True,
        payload_max=WITH_LINES,
        meaning="what a sensor is: pose, camera model, labels it can tell, privacy purpose",
    ),
    Kind(
        family=Family.SENSOR,
        leaf="health",
        message=Health,
        author=Party.SENSOR,
        readers=(),
        qos=1,
        retained=True,
        payload_max=WITH_LINES,
        meaning="how a sensor is, each five seconds; the last will says GOODBYE",
    ),
    Kind(
        family=Family.SENSOR,
        leaf="scan",
        message=Scan,
        author=Party.SENSOR,
        readers=(),
        qos=0,
        # 1,000 detections with every field filled take 0.6 MB.
        payload_max=MIB,
        meaning="all detections of one instant; empty says: I looked and saw nothing",
    ),
    Kind(
        family=Family.SENSOR,
        leaf="cue",
        message=Cue,
        author=Party.SENSOR,
        readers=(),
        qos=1,
        reliable=True,
        payload_max=SMALL,
        meaning="something happened at an instant: an impulse sound, a forced door, a button",
    ),
    Kind(
        family=Family.SENSOR,
        leaf="reading",
        message=Reading,
        author=Party.SENSOR,
        readers=(),
        qos=1,
        reliable=True,
        payload_max=SMALL,
        meaning="one value of one channel with its unit",
    ),
    Kind(
        family=Family.SENSOR,
        leaf="snapshot",
        message=None,
        author=Party.SENSOR,
        readers=(),
        qos=1,
        # A 1920 x 1080 JPEG of good quality has 0.5 MB.
        payload_max=2 * MIB,
        meaning="a masked JPEG, only when asked for",
    ),
    Kind(
        family=Family.SENSOR,
        leaf="committed",
        message=Committed,
        author=Party.HUB,
        readers=(Party.SENSOR,),
        qos=1,
        retained=True,
        payload_max=SMALL,
        meaning="up to where the sensor's cues and readings are on the hub's disk",
    ),
)

_ACTUATOR = (
    Kind(
        family=Family.ACTUATOR,
        leaf="about",
        message=ActuatorAbout,
        author=Party.ACTUATOR,
        readers=(),
        qos=1,
        retained=True,
        payload_max=WITH_LINES,
        meaning="what an actuator is, can do and does to people",
    ),
    Kind(
        family=Family.ACTUATOR,
        leaf="health",
        message=Health,
        author=Party.ACTUATOR,
        readers=(),
        qos=1,
        retained=True,
        payload_max=WITH_LINES,
        meaning="how an actuator is, each five seconds; the last will says GOODBYE",
    ),
    Kind(
        family=Family.ACTUATOR,
        leaf="state",
        message=ActuatorState,
        author=Party.ACTUATOR,
        readers=(),
        qos=1,
        retained=True,
        payload_max=SMALL,
        meaning="what an actuator does now",
    ),
    Kind(
        family=Family.ACTUATOR,
        leaf="command",
        message=Command,
        author=Party.HUB,
        readers=(Party.ACTUATOR,),
        qos=1,
        payload_max=WITH_TEXT,
        meaning="one order, idempotent by its id, void after its expiry",
    ),
    Kind(
        family=Family.ACTUATOR,
        leaf="safe",
        message=SafeState,
        author=Party.HUB,
        readers=(Party.ACTUATOR,),
        qos=1,
        retained=True,
        payload_max=SMALL,
        meaning="what an actuator does by itself once it has lost the hub",
    ),
    Kind(
        family=Family.ACTUATOR,
        leaf="outcome",
        message=Outcome,
        author=Party.ACTUATOR,
        readers=(),
        qos=1,
        reliable=True,
        payload_max=SMALL,
        meaning="what became of a command",
    ),
    Kind(
        family=Family.ACTUATOR,
        leaf="committed",
        message=Committed,
        author=Party.HUB,
        readers=(Party.ACTUATOR,),
        qos=1,
        retained=True,
        payload_max=SMALL,
        meaning="up to where the actuator's outcomes are on the hub's disk",
    ),
)

_TEAM = (
    Kind(
        family=Family.TEAM,
        leaf="position",
        message=TeamPosition,
        author=Party.TEAM,
        readers=(),
        qos=1,
        payload_max=SMALL,
        meaning="where a field team is",
    ),
    Kind(
        family=Family.TEAM,
        leaf="health",
        message=Health,
        author=Party.TEAM,
        readers=(),
        qos=1,
        retained=True,
        payload_max=WITH_LINES,
        meaning="how a field team's device is, each five seconds; the last will says GOODBYE",
    ),
    Kind(
        family=Family.TEAM,
        leaf="report",
        message=Report,
        author=Party.TEAM,
        readers=(),
        qos=1,
        reliable=True,
        payload_max=WITH_TEXT,
        meaning="what a field team saw",
    ),
    Kind(
        family=Family.TEAM,
        leaf="receipt",
        message=Receipt,
        author=Party.TEAM,
        readers=(),
        qos=1,
        reliable=True,
        payload_max=SMALL,
        meaning="a field team's answer to a task",
    ),
    Kind(
        family=Family.TEAM,
        leaf="committed",
        message=Committed,
        author=Party.HUB,
        readers=(Party.TEAM,),
        qos=1,
        retained=True,
        payload_max=SMALL,
        meaning="up to where the team's reports and receipts are on the hub's disk",
    ),
)

_HUB = (
    Kind(
        family=Family.ALERT,
        leaf="alert",
        message=AlertNotice,
        author=Party.HUB,
        readers=(Party.TEAM, Party.THIRD_PARTY),
        qos=1,
        retained=True,
        payload_max=SMALL,
        meaning="an open alert",
    ),
    Kind(
        family=Family.TASK,
        leaf="task",
        message=TaskNotice,
        author=Party.HUB,
        readers=(Party.TEAM,),
        qos=1,
        retained=True,
        payload_max=WITH_TEXT,
        meaning="an open task for one field team",
    ),
    Kind(
        family=Family.TRACKS,
        leaf="tracks",
        message=TracksSummary,
        author=Party.HUB,
        readers=(Party.THIRD_PARTY,),
        qos=0,
        # 20,000 tracks take 5 MB.
        payload_max=8 * MIB,
        meaning="all confirmed tracks, once a second, as GeoJSON",
    ),
    Kind(
        family=Family.HUB,
        leaf="health",
        message=HubHealth,
        author=Party.HUB,
        # A device that sees the hub leave and return knows that it must send again.
        readers=(Party.SENSOR, Party.ACTUATOR, Party.TEAM, Party.THIRD_PARTY),
        qos=1,
        retained=True,
        payload_max=WITH_LINES,
        meaning="how the hub is; the last will says GOODBYE",
    ),
)

KINDS: tuple[Kind, ...] = _SENSOR + _ACTUATOR + _TEAM + _HUB

CATALOGUE: dict[tuple[Family, str], Kind] = {(kind.family, kind.leaf): kind for kind in KINDS}

PAYLOAD_MAX = max(kind.payload_max for kind in KINDS)
"""What a broker and its clients must let through; larger ones can be refused unread."""
