/** The contract's views with their defaults put back: the wire leaves out what equals its default. */
import type {
    ActuatorView,
    AlertView,
    CommandView,
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
} from "../contract";

export type Step = Required<StepView>;
export type Alert = Required<Omit<AlertView, "steps">> & { steps: readonly Step[] };
export type Sensor = Required<SensorView>;
export type Actuator = Required<ActuatorView>;
export type Command = Required<CommandView>;
export type Cue = Required<CueView>;
export type Refusal = Required<RefusalView>;
export type Hub = Required<HubView>;
export type Track = Required<TrackView>;
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
        repeats: 0,
        sensors: [],
        tracks: [],
        evidence: [],
        simulated: false,
        exercise: false,
        ...view,
        steps: (view.steps ?? []).map(completeStep),
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
        ...view,
    };
}

export function completeCommand(view: CommandView): Command {
    return { alert: null, note: null, simulated: false, exercise: false, ...view };
}

export function completeCue(view: CueView): Cue {
    return { simulated: false, ...view };
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
    return { label_confidence: 0, sensors: [], simulated: false, exercise: false, ...view };
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
    };
}
