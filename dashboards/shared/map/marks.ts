/** What stands out above the plan: alerts, cues, the crowd's words, and what is in hand. */
import type { EastNorth } from "../contract";
import { isFlashing, isHidden } from "../picture/alerts";
import type { Alert } from "../picture/views";
import { SIGMAS_95 } from "../picture/cues";
import { PRIORITY, SELECTED } from "./colours";
import { paintCrowdMarks } from "./crowd-marks";
import { paintCues } from "./cue-marks";
import { type Ink, brackets, diamond, ellipseAt, outline, plate } from "./pen";
import { project } from "./plane";
import type { Scene } from "./scene";
import { paintTrackInHand } from "./track-marks";
import { middleOf } from "./plan";
import { paintIncident, paintTeams } from "./team-marks";

// Slow enough never to disturb, far below the three flashes a second of WCAG 2.3.1.
const FLASH_PERIOD_S = 1.6;

/** From 0 to 1 and back, slowly; always 1 for who asked their machine for calm. */
export function flash(now_ms: number, isCalm: boolean): number {
    if (isCalm) return 1;
    const turn = (now_ms / 1000 / FLASH_PERIOD_S) * 2 * Math.PI;
    return 0.5 + 0.5 * Math.cos(turn);
}

export function paintMarks(ink: Ink, scene: Scene): void {
    paintCrowdMarks(ink, scene);
    paintCues(ink, scene);
    paintTrackInHand(ink, scene);
    paintTeams(ink, scene);
    for (const alert of scene.picture.alerts.values()) {
        if (!isHidden(alert) && alert.state !== "closed") paintAlert(ink, scene, alert);
    }
    paintIncident(ink, scene);
    paintSelection(ink, scene);
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
        if (isSelected) plate(ink, [`A-${alert.number}`], x, y - 33, PRIORITY[alert.priority]);
    }
    if (isSelected && alert.tracks.length === 0) paintSpread(ink, scene, alert);
}

/** Where an alert's place may really be, when it is no track that moves. */
function paintSpread(ink: Ink, scene: Scene, { at, sigma_m, priority }: Alert): void {
    if (at === null || sigma_m === null || sigma_m === 0) return;
    const round = { major_m: sigma_m, minor_m: sigma_m, azimuth_deg: 0 };
    outline(ink, scene.plane, ellipseAt(at, round, SIGMAS_95));
    ink.strokeStyle = PRIORITY[priority];
    ink.lineWidth = 1.2;
    ink.setLineDash([4, 3]);
    ink.stroke();
    ink.setLineDash([]);
}

function paintSelection(ink: Ink, scene: Scene): void {
    const { selection, picture, plane } = scene;
    ink.strokeStyle = SELECTED;
    ink.lineWidth = 1.6;
    if (selection?.kind === "zone") {
        const zone = picture.site.zones.find(({ id }) => id === selection.id);
        if (zone === undefined) return;
        outline(ink, plane, zone.polygon);
        ink.stroke();
        const middle = middleOf(zone.polygon);
        brackets(ink, ...project(plane, middle.east_m, middle.north_m), 18);
        return;
    }
    const device =
        selection?.kind === "sensor"
            ? picture.sensors.get(selection.id)
            : selection?.kind === "actuator"
              ? picture.actuators.get(selection.id)
              : selection?.kind === "task"
                ? picture.tasks.get(selection.id)
                : undefined;
    if (device === undefined || device.at === null) return;
    brackets(ink, ...project(plane, device.at.east_m, device.at.north_m), 14);
}
