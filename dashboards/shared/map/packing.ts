/** Tracks as one array of numbers for the GPU: sixteen a track, in the order the shaders read. */
import { FLAG_ALERTED } from "../contract";
import type { TrackTable } from "../picture/tracks";

export const FLOATS_PER_TRACK = 16;

/** Bits that the map adds to a track's own flags, which end with the eighth. */
export const FLAG_SELECTED = 256;
export const FLAG_NAMED = 512;

export interface Marked {
    selected: ReadonlySet<number>;
    alerted: ReadonlySet<number>;
    named: ReadonlySet<number>;
}

/** The track's flags with what the map knows of it. */
export function flagsOf(flags: number, number: number, marked: Marked): number {
    return (
        flags |
        (marked.alerted.has(number) ? FLAG_ALERTED : 0) |
        (marked.selected.has(number) ? FLAG_SELECTED : 0) |
        (marked.named.has(number) ? FLAG_NAMED : 0)
    );
}

/**
 * Write every track that is drawn as itself into `into` (large enough for `table.capacity`), and
 * return how many. Where people are too dense to be told apart a dot would claim somebody.
 */
export function pack(table: TrackTable, marked: Marked, now_ms: number, into: Float32Array): number {
    let count = 0;
    for (const row of table.rows()) {
        if (table.isInCrowd(row)) continue;
        const at = count * FLOATS_PER_TRACK;
        const number = table.number[row] ?? 0;
        into[at] = table.from_east_m[row] ?? 0;
        into[at + 1] = table.from_north_m[row] ?? 0;
        into[at + 2] = table.east_m[row] ?? 0;
        into[at + 3] = table.north_m[row] ?? 0;
        // Ages, not instants: 32 bits hold milliseconds of an age, not of a day.
        into[at + 4] = (now_ms - (table.moved_ms[row] ?? 0)) / 1000;
        into[at + 5] = table.heading_rad[row] ?? 0;
        into[at + 6] = table.speed_mps[row] ?? 0;
        into[at + 7] = (now_ms - (table.measured_ms[row] ?? 0)) / 1000;
        into[at + 8] = table.label[row] ?? 0;
        into[at + 9] = flagsOf(table.flags[row] ?? 0, number, marked);
        into[at + 10] = row;
        into[at + 11] = number;
        into[at + 12] = table.trail_head[row] ?? 0;
        into[at + 13] = table.trail_count[row] ?? 0;
        into[at + 14] = table.sigma_m[row] ?? 0;
        into[at + 15] = 0;
        count += 1;
    }
    return count;
}
