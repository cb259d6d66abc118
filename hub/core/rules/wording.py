"""Words for summaries and evidence: short enough to be read aloud on the radio."""

from collections import Counter
from collections.abc import Iterable

from wire.feed import EvidenceLine
from wire.labels import CueKind, Label
from wire.quantities import SECOND_US, Instant, Line

_LINE_MAX = 200

_ONE_AND_MANY = {
    Label.UNKNOWN: ("something", "unknown things"),
    Label.PERSON: ("person", "people"),
    Label.BICYCLE: ("bicycle", "bicycles"),
    Label.VEHICLE: ("vehicle", "vehicles"),
    Label.DRONE: ("drone", "drones"),
    Label.BAG: ("bag", "bags"),
    Label.ANIMAL: ("animal", "animals"),
}

CUE_WORDS = {
    CueKind.IMPULSE_SOUND: "Impulse sound",
    CueKind.GLASS_BREAK: "Breaking glass",
    CueKind.DOOR_FORCED: "Door forced",
    CueKind.DOOR_HELD: "Door held open",
    CueKind.BUTTON_PRESSED: "Button pressed",
    CueKind.VIEW_COVERED: "View covered",
    CueKind.VIEW_DEFOCUSED: "View out of focus",
    CueKind.VIEW_MOVED: "View moved",
    CueKind.VIEW_DARK: "View dark",
    CueKind.VIEW_RESTORED: "View restored",
    CueKind.TAMPER: "Tampering",
    CueKind.REMOTE_ID: "Drone with remote id",
    CueKind.SIREN_HEARD: "Siren heard",
}


def line(text: str) -> Line:
    """Return the text cut to what a line may hold."""
    return text if len(text) <= _LINE_MAX else text[: _LINE_MAX - 1] + "…"


def sentence(text: str) -> Line:
    """Return the text as a line that begins with a capital."""
    return line(text[:1].upper() + text[1:])


def things(labels: Iterable[Label]) -> str:
    """Return "person", "3 people", "1 vehicle and 2 people"."""
    counts = sorted(Counter(labels).items())
    if len(counts) == 1 and counts[0][1] == 1:
        return _ONE_AND_MANY[counts[0][0]][0]
    return " and ".join(counted(label, count) for label, count in counts)


def counted(label: Label, count: int) -> str:
    """Return "1 person", "3 people"."""
    one, many = _ONE_AND_MANY[label]
    if count == 1:
        return "1 unknown thing" if label is Label.UNKNOWN else f"1 {one}"
    return f"{count} {many}"


def clock(instant_us: Instant) -> str:
    """Return the time of day, as on the control room's wall."""
    seconds = instant_us // SECOND_US % 86_400
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02} UTC"


def evidence(*lines: tuple[str, str]) -> tuple[EvidenceLine, ...]:
    """Return lines of evidence, leaving out those without a value."""
    return tuple(EvidenceLine(name=name, value=line(value)) for name, value in lines if value)


def listed(items: Iterable[object]) -> str:
    """Return "a, b, c and 12 more": no operator reads more than eight names."""
    names = [str(item) for item in items]
    rest = len(names) - 8
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:8])} and {rest} more"
