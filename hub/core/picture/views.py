"""Records to views: what operators see of alerts, commands, cues and the plan."""

from collections.abc import Iterable

from hub.core.alerts.alert import AlertRecord
from hub.core.fusion.bangs import Chain, Sound
from hub.core.response.authority import needs
from hub.core.response.command import CommandRecord
from hub.core.site import Area, Place, Site
from wire.feed import (
    AlertView,
    CommandView,
    CueView,
    EastNorth,
    Shape,
    SiteView,
    StepView,
    WireView,
)
from wire.messages import Cue
from wire.quantities import Line, Ulid
from wire.work import PlaybookView


def alert_view(
    record: AlertRecord, commands: Iterable[CommandRecord], *, incident: Ulid | None = None
) -> AlertView:
    """Return an alert with the steps of its playbook."""
    return AlertView(
        id=record.id,
        number=record.number,
        rule=record.rule,
        rule_kind=record.rule_kind,
        priority=record.priority,
        state=record.state,
        active=record.active,
        summary=record.summary,
        zone=record.zone_name,
        at=None if record.place is None else east_north(record.place),
        sigma_m=record.sigma_m,
        raised_us=record.raised_us,
        changed_us=record.changed_us,
        cleared_us=record.cleared_us,
        acknowledged_by=record.acknowledged_by,
        acknowledged_us=record.acknowledged_us,
        shelved_by=record.shelved_by,
        shelved_until_us=record.shelved_until_us,
        shelve_reason=record.shelve_reason,
        hidden_why=record.hidden_why,
        hidden_until_us=record.hidden_until_us,
        repeats=record.repeats,
        chattering=record.chattering,
        stale=record.stale,
        escalation=record.escalation,
        escalated_to=record.escalated_to,
        incident=incident,
        latched=record.latched,
        closed_by=record.closed_by,
        closed_us=record.closed_us,
        outcome=record.outcome,
        note=record.note,
        sensors=record.sensors,
        tracks=record.tracks,
        evidence=record.evidence,
        steps=tuple(step_view(command) for command in commands if command.step is not None),
        simulated=record.simulated,
        exercise=record.exercise,
    )


def step_view(record: CommandRecord) -> StepView:
    """Return a playbook's command as a step of its alert."""
    assert record.step is not None
    return StepView(
        step=record.step,
        text=record.text,
        actuator=record.actuator,
        action=record.action,
        effect=record.effect,
        needs=needs(record.effect),
        command=record.id,
        state=record.state,
        note=record.note,
        expires_us=record.expires_us,
    )


def command_view(record: CommandRecord) -> CommandView:
    """Return a command as operators see it."""
    return CommandView(
        id=record.id,
        alert=record.alert,
        actuator=record.actuator,
        action=record.action,
        state=record.state,
        by=record.confirmed_by[-1] if record.confirmed_by else record.requested_by,
        requested_us=record.requested_us,
        changed_us=record.changed_us,
        expires_us=record.expires_us,
        note=record.note,
        simulated=record.simulated,
        exercise=record.exercise,
    )


def cue_views(cue: Cue, place: Place, sigma_m: float, chain: Chain | None) -> list[CueView]:
    """Return a cue at the place where it happened, or the bangs that it and others are of."""
    located = [sound for sound in chain.sounds if sound.is_located] if chain is not None else []
    views = [sound_view(cue, sound) for sound in located]
    # A sensor's own word stands beside: until, and unless, others say where it was.
    is_told = any(cue.sender in sound.sensors for sound in located)
    return views if is_told else [cue_view(cue, place, sigma_m), *views]


def sound_view(cue: Cue, sound: Sound) -> CueView:
    """Return a bang that several sensors located, in place of the first cue of it."""
    is_direction = sound.bearing_deg is not None
    return CueView(
        id=sound.anchor,
        sensor=sound.sensor,
        kind=cue.kind,
        at=east_north(sound.centre if is_direction else sound.place),
        sigma_m=round(sound.axes.major_m, 1),
        sigma_minor_m=round(sound.axes.minor_m, 1),
        sigma_azimuth_deg=round(sound.axes.azimuth_deg, 1),
        bearing_deg=None if sound.bearing_deg is None else round(sound.bearing_deg, 1),
        sigma_bearing_deg=round(sound.sigma_bearing_deg, 1) if is_direction else None,
        observed_us=sound.emitted_us,
        sensors=sound.sensors,
        rejected=tuple(stray.sensor for stray in sound.strays),
        simulated=cue.simulated,
    )


def cue_view(cue: Cue, place: Place, sigma_m: float) -> CueView:
    """Return a cue at the place where it happened."""
    return CueView(
        id=cue.id,
        sensor=cue.sender,
        kind=cue.kind,
        at=east_north(place),
        sigma_m=round(sigma_m, 1),
        observed_us=cue.observed_us,
        simulated=cue.simulated,
    )


def site_view(site: Site, plan: Line = "1") -> SiteView:
    """Return the plan as drawn on the map, and what people may begin."""
    return SiteView(
        id=site.id,
        name=site.name,
        origin_lat_deg=site.origin.lat_deg,
        origin_lon_deg=site.origin.lon_deg,
        bounds=(east_north(site.bounds[0]), east_north(site.bounds[1])),
        ground=tuple(_shape(area) for area in site.ground),
        buildings=tuple(_shape(area) for area in site.buildings),
        zones=tuple(_shape(area) for area in site.zones),
        tripwires=tuple(
            WireView(
                id=wire.id, name=wire.name, start=east_north(wire.start), end=east_north(wire.end)
            )
            for wire in site.tripwires
        ),
        playbooks=tuple(
            PlaybookView(
                id=playbook.id,
                name=playbook.name,
                kind=playbook.kind,
                steps=tuple(step.text for step in playbook.steps),
                rules=playbook.rules,
            )
            for playbook in site.playbooks
        ),
        rules=tuple(rule.id for rule in site.rules),
        plan=plan,
    )


def east_north(place: Place) -> EastNorth:
    """Return a place as views carry it, to the centimetre."""
    return EastNorth(east_m=round(place[0], 2), north_m=round(place[1], 2))


def _shape(area: Area) -> Shape:
    return Shape(
        id=area.id,
        name=area.name,
        purpose=area.purpose,
        polygon=tuple(east_north(corner) for corner in area.polygon),
        height_m=area.height_m,
    )
