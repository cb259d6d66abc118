/** How long to wait before the next try. */

const FIRST_MS = 250;
// A hub that restarts is back in seconds: nobody should wait longer for the picture than this.
const LONGEST_MS = 3_000;

/** Doubles with each failure; `chance` (0-1) spreads the screens so that they do not knock at once. */
export function backoff(failures: number, chance: number): number {
    const ceiling_ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
    return ceiling_ms * (0.5 + 0.5 * chance);
}
