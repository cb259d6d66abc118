/** What may be done with an alert, and in which order alerts are read. Pure. */
import type { Priority, Role } from "../contract";
import type { Alert, Step } from "./views";
import type { Incident } from "./work";

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

/** Shelved by a person, suppressed by design, or of something out of service: listed apart. */
export function isHidden(alert: Alert): boolean {
    return isShelved(alert) || alert.state === "suppressed" || alert.state === "out_of_service";
}

// An administrator who must act signs in as who is on duty: the hub says so too.
const ACTING: readonly Role[] = ["operator", "supervisor"];

/** May this role decide about alerts at all? The hub decides; this only spares a refusal. */
export function mayAct(role: Role): boolean {
    return ACTING.includes(role);
}

export function canAcknowledge(alert: Alert, role: Role): boolean {
    return isUnacknowledged(alert) && mayAct(role);
}

/** Has the incident an alert that nobody has, and may this role take them all? */
export function canAcknowledgeIncident(incident: Incident, role: Role): boolean {
    return mayAct(role) && incident.unacknowledged_count > 0;
}

/** Grave alerts are about life: nobody puts one out of sight by hand. */
export function isGrave(priority: Priority): boolean {
    return priority === "critical" || priority === "high";
}

export function canShelve(alert: Alert, role: Role): boolean {
    return (
        mayAct(role) &&
        !isGrave(alert.priority) &&
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
        .filter((alert) => !isHidden(alert) && alert.state !== "closed")
        .sort(compareAlerts);
}

/** When a hidden alert comes back by itself; null where nothing says so. */
export function hiddenUntil(alert: Alert): number | null {
    return isShelved(alert) ? alert.shelved_until_us : alert.hidden_until_us;
}

/** What is hidden, soonest back first; what has no end comes last. */
export function hiddenOf(alerts: Iterable<Alert>): Alert[] {
    const end = (alert: Alert) => hiddenUntil(alert) ?? Number.MAX_SAFE_INTEGER;
    return [...alerts]
        .filter(isHidden)
        .sort((one, other) => end(one) - end(other) || one.number - other.number);
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
