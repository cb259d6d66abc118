/** What a cue says of where it came from: a place with its ellipse, or a direction only. Pure. */
import type { CueKind, EastNorth } from "../contract";
import type { Cue } from "./views";

/** A cue is shown on the map for so long: then it is history. */
export const CUE_ON_MAP_US = 20_000_000;

export function isOnMap(cue: Cue, at_us: number): boolean {
    const age_us = at_us - cue.observed_us;
    return age_us >= 0 && age_us <= CUE_ON_MAP_US;
}

const HEARD: ReadonlySet<CueKind> = new Set(["impulse_sound", "glass_break"]);

/** Did it come over the air, so that where it began is estimated and not known? */
export function isHeard(cue: Cue): boolean {
    return HEARD.has(cue.kind);
}

/**
 * The cues that the map shows now. What lasts, such as a siren that is heard, is stated again and
 * again: of such a statement the latest stands for those before it. Each bang is one of its own.
 */
export function onMap(cues: readonly Cue[], at_us: number): Cue[] {
    const now = cues.filter((cue) => isOnMap(cue, at_us));
    return now.filter((cue) => isHeard(cue) || !now.some((other) => isRepeated(cue, other)));
}

function isRepeated(cue: Cue, other: Cue): boolean {
    if (other.kind !== cue.kind || other.observed_us <= cue.observed_us) return false;
    const apart_m = Math.hypot(cue.at.east_m - other.at.east_m, cue.at.north_m - other.at.north_m);
    return apart_m <= cue.sigma_m + other.sigma_m;
}

/** How well its place is known: "place" with an ellipse, "bearing", or at the sensor itself. */
export function fixOf(cue: Cue): "place" | "bearing" | "sensor" {
    if (cue.bearing_deg !== null) return "bearing";
    return cue.sensors.length > 1 ? "place" : "sensor";
}

/** All that heard it, the cue's own sensor first. */
export function hearersOf(cue: Cue): readonly string[] {
    return cue.sensors.length > 0 ? cue.sensors : [cue.sensor];
}

export interface Ellipse {
    major_m: number;
    minor_m: number;
    azimuth_deg: number;
}

/** Two of these axes hold the truth nineteen times of twenty: the 95 % ellipse of a plane. */
export const SIGMAS_95 = 2.4477;

export function ellipseOf(cue: Cue): Ellipse {
    return {
        major_m: cue.sigma_m,
        minor_m: cue.sigma_minor_m ?? cue.sigma_m,
        azimuth_deg: cue.sigma_azimuth_deg,
    };
}

// A direction whose spread is not told is shown as broad as an ear is bad at it.
const SPREAD_DEFAULT_DEG = 15;
// Broader than this it is no direction.
const SPREAD_MAX_DEG = 170;

/** The wedge that holds the direction nineteen times of twenty, out to `reach_m`. */
export function wedgeOf(cue: Cue, reach_m: number): EastNorth[] {
    if (cue.bearing_deg === null) return [];
    const spread_deg = Math.min(SPREAD_MAX_DEG, 1.96 * (cue.sigma_bearing_deg ?? SPREAD_DEFAULT_DEG));
    const steps = Math.max(2, Math.ceil(spread_deg / 3));
    const arc = Array.from({ length: steps + 1 }, (_, index) => {
        const turn = ((cue.bearing_deg ?? 0) + spread_deg * ((2 * index) / steps - 1)) * (Math.PI / 180);
        return {
            east_m: cue.at.east_m + Math.sin(turn) * reach_m,
            north_m: cue.at.north_m + Math.cos(turn) * reach_m,
        };
    });
    return [cue.at, ...arc];
}
