/** Builders for tests: change only what the test is about. */
import type {
    AlertView,
    CalibrationView,
    CoverageView,
    CrowdCell,
    CrowdView,
    CueView,
    IncidentView,
    RunStepView,
    RunView,
    SensorView,
    SiteView,
    TaskView,
    TeamView,
    TrackView,
} from "../contract";
import type { Columns } from "../picture/columns";
import type { Frame } from "../picture/picture";
import {
    type Alert,
    type Cell,
    type Coverage,
    type Crowd,
    type Cue,
    type Sensor,
    type Track,
    completeAlert,
    completeCoverage,
    completeCrowd,
    completeCue,
    completeSensor,
    completeTrack,
} from "../picture/views";
import {
    type Incident,
    type Run,
    type RunStep,
    type Task,
    type Team,
    completeIncident,
    completeRun,
    completeTask,
    completeTeam,
} from "../picture/work";

export function someColumns(tracks: readonly Partial<Record<keyof Columns, number>>[]): Columns {
    const column = (name: keyof Columns) => tracks.map((track) => track[name] ?? 0);
    return {
        number: new Uint32Array(column("number")),
        east_m: new Float32Array(column("east_m")),
        north_m: new Float32Array(column("north_m")),
        heading: new Uint16Array(column("heading")),
        speed: new Uint16Array(column("speed")),
        sigma: new Uint16Array(column("sigma")),
        age: new Uint16Array(column("age")),
        label: new Uint8Array(column("label")),
        flags: new Uint8Array(column("flags")),
    };
}

export function aSite(changes: Partial<SiteView> = {}): SiteView {
    return {
        id: "square",
        name: "Square",
        origin_lat_deg: 52,
        origin_lon_deg: 5,
        bounds: [
            { east_m: -80, north_m: -60 },
            { east_m: 80, north_m: 60 },
        ],
        ...changes,
    };
}

export function aSnapshot(changes: Partial<Extract<Frame, { kind: "snapshot" }>> = {}): Frame {
    return {
        kind: "snapshot",
        number: 1,
        at_us: 0,
        role: "operator",
        site: aSite(),
        hub: {},
        tracks: someColumns([]),
        ...changes,
    };
}

export function aDelta(changes: Partial<Extract<Frame, { kind: "delta" }>> = {}): Frame {
    return { kind: "delta", number: 2, at_us: 0, tracks: null, ...changes };
}

export function anAlertView(changes: Partial<AlertView> = {}): AlertView {
    return {
        id: "A1",
        number: 1,
        rule: "sterile",
        rule_kind: "intrusion",
        priority: "high",
        state: "unacknowledged",
        active: true,
        summary: "someone is in the sterile zone",
        raised_us: 0,
        changed_us: 0,
        ...changes,
    };
}

export function anAlert(changes: Partial<AlertView> = {}): Alert {
    return completeAlert(anAlertView(changes));
}

export function aCueView(changes: Partial<CueView> = {}): CueView {
    return {
        id: "C1",
        sensor: "aco-01",
        kind: "impulse_sound",
        at: { east_m: 0, north_m: 0 },
        sigma_m: 5,
        observed_us: 0,
        ...changes,
    };
}

export function aCue(changes: Partial<CueView> = {}): Cue {
    return completeCue(aCueView(changes));
}

export function aSensor(calibration: Partial<CalibrationView> | null = null): Sensor {
    const view: SensorView = {
        id: "cam-01",
        kind: "camera",
        name: "Camera",
        at: { east_m: 0, north_m: 0 },
        calibration: calibration === null ? null : { state: "steady", ...calibration },
    };
    return completeSensor(view);
}

export function aTrack(changes: Partial<TrackView> = {}): Track {
    return completeTrack({
        number: 7,
        label: "person",
        at: { east_m: 0, north_m: 0 },
        speed_mps: 1,
        heading_deg: 0,
        sigma_major_m: 1,
        sigma_minor_m: 0.5,
        sigma_azimuth_deg: 0,
        born_us: 0,
        updated_us: 0,
        confirmed: true,
        coasting: false,
        existence: 1,
        ...changes,
    });
}

/** A row as it travels. */
export function aCellRow(changes: Partial<Cell> = {}): CrowdCell {
    const cell = {
        column: 0,
        row: 0,
        density: 1,
        sigma_density: 0.1,
        east_mps: 0,
        north_mps: 0,
        pressure: 0,
        lost: false,
        sigma_flow_mps: 0,
        sigma_pressure: 0,
        ...changes,
    };
    const { column, row, density, sigma_density, east_mps, north_mps, pressure, lost } = cell;
    return [column, row, density, sigma_density, east_mps, north_mps, pressure, lost];
}

export function aCrowdView(cells: readonly Partial<Cell>[], changes: Partial<CrowdView> = {}): CrowdView {
    return { at_us: 0, cell_m: 2, cells: cells.map(aCellRow), ...changes };
}

export function aCrowd(cells: readonly Partial<Cell>[], changes: Partial<CrowdView> = {}): Crowd {
    return completeCrowd(aCrowdView(cells, changes));
}

/** A raster of `columns` by as many rows as the bytes fill. */
export function aCoverageView(columns: number, bytes: readonly number[]): CoverageView {
    return {
        at_us: 0,
        low: { east_m: -10, north_m: -10 },
        cell_m: 1,
        columns,
        rows: Math.ceil(bytes.length / columns),
        probability: Uint8Array.from(bytes),
    };
}

export function aCoverage(columns: number, bytes: readonly number[]): Coverage {
    return completeCoverage(aCoverageView(columns, bytes));
}

export function anIncidentView(changes: Partial<IncidentView> = {}): IncidentView {
    return {
        id: "I1",
        number: 1,
        summary: "someone is in the sterile zone",
        priority: "high",
        alerts: [],
        open_count: 1,
        unacknowledged_count: 1,
        opened_us: 0,
        changed_us: 0,
        ...changes,
    };
}

export function anIncident(changes: Partial<IncidentView> = {}): Incident {
    return completeIncident(anIncidentView(changes));
}

export function aStepView(changes: Partial<RunStepView> = {}): RunStepView {
    return { step: "call", text: "Call the fire brigade", kind: "manual", needs: "person", state: "due", ...changes };
}

export function aRunView(changes: Partial<RunView> = {}): RunView {
    return {
        id: "R1",
        playbook: "evacuate",
        name: "Evacuate",
        kind: "evacuate",
        state: "running",
        started_by: "olga",
        started_us: 0,
        reason: "smoke",
        steps: [aStepView()],
        ...changes,
    };
}

export function aRun(changes: Partial<RunView> = {}): Run {
    return completeRun(aRunView(changes));
}

export function aStep(changes: Partial<RunStepView> = {}): RunStep {
    const [step] = aRun({ steps: [aStepView(changes)] }).steps;
    if (step === undefined) throw new Error("a run of one step has a step");
    return step;
}

export function aTaskView(changes: Partial<TaskView> = {}): TaskView {
    return {
        id: "T1",
        number: 1,
        text: "Look at the east gate",
        state: "sent",
        team: "blue",
        asked_by: "olga",
        created_us: 0,
        changed_us: 0,
        ...changes,
    };
}

export function aTask(changes: Partial<TaskView> = {}): Task {
    return completeTask(aTaskView(changes));
}

export function aTeamView(changes: Partial<TeamView> = {}): TeamView {
    return { id: "blue", name: "Blue team", ...changes };
}

export function aTeam(changes: Partial<TeamView> = {}): Team {
    return completeTeam(aTeamView(changes));
}
