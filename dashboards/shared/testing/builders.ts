/** Builders for tests: change only what the test is about. */
import type { AlertView, CueView, SiteView } from "../contract";
import type { Columns } from "../picture/columns";
import type { Frame } from "../picture/picture";
import { type Alert, completeAlert } from "../picture/views";

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
