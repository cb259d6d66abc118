/** Which tones a priority has: the more urgent, the higher, the more, the sooner again. Pure. */
import type { Priority } from "../contract";

export interface Score {
    /** Hertz, one after the other. */
    notes: readonly number[];
    note_s: number;
    again_s: number;
    /** From 0 to 1. */
    loudness: number;
}

/** After IEC 60601-1-8's pulse groups: patterns that people tell apart without looking. */
const SCORES: Readonly<Record<Priority, Score>> = {
    critical: { notes: [880, 988, 880, 988, 1175], note_s: 0.13, again_s: 2.5, loudness: 0.32 },
    high: { notes: [740, 740, 880], note_s: 0.17, again_s: 5, loudness: 0.24 },
    medium: { notes: [587, 494], note_s: 0.2, again_s: 12, loudness: 0.16 },
    low: { notes: [440], note_s: 0.22, again_s: 30, loudness: 0.1 },
};

export function scoreOf(priority: Priority): Score {
    return SCORES[priority];
}
