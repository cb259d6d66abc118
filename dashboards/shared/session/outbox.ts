/** Answers that a phone owes the hub: kept until the hub has them, whatever happens to the link. */
import type { ReceiptStatus } from "../contract";
import { HubRefusal } from "./hub";

export interface Owed {
    /** Chosen once: the hub takes the same answer only once, however often it is sent. */
    id: string;
    task: string;
    status: ReceiptStatus;
    text: string | null;
}

// A phone that was away for a day owes a handful of answers; more is a fault, and memory is finite.
export const OWED_MAX = 200;

/** One more answer. What a later answer of the same task says anyway is not said twice. */
export function withAnswer(owed: readonly Owed[], one: Owed): Owed[] {
    const isSaid = owed.some(({ task, status }) => task === one.task && status === one.status);
    return isSaid ? [...owed] : [...owed, one].slice(-OWED_MAX);
}

/** What the hub has, or will never take, leaves the list. */
export function without(owed: readonly Owed[], id: string): Owed[] {
    return owed.filter((one) => one.id !== id);
}

/**
 * Is it worth sending again? The hub did not answer, or has ended the session: yes. It said no:
 * it will say no again.
 */
export function isWorthAgain(error: HubRefusal): boolean {
    return error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
}

/** What a store on the phone held; anything else than a list of answers counts as none. */
export function readOwed(text: string | null): Owed[] {
    if (text === null) return [];
    try {
        const found: unknown = JSON.parse(text);
        return Array.isArray(found) ? found.filter(isOwed) : [];
    } catch {
        return [];
    }
}

function isOwed(value: unknown): value is Owed {
    if (typeof value !== "object" || value === null) return false;
    const { id, task, status } = value as Partial<Record<keyof Owed, unknown>>;
    return typeof id === "string" && typeof task === "string" && typeof status === "string";
}

type Send = (one: Owed) => Promise<void>;

/** Send them in order; stop at the first that the hub did not get. Returns what is still owed. */
export async function sent(
    owed: readonly Owed[],
    send: Send,
    refused: (one: Owed, error: HubRefusal) => void,
): Promise<Owed[]> {
    let left = [...owed];
    for (const one of owed) {
        try {
            await send(one);
        } catch (error) {
            if (!(error instanceof HubRefusal)) throw error;
            if (isWorthAgain(error)) return left;
            refused(one, error);
        }
        left = without(left, one.id);
    }
    return left;
}
