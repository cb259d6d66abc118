/** What is true now, and the one pure step that makes it newer. Tracks live in `tracks.ts`. */
import type { Delta, EastNorth, Role, Snapshot } from "../contract";
import type { Columns } from "./columns";
import {
    type Actuator,
    type Alert,
    type Command,
    type Coverage,
    type Crowd,
    type Cue,
    type Hub,
    type Refusal,
    type Sensor,
    type Site,
    completeActuator,
    completeAlert,
    completeCommand,
    completeCoverage,
    completeCrowd,
    completeCue,
    completeHub,
    completeSensor,
    completeSite,
} from "./views";
import {
    type Declared,
    type Incident,
    type Load,
    type Notice,
    type Run,
    type Service,
    type Task,
    type Team,
    completeIncident,
    completeLoad,
    completeNotice,
    completeRun,
    completeService,
    completeTask,
    completeTeam,
} from "./work";

export type Frame =
    | (Omit<Snapshot, "tracks"> & { tracks: Columns })
    | (Omit<Delta, "tracks"> & { tracks: Columns | null });

export interface Picture {
    number: number;
    at_us: number;
    role: Role;
    site: Site;
    hub: Hub;
    alerts: ReadonlyMap<string, Alert>;
    sensors: ReadonlyMap<string, Sensor>;
    actuators: ReadonlyMap<string, Actuator>;
    commands: ReadonlyMap<string, Command>;
    /** Alerts that closed by themselves: nobody has said yet what they were. */
    closed: ReadonlyMap<string, Alert>;
    incidents: ReadonlyMap<string, Incident>;
    runs: ReadonlyMap<string, Run>;
    tasks: ReadonlyMap<string, Task>;
    teams: ReadonlyMap<string, Team>;
    /** By zone; "site" for the whole site. */
    postures: ReadonlyMap<string, Declared>;
    /** What is out of service, by the rule's or the device's id. */
    services: ReadonlyMap<string, Service>;
    notices: ReadonlyMap<string, Notice>;
    load: Load;
    cues: readonly Cue[];
    /** The crowd as a field; null where the hub has told of none. */
    crowd: Crowd | null;
    /** Where somebody would be seen now; null where the hub has not told. */
    coverage: Coverage | null;
    refusals: ReadonlyMap<string, Refusal>;
}

// A cue is an instant: after this it is history, and history has its own page.
const CUE_SHOWN_US = 60_000_000;
// More rings than this on the map say nothing: a broken microphone must not fill memory.
const CUES_MAX = 200;
const REFUSALS_MAX = 500;
// What somebody had to be told and did not look at for so long stands in the log of the shift.
const NOTICES_MAX = 100;

/** The picture after one frame, or `"gap"` if a frame was missed: ask for a snapshot. */
export function apply(picture: Picture | null, frame: Frame): Picture | "gap" {
    if (frame.kind === "snapshot") return opened(frame);
    if (picture === null) return "gap";
    if (frame.number <= picture.number) return picture; // Redelivered: already applied.
    if (frame.number !== picture.number + 1) return "gap";
    return advanced(picture, frame);
}

function opened(frame: Extract<Frame, { kind: "snapshot" }>): Picture {
    return {
        number: frame.number,
        at_us: frame.at_us,
        role: frame.role,
        site: completeSite(frame.site),
        hub: completeHub(frame.hub),
        alerts: put(new Map(), frame.alerts, byId, completeAlert),
        sensors: put(new Map(), frame.sensors, byId, completeSensor),
        actuators: put(new Map(), frame.actuators, byId, completeActuator),
        commands: put(new Map(), frame.commands, byId, completeCommand),
        closed: put(new Map(), frame.closed, byId, completeAlert),
        incidents: put(new Map(), frame.incidents, byId, completeIncident),
        runs: put(new Map(), frame.runs, byId, completeRun),
        tasks: put(new Map(), frame.tasks, byId, completeTask),
        teams: put(new Map(), frame.teams, byId, completeTeam),
        postures: put(new Map(), frame.postures, byId, (view) => view),
        services: put(new Map(), frame.services, byId, completeService),
        notices: latest(put(new Map(), frame.notices, byId, completeNotice), NOTICES_MAX),
        load: completeLoad(frame.load ?? {}),
        cues: (frame.cues ?? []).map(completeCue),
        crowd: frame.crowd ? completeCrowd(frame.crowd) : null,
        coverage: frame.coverage ? completeCoverage(frame.coverage) : null,
        refusals: put(new Map(), frame.refusals, bySource, (view) => view),
    };
}

