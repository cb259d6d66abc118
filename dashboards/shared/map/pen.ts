/** Shapes for a 2D pen: rings, ellipses on the ground, brackets, and words on a dark plate. */
import type { EastNorth } from "../contract";
import type { Ellipse } from "../picture/cues";
import { type Plane, project } from "./plane";

export type Ink = CanvasRenderingContext2D;

export function circle(ink: Ink, x: number, y: number, radius: number): void {
    ink.beginPath();
    ink.arc(x, y, radius, 0, 2 * Math.PI);
}

export function diamond(ink: Ink, x: number, y: number, radius: number): void {
    ink.beginPath();
    ink.moveTo(x, y - radius);
    ink.lineTo(x + radius, y);
    ink.lineTo(x, y + radius);
    ink.lineTo(x - radius, y);
    ink.closePath();
}

export function brackets(ink: Ink, x: number, y: number, radius: number): void {
    const arm = radius * 0.5;
    ink.beginPath();
    for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
        ink.moveTo(x + sx * radius, y + sy * (radius - arm));
        ink.lineTo(x + sx * radius, y + sy * radius);
        ink.lineTo(x + sx * (radius - arm), y + sy * radius);
    }
    ink.stroke();
}

/** Begin the outline of ground; in perspective it is seen as the ground is. */
export function outline(ink: Ink, plane: Plane, places: readonly EastNorth[]): void {
    ink.beginPath();
    for (const { east_m, north_m } of places) ink.lineTo(...project(plane, east_m, north_m));
    ink.closePath();
}

const CORNERS = 48;

/** The places on an ellipse of so many sigmas. */
export function ellipseAt(place: EastNorth, ellipse: Ellipse, sigmas: number): EastNorth[] {
    const azimuth = (ellipse.azimuth_deg * Math.PI) / 180;
    const major = { east: Math.sin(azimuth), north: Math.cos(azimuth) };
    return Array.from({ length: CORNERS }, (_, corner) => {
        const turn = (corner / CORNERS) * 2 * Math.PI;
        const along = sigmas * ellipse.major_m * Math.cos(turn);
        const across = sigmas * ellipse.minor_m * Math.sin(turn);
        return {
            east_m: place.east_m + major.east * along + major.north * across,
            north_m: place.north_m + major.north * along - major.east * across,
        };
    });
}

const PLATE = "rgba(10, 14, 19, 0.88)";
const LINE_PX = 15;

/** Words on a dark plate, so that they are read over anything; the first line in its colour. */
export function plate(ink: Ink, lines: readonly string[], x: number, y: number, colour: string): void {
    ink.font = '600 11px "Inter Variable", sans-serif';
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    const width = Math.max(...lines.map((line) => ink.measureText(line).width)) + 12;
    const height = lines.length * LINE_PX + 3;
    ink.fillStyle = PLATE;
    ink.beginPath();
    ink.roundRect(x - width / 2, y - height / 2, width, height, 3);
    ink.fill();
    lines.forEach((line, index) => {
        ink.fillStyle = index === 0 ? colour : "#d5dee9";
        ink.fillText(line, x, y + (index - (lines.length - 1) / 2) * LINE_PX + 0.5);
    });
}
