/** Incidents: their open alerts, which of them leads, and which an alert may join. Pure. */
import { compareAlerts, isHidden } from "./alerts";
import type { Alert } from "./views";
import type { Incident } from "./work";

/** Its alerts that are still known, gravest first; hidden ones come last. */
export function alertsOf(incident: Incident, alerts: ReadonlyMap<string, Alert>): Alert[] {
    return incident.alerts
        .flatMap((id) => alerts.get(id) ?? [])
        .sort((one, other) => Number(isHidden(one)) - Number(isHidden(other)) || compareAlerts(one, other));
}

/** The alert that stands for it, where one is still known. */
export function leadOf(incident: Incident, alerts: ReadonlyMap<string, Alert>): Alert | null {
    return alertsOf(incident, alerts)[0] ?? null;
}

/** Newest first; those that have closed last. */
export function compareIncidents(one: Incident, other: Incident): number {
    return (
        Number(one.closed_us !== null) - Number(other.closed_us !== null) ||
        other.opened_us - one.opened_us ||
        other.number - one.number
    );
}

/** Incidents that an alert could belong to instead of its own: open, and of the same world. */
export function joinable(incidents: Iterable<Incident>, alert: Alert): Incident[] {
    return [...incidents]
        .filter(
            ({ id, closed_us, simulated, exercise }) =>
                closed_us === null &&
                id !== alert.incident &&
                simulated === alert.simulated &&
                exercise === alert.exercise,
        )
        .sort(compareIncidents);
}
