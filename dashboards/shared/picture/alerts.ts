/** What may be done with an alert, and in which order alerts are read. Pure. */
import type { Priority, Role } from "../contract";
import type { Alert, Step } from "./views";

/** Most urgent first. */
export const PRIORITIES: readonly Priority[] = ["critical", "high", "medium", "low"];

export function urgency(priority: Priority): number {
    return PRIORITIES.indexOf(priority);
}

export function isUnacknowledged(alert: Alert): boolean {
    return alert.state === "unacknowledged" || alert.state === "cleared_unacknowledged";
}

/** Does its mark flash? Only while nobody has it; what it says never flashes. */
export function isFlashing(alert: Alert): boolean {
    return isUnacknowledged(alert);
}

export function isShelved(alert: Alert): boolean {
    return alert.state === "shelved";
}

const ACTING: readonly Role[] = ["operator", "supervisor", "admin"];

/** May this role decide about alerts at all? The hub decides; this only spares a refusal. */
export function mayAct(role: Role): boolean {
    return ACTING.includes(role);
}

export function canAcknowledge(alert: Alert, role: Role): boolean {
    return isUnacknowledged(alert) && (mayAct(role) || role === "field");
}

/** A critical alert is about life: it is never put out of sight. */
export function canShelve(alert: Alert, role: Role): boolean {
    return (
        mayAct(role) &&
        alert.priority !== "critical" &&
        (isUnacknowledged(alert) || alert.state === "acknowledged")
    );
}

export function canUnshelve(alert: Alert, role: Role): boolean {
    return mayAct(role) && isShelved(alert);
}

export function canClear(alert: Alert, role: Role): boolean {
    return mayAct(role) && alert.state === "acknowledged";
}

export function canConfirm(step: Step, role: Role): boolean {
    return mayAct(role) && step.state === "awaiting_confirmation";
}

/** Nobody has it first; then the more urgent; then the newer; then by number, so it is total. */
export function compareAlerts(one: Alert, other: Alert): number {
    return (
        Number(isUnacknowledged(other)) - Number(isUnacknowledged(one)) ||
        urgency(one.priority) - urgency(other.priority) ||
        other.raised_us - one.raised_us ||
        other.number - one.number
    );
}

export function queueOf(alerts: Iterable<Alert>): Alert[] {
    return [...alerts]
        .filter((alert) => !isShelved(alert) && alert.state !== "closed")
        .sort(compareAlerts);
}

export function shelvedOf(alerts: Iterable<Alert>): Alert[] {
    return [...alerts]
        .filter(isShelved)
        .sort((one, other) => (one.shelved_until_us ?? 0) - (other.shelved_until_us ?? 0));
}

/**
 * The queue in the order it had when the pointer came over it: nothing moves under a finger.
 * What has come since stands at the end; what has gone leaves its neighbours in order.
 */
export function heldOrder(queue: readonly Alert[], held: readonly string[]): Alert[] {
    const byId = new Map(queue.map((alert) => [alert.id, alert]));
    const kept = held.flatMap((id) => byId.get(id) ?? []);
    const known = new Set(held);
    return [...kept, ...queue.filter((alert) => !known.has(alert.id))];
}

/** The neighbour in the queue; from nowhere, the first. It stops at the ends. */
export function neighbour(
    queue: readonly Alert[],
    selected: string | null,
    step: 1 | -1,
): Alert | null {
    const at = queue.findIndex((alert) => alert.id === selected);
    if (at < 0) return queue[0] ?? null;
    return queue[Math.min(queue.length - 1, Math.max(0, at + step))] ?? null;
}

/** The priority whose tone should sound now, or null for silence. */
export function soundingPriority(
    alerts: Iterable<Alert>,
    silenced: ReadonlySet<string>,
): Priority | null {
    let loudest: Priority | null = null;
    for (const alert of alerts) {
        if (!isUnacknowledged(alert) || silenced.has(alert.id)) continue;
        if (loudest === null || urgency(alert.priority) < urgency(loudest)) {
            loudest = alert.priority;
        }
    }
    return loudest;
}

/** ISA-18.2: one person takes about one alert in ten minutes; above ten it is a flood. */
export type Load = "fine" | "busy" | "flood";

export function loadOf(alerts_10_min: number): Load {
    if (alerts_10_min > 10) return "flood";
    return alerts_10_min > 2 ? "busy" : "fine";
}
