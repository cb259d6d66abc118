"""Closed vocabularies of the contract. A new word is a new version of the contract."""

from enum import StrEnum


class Label(StrEnum):
    """What a sensor claims a thing is. Never who."""

    UNKNOWN = "unknown"
    PERSON = "person"
    BICYCLE = "bicycle"
    VEHICLE = "vehicle"
    DRONE = "drone"
    BAG = "bag"
    ANIMAL = "animal"


class SensorKind(StrEnum):
    """What a sensor is."""

    CAMERA = "camera"
    THERMAL = "thermal"
    RADAR = "radar"
    LIDAR = "lidar"
    ACOUSTIC = "acoustic"
    ACCESS = "access"
    BUTTON = "button"
    GAS = "gas"
    RADIATION = "radiation"
    COUNTER = "counter"
    TAG = "tag"
    RADIO = "radio"
    WEATHER = "weather"


class ActuatorKind(StrEnum):
    """What an actuator is."""

    SIREN = "siren"
    SPEAKER = "speaker"
    SIGN = "sign"
    LIGHT = "light"
    STROBE = "strobe"
    DOOR = "door"
    TURNSTILE = "turnstile"
    GATE = "gate"
    BOLLARD = "bollard"
    CAMERA_HEAD = "camera_head"
    RELAY = "relay"


class EffectClass(StrEnum):
    """What an action does to people, mildest first. Authority grows with it."""

    INFORM = "inform"
    WARN = "warn"
    RESTRICT = "restrict"
    IMPEDE = "impede"
    SUPPRESS = "suppress"


class ActuatorAction(StrEnum):
    """What an actuator can be told to do."""

    SOUND = "sound"
    SILENCE = "silence"
    SPEAK = "speak"
    SHOW = "show"
    TURN_ON = "turn_on"
    TURN_OFF = "turn_off"
    OPEN = "open"
    CLOSE = "close"
    LOCK = "lock"
    UNLOCK = "unlock"
    RAISE = "raise"
    LOWER = "lower"
    AIM = "aim"


class ActuatorPosition(StrEnum):
    """What an actuator does now."""

    UNKNOWN = "unknown"
    MOVING = "moving"
    ON = "on"
    OFF = "off"
    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    RAISED = "raised"
    LOWERED = "lowered"


class CueKind(StrEnum):
    """A discrete thing that a sensor says happened."""

    IMPULSE_SOUND = "impulse_sound"
    GLASS_BREAK = "glass_break"
    DOOR_FORCED = "door_forced"
    DOOR_HELD = "door_held"
    BUTTON_PRESSED = "button_pressed"
    VIEW_COVERED = "view_covered"
    VIEW_DEFOCUSED = "view_defocused"
    VIEW_MOVED = "view_moved"
    VIEW_DARK = "view_dark"
    VIEW_RESTORED = "view_restored"
    TAMPER = "tamper"
    REMOTE_ID = "remote_id"
    SIREN_HEARD = "siren_heard"


class HealthState(StrEnum):
    """How a device is (SAPIENT, BSI Flex 335 v2, StatusReport)."""

    OK = "OK"
    WARNING = "WARNING"
    ERROR = "ERROR"
    GOODBYE = "GOODBYE"


class OutcomeStatus(StrEnum):
    """How far a command is, said by the actuator (SAPIENT, TaskAck)."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class ReceiptStatus(StrEnum):
    """How far a task is, said by the field team."""

    DEVICE_RECEIPT = "DEVICE_RECEIPT"
    READ = "READ"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    ON_SCENE = "ON_SCENE"
    DONE = "DONE"


class Priority(StrEnum):
    """How soon an operator must act, most urgent last."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class AlertState(StrEnum):
    """Where an alert is in its life (ISA-18.2, figure 'alarm state transition diagram')."""

    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    CLEARED_UNACKNOWLEDGED = "cleared_unacknowledged"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"  # By design: the plan says that it means nothing now.
    OUT_OF_SERVICE = "out_of_service"  # Its rule or device is being worked on.
    CLOSED = "closed"


