"""Sends scans with moving targets at a steady rate: the load of a benchmark, precisely paced.

Scans leave one after the other at equal distances, in turns from each sensor. Each is due at its
own instant since the start, so that a late one does not delay the rest; how late each really was
is part of the report.
"""

import math
import os
import select
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Final

import numpy as np
from msgspec import Meta, Struct

from simulators.core.envelope import Lane, Send, Voice
from simulators.core.plan import SitePlan
from simulators.errors import BrokerAddressError, CredentialsError
from simulators.link import BrokerAddress, Link, LinkState
from simulators.player import clock
from wire import topics
from wire.geodesy import SiteFrame
from wire.labels import Label, SensorKind
from wire.messages import Detection, Pose, Position, Scan, SensorAbout
from wire.quantities import Identifier

GREETED_MAX_S: Final = 10.0
SIGMA_M: Final = 0.3
WALK_MPS: Final = 1.3
CIRCLE_M: Final = 4.0

# Sleeping is good to a tenth of a millisecond; the rest is spent looking at the clock.
SPIN_S: Final = 0.0002


class Load(Struct, frozen=True, kw_only=True):
    """What to send."""

    sensors: tuple[Identifier, ...]
    detections_per_s: Annotated[float, Meta(gt=0.0)]
    per_scan: Annotated[int, Meta(ge=1, le=1_000)] = 10
    duration_s: Annotated[float, Meta(gt=0.0)] = 10.0
    warm_up_s: float = 0.0  # Sent, but not part of the report.


class Report(Struct, frozen=True, kw_only=True):
    """What was really sent."""

    scans: int
    detections: int
    unsent: int
    seconds: float
    late_p50_ms: float
    late_p99_ms: float
    late_max_ms: float


class Targets:
    """Things that walk in circles, `per_scan` of them for each sensor."""

    def __init__(self, site: SitePlan, sensors: int, per_scan: int) -> None:
        (west, south), (east, north) = site.site.bounds
        frame = SiteFrame(site.site.origin.lat_deg, site.site.origin.lon_deg)
        # A site is small: degrees per metre at its origin are good to a millimetre for a circle.
        self._origin = frame.to_wgs84(0.0, 0.0)
        self._per_north = (frame.to_wgs84(0.0, 100.0)[0] - self._origin[0]) / 100.0
        self._per_east = (frame.to_wgs84(100.0, 0.0)[1] - self._origin[1]) / 100.0
        rng = np.random.default_rng(0)
        margin_m = CIRCLE_M + 1.0
        low = np.array([west, south]) + margin_m
        high = np.array([east, north]) - margin_m
        self._middles = rng.uniform(low, high, (sensors, per_scan, 2))
        self._phases = rng.uniform(0.0, 2 * math.pi, (sensors, per_scan))

    def detections(self, sensor: int, at_s: float) -> tuple[Detection, ...]:
        """Return where the targets of a sensor are at a moment."""
        angle = self._phases[sensor] + at_s * WALK_MPS / CIRCLE_M
        east = self._middles[sensor, :, 0] + CIRCLE_M * np.cos(angle)
        north = self._middles[sensor, :, 1] + CIRCLE_M * np.sin(angle)
        lat = (self._origin[0] + north * self._per_north).round(8).tolist()
        lon = (self._origin[1] + east * self._per_east).round(8).tolist()
        return tuple(
            Detection(
                label=Label.PERSON,
                confidence=0.9,
                where=Position(
                    lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=SIGMA_M, sigma_north_m=SIGMA_M
                ),
            )
            for lat_deg, lon_deg in zip(lat, lon, strict=True)
        )


def run_load(
    plan: Load,
    site: SitePlan,
    address: BrokerAddress,
    passwords: Mapping[str, str] | None,
    should_stop: Callable[[], bool],
) -> Report:
    """Connect, introduce the sensors, send until done or told to stop, and report."""
    now_us = clock()
    rng = np.random.default_rng(int.from_bytes(os.urandom(8), "big"))
    voices = [Voice(sensor, now_us(), rng) for sensor in plan.sensors]
    links = [_connect(sensor, address, passwords) for sensor in plan.sensors]
    try:
        for voice, link in zip(voices, links, strict=True):
            link.publish(_about(voice, site, now_us()))
        targets = Targets(site, len(voices), plan.per_scan)
        return _send(plan, site.site.id, targets, voices, links, now_us, should_stop)
    finally:
        for link in links:
            link.drop()


