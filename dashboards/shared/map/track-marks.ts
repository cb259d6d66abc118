/** The tracks in hand: how unsure their place is, who sees them, and the two halves of a merge. */
import type { EastNorth } from "../contract";
import { LABELS } from "../contract";
import { feedersOf, FEEDING_US } from "../picture/corrections";
import { type Ellipse, SIGMAS_95 } from "../picture/cues";
import { trackName } from "../picture/tracks";
import type { Track } from "../picture/views";
import { SELECTED, sensorColour } from "./colours";
import { type Ink, brackets, ellipseAt, outline, plate } from "./pen";
import { project } from "./plane";
import type { Scene } from "./scene";

export function paintTrackInHand(ink: Ink, scene: Scene): void {
    const { selection, hover, track, hoveredTrack, merging } = scene;
    if (hover?.kind === "track") paintSpread(ink, scene, hover.number, hoveredTrack, 0.6);
    // An alert's track shows as much of itself as one that was picked by hand.
    const number = selection?.kind === "track" ? selection.number : (track?.number ?? null);
    if (number !== null) {
        if (track?.number === number) paintFeeders(ink, scene, track);
        paintSpread(ink, scene, number, track, 1);
    }
    if (selection?.kind === "track") paintBrackets(ink, scene, selection.number);
    if (merging !== null) paintMerge(ink, scene, merging);
}

function placeOf(scene: Scene, number: number): EastNorth | null {
    return scene.table.placeOf(number, scene.now_ms);
}

function paintBrackets(ink: Ink, scene: Scene, number: number): void {
    const place = placeOf(scene, number);
    if (place === null) return;
    ink.strokeStyle = SELECTED;
    ink.lineWidth = 1.6;
    brackets(ink, ...project(scene.plane, place.east_m, place.north_m), 17);
}

/** The real ellipse once the track was read by name, and the circle round it until then. */
function shapeOf(scene: Scene, number: number, track: Track | null): Ellipse | null {
    if (track?.number === number) {
        return {
            major_m: track.sigma_major_m,
            minor_m: track.sigma_minor_m,
            azimuth_deg: track.sigma_azimuth_deg,
        };
    }
    const row = scene.table.rowOf(number);
    if (row === null) return null;
    const sigma_m = scene.table.sigma_m[row] ?? 0;
    return { major_m: sigma_m, minor_m: sigma_m, azimuth_deg: 0 };
}

/** Nineteen times of twenty it is in there. */
function paintSpread(ink: Ink, scene: Scene, number: number, track: Track | null, strength: number): void {
    const place = placeOf(scene, number);
    const shape = shapeOf(scene, number, track);
    if (place === null || shape === null) return;
    outline(ink, scene.plane, ellipseAt(place, shape, SIGMAS_95));
    ink.fillStyle = SELECTED;
    ink.globalAlpha = 0.08 * strength;
    ink.fill();
    ink.strokeStyle = SELECTED;
    ink.lineWidth = 1.3;
    ink.globalAlpha = 0.85 * strength;
    ink.setLineDash([4, 3]);
    ink.stroke();
    ink.setLineDash([]);
    ink.globalAlpha = 1;
}

/** A line from each sensor that sees it now; it fades with the time since that sensor last did. */
function paintFeeders(ink: Ink, scene: Scene, track: Track): void {
    const place = placeOf(scene, track.number);
    if (place === null) return;
    const to = project(scene.plane, place.east_m, place.north_m);
    const last = new Map(track.sources.map(({ sensor, last_us }) => [sensor, last_us]));
    for (const id of track.sources.length > 0 ? feedersOf(track, scene.at_us) : track.sensors) {
        const sensor = scene.picture.sensors.get(id);
        if (sensor === undefined) continue;
        const age_us = scene.at_us - (last.get(id) ?? scene.at_us);
        const from = project(scene.plane, sensor.at.east_m, sensor.at.north_m);
        ink.strokeStyle = sensorColour(sensor.kind);
        ink.globalAlpha = 0.9 - 0.6 * Math.min(1, Math.max(0, age_us / FEEDING_US));
        ink.lineWidth = 1.4;
        ink.beginPath();
        ink.moveTo(...from);
        ink.lineTo(...to);
        ink.stroke();
        ink.beginPath();
        ink.arc(...from, 6.5, 0, 2 * Math.PI);
        ink.stroke();
    }
    ink.globalAlpha = 1;
}

function nameOf(scene: Scene, number: number): string {
    const row = scene.table.rowOf(number);
    return trackName(LABELS[row === null ? 0 : (scene.table.label[row] ?? 0)] ?? "unknown", number);
}

/** A band from the one to what the pointer is over: both would be one. */
function paintMerge(ink: Ink, scene: Scene, number: number): void {
    const from = placeOf(scene, number);
    const other = scene.hover?.kind === "track" && scene.hover.number !== number ? scene.hover.number : null;
    const to = other === null ? null : placeOf(scene, other);
    if (from === null || to === null || other === null) return;
    const start = project(scene.plane, from.east_m, from.north_m);
    const end = project(scene.plane, to.east_m, to.north_m);
    ink.strokeStyle = SELECTED;
    ink.lineWidth = 2;
    ink.setLineDash([2, 4]);
    ink.beginPath();
    ink.moveTo(...start);
    ink.lineTo(...end);
    ink.stroke();
    ink.setLineDash([]);
    brackets(ink, ...end, 17);
    const middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 14] as const;
    plate(ink, [`${nameOf(scene, number)} + ${nameOf(scene, other)}`], ...middle, SELECTED);
}
