"""Prometheus metrics, and the word that the hub lives."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hub.adapters.web.live import LiveHub
from hub.adapters.web.needs import Needs
from hub.adapters.web.refusals import json
from hub.adapters.web.visitors import MAY_MEASURE, Visitors
from wire.feed import HubView

# Of the hub's own view of itself; the words are those of the health screen.
_GAUGES: Final = {
    "tracks": "Tracks in the picture.",
    "detections_per_s": "Detections taken a second.",
    "scans_per_s": "Scans taken a second.",
    "alerts_10_min": "Alerts raised in the last ten minutes: the operators' load.",
    "bus_connected": "1 while the broker is reached.",
    "journal_ok": "1 while the journal can be written.",
    "observed_to_received_p99_ms": "Observation to arrival, 99th percentile.",
    "received_to_effects_p99_ms": "Arrival to effects, 99th percentile.",
    "uptime_s": "Seconds since the hub started.",
}


def router(needs: Needs, live: LiveHub, visitors: Visitors) -> APIRouter:
    """Return the routes of /metrics and /healthz."""
    routes = APIRouter()
    registry = CollectorRegistry()
    registry.register(_HubCollector(needs, live))

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not _is_from_this_machine(request):
            await visitors.require(request, MAY_MEASURE)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @routes.get("/healthz")
    async def healthz() -> Response:
        view = needs.hub_view()
        health = {"bus_connected": view.bus_connected, "journal_ok": view.journal_ok}
        # Without a broker the hub still shows the picture; without a journal it cannot decide.
        return json(health, 200 if view.journal_ok else 503)

    return routes


def _is_from_this_machine(request: Request) -> bool:
    # What a proxy on this machine hands on says so, and comes from elsewhere.
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(Visitors.address(request)).is_loopback
    except ValueError:
        return False


class _HubCollector(Collector):
    """Reads the hub at the moment it is asked: nothing is counted twice."""

    def __init__(self, needs: Needs, live: LiveHub) -> None:
        self._needs = needs
        self._live = live

    def collect(self) -> Iterable[Metric]:
        yield from _of_the_hub(self._needs.hub_view())
        yield GaugeMetricFamily(
            "vedette_clients", "Screens that look at the feed.", value=self._live.client_count
        )
        yield CounterMetricFamily(
            "vedette_frames", "Deltas shown since the start.", value=self._live.shown_count
        )
        yield CounterMetricFamily(
            "vedette_client_overruns",
            "Times that a screen fell behind and was given a snapshot.",
            value=self._live.overrun_count,
        )
        for name, text, value in self._needs.counts():
            yield CounterMetricFamily(f"vedette_{name}", text, value=value)


def _of_the_hub(view: HubView) -> Iterable[Metric]:
    values = msgspec.structs.asdict(view)
    for name, text in _GAUGES.items():
        yield GaugeMetricFamily(f"vedette_{name}", text, value=float(values[name]))
    yield CounterMetricFamily(
        "vedette_dropped_scans",
        "Scans dropped because they came faster than they were taken.",
        value=view.dropped_scans,
    )