def _connect(sensor: str, address: BrokerAddress, passwords: Mapping[str, str] | None) -> Link:
    password = None if passwords is None else passwords.get(sensor)
    if passwords is not None and password is None:
        what = f"the credentials have no password for {sensor}"
        raise CredentialsError(what, fix="name sensors that are in the --credentials file")
    link = Link(f"{sensor}-scan", sensor, password, lambda _topic, _payload: None)
    fix = "start the hub first, or correct --broker"
    try:
        link.connect(address, time.monotonic())
    except OSError as error:
        what = f"no MQTT broker answers at {address}: {error.strerror or error}"
        raise BrokerAddressError(what, fix=fix) from None
    deadline_s = time.monotonic() + GREETED_MAX_S
    while link.state is LinkState.GREETING and time.monotonic() < deadline_s:
        _serve(link, 0.05)
    if link.state is LinkState.REFUSED:
        what = f"the broker at {address} refuses {sensor}: wrong name or password"
        raise CredentialsError(what, fix="give the hub's own --credentials file")
    if link.state is not LinkState.UP:
        what = f"the broker at {address} does not greet {sensor}"
        raise BrokerAddressError(what, fix=fix)
    return link


def _serve(link: Link, wait_s: float) -> None:
    """Read and write what can be, for at most so long."""
    found = link.socket()
    if found is None:
        return
    readable, _, _ = select.select([found], [], [], wait_s)
    if readable:
        link.read()
    if link.wants_write:
        link.write()


def _about(voice: Voice, site: SitePlan, now_us: int) -> Send:
    topic = topics.sensor_about(site.site.id, voice.device)
    origin = site.site.origin
    about = SensorAbout(
        **voice.envelope(topic, now_us, now_us),
        kind=SensorKind.LIDAR,
        name=f"Load {voice.device}",
        pose=Pose(lat_deg=origin.lat_deg, lon_deg=origin.lon_deg),
        # No field of view: each sees its own targets only, and a miss of it proves nothing.
        labels=(Label.PERSON,),
    )
    return voice.say(topic, about, lane=Lane.SCAN, qos=1, retain=True)


def _send(
    plan: Load,
    site_id: str,
    targets: Targets,
    voices: list[Voice],
    links: list[Link],
    now_us: Callable[[], int],
    should_stop: Callable[[], bool],
) -> Report:
    period_s = plan.per_scan / plan.detections_per_s
    warm_up_count = round(plan.warm_up_s / period_s)
    count = warm_up_count + max(1, round(plan.duration_s / period_s))
    addresses = [topics.sensor_scan(site_id, voice.device) for voice in voices]
    late_s: list[float] = []
    unsent = 0
    start_s = first_s = time.monotonic()
    for number in range(count):
        if should_stop():
            break
        due_s = start_s + number * period_s
        sensor = number % len(voices)
        _serve(links[sensor], 0.0)
        _wait_until(due_s)
        if number == warm_up_count:
            first_s = time.monotonic()
        instant_us = now_us()
        scan = Scan(
            **voices[sensor].envelope(addresses[sensor], instant_us, instant_us),
            detections=targets.detections(sensor, due_s - start_s),
        )
        sent = links[sensor].publish(
            voices[sensor].say(addresses[sensor], scan, lane=Lane.SCAN, qos=0, retain=False)
        )
        if number >= warm_up_count:
            late_s.append(time.monotonic() - due_s)
            unsent += sent is None
    return _report(plan, late_s, unsent, time.monotonic() - first_s)


def _wait_until(due_s: float) -> None:
    left_s = due_s - time.monotonic()
    if left_s > SPIN_S:
        time.sleep(left_s - SPIN_S)
    while time.monotonic() < due_s:
        pass


def _report(plan: Load, late_s: list[float], unsent: int, seconds: float) -> Report:
    late_ms = 1_000.0 * np.array(late_s or [0.0])
    scans = len(late_s) - unsent
    return Report(
        scans=scans,
        detections=scans * plan.per_scan,
        unsent=unsent,
        seconds=max(seconds, 1e-9),
        late_p50_ms=float(np.percentile(late_ms, 50)),
        late_p99_ms=float(np.percentile(late_ms, 99)),
        late_max_ms=float(late_ms.max()),
    )
