"""What the hub itself says on the bus: commands, alerts, commitments, tracks and its health."""

import numpy as np
from numpy.typing import NDArray

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Publish
from hub.core.fusion.tracks import Tracks
from hub.core.inputs import Reliable
from hub.core.response.command import CommandRecord
from hub.core.response.task import OVER, TaskRecord
from hub.core.site import Place, Site
from wire import topics
from wire.catalogue import Family
from wire.delivery import Mark
from wire.feed import LABELS
from wire.geodesy import SiteFrame
from wire.ids import derived_id, ulid
from wire.labels import AlertState, HealthState, Posture
from wire.messages import (
    AlertNotice,
    Command,
    Committed,
    Cue,
    Fault,
    HubHealth,
    Outcome,
    Point,
    Position,
    Reading,
    Receipt,
    Report,
    TaskNotice,
    TrackFeature,
    TrackProperties,
    TracksSummary,
)
from wire.quantities import Instant, Ulid

# The summary is for third parties at 1 Hz; a payload with more tracks than this is not one.
SUMMARY_MAX = 5_000
# A position of the hub's own is never said to be better than this.
SIGMA_MIN_M = 0.05
# What a track's speed is said to be at most.
SPEED_MAX_MPS = 150.0


_TOPICS = {
    Cue: topics.sensor_cue,
    Reading: topics.sensor_reading,
    Outcome: topics.actuator_outcome,
    Report: topics.team_report,
    Receipt: topics.team_receipt,
}


def topic_of(site_id: str, message: Reliable) -> str:
    """Return where a message of the exactly-once lane travels."""
    return _TOPICS[type(message)](site_id, message.sender)


