/** What stands under the pointer. */
import type { Selection } from "../desk";
import type { Picture } from "../picture/picture";
import type { TrackTable } from "../picture/tracks";
import { type Plane, project } from "./plane";

// A fingertip is wider than a mouse's point; WCAG 2.2 asks for targets of 24 px.
const REACH_PX = 16;

/** The nearest track, device or placed alert within reach; tracks win a draw. */
export function pick(
    x: number,
    y: number,
    plane: Plane,
    table: TrackTable,
    picture: Picture,
    now_ms: number,
    reach_px = REACH_PX,
): Selection | null {
    let best: Selection | null = null;
    let best_px = reach_px;
    const offer = (east_m: number, north_m: number, handicap_px: number, what: Selection) => {
        const [px, py] = project(plane, east_m, north_m);
        const distance_px = Math.hypot(px - x, py - y) + handicap_px;
        if (distance_px < best_px) {
            best_px = distance_px;
            best = what;
        }
    };
    for (const row of table.rows()) {
        const place = table.placeAt(row, now_ms);
        offer(place.east_m, place.north_m, 0, { kind: "track", number: table.number[row] ?? 0 });
    }
    for (const { id, at } of picture.actuators.values()) {
        offer(at.east_m, at.north_m, 2, { kind: "actuator", id });
    }
    for (const { id, at } of picture.sensors.values()) {
        offer(at.east_m, at.north_m, 3, { kind: "sensor", id });
    }
    return best === null ? null : throughAlert(best, picture);
}

// Who points at a track that an alert names means the alert: map and list mirror each other.
function throughAlert(selection: Selection, picture: Picture): Selection {
    if (selection.kind !== "track") return selection;
    for (const alert of picture.alerts.values()) {
        if (alert.state !== "shelved" && alert.tracks.includes(selection.number)) {
            return { kind: "alert", id: alert.id };
        }
    }
    return selection;
}
