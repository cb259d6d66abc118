/** What stands under the pointer. */
import type { EastNorth } from "../contract";
import type { Selection } from "../desk";
import { isHidden } from "../picture/alerts";
import { onMap } from "../picture/cues";
import type { Picture } from "../picture/picture";
import type { TrackTable } from "../picture/tracks";
import type { Area, Site } from "../picture/views";
import { middleOf } from "./plan";
import { type Plane, inverted, project } from "./plane";

// A fingertip is wider than a mouse's point; WCAG 2.2 asks for targets of 24 px.
const REACH_PX = 16;
// A zone is picked by its name, so that bare ground stays a place to put the selection down.
const NAME_WIDE_PX = 46;
const NAME_HIGH_PX = 13;

export interface Pointer {
    x: number;
    y: number;
    plane: Plane;
    table: TrackTable;
    picture: Picture;
    now_ms: number;
    /** The hub's clock: what is shown for a while can be picked for as long. */
    at_us: number;
}

type Offer = (at: EastNorth, handicap_px: number, what: Selection) => void;

/** The nearest thing within reach; tracks win a draw, and a zone's name has what is left. */
export function pick(pointer: Pointer): Selection | null {
    const nearest = nearestOf(pointer, (offer) => {
        offerTracks(pointer, offer);
        for (const { id, at } of pointer.picture.teams.values()) {
            if (at !== null) offer(at, 1, { kind: "team", id });
        }
        for (const { id, at } of pointer.picture.actuators.values()) {
            offer(at, 2, { kind: "actuator", id });
        }
        for (const { id, at } of pointer.picture.sensors.values()) offer(at, 3, { kind: "sensor", id });
        for (const { id, at } of onMap(pointer.picture.cues, pointer.at_us)) {
            offer(at, 4, { kind: "cue", id });
        }
    });
    return nearest ?? zoneNamed(pointer);
}

/** What a click means: who points at a track that an alert names means the alert. */
export function clicked(pointer: Pointer): Selection | null {
    const selection = pick(pointer);
    return selection === null ? null : throughAlert(selection, pointer.picture);
}

/** The nearest track alone: for who looks for the other half of a merge. */
export function pickTrack(pointer: Pointer): Selection | null {
    return nearestOf(pointer, (offer) => {
        offerTracks(pointer, offer);
    });
}

function offerTracks({ table, now_ms }: Pointer, offer: Offer): void {
    for (const row of table.rows()) {
        if (table.isInCrowd(row)) continue;
        offer(table.placeAt(row, now_ms), 0, { kind: "track", number: table.number[row] ?? 0 });
    }
}

function nearestOf({ x, y, plane }: Pointer, ask: (offer: Offer) => void): Selection | null {
    let best: Selection | null = null;
    let best_px = REACH_PX;
    ask((at, handicap_px, what) => {
        const [px, py] = project(plane, at.east_m, at.north_m);
        const distance_px = Math.hypot(px - x, py - y) + handicap_px;
        if (distance_px < best_px) {
            best_px = distance_px;
            best = what;
        }
    });
    return best;
}

function zoneNamed({ x, y, plane, picture }: Pointer): Selection | null {
    for (const zone of picture.site.zones) {
        const { east_m, north_m } = middleOf(zone.polygon);
        const [px, py] = project(plane, east_m, north_m);
        if (Math.abs(px - x) <= NAME_WIDE_PX && Math.abs(py - y) <= NAME_HIGH_PX) {
            return { kind: "zone", id: zone.id };
        }
    }
    return null;
}

/** The smallest zone under the pointer. */
export function zoneUnder(x: number, y: number, plane: Plane, site: Site): Area | null {
    const [east_m, north_m] = project(inverted(plane), x, y);
    const at = { east_m, north_m };
    const within = site.zones.filter((zone) => isWithin(at, zone.polygon));
    return within.sort((one, other) => groundOf(one.polygon) - groundOf(other.polygon))[0] ?? null;
}

// Count the edges that a ray to the east crosses: an odd number of them begins inside.
function isWithin(at: EastNorth, polygon: readonly EastNorth[]): boolean {
    let is = false;
    polygon.forEach((corner, index) => {
        const before = polygon.at(index - 1) ?? corner;
        if (corner.north_m > at.north_m === before.north_m > at.north_m) return;
        const part = (at.north_m - corner.north_m) / (before.north_m - corner.north_m);
        if (at.east_m < corner.east_m + part * (before.east_m - corner.east_m)) is = !is;
    });
    return is;
}

function groundOf(polygon: readonly EastNorth[]): number {
    const twice = polygon.reduce((sum, corner, index) => {
        const before = polygon.at(index - 1) ?? corner;
        return sum + before.east_m * corner.north_m - corner.east_m * before.north_m;
    }, 0);
    return Math.abs(twice) / 2;
}

function throughAlert(selection: Selection, picture: Picture): Selection {
    if (selection.kind !== "track") return selection;
    for (const alert of picture.alerts.values()) {
        if (!isHidden(alert) && alert.tracks.includes(selection.number)) {
            return { kind: "alert", id: alert.id };
        }
    }
    return selection;
}
