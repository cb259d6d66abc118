/** The contract's views with their defaults put back: the wire leaves out what equals its default. */
import type {
    ActuatorView,
    AlertView,
    CalibrationView,
    ClaimView,
    CommandView,
    CoverageView,
    CrowdCell,
    CrowdView,
    CueView,
    EastNorth,
    HubView,
    RefusalView,
    SensorView,
    Shape,
    SiteView,
    StepView,
    TrackView,
    WireView,
    ZoneCrowdView,
} from "../contract";
import { type Playbook, completePlaybook } from "./work";

export type Step = Required<StepView>;
export type Alert = Required<Omit<AlertView, "steps">> & { steps: readonly Step[] };
export type Calibration = Required<CalibrationView>;
export type Sensor = Required<Omit<SensorView, "calibration">> & { calibration: Calibration | null };
export type Actuator = Required<ActuatorView>;
export type Command = Required<CommandView>;
export type Cue = Required<CueView>;
export type Refusal = Required<RefusalView>;
export type Hub = Required<HubView>;
export type Claim = Required<ClaimView>;
export type Track = Required<Omit<TrackView, "claims">> & { claims: readonly Claim[] };
export type ZoneCrowd = Required<ZoneCrowdView>;
/** A square of ground and the crowd on it; on the wire it is a row without names. */
export interface Cell {
    column: number;
    row: number;
    density: number;
    sigma_density: number;
    east_mps: number;
    north_mps: number;
    pressure: number;
    lost: boolean;
    sigma_flow_mps: number;
    sigma_pressure: number;
}
export type Crowd = Required<Omit<CrowdView, "cells" | "zones">> & {
    cells: readonly Cell[];
    zones: readonly ZoneCrowd[];
};
export type Coverage = Required<CoverageView>;
export type Area = Required<Shape>;
export interface Site {
    id: string;
    name: string;
    origin_lat_deg: number;
    origin_lon_deg: number;
    bounds: readonly [EastNorth, EastNorth];
    ground: readonly Area[];
    buildings: readonly Area[];
    zones: readonly Area[];
    tripwires: readonly WireView[];
    playbooks: readonly Playbook[];
    rules: readonly string[];
    /** The version of the plan that is in force. */
    plan: string;
}

export function completeStep(view: StepView): Step {
    return { note: null, expires_us: null, ...view };
}

export function completeAlert(view: AlertView): Alert {
    return {
        zone: null,
        at: null,
        sigma_m: null,
        cleared_us: null,
        acknowledged_by: null,
        acknowledged_us: null,
        shelved_by: null,
        shelved_until_us: null,
        shelve_reason: null,
        hidden_why: null,
        hidden_until_us: null,
        repeats: 0,
        chattering: false,
        stale: false,
        escalation: 0,
        escalated_to: null,
        incident: null,
        latched: false,
        closed_by: null,
        closed_us: null,
        outcome: null,
        note: null,
        sensors: [],
        tracks: [],
        evidence: [],
        simulated: false,
        exercise: false,
        ...view,
        steps: (view.steps ?? []).map(completeStep),
    };
}

function completeCalibration(view: CalibrationView): Calibration {
    return {
        east_m: 0,
        north_m: 0,
        yaw_deg: 0,
        pitch_deg: 0,
        clock_ms: 0,
        sigma_east_m: 0,
        sigma_north_m: 0,
        sigma_yaw_deg: 0,
        sigma_pitch_deg: 0,
        sigma_clock_ms: 0,
        pair_count: 0,
        since_us: null,
        held_by: null,
        ...view,
    };
}

export function completeSensor(view: SensorView): Sensor {
    return {
        height_m: 0,
        field_of_view: null,
        state: null,
        silent: false,
        faults: [],
        last_us: null,
        scan_rate_hz: 0,
        detections_per_s: 0,
        delay_ms: 0,
        spool_count: 0,
        refused_count: 0,
        simulated: false,
        ...view,
        calibration: view.calibration ? completeCalibration(view.calibration) : null,
    };
}

export function completeActuator(view: ActuatorView): Actuator {
    return {
        actions: [],
        position: "unknown",
        state: null,
        silent: false,
        last_us: null,
        simulated: false,
        exercise: false,
        stand_in: null,
        ...view,
    };
}

export function completeCommand(view: CommandView): Command {
    return { alert: null, note: null, simulated: false, exercise: false, ...view };
}

export function completeCue(view: CueView): Cue {
    return {
        sigma_minor_m: null,
        sigma_azimuth_deg: 0,
        bearing_deg: null,
        sigma_bearing_deg: null,
        sensors: [],
        rejected: [],
        simulated: false,
        ...view,
    };
}

function completeZoneCrowd(view: ZoneCrowdView): ZoneCrowd {
    return {
        density_max: 0,
        pressure: 0,
        east_mps: 0,
        north_mps: 0,
        lost: false,
        counters: [],
        sigma_flow_mps: 0,
        sigma_pressure: 0,
        ...view,
    };
}

function namedCell(row: CrowdCell): Cell {
    const [column, line, density, sigma_density, east_mps, north_mps, pressure, lost] = row;
    const [sigma_flow_mps = 0, sigma_pressure = 0] = row.slice(8) as number[];
    return {
        column,
        row: line,
        density,
        sigma_density,
        east_mps,
        north_mps,
        pressure,
        lost,
        sigma_flow_mps,
        sigma_pressure,
    };
}

export function completeCrowd(view: CrowdView): Crowd {
    return {
        left_out: 0,
        ...view,
        cells: (view.cells ?? []).map(namedCell),
        zones: (view.zones ?? []).map(completeZoneCrowd),
    };
}

export function completeCoverage(view: CoverageView): Coverage {
    return { probability: new Uint8Array(0), zones: [], ...view };
}

export function completeHub(view: HubView): Hub {
    return {
        posture: "normal",
        simulated: false,
        exercise: false,
        tracks: 0,
        detections_per_s: 0,
        scans_per_s: 0,
        alerts_10_min: 0,
        bus_connected: true,
        journal_ok: true,
        faults: [],
        observed_to_received_p99_ms: 0,
        received_to_effects_p99_ms: 0,
        dropped_scans: 0,
        uptime_s: 0,
        software: "unknown",
        ...view,
    };
}

export function completeTrack(view: TrackView): Track {
    return {
        label_confidence: 0,
        sensors: [],
        visible: 1,
        height_m: null,
        sigma_height_m: null,
        sources: [],
        merged: [],
        corrections: [],
        simulated: false,
        exercise: false,
        ...view,
        claims: (view.claims ?? []).map((claim) => ({ height_m: null, ...claim })),
    };
}

function completeArea(view: Shape): Area {
    return { height_m: 0, ...view };
}

export function completeSite(view: SiteView): Site {
    return {
        ...view,
        ground: (view.ground ?? []).map(completeArea),
        buildings: (view.buildings ?? []).map(completeArea),
        zones: (view.zones ?? []).map(completeArea),
        tripwires: view.tripwires ?? [],
        playbooks: (view.playbooks ?? []).map(completePlaybook),
        rules: view.rules ?? [],
        plan: view.plan ?? "",
    };
}