class AlertOutcome(StrEnum):
    """What an alert turned out to be, asked at its closing."""

    TRUE = "true"  # It was what it said.
    BENIGN = "benign"  # It was so, and harmless.
    FALSE_LOGIC = "false_logic"  # The rule was wrong about it.
    FALSE_DATA = "false_data"  # The sensors were wrong.
    UNDETERMINED = "undetermined"
    TEST = "test"


class CommandState(StrEnum):
    """Where a command is in its life."""

    AWAITING_CONFIRMATION = "awaiting_confirmation"
    BLOCKED = "blocked"
    SENT = "sent"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"  # The actuator's own state shows it.
    VERIFIED = "verified"  # A sensor that is not the actuator saw or heard it.
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class PlaybookKind(StrEnum):
    """What a playbook is for (ProtectUK and NFCC: evacuate, invacuate, lockdown, communicate)."""

    EVACUATE = "evacuate"  # Everybody out.
    INVACUATE = "invacuate"  # Everybody in, away from what is outside.
    LOCKDOWN = "lockdown"  # Nobody in or out.
    COMMUNICATE = "communicate"
    OTHER = "other"


class RunState(StrEnum):
    """Where a playbook that was begun is."""

    RUNNING = "running"
    COMPLETED = "completed"  # Every step is over.
    STOPPED = "stopped"  # By a person, or because its alert closed.


class StepState(StrEnum):
    """Where a step of a running playbook is."""

    WAITING = "waiting"  # Its turn has not come.
    DUE = "due"  # It waits for a person.
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class TaskState(StrEnum):
    """Where a field task is. From DEVICE_RECEIPT on it is what the team's `Receipt` says."""

    WAITING = "waiting"  # No suitable team is free: it goes to the first that is.
    SENT = "sent"
    DEVICE_RECEIPT = "device_receipt"
    READ = "read"
    ACCEPTED = "accepted"
    ON_SCENE = "on_scene"
    DONE = "done"
    UNANSWERED = "unanswered"  # Nobody took it: the control room must reach a team itself.
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """How a person or a team is reached."""

    APP = "app"
    RADIO = "radio"
    PHONE = "phone"


class FruinLevel(StrEnum):
    """Level of service of a standing or walking crowd (J. J. Fruin, 1971)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class TrackState(StrEnum):
    """How sure the hub is that a track is there now."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    COASTING = "coasting"
    LOST = "lost"
    DORMANT = "dormant"  # More likely gone than hidden; if it comes back, it is itself again.


class CalibrationState(StrEnum):
    """How well the hub knows a sensor's own errors."""

    LEARNING = "learning"  # Too few common tracks yet: nothing is corrected.
    STEADY = "steady"  # Known, and corrected.
    DRIFTED = "drifted"  # Known, corrected, and larger than an installation may be off.
    UNSETTLED = "unsettled"  # The estimate does not come to rest: look at the sensor.
    FROZEN = "frozen"  # An operator holds it as it is.


class Role(StrEnum):
    """What a person may see and do."""

    WALL = "wall"
    FIELD = "field"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    PLANNER = "planner"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Posture(StrEnum):
    """The site's declared state."""

    NORMAL = "normal"
    RAISED = "raised"
    INCIDENT = "incident"
    EVACUATING = "evacuating"
    EXERCISE = "exercise"


class Colour(StrEnum):
    """Colour of clothing or paint, the eleven basic colour terms (Berlin and Kay, 1969)."""

    BLACK = "black"
    WHITE = "white"
    GREY = "grey"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"
    BROWN = "brown"


class CarriedObject(StrEnum):
    """A large thing that a person carries or pushes."""

    NOTHING = "nothing"
    BACKPACK = "backpack"
    SUITCASE = "suitcase"
    BAG = "bag"
    LONG_OBJECT = "long_object"
    PUSHCHAIR = "pushchair"
    WHEELCHAIR = "wheelchair"
