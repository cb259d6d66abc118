"""What things and sensors say that is not to be taken at its word: claims, identities, filters."""

from collections.abc import Iterable

from msgspec import structs

from hub.core.fusion.claims import Claims
from hub.core.fusion.detail import height_of
from hub.core.fusion.filtered import FilteredSensors
from hub.core.fusion.identity import identity_keys
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.tracker import Tracker
from hub.core.site import Sensor
from wire.geodesy import SiteFrame
from wire.labels import SensorKind
from wire.messages import Scan, SensorAbout
from wire.quantities import Instant


class Told:
    """Stands between what is said and what is measured."""

    def __init__(self, sensors: Iterable[Sensor], frame: SiteFrame, tracker: Tracker) -> None:
        self._kinds = {sensor.id: sensor.kind for sensor in sensors}
        self._tracker = tracker
        self._filtered = FilteredSensors()
        self.claims = Claims(frame)

    def about(self, about: SensorAbout) -> None:
        """Learn whether a sensor publishes tracks of its own."""
        self._filtered.learn(about.sender, filtered=about.filtered)

    def measured(self, scan: Scan) -> Scan:
        """Return what of a scan was measured; what things say of themselves is kept as claims."""
        if self._kinds.get(scan.sender) is not SensorKind.RADIO:
            return scan
        return self.claims.take(scan, self._tracker.rows.take_number)

    def weighed(self, measurements: Measurements) -> Measurements:
        """Return measurements with what is new in each, and whose each is."""
        measurements = self._filtered.discounted(measurements)
        if self._kinds.get(measurements.sensor) is not SensorKind.TAG:
            return measurements
        keys = identity_keys(measurements.object_id)
        return structs.replace(measurements, identity=keys)

    def wake(self, now_us: Instant) -> None:
        """Find out which tracks the claims belong to now."""
        self.claims.match(
            self._tracker.tracks, lambda row: height_of(self._tracker, row, now_us), now_us
        )
