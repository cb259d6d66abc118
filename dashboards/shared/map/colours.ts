/** The colours of the plan and of what stands on it: quiet ground, bright only for what matters. */
import type { Label, Priority } from "../contract";
import type { Band } from "../picture/crowd";
import type { Condition } from "../picture/devices";

export const PLAN = {
    background: "#0a0e13",
    building: "#2a3648",
    buildingEdge: "#3b4a60",
    label: "#b9c6d6",
    halo: "#0a0e13",
    tripwire: "#c3cedb",
} as const;

const GROUND: Readonly<Record<string, string>> = {
    road: "#161d27",
    pavement: "#11171f",
    square: "#0e141b",
    green: "#0f1f1a",
    water: "#0d1f30",
    rail: "#1c1a24",
};

export function groundColour(purpose: string): string {
    return GROUND[purpose] ?? "#10161e";
}

const ZONE: Readonly<Record<string, string>> = {
    sterile: "#ff6b6b",
    pedestrian: "#ffb454",
    gate: "#4f9dff",
    assembly: "#3ddc97",
    stage: "#c792ea",
    public: "#7d93ab",
};

export function zoneColour(purpose: string): string {
    return ZONE[purpose] ?? "#7d93ab";
}

export const TRACK: Readonly<Record<Label, string>> = {
    unknown: "#a9b4c2",
    person: "#5cc8ff",
    bicycle: "#7ee0c3",
    vehicle: "#ffb454",
    drone: "#d68cff",
    bag: "#ffdf70",
    animal: "#a9b4c2",
};

export const ALERTED = "#ff6b6b";
export const SELECTED = "#ffffff";

export const PRIORITY: Readonly<Record<Priority, string>> = {
    critical: "#ff6b6b",
    high: "#ffb454",
    medium: "#ffdf70",
    low: "#5cc8ff",
};

export const CONDITION: Readonly<Record<Condition, string>> = {
    ok: "#5cc8ff",
    warning: "#ffdf70",
    error: "#ff6b6b",
    silent: "#ff9f5c",
    absent: "#8090a3",
    unknown: "#8090a3",
};

/** A crowd is quiet until it is dense: the last three bands are what somebody must look at. */
export const BAND: Readonly<Record<Band["name"], { colour: string; strength: number }>> = {
    free: { colour: "#3a5f80", strength: 0.34 },
    busy: { colour: "#3f8a9c", strength: 0.4 },
    slow: { colour: "#8d9a55", strength: 0.46 },
    dense: { colour: "#e0b040", strength: 0.52 },
    packed: { colour: "#f47f3a", strength: 0.6 },
    crushing: { colour: "#ff4d55", strength: 0.7 },
};

/** Where nobody looks: a quiet grey, for lines that are drawn with a pen. */
export const UNSEEN = "rgba(153, 168, 189, 0.34)";

const SENSOR: Readonly<Record<string, string>> = {
    camera: "#38b6c9",
    thermal: "#38b6c9",
    radar: "#8d7bff",
    lidar: "#8d7bff",
    acoustic: "#35c48d",
};

export function sensorColour(kind: string): string {
    return SENSOR[kind] ?? "#5cc8ff";
}

/** `#rrggbb` as three numbers from 0 to 1, for shaders. */
export function rgb(hex: string): [number, number, number] {
    const value = Number.parseInt(hex.slice(1), 16);
    return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
