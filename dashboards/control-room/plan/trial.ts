/** Two lists of alerts of one recording, held against each other. */
import type { TrialAlert } from "../../shared/contract";

export interface Held {
    readonly alert: TrialAlert;
    /** The same alert under the other plan; null: only this plan raises it. */
    readonly other: TrialAlert | null;
    /** Is it there under both, and yet not the same? */
    readonly differs: boolean;
}

// An on-delay that was changed moves an alert by its difference; that is still the same happening.
const SAME_WITHIN_US = 60_000_000;

/** Pair what one rule raised under both plans, the nearest in time first. */
export function heldAgainst(
    before: readonly TrialAlert[],
    after: readonly TrialAlert[],
): { before: Held[]; after: Held[] } {
    const pairs = before
        .flatMap((one, i) => after.map((other, j) => ({ i, j, apart: apartUs(one, other) })))
        .filter(({ apart }) => apart <= SAME_WITHIN_US)
        .sort((a, b) => a.apart - b.apart || a.i - b.i || a.j - b.j);
    const of_before = new Map<number, number>();
    const of_after = new Map<number, number>();
    for (const { i, j } of pairs) {
        if (of_before.has(i) || of_after.has(j)) continue;
        of_before.set(i, j);
        of_after.set(j, i);
    }
    return {
        before: before.map((one, i) => held(one, after[of_before.get(i) ?? -1])),
        after: after.map((one, j) => held(one, before[of_after.get(j) ?? -1])),
    };
}

function apartUs(one: TrialAlert, other: TrialAlert): number {
    return one.rule === other.rule ? Math.abs(one.raised_us - other.raised_us) : Infinity;
}

function held(alert: TrialAlert, other: TrialAlert | undefined): Held {
    if (other === undefined) return { alert, other: null, differs: true };
    return { alert, other, differs: JSON.stringify(alert) !== JSON.stringify(other) };
}
