"""The handover sheet as Markdown, to be printed and signed.

What people typed is text and never markup: somebody reads this sheet in a browser.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from hub.core.review.wall_clock import WallClock, duration
from hub.core.rules.taint import Stained
from wire.feed import AlertView
from wire.review import HandoverView, KpiView, LogLine, Measure
from wire.work import IncidentView, PostureView, RunView, ServiceView, TaskView

RowT = TypeVar("RowT")

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def markdown(view: HandoverView, clock: WallClock) -> str:
    """Return the sheet of a shift as a page."""
    parts = (
        _head(view, clock),
        _section("Incidents", view.incidents, lambda one: _incident(one, clock)),
        _section("Open alerts", view.open, lambda one: _alert(one, clock)),
        _section("Shelved", view.shelved, lambda one: _shelved(one, clock)),
        _section("Suppressed by design", view.suppressed, lambda one: _hidden(one, clock)),
        _section("Alerts out of service", view.out_of_service, lambda one: _hidden(one, clock)),
        _section("Out of service", view.services, lambda one: _service(one, clock)),
        _section("Playbooks that run", view.runs, lambda one: _run(one, clock)),
        _section("Open tasks", view.tasks, lambda one: _task(one, clock)),
        _section("Sensors and actuators that are out", view.sensors_out, plain),
        _section("The hub itself", view.hub_faults, plain),
        _section("Nobody has said what these were", view.to_assess, lambda one: _alert(one, clock)),
        _section("Decisions", view.decisions, lambda one: _log(one, clock)),
        _section("Log", view.log, lambda one: _log(one, clock)),
        _section("Closed in this shift", view.closed, lambda one: _closed(one, clock)),
        _figures(view.kpi),
        _signatures(view, clock),
    )
    return "\n".join(part for part in parts if part)


def plain(text: str) -> str:
    """Return text on one line in which nothing is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _head(view: HandoverView, clock: WallClock) -> str:
    span = f"{clock.moment(view.start_us)} to {clock.moment(view.end_us)}"
    lines = [f"# Shift handover: {plain(view.site)}", "", f"{span}, written for {plain(view.by)}"]
    if view.simulated:
        lines += ["", "**SIMULATION: some or all of this did not happen.**"]
    if view.exercise:
        lines += ["", "**EXERCISE**"]
    lines += ["", "## Posture", ""]
    lines += [f"- {_posture(one, clock)}" for one in view.postures] or ["- normal everywhere"]
    return "\n".join([*lines, ""])


def _section(title: str, rows: Sequence[RowT], said: Callable[[RowT], str]) -> str:
    """Return a section; "none" is an answer, too, and no gap on the sheet."""
    lines = [f"- {said(one)}" for one in rows] or ["- none"]
    return "\n".join([f"## {title} ({len(rows)})", "", *lines, ""])


def _posture(one: PostureView, clock: WallClock) -> str:
    where = "the whole site" if one.id == "site" else plain(one.id)
    since = clock.moment(one.since_us)
    return f"{where}: **{one.posture}** since {since}, by {plain(one.by)}: {plain(one.reason)}"


def _incident(one: IncidentView, clock: WallClock) -> str:
    zones = f" in {plain(', '.join(one.zones))}" if one.zones else ""
    return (
        f"**I-{one.number}** {one.priority}: {plain(one.summary)}{zones}; {one.open_count} of"
        f" {len(one.alerts)} alerts open, {one.unacknowledged_count} unacknowledged;"
        f" since {clock.moment(one.opened_us)}{_drill(one)}"
    )


def _alert(one: AlertView, clock: WallClock) -> str:
    who = f", {plain(one.acknowledged_by)} has it" if one.acknowledged_by else ", nobody has it"
    who = who if one.closed_us is None else ""
    zone = f" in {plain(one.zone)}" if one.zone else ""
    return (
        f"**A-{one.number}** {one.priority}: {plain(one.summary)}{zone};"
        f" {one.state.replace('_', ', ')} since {clock.moment(one.raised_us)}{who}"
        f"{_drill(one)}"
    )