class Notices:
    """Builds the hub's messages, with envelopes that follow from what caused them."""

    def __init__(self, site: Site, frame: SiteFrame, boot: Ulid) -> None:
        self._site_id = site.id
        self._frame = frame
        self._boot = boot
        self._seqs: dict[str, int] = {}

    def committed(self, family: Family, mark: Mark, now_us: Instant) -> Publish:
        """Tell a sender how far its messages are on disk."""
        message = Committed(
            id=derived_id(mark.boot, mark.sender, str(mark.committed_seq)),
            sender=topics.HUB,
            boot=self._boot,
            seq=self._next("committed"),
            observed_us=now_us,
            sent_us=now_us,
            of_boot=mark.boot,
            committed_seq=mark.committed_seq,
        )
        topic = topics.committed(self._site_id, family, mark.sender)
        return Publish(topic=topic, message=message, retain=True)

    def command(self, record: CommandRecord, now_us: Instant) -> Publish:
        """Order an actuator."""
        message = Command(
            id=record.id,
            sender=topics.HUB,
            boot=self._boot,
            seq=self._next("command"),
            observed_us=record.changed_us,
            sent_us=now_us,
            expires_us=record.expires_us,
            exercise=record.exercise,
            simulated=record.simulated,
            actuator=record.actuator,
            action=record.action,
            parameters=record.parameters,
            reason=record.reason,
            alert=record.alert,
        )
        return Publish(
            topic=topics.actuator_command(self._site_id, record.actuator), message=message
        )

    def alert(self, record: AlertRecord, now_us: Instant) -> Publish:
        """Tell the field and third parties of an open alert; a closed one leaves its topic."""
        topic = topics.alert(self._site_id, record.id)
        if record.state is AlertState.CLOSED:
            return Publish(topic=topic, message=None, retain=True)
        message = AlertNotice(
            id=derived_id(record.id, str(record.changed_us), record.state),
            sender=topics.HUB,
            boot=self._boot,
            seq=self._next("alert"),
            observed_us=record.changed_us,
            sent_us=now_us,
            exercise=record.exercise,
            simulated=record.simulated,
            alert=record.id,
            rule=record.rule,
            priority=record.priority,
            state=record.state,
            summary=record.summary,
            raised_us=record.raised_us,
            zone=record.zone,
            position=self._position(record),
        )
        return Publish(topic=topic, message=message, retain=True)

    def task(self, record: TaskRecord, now_us: Instant) -> Publish:
        """Tell a team of its task; one that is over, or that nobody has, leaves its topic."""
        topic = topics.task(self._site_id, record.id)
        if record.team is None or record.state in OVER:
            return Publish(topic=topic, message=None, retain=True)
        message = TaskNotice(
            id=derived_id(record.id, str(record.changed_us), record.state, record.team),
            sender=topics.HUB,
            boot=self._boot,
            seq=self._next("task"),
            observed_us=record.changed_us,
            sent_us=now_us,
            exercise=record.exercise,
            simulated=record.simulated,
            task=record.id,
            team=record.team,
            number=record.number,
            state=record.state,
            priority=record.priority,
            alert=record.alert,
            summary=record.summary,
            text=record.text,
            position=None if record.place is None else self._at(record.place, 1.0),
            answer_due_us=record.answer_due_us,
        )
        return Publish(topic=topic, message=message, retain=True)

    def tracks(self, tracks: Tracks, rows: NDArray[np.intp], now_us: Instant) -> Publish:
        """Tell third parties where the confirmed tracks are."""
        message = TracksSummary(
            id=ulid(now_us, bytes(10)),
            sender=topics.HUB,
            boot=self._boot,
            seq=self._next("tracks"),
            observed_us=now_us,
            sent_us=now_us,
            features=_features(tracks, rows[:SUMMARY_MAX], self._frame),
            simulated=bool(tracks.simulated[rows].any()),
            exercise=bool(tracks.exercise[rows].any()),
        )
        return Publish(topic=topics.tracks(self._site_id), message=message, qos=0)

    def health(
        self,
        now_us: Instant,
        *,
        faults: tuple[Fault, ...],
        track_count: int,
        alert_count: int,
        sensor_count: int,
        software: str,
        posture: Posture = Posture.NORMAL,
    ) -> Publish:
        """Tell everybody how the hub is."""
        message = HubHealth(
            id=ulid(now_us, b"health" + bytes(4)),
            sender=topics.HUB,
            boot=self._boot,
            seq=self._next("health"),
            observed_us=now_us,
            sent_us=now_us,
            state=HealthState.WARNING if faults else HealthState.OK,
            faults=faults,
            track_count=track_count,
            alert_count=alert_count,
            sensor_count=sensor_count,
            software=software,
            posture=posture,
        )
        return Publish(topic=topics.hub_health(self._site_id), message=message, retain=True)

    def _next(self, stream: str) -> int:
        self._seqs[stream] = self._seqs.get(stream, 0) + 1
        return self._seqs[stream]

    def _position(self, record: AlertRecord) -> Position | None:
        if record.place is None:
            return None
        return self._at(record.place, record.sigma_m or 1.0)

    def _at(self, place: Place, sigma_m: float) -> Position:
        lat_deg, lon_deg = self._frame.to_wgs84(*place)
        sigma_m = min(max(sigma_m, SIGMA_MIN_M), 1_000.0)
        return Position(
            lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=sigma_m, sigma_north_m=sigma_m
        )


def _features(tracks: Tracks, rows: NDArray[np.intp], frame: SiteFrame) -> tuple[TrackFeature, ...]:
    """Return tracks as GeoJSON."""
    at_deg = frame.to_wgs84_each(np.column_stack((tracks.east[rows], tracks.north[rows])))
    east, north = tracks.velocity_east[rows], tracks.velocity_north[rows]
    covariance = tracks.covariance[rows]
    widest = np.maximum(covariance[:, 0, 0], covariance[:, 1, 1])
    properties = (
        TrackProperties(
            label=LABELS[label],
            speed_mps=round(speed_mps, 2),
            heading_deg=round(heading_deg, 1),
            sigma_m=round(sigma_m, 2),
            updated_us=updated_us,
            simulated=simulated,
        )
        for label, speed_mps, heading_deg, sigma_m, updated_us, simulated in zip(
            tracks.label[rows].tolist(),
            np.minimum(np.hypot(east, north), SPEED_MAX_MPS).tolist(),
            (np.degrees(np.arctan2(east, north)) % 360.0).tolist(),
            np.sqrt(widest).tolist(),
            tracks.updated_us[rows].tolist(),
            tracks.simulated[rows].tolist(),
            strict=True,
        )
    )
    return tuple(
        TrackFeature(
            id=number,
            geometry=Point(coordinates=(round(lon_deg, 7), round(lat_deg, 7))),
            properties=one,
        )
        for number, (lat_deg, lon_deg), one in zip(
            tracks.number[rows].tolist(), at_deg.tolist(), properties, strict=True
        )
    )