function advanced(picture: Picture, frame: Extract<Frame, { kind: "delta" }>): Picture {
    return {
        ...picture,
        number: frame.number,
        at_us: frame.at_us,
        hub: frame.hub ? completeHub(frame.hub) : picture.hub,
        alerts: changed(picture.alerts, frame.alerts_gone, frame.alerts, byId, completeAlert),
        sensors: changed(picture.sensors, [], frame.sensors, byId, completeSensor),
        actuators: changed(picture.actuators, [], frame.actuators, byId, completeActuator),
        commands: changed(
            picture.commands,
            frame.commands_gone,
            frame.commands,
            byId,
            completeCommand,
        ),
        ...advancedWork(picture, frame),
        site: frame.site ? completeSite(frame.site) : picture.site,
        cues: shownCues(picture.cues, (frame.cues ?? []).map(completeCue), frame.at_us),
        crowd: frame.crowd ? completeCrowd(frame.crowd) : picture.crowd,
        coverage: frame.coverage ? completeCoverage(frame.coverage) : picture.coverage,
        refusals: latest(
            changed(picture.refusals, [], frame.refusals, bySource, (view) => view),
            REFUSALS_MAX,
        ),
    };
}

type Work = Pick<
    Picture,
    "closed" | "incidents" | "runs" | "tasks" | "teams" | "postures" | "services" | "notices" | "load"
>;

function advancedWork(picture: Picture, frame: Extract<Frame, { kind: "delta" }>): Work {
    const { closed, incidents, runs, tasks, teams, services, notices } = picture;
    return {
        closed: changed(closed, frame.closed_gone, frame.closed, byId, completeAlert),
        incidents: changed(incidents, frame.incidents_gone, frame.incidents, byId, completeIncident),
        runs: changed(runs, frame.runs_gone, frame.runs, byId, completeRun),
        tasks: changed(tasks, frame.tasks_gone, frame.tasks, byId, completeTask),
        teams: changed(teams, [], frame.teams, byId, completeTeam),
        postures: changed(picture.postures, [], frame.postures, byId, (view) => view),
        services: changed(services, frame.services_gone, frame.services, byId, completeService),
        notices: latest(changed(notices, [], frame.notices, byId, completeNotice), NOTICES_MAX),
        load: frame.load ? completeLoad(frame.load) : picture.load,
    };
}

function byId(view: { id: string }): string {
    return view.id;
}

function bySource(view: { source: string; code: string }): string {
    return `${view.source}/${view.code}`;
}

function put<View, Whole>(
    into: Map<string, Whole>,
    views: readonly View[] | undefined,
    key: (view: View) => string,
    complete: (view: View) => Whole,
): Map<string, Whole> {
    for (const view of views ?? []) into.set(key(view), complete(view));
    return into;
}

// The same map when nothing changed, so that what is drawn from it is not drawn again.
function changed<View, Whole>(
    before: ReadonlyMap<string, Whole>,
    gone: readonly string[] | undefined,
    views: readonly View[] | undefined,
    key: (view: View) => string,
    complete: (view: View) => Whole,
): ReadonlyMap<string, Whole> {
    if (!gone?.length && !views?.length) return before;
    const after = new Map(before);
    for (const id of gone ?? []) after.delete(id);
    return put(after, views, key, complete);
}

function shownCues(before: readonly Cue[], arrived: readonly Cue[], at_us: number): readonly Cue[] {
    const oldest_us = at_us - CUE_SHOWN_US;
    if (arrived.length === 0 && before.every((cue) => cue.observed_us >= oldest_us)) return before;
    const known = new Set(arrived.map((cue) => cue.id));
    const kept = before.filter((cue) => cue.observed_us >= oldest_us && !known.has(cue.id));
    return [...kept, ...arrived].slice(-CUES_MAX);
}

function latest<Whole>(map: ReadonlyMap<string, Whole>, max: number): ReadonlyMap<string, Whole> {
    return map.size <= max ? map : new Map([...map].slice(-max));
}

/** Where a thing of the picture is, for the map to go there; null if it has no place. */
export function placeOfAlert(
    alert: Alert,
    trackPlace: (number: number) => EastNorth | null,
): EastNorth | null {
    for (const number of alert.tracks) {
        const place = trackPlace(number);
        if (place !== null) return place;
    }
    return alert.at;
}
