/** What stands out on the map: alert diamonds, halos, cue rings, the selected track's ellipse. */
import type { EastNorth } from "../contract";
import { isFlashing, isShelved } from "../picture/alerts";
import type { Picture } from "../picture/picture";
import type { TrackTable } from "../picture/tracks";
import type { Alert, Track } from "../picture/views";
import type { Selection } from "../desk";
import { PRIORITY, SELECTED } from "./colours";
import { type Plane, pixelsPerMetre, project } from "./plane";

export interface Scene {
    picture: Picture;
    table: TrackTable;
    selection: Selection | null;
    /** The selected track by name, when it was read. */
    track: Track | null;
    plane: Plane;
    now_ms: number;
    /** The hub's clock. */
    at_us: number;
    isCalm: boolean;
}

type Ink = CanvasRenderingContext2D;

// A cue is a flash: its ring grows for a second and fades within this.
const CUE_SHOWN_S = 20;
// Slow enough never to disturb, far below the three flashes a second of WCAG 2.3.1.
const FLASH_PERIOD_S = 1.6;

/** From 0 to 1 and back, slowly; always 1 for who asked their machine for calm. */
export function flash(now_ms: number, isCalm: boolean): number {
    if (isCalm) return 1;
    const turn = (now_ms / 1000 / FLASH_PERIOD_S) * 2 * Math.PI;
    return 0.5 + 0.5 * Math.cos(turn);
}

export function paintMarks(ink: Ink, scene: Scene): void {
    paintCues(ink, scene);
    for (const alert of scene.picture.alerts.values()) {
        if (!isShelved(alert) && alert.state !== "closed") paintAlert(ink, scene, alert);
    }
    paintSelection(ink, scene);
}

function paintCues(ink: Ink, scene: Scene): void {
    for (const cue of scene.picture.cues) {
        const age_s = (scene.at_us - cue.observed_us) / 1e6;
        if (age_s < 0 || age_s > CUE_SHOWN_S) continue;
        const [x, y] = project(scene.plane, cue.at.east_m, cue.at.north_m);
        const scale = pixelsPerMetre(scene.plane, cue.at);
        ink.strokeStyle = `rgba(255, 223, 112, ${0.8 * (1 - age_s / CUE_SHOWN_S)})`;
        ink.lineWidth = 1.5;
        circle(ink, x, y, Math.max(5, cue.sigma_m * scale));
        ink.stroke();
        const wave = scene.isCalm ? 1 : (age_s % 2) / 2;
        if (age_s < 8) {
            circle(ink, x, y, 6 + 40 * wave);
            ink.globalAlpha = 1 - wave;
            ink.stroke();
            ink.globalAlpha = 1;
        }
    }
}

function placesOf(scene: Scene, alert: Alert): EastNorth[] {
    const tracked = alert.tracks.flatMap(
        (number) => scene.table.placeOf(number, scene.now_ms) ?? [],
    );
    if (tracked.length > 0) return tracked;
    return alert.at === null ? [] : [alert.at];
}

function paintAlert(ink: Ink, scene: Scene, alert: Alert): void {
    const isSelected = scene.selection?.kind === "alert" && scene.selection.id === alert.id;
    const strength = isFlashing(alert) ? 0.35 + 0.65 * flash(scene.now_ms, scene.isCalm) : 0.55;
    for (const place of placesOf(scene, alert)) {
        const [x, y] = project(scene.plane, place.east_m, place.north_m);
        ink.strokeStyle = PRIORITY[alert.priority];
        ink.globalAlpha = strength;
        ink.lineWidth = isSelected ? 2.5 : 1.8;
        diamond(ink, x, y, isSelected ? 24 : 19);
        ink.stroke();
        ink.globalAlpha = strength * 0.14;
        ink.fillStyle = PRIORITY[alert.priority];
        ink.fill();
        ink.globalAlpha = 1;
        if (isSelected) paintNumber(ink, `A-${alert.number}`, x, y - 31, PRIORITY[alert.priority]);
    }
}

function paintNumber(ink: Ink, text: string, x: number, y: number, colour: string): void {
    ink.font = '600 11px "JetBrains Mono Variable", monospace';
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    const width = ink.measureText(text).width + 10;
    ink.fillStyle = "rgba(10, 14, 19, 0.88)";
    ink.beginPath();
    ink.roundRect(x - width / 2, y - 8, width, 16, 3);
    ink.fill();
    ink.fillStyle = colour;
    ink.fillText(text, x, y + 0.5);
}

function paintSelection(ink: Ink, scene: Scene): void {
    const { selection, picture, table, track } = scene;
    if (selection === null || selection.kind === "alert") return;
    ink.strokeStyle = SELECTED;
    ink.lineWidth = 1.6;
    if (selection.kind === "track") {
        const place = table.placeOf(selection.number, scene.now_ms);
        if (place === null) return;
        const [x, y] = project(scene.plane, place.east_m, place.north_m);
        brackets(ink, x, y, 17);
        if (track?.number === selection.number) paintEllipse(ink, scene, track, place);
        return;
    }
    const devices = selection.kind === "sensor" ? picture.sensors : picture.actuators;
    const device = devices.get(selection.id);
    if (device === undefined) return;
    const [x, y] = project(scene.plane, device.at.east_m, device.at.north_m);
    brackets(ink, x, y, 14);
}

/** Two sigma: nineteen times of twenty it is in there. */
function paintEllipse(ink: Ink, scene: Scene, track: Track, place: EastNorth): void {
    const azimuth = (track.sigma_azimuth_deg * Math.PI) / 180;
    const major = { east: Math.sin(azimuth), north: Math.cos(azimuth) };
    ink.beginPath();
    for (let corner = 0; corner <= 36; corner += 1) {
        const turn = (corner / 36) * 2 * Math.PI;
        const along = 2 * track.sigma_major_m * Math.cos(turn);
        const across = 2 * track.sigma_minor_m * Math.sin(turn);
        const [x, y] = project(
            scene.plane,
            place.east_m + major.east * along + major.north * across,
            place.north_m + major.north * along - major.east * across,
        );
        ink.lineTo(x, y);
    }
    ink.setLineDash([4, 3]);
    ink.globalAlpha = 0.8;
    ink.stroke();
    ink.globalAlpha = 1;
    ink.setLineDash([]);
}

function circle(ink: Ink, x: number, y: number, radius: number): void {
    ink.beginPath();
    ink.arc(x, y, radius, 0, 2 * Math.PI);
}

function diamond(ink: Ink, x: number, y: number, radius: number): void {
    ink.beginPath();
    ink.moveTo(x, y - radius);
    ink.lineTo(x + radius, y);
    ink.lineTo(x, y + radius);
    ink.lineTo(x - radius, y);
    ink.closePath();
}

function brackets(ink: Ink, x: number, y: number, radius: number): void {
    const arm = radius * 0.5;
    ink.beginPath();
    for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
        ink.moveTo(x + sx * radius, y + sy * (radius - arm));
        ink.lineTo(x + sx * radius, y + sy * radius);
        ink.lineTo(x + sx * (radius - arm), y + sy * radius);
    }
    ink.stroke();
}
