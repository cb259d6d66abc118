/** The plan and the tracks with a 2D pen: for stations without a GPU, and for close-ups. */
import type { EastNorth } from "../contract";
import { FLAG_COASTING, LABELS } from "../contract";
import { TRAIL_POINTS, type TrackTable, trackName } from "../picture/tracks";
import { SIGMAS_95 } from "../picture/cues";
import { conditionOf } from "../picture/devices";
import type { Picture } from "../picture/picture";
import {
    ALERTED,
    CONDITION,
    PLAN,
    TRACK,
    groundColour,
    sensorColour,
    zoneColour,
} from "./colours";
import { isMoved, sectorOf, strengthOf, ticksOf } from "./plan";
import { ellipseAt } from "./pen";
import { type Plane, project } from "./plane";
import { lineDown, zoneNames } from "./zone-names";

type Ink = CanvasRenderingContext2D;

function trace(ink: Ink, plane: Plane, places: readonly EastNorth[], isClosed: boolean): void {
    ink.beginPath();
    for (const { east_m, north_m } of places) ink.lineTo(...project(plane, east_m, north_m));
    if (isClosed) ink.closePath();
}

/** The ground, buildings, views, zones and tripwires: what seldom changes; `fields` between them. */
export function paintPlan(
    ink: Ink,
    plane: Plane,
    picture: Picture,
    isDetailed: boolean,
    fields: () => void = () => undefined,
): void {
    const { site } = picture;
    for (const shape of site.ground) {
        trace(ink, plane, shape.polygon, true);
        ink.fillStyle = groundColour(shape.purpose);
        ink.fill();
    }
    for (const sensor of picture.sensors.values()) {
        if (sensor.field_of_view === null) continue;
        const strength = strengthOf(sensor);
        trace(ink, plane, sectorOf(sensor.at, sensor.field_of_view), true);
        ink.fillStyle = sensorColour(sensor.kind);
        ink.globalAlpha = strength * 0.065;
        ink.fill();
        ink.strokeStyle = sensorColour(sensor.kind);
        ink.globalAlpha = 0.14 + 0.26 * strength;
        ink.lineWidth = 1;
        ink.stroke();
        ink.globalAlpha = 1;
    }
    fields();
    for (const zone of site.zones) {
        trace(ink, plane, zone.polygon, true);
        ink.fillStyle = zoneColour(zone.purpose);
        ink.globalAlpha = 0.085;
        ink.fill();
        ink.globalAlpha = 0.9;
        ink.strokeStyle = zoneColour(zone.purpose);
        ink.lineWidth = 1.5;
        ink.setLineDash([6, 4]);
        ink.stroke();
        ink.setLineDash([]);
        ink.globalAlpha = 1;
    }
    paintTripwires(ink, plane, picture);
    for (const shape of site.buildings) {
        trace(ink, plane, shape.polygon, true);
        ink.fillStyle = PLAN.building;
        ink.fill();
        ink.strokeStyle = PLAN.buildingEdge;
        ink.lineWidth = 1;
        ink.stroke();
    }
    if (isDetailed) paintZoneNames(ink, plane, picture);
    paintDevices(ink, plane, picture);
}

function paintTripwires(ink: Ink, plane: Plane, picture: Picture): void {
    ink.strokeStyle = PLAN.tripwire;
    ink.lineWidth = 1.4;
    for (const { start, end } of picture.site.tripwires) {
        trace(ink, plane, [start, end], false);
        ink.setLineDash([6, 4]);
        ink.stroke();
        ink.setLineDash([]);
        for (const tick of ticksOf(start, end)) {
            trace(ink, plane, tick, false);
            ink.stroke();
        }
    }
}

function paintZoneNames(ink: Ink, plane: Plane, picture: Picture): void {
    ink.letterSpacing = "1.5px";
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    ink.lineWidth = 3;
    ink.strokeStyle = PLAN.halo;
    ink.fillStyle = PLAN.label;
    const fontOf = (size_px: number) => `500 ${size_px}px "Inter Variable", sans-serif`;
    const names = zoneNames(picture.site.zones, {
        plane,
        width_px: ink.canvas.width / ink.getTransform().a,
        devices: [...picture.actuators.values(), ...picture.sensors.values()].map(({ at }) => at),
        measure: (line, size_px) => {
            ink.font = fontOf(size_px);
            return ink.measureText(line).width;
        },
    });
    for (const name of names) {
        const [x, y] = name.at;
        ink.font = fontOf(name.size_px);
        name.lines.forEach((line, index) => {
            ink.strokeText(line, x, y + lineDown(name, index));
            ink.fillText(line, x, y + lineDown(name, index));
        });
    }
    ink.letterSpacing = "0px";
}

function paintDevices(ink: Ink, plane: Plane, picture: Picture): void {
    ink.lineWidth = 1.8;
    for (const actuator of picture.actuators.values()) {
        const [x, y] = project(plane, actuator.at.east_m, actuator.at.north_m);
        ink.fillStyle = isMoved(actuator) ? "#ffdf70" : PLAN.halo;
        ink.strokeStyle = isMoved(actuator) ? PLAN.halo : "#9fb4c9";
        ink.beginPath();
        ink.roundRect(x - 6, y - 4.5, 12, 9, 2);
        ink.fill();
        ink.stroke();
    }
    for (const sensor of picture.sensors.values()) {
        const [x, y] = project(plane, sensor.at.east_m, sensor.at.north_m);
        ink.fillStyle = PLAN.halo;
        ink.strokeStyle = CONDITION[conditionOf(sensor)];
        ink.beginPath();
        ink.arc(x, y, 4, 0, 2 * Math.PI);
        ink.fill();
        ink.stroke();
    }
}

