/** Field teams on the map: a circle, the call sign and how old the place is; and an incident's ground. */
import type { EastNorth } from "../contract";
import { ageText } from "../picture/ages";
import { isFresh, teamSign } from "../picture/tasks";
import type { Team } from "../picture/work";
import { PLAN, PRIORITY, SELECTED } from "./colours";
import { type Ink, brackets, circle, ellipseAt, outline, plate } from "./pen";
import { project } from "./plane";
import type { Scene } from "./scene";

const TEAM = "#7ee0a1";
const RADIUS_PX = 9;
// An age that is read at a glance says nothing below this.
const AGE_SHOWN_US = 10_000_000;

export function paintTeams(ink: Ink, scene: Scene): void {
    for (const team of scene.picture.teams.values()) {
        if (team.at === null) continue;
        paintErrand(ink, scene, team, team.at);
        paintTeam(ink, scene, team, team.at);
    }
    ink.globalAlpha = 1;
}

function paintTeam(ink: Ink, scene: Scene, team: Team, at: EastNorth): void {
    const [x, y] = project(scene.plane, at.east_m, at.north_m);
    const isNow = isFresh(team, scene.at_us);
    ink.globalAlpha = isNow ? 1 : 0.55;
    circle(ink, x, y, RADIUS_PX);
    ink.fillStyle = team.task === null ? PLAN.halo : TEAM;
    ink.fill();
    ink.strokeStyle = TEAM;
    ink.lineWidth = 2;
    // Where it was, not where it is: broken, as everything suspected is.
    if (!isNow) ink.setLineDash([3, 3]);
    ink.stroke();
    ink.setLineDash([]);
    const age_us = scene.at_us - (team.last_us ?? scene.at_us);
    const age = age_us > AGE_SHOWN_US ? ` ${ageText(age_us)}` : "";
    plate(ink, [teamSign(team) + age], x, y + 21, TEAM);
    if (scene.selection?.kind !== "team" || scene.selection.id !== team.id) return;
    ink.globalAlpha = 1;
    ink.strokeStyle = SELECTED;
    ink.lineWidth = 1.6;
    brackets(ink, x, y, RADIUS_PX + 7);
}

/** A line from a team to where it was sent. */
function paintErrand(ink: Ink, { picture, plane }: Scene, team: Team, from: EastNorth): void {
    const to = team.task === null ? null : (picture.tasks.get(team.task)?.at ?? null);
    if (to === null) return;
    ink.strokeStyle = TEAM;
    ink.globalAlpha = 0.6;
    ink.lineWidth = 1.4;
    ink.setLineDash([1, 5]);
    ink.beginPath();
    ink.moveTo(...project(plane, from.east_m, from.north_m));
    ink.lineTo(...project(plane, to.east_m, to.north_m));
    ink.stroke();
    ink.setLineDash([]);
}

/** The ground of the incident in hand. */
export function paintIncident(ink: Ink, { picture, plane, selection }: Scene): void {
    if (selection?.kind !== "incident") return;
    const incident = picture.incidents.get(selection.id);
    if (incident === undefined || incident.at === null) return;
    const round = { major_m: incident.radius_m, minor_m: incident.radius_m, azimuth_deg: 0 };
    const [x, y] = project(plane, incident.at.east_m, incident.at.north_m);
    ink.strokeStyle = PRIORITY[incident.priority];
    ink.lineWidth = 1.4;
    ink.setLineDash([8, 5]);
    if (incident.radius_m > 0) {
        outline(ink, plane, ellipseAt(incident.at, round, 1));
        ink.stroke();
    }
    ink.setLineDash([]);
    plate(ink, [`I-${incident.number}`], x, y - 33, PRIORITY[incident.priority]);
}