def _shelved(one: AlertView, clock: WallClock) -> str:
    until = "" if one.shelved_until_us is None else f" until {clock.moment(one.shelved_until_us)}"
    by = plain(one.shelved_by or "somebody")
    return f"{_name(one)}{until}, by {by}: {plain(one.shelve_reason or 'no reason')}"


def _hidden(one: AlertView, clock: WallClock) -> str:
    until = "" if one.hidden_until_us is None else f" until {clock.moment(one.hidden_until_us)}"
    return f"{_name(one)}{until}: {plain(one.hidden_why or 'by design')}"


def _closed(one: AlertView, clock: WallClock) -> str:
    at = "" if one.closed_us is None else f" at {clock.moment(one.closed_us)}"
    by = plain(one.closed_by or "itself")
    outcome = (
        "nobody has said what it was" if one.outcome is None else one.outcome.replace("_", " ")
    )
    note = f": {plain(one.note)}" if one.note else ""
    return f"{_name(one)}{at} by {by}; {outcome}{note}"


def _name(one: AlertView) -> str:
    drill = _drill(one)
    return f"**A-{one.number}** {one.priority}: {plain(one.summary)}{drill}"


def _drill(one: Stained) -> str:
    return " (SIMULATED)" * one.simulated + " (EXERCISE)" * one.exercise


def _service(one: ServiceView, clock: WallClock) -> str:
    return (
        f"{plain(one.id)} until {clock.moment(one.until_us)}, by {plain(one.by)}:"
        f" {plain(one.reason)}; {one.hidden_count} alerts hidden by it"
    )


def _run(one: RunView, clock: WallClock) -> str:
    steps = "; ".join(f"{plain(step.text)}: {step.state}" for step in one.steps)
    began = f"begun {clock.moment(one.started_us)} by {plain(one.started_by)}"
    return f"**{plain(one.name)}** {began}. {steps}{_drill(one)}"


def _task(one: TaskView, clock: WallClock) -> str:
    team = f"team {plain(one.team)}" if one.team else "no team has it"
    state = one.state.replace("_", " ")
    return f"**T-{one.number}** {state}, {team}: {plain(one.text)} ({clock.moment(one.created_us)})"


def _log(one: LogLine, clock: WallClock) -> str:
    return f"{clock.moment(one.at_us)} {plain(one.by)}: {plain(one.text)}"


def _figures(kpi: KpiView) -> str:
    times = kpi.acknowledged
    waited = (
        "nothing was acknowledged"
        if times.median_s is None
        else f"median {_seconds(times.median_s)}, nine of ten within {_seconds(times.p90_s)}"
    )
    lines = [
        "## Figures of the shift",
        "",
        f"{kpi.raised} times an alert asked for somebody; on duty: {kpi.operators}.",
        f"Time to acknowledge: {waited}.",
        "",
        "| figure | value | target | met |",
        "|---|---|---|---|",
        *(_measure(one) for one in kpi.measures),
    ]
    if not kpi.complete:
        lines += ["", "**There were more changes than are counted at once: ask for fewer hours.**"]
    return "\n".join([*lines, ""])


def _seconds(value: float | None) -> str:
    return "-" if value is None else duration(round(value * 1e6))


def _measure(one: Measure) -> str:
    value = "-" if one.value is None else f"{one.value:g} {one.unit}"
    met = {True: "yes", False: "**no**", None: "not judged"}[one.met]
    return f"| {one.name} | {value} | {one.target} | {met} |"


def _signatures(view: HandoverView, clock: WallClock) -> str:
    lines = [
        f"- {clock.moment(one.at_us)}: {plain(one.by)} to {plain(one.to)}"
        + (f": {plain(one.note)}" if one.note else "")
        for one in view.handovers
    ]
    blank = "_" * 24
    return "\n".join(
        [
            f"## Handed over ({len(view.handovers)})",
            "",
            *(lines or ["- not yet"]),
            "",
            f"From: {blank}    To: {blank}    At: {'_' * 8}",
            "",
        ]
    )
