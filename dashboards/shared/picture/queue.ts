/** The queue as rows: incidents that unfold to their alerts, and one row for a flood's lesser ones. */
import type { Priority } from "../contract";
import { compareAlerts, isGrave, isUnacknowledged, queueOf } from "./alerts";
import type { Alert } from "./views";
import type { Incident, Load } from "./work";

export type Row =
    | { kind: "alert"; key: string; alert: Alert; isInside: boolean }
    | { kind: "incident"; key: string; incident: Incident; alerts: readonly Alert[]; isUnfolded: boolean }
    | { kind: "flood"; key: typeof FLOOD; alerts: readonly Alert[]; isUnfolded: boolean };

/** The key of the one row that counts what a flood folds. */
export const FLOOD = "flood";

interface Group {
    /** Its gravest alert stands for it in the order. */
    first: Alert;
    alerts: readonly Alert[];
    incident: Incident | null;
}

/** The rows from top to bottom. `unfolded`: the keys of what a person has opened. */
export function rowsOf(
    alerts: Iterable<Alert>,
    incidents: ReadonlyMap<string, Incident>,
    load: Load,
    unfolded: ReadonlySet<string>,
): Row[] {
    const groups = groupsOf(queueOf(alerts), incidents);
    if (load.flood_since_us === null) return groups.flatMap((group) => rowsOfGroup(group, unfolded));
    const grave = groups.filter(({ alerts: all }) => all.some(({ priority }) => isGrave(priority)));
    const lesser = groups.filter((group) => !grave.includes(group));
    return [
        ...grave.flatMap((group) => rowsOfGroup(group, unfolded)),
        ...floodRows(lesser, unfolded),
    ];
}

/** The queue is sorted, so each group's first alert is its gravest, and groups come in order. */
function groupsOf(queue: readonly Alert[], incidents: ReadonlyMap<string, Incident>): Group[] {
    const byKey = new Map<string, Alert[]>();
    for (const alert of queue) {
        const incident = alert.incident === null ? undefined : incidents.get(alert.incident);
        const key = incident?.id ?? alert.id;
        byKey.set(key, [...(byKey.get(key) ?? []), alert]);
    }
    return [...byKey].flatMap(([key, alerts]) => {
        const [first] = alerts;
        return first === undefined ? [] : [{ first, alerts, incident: incidents.get(key) ?? null }];
    });
}

// An incident of one open alert is that alert: a row above it would say everything twice.
function rowsOfGroup({ first, alerts, incident }: Group, unfolded: ReadonlySet<string>): Row[] {
    if (incident === null || alerts.length === 1) {
        return [{ kind: "alert", key: first.id, alert: first, isInside: false }];
    }
    const isUnfolded = unfolded.has(incident.id);
    return [
        { kind: "incident", key: incident.id, incident, alerts, isUnfolded },
        ...(isUnfolded ? inside(alerts) : []),
    ];
}

function floodRows(groups: readonly Group[], unfolded: ReadonlySet<string>): Row[] {
    const alerts = groups.flatMap((group) => group.alerts).sort(compareAlerts);
    if (alerts.length === 0) return [];
    const isUnfolded = unfolded.has(FLOOD);
    return [
        { kind: "flood", key: FLOOD, alerts, isUnfolded },
        ...(isUnfolded ? inside(alerts) : []),
    ];
}

function inside(alerts: readonly Alert[]): Row[] {
    return alerts.map((alert) => ({ kind: "alert", key: alert.id, alert, isInside: true }));
}

/**
 * The rows in the order they had when the pointer came over them: nothing moves under a finger.
 * What has come since stands at the end; what has gone leaves its neighbours in order. An alert that
 * meanwhile became part of an incident keeps its own row: a button never changes what it does.
 */
export function heldRows(rows: readonly Row[], held: readonly string[]): Row[] {
    const byKey = new Map(rows.map((row) => [row.key, row]));
    const folded = new Map(rows.flatMap(foldedIn));
    const kept = held.flatMap((key) => byKey.get(key) ?? folded.get(key) ?? []);
    const known = new Set(held);
    return [...kept, ...rows.filter(({ key }) => !known.has(key))];
}

function foldedIn(row: Row): [string, Row][] {
    if (row.kind === "alert") return [];
    return row.alerts.map((alert) => [
        alert.id,
        { kind: "alert", key: alert.id, alert, isInside: false },
    ]);
}

/** The held order after a person unfolds or folds a row: its alerts come or go below it. */
export function heldAfterFold(held: readonly string[], row: Row): string[] {
    if (row.kind === "alert") return [...held];
    const inner = new Set(row.alerts.map(({ id }) => id));
    const others = held.filter((key) => !inner.has(key));
    if (row.isUnfolded) return others;
    const at = others.indexOf(row.key) + 1;
    return [...others.slice(0, at), ...inner, ...others.slice(at)];
}

/** What can be selected in the queue, by key; a row that only counts is passed over. */
export type Stop = Exclude<Row, { kind: "flood" }>;

export function stopsOf(rows: readonly Row[]): Stop[] {
    return rows.filter((row) => row.kind !== "flood");
}

/** The neighbour in the queue; from nowhere, the first. It stops at the ends. */
export function neighbour(stops: readonly Stop[], selected: string | null, step: 1 | -1): Stop | null {
    const at = stops.findIndex(({ key }) => key === selected);
    if (at < 0) return stops[0] ?? null;
    return stops[Math.min(stops.length - 1, Math.max(0, at + step))] ?? null;
}

/** The row that a person means by an alert: its own, or the folded one that holds it. */
export function rowOfAlert(rows: readonly Row[], alert: string): Row | null {
    return (
        rows.find(({ key }) => key === alert) ??
        rows.find((row) => row.kind !== "alert" && row.alerts.some(({ id }) => id === alert)) ??
        null
    );
}

/** How many of them nobody has. */
export function countUnacknowledged(alerts: readonly Alert[]): number {
    return alerts.filter(isUnacknowledged).length;
}

/** The gravest priority among them that nobody has, or else among all; null for none. */
export function leading(alerts: readonly Alert[]): Priority | null {
    return [...alerts].sort(compareAlerts)[0]?.priority ?? null;
}

/** Why an alert needs a second look, beside its priority. */
export type Mark = "chattering" | "stale" | "escalated";

export function marksOf(alert: Alert): Mark[] {
    return [
        ...(alert.escalation > 0 && isUnacknowledged(alert) ? (["escalated"] as const) : []),
        ...(alert.chattering ? (["chattering"] as const) : []),
        ...(alert.stale ? (["stale"] as const) : []),
    ];
}