export interface Tracked {
    plane: Plane;
    table: TrackTable;
    alerted: ReadonlySet<number>;
    named: ReadonlySet<number>;
    now_ms: number;
    /** How large symbols are; 1 on the map. */
    scale: number;
}

/** Trails first, so that no trail lies over a symbol. */
export function paintTracks(ink: Ink, tracked: Tracked): void {
    const rows = alone(tracked);
    for (const row of rows) paintTrail(ink, tracked, row);
    for (const row of rows) paintTrack(ink, tracked, row);
}

/** How unsure each track's place is: nineteen times of twenty it is in its ring. */
export function paintRings(ink: Ink, tracked: Tracked): void {
    const { table, plane, now_ms } = tracked;
    ink.lineWidth = 1;
    for (const row of alone(tracked)) {
        const place = table.placeAt(row, now_ms);
        const sigma_m = table.sigma_m[row] ?? 0;
        const round = { major_m: sigma_m, minor_m: sigma_m, azimuth_deg: 0 };
        trace(ink, plane, ellipseAt(place, round, SIGMAS_95), true);
        ink.strokeStyle = colourOf(tracked, row);
        ink.fillStyle = colourOf(tracked, row);
        ink.globalAlpha = 0.07 * freshness(tracked, row);
        ink.fill();
        ink.globalAlpha = 0.4 * freshness(tracked, row);
        ink.stroke();
    }
    ink.globalAlpha = 1;
}

// Where people are too dense to be told apart a dot would claim somebody.
function alone({ table }: Tracked): number[] {
    return [...table.rows()].filter((row) => !table.isInCrowd(row));
}

function colourOf({ table, alerted }: Tracked, row: number): string {
    if (alerted.has(table.number[row] ?? 0)) return ALERTED;
    return TRACK[LABELS[table.label[row] ?? 0] ?? "unknown"];
}

function freshness({ table, now_ms }: Tracked, row: number): number {
    const age_s = (now_ms - (table.measured_ms[row] ?? 0)) / 1000;
    return 1 - 0.7 * Math.min(1, Math.max(0, (age_s - 1) / 7));
}

function paintTrail(ink: Ink, tracked: Tracked, row: number): void {
    const { table, plane, now_ms } = tracked;
    const place = table.placeAt(row, now_ms);
    const head = table.trail_head[row] ?? 0;
    ink.strokeStyle = colourOf(tracked, row);
    ink.globalAlpha = (LABELS[table.label[row] ?? 0] === "person" ? 0.3 : 0.6) * freshness(tracked, row);
    ink.lineWidth = 1.2;
    ink.beginPath();
    ink.moveTo(...project(plane, place.east_m, place.north_m));
    for (let back = 1; back <= (table.trail_count[row] ?? 0); back += 1) {
        const at = (row * TRAIL_POINTS + ((head - back + 2 * TRAIL_POINTS) % TRAIL_POINTS)) * 2;
        ink.lineTo(...project(plane, table.trail[at] ?? 0, table.trail[at + 1] ?? 0));
    }
    ink.stroke();
    ink.globalAlpha = 1;
}

function paintTrack(ink: Ink, tracked: Tracked, row: number): void {
    const { table, plane, now_ms, scale } = tracked;
    const place = table.placeAt(row, now_ms);
    const [x, y] = project(plane, place.east_m, place.north_m);
    const label = LABELS[table.label[row] ?? 0] ?? "unknown";
    const number = table.number[row] ?? 0;
    ink.globalAlpha = freshness(tracked, row);
    ink.save();
    ink.translate(x, y);
    ink.scale(scale, scale);
    outline(ink, label, table.speed_mps[row] ?? 0, table.heading_rad[row] ?? 0);
    const isSeen = ((table.flags[row] ?? 0) & FLAG_COASTING) === 0 && !table.isClaimed(row);
    ink.fillStyle = isSeen ? colourOf(tracked, row) : PLAN.halo;
    ink.strokeStyle = isSeen ? PLAN.halo : colourOf(tracked, row);
    ink.lineWidth = 1.4;
    // What is only claimed has a broken outline, as everything suspected has.
    if (table.isClaimed(row)) ink.setLineDash([3, 2.5]);
    ink.fill();
    ink.stroke();
    ink.restore();
    if (tracked.named.has(number)) {
        const stale_s = table.staleness_s(row, now_ms);
        const name = trackName(label, number) + (stale_s > 0 ? ` ${stale_s}s` : "");
        ink.globalAlpha = Math.max(0.72, freshness(tracked, row));
        ink.font = '600 10.5px "Inter Variable", sans-serif';
        ink.textAlign = "center";
        ink.textBaseline = "middle";
        ink.lineWidth = 3;
        ink.strokeStyle = "rgba(8, 12, 17, 0.9)";
        ink.strokeText(name, x, y + 17 * scale);
        ink.fillStyle = "#f1f5fa";
        ink.fillText(name, x, y + 17 * scale);
    }
    ink.globalAlpha = 1;
}

// Slower than this a heading is noise, and an arrow would lie.
const ARROW_SPEED_MIN_MPS = 0.25;

function outline(ink: Ink, label: string, speed_mps: number, heading_rad: number): void {
    ink.beginPath();
    if (label === "bag") {
        ink.rect(-5, -5, 10, 10);
    } else if (speed_mps < ARROW_SPEED_MIN_MPS) {
        ink.arc(0, 0, 5, 0, 2 * Math.PI);
    } else {
        ink.rotate(heading_rad);
        ink.moveTo(0, -9);
        ink.lineTo(7, 8);
        ink.lineTo(0, 4.5);
        ink.lineTo(-7, 8);
        ink.closePath();
    }
}
