"""What the agent says, as messages: pure, told the instants and the entropy of ids."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from edge.core.motion import Seen
from edge.core.tracklet import Tracklet
from edge.core.view_health import CUES, View
from wire.ids import ulid
from wire.labels import HealthState, Label, SensorKind
from wire.messages import (
    Box,
    CameraModel,
    Cue,
    Detection,
    Fault,
    FieldOfView,
    Health,
    OutboxFloor,
    Pose,
    Scan,
    SensorAbout,
)
from wire.quantities import Identifier, Instant, Line, Ulid

Entropy = Callable[[], bytes]
"""Returns ten random bytes each time."""

FAULTS_MAX = 16
"""As many as a `Health` holds."""


class CameraFacts(Struct, frozen=True, kw_only=True):
    """What does not change while an agent runs."""

    name: Line
    pose: Pose
    model: CameraModel
    field_of_view: FieldOfView | None
    purpose: Line
    software: Line


class Reporter:
    """Makes the messages of one sensor in one boot; each topic counts its own sequence."""

    def __init__(
        self, sender: Identifier, boot: Ulid, *, simulated: bool, entropy: Entropy
    ) -> None:
        self.sender = sender
        self.boot = boot
        self._simulated = simulated
        self._entropy = entropy
        self._about_seq = self._health_seq = self._scan_seq = 0

    def about(self, facts: CameraFacts, rate_hz: float, now_us: Instant) -> SensorAbout:
        """Return what the camera is."""
        self._about_seq += 1
        return SensorAbout(
            id=ulid(now_us, self._entropy()),
            sender=self.sender,
            boot=self.boot,
            seq=self._about_seq,
            observed_us=now_us,
            sent_us=now_us,
            simulated=self._simulated,
            kind=SensorKind.CAMERA,
            name=facts.name,
            pose=facts.pose,
            camera=facts.model,
            field_of_view=facts.field_of_view,
            labels=(Label.PERSON,),
            scan_rate_hz=round(rate_hz, 2),
            purpose=facts.purpose,
            software=facts.software,
        )

    def health(
        self,
        state: HealthState,
        now_us: Instant,
        *,
        faults: Sequence[Fault] = (),
        frame_rate_hz: float | None = None,
        spool_count: int = 0,
        floors: tuple[OutboxFloor, ...] = (),
    ) -> Health:
        """Return how the camera is."""
        self._health_seq += 1
        return Health(
            id=ulid(now_us, self._entropy()),
            sender=self.sender,
            boot=self.boot,
            seq=self._health_seq,
            observed_us=now_us,
            sent_us=now_us,
            simulated=self._simulated,
            state=state,
            faults=tuple(faults[:FAULTS_MAX]),
            frame_rate_hz=frame_rate_hz,
            spool_count=spool_count,
            floors=floors,
        )

    def scan(
        self,
        people: Sequence[Tracklet],
        size: tuple[int, int],
        observed_us: Instant,
        sent_us: Instant,
    ) -> Scan:
        """Return what one frame shows."""
        self._scan_seq += 1
        return Scan(
            id=ulid(observed_us, self._entropy()),
            sender=self.sender,
            boot=self.boot,
            seq=self._scan_seq,
            observed_us=observed_us,
            sent_us=sent_us,
            simulated=self._simulated,
            detections=tuple(_detection(person, size) for person in people),
        )

    def cue(self, view: View, seq: int, observed_us: Instant, sent_us: Instant) -> Cue:
        """Return that the view has changed; its number is the outbox's."""
        return Cue(
            id=ulid(observed_us, self._entropy()),
            sender=self.sender,
            boot=self.boot,
            seq=seq,
            observed_us=observed_us,
            sent_us=sent_us,
            simulated=self._simulated,
            kind=CUES[view],
            confidence=0.9,
        )


def _detection(person: Tracklet, size: tuple[int, int]) -> Detection:
    return Detection(
        label=Label.PERSON,
        # A shape filled by half is as sure as noon: what is missing are swinging limbs.
        confidence=round(min(max(0.4 + person.seen.fill, 0.0), 0.99), 2),
        where=box_of(person.seen, size),
        object_id=str(person.number),
    )


def box_of(seen: Seen, size: tuple[int, int]) -> Box:
    """Return a box as fractions of the image; what hangs over its edge is cut there."""
    width, height = size
    return Box(
        left=_fraction(seen.left / width),
        top=_fraction(seen.top / height),
        right=_fraction(seen.right / width),
        bottom=_fraction(seen.bottom / height),
    )


def _fraction(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 5)
