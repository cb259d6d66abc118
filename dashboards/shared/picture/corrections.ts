/** What a person may put right about a track, and what the hub said of it before. Pure. */
import type { Label, Role } from "../contract";
import { LABELS } from "../contract";
import { mayAct } from "./alerts";
import type { Track } from "./views";

export function canCorrect(role: Role): boolean {
    return mayAct(role);
}

/** Can it come apart again? Only what was merged can. */
export function canSplit(track: Track | null, role: Role): boolean {
    return canCorrect(role) && track !== null && track.merged.length > 0;
}

/** What a track can be said to be: all but what it is said to be, the likeliest first. */
export function otherLabels(label: Label): Label[] {
    return LABELS.filter((one) => one !== label && one !== "unknown");
}

/** Is something probably in the way between the track and the sensors that should see it? */
export function isHidden(track: Track): boolean {
    return track.visible < 0.5;
}

/** Does it only say of itself that it is there? Then there is nothing yet to put right. */
export function isOnlyClaimed(track: Track): boolean {
    return track.sources.length === 0 && track.claims.length > 0;
}

/** A source that fed the track within this is one that sees it now. */
export const FEEDING_US = 3_000_000;

/** The sensors that see it now, most recent first. */
export function feedersOf(track: Track, at_us: number): string[] {
    return track.sources
        .filter(({ last_us }) => at_us - last_us <= FEEDING_US)
        .map(({ sensor }) => sensor);
}

/** Kinds of things that fly, and whose height is therefore worth a line. */
export function isAirborne(track: Track): boolean {
    return track.label === "drone" || (track.height_m !== null && track.height_m > 4);
}
