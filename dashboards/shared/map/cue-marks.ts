/** Cues on the map: a ring that grows, the ellipse or the wedge they came from, and who heard them. */
import type { EastNorth } from "../contract";
import { CUE_ON_MAP_US, SIGMAS_95, ellipseOf, fixOf, hearersOf, isHeard, onMap, wedgeOf } from "../picture/cues";
import type { Cue } from "../picture/views";
import { type Ink, brackets, circle, ellipseAt, outline } from "./pen";
import { pixelsPerMetre, project } from "./plane";
import type { Scene } from "./scene";

const COLOUR = "#ffdf70";
const REJECTED = "#a4b3c4";
// A direction is drawn as far as a bang is heard over a square: the map's edge cuts it.
const WEDGE_REACH_M = 250;

export function paintCues(ink: Ink, scene: Scene): void {
    const shown = new Set(onMap(scene.picture.cues, scene.at_us));
    for (const cue of scene.picture.cues) {
        const isInHand = scene.selection?.kind === "cue" && scene.selection.id === cue.id;
        const isHovered = scene.hover?.kind === "cue" && scene.hover.id === cue.id;
        if (!isInHand && !shown.has(cue)) continue;
        const age = Math.min(1, Math.max(0, (scene.at_us - cue.observed_us) / CUE_ON_MAP_US));
        paintCue(ink, scene, cue, isInHand ? 1 : 1 - 0.8 * age);
        if (isInHand || isHovered) paintHearers(ink, scene, cue);
        if (isInHand) {
            ink.strokeStyle = "#ffffff";
            ink.lineWidth = 1.6;
            brackets(ink, ...project(scene.plane, cue.at.east_m, cue.at.north_m), 15);
        }
    }
}

function paintCue(ink: Ink, scene: Scene, cue: Cue, strength: number): void {
    const [x, y] = project(scene.plane, cue.at.east_m, cue.at.north_m);
    ink.strokeStyle = COLOUR;
    ink.fillStyle = COLOUR;
    ink.lineWidth = 1.5;
    const shape =
        fixOf(cue) === "bearing"
            ? wedgeOf(cue, WEDGE_REACH_M)
            : ellipseAt(cue.at, ellipseOf(cue), isHeard(cue) ? SIGMAS_95 : 1);
    outline(ink, scene.plane, shape);
    ink.globalAlpha = 0.1 * strength;
    ink.fill();
    ink.globalAlpha = 0.85 * strength;
    ink.stroke();
    // However small the ellipse, something must be seen where it is.
    if (cue.sigma_m * pixelsPerMetre(scene.plane, cue.at) < 5 || fixOf(cue) === "bearing") {
        circle(ink, x, y, 5);
        ink.stroke();
    }
    if (fixOf(cue) === "place") cross(ink, x, y, 5);
    paintWave(ink, scene, cue, x, y, strength);
    ink.globalAlpha = 1;
}

// For its first seconds a ring runs outward: an eye finds what moves.
function paintWave(ink: Ink, scene: Scene, cue: Cue, x: number, y: number, strength: number): void {
    const age_s = (scene.at_us - cue.observed_us) / 1e6;
    if (age_s < 0 || age_s > 8) return;
    const wave = scene.isCalm ? 1 : (age_s % 2) / 2;
    circle(ink, x, y, 6 + 40 * wave);
    ink.globalAlpha = (1 - wave) * strength;
    ink.stroke();
}

/** Lines to those that heard it; those that were not believed are dashed grey, and crossed out. */
function paintHearers(ink: Ink, scene: Scene, cue: Cue): void {
    ink.lineWidth = 1.2;
    for (const id of hearersOf(cue)) line(ink, scene, cue.at, id, false);
    for (const id of cue.rejected) line(ink, scene, cue.at, id, true);
    ink.globalAlpha = 1;
}

function line(ink: Ink, scene: Scene, at: EastNorth, id: string, isRejected: boolean): void {
    const sensor = scene.picture.sensors.get(id);
    if (sensor === undefined) return;
    const from = project(scene.plane, sensor.at.east_m, sensor.at.north_m);
    ink.strokeStyle = isRejected ? REJECTED : COLOUR;
    ink.globalAlpha = isRejected ? 0.8 : 0.6;
    if (isRejected) ink.setLineDash([2, 5]);
    ink.beginPath();
    ink.moveTo(...from);
    ink.lineTo(...project(scene.plane, at.east_m, at.north_m));
    ink.stroke();
    ink.setLineDash([]);
    if (isRejected) cross(ink, ...from, 8);
}

function cross(ink: Ink, x: number, y: number, radius: number): void {
    ink.beginPath();
    ink.moveTo(x - radius, y - radius);
    ink.lineTo(x + radius, y + radius);
    ink.moveTo(x + radius, y - radius);
    ink.lineTo(x - radius, y + radius);
    ink.stroke();
}
