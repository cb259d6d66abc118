/** Where the names of zones go on the map, so that each can be read: none over another. Pure. */
import type { EastNorth } from "../contract";
import { middleOf } from "./plan";
import { type Plane, type Point, pixelsPerMetre, project } from "./plane";

export interface ZoneName {
    readonly lines: readonly string[];
    readonly size_px: number;
    readonly at: Point;
}

const LINE_LETTERS_MAX = 13;
const LINE_HEIGHT = 1.2;
const MARGIN_PX = 3;
// Half of a device's symbol, with its halo.
const DEVICE_PX = 9;
// So far out a name that is much wider than its zone stands over others' ground.
const FAR_PX_PER_M = 3;
const WIDER_MAX = 1.8;

/** A name as short lines; a word is never broken. */
export function linesOf(name: string): string[] {
    return name.split(" ").reduce<string[]>((lines, word) => {
        const last = lines.at(-1);
        return last !== undefined && last.length + word.length < LINE_LETTERS_MAX
            ? [...lines.slice(0, -1), `${last} ${word}`]
            : [...lines, word];
    }, []);
}

interface Zone {
    readonly name: string;
    readonly polygon: readonly EastNorth[];
}

interface Box {
    readonly x: number;
    readonly y: number;
    readonly half_px: readonly [width: number, height: number];
}

function meet(one: Box, other: Box): boolean {
    return (
        Math.abs(one.x - other.x) < one.half_px[0] + other.half_px[0] &&
        Math.abs(one.y - other.y) < one.half_px[1] + other.half_px[1]
    );
}

function areaOf(polygon: readonly EastNorth[]): number {
    const twice = polygon.reduce((sum, one, index) => {
        const next = polygon[(index + 1) % polygon.length] ?? one;
        return sum + one.east_m * next.north_m - next.east_m * one.north_m;
    }, 0);
    return Math.abs(twice) / 2;
}

function widthOf(polygon: readonly EastNorth[], plane: Plane): number {
    const across = polygon.map(({ east_m, north_m }) => project(plane, east_m, north_m)[0]);
    return Math.max(...across) - Math.min(...across);
}

interface Ground {
    readonly plane: Plane;
    readonly width_px: number;
    /** What stands on the ground: a name makes room for it. */
    readonly devices: readonly EastNorth[];
    measure(line: string, size_px: number): number;
}

/** The names that can be shown, large zones first; one that would hide another's is left out. */
export function zoneNames(zones: readonly Zone[], ground: Ground): ZoneName[] {
    const { plane, measure } = ground;
    const symbols = ground.devices.map(({ east_m, north_m }): Box => {
        const [x, y] = project(plane, east_m, north_m);
        return { x, y, half_px: [DEVICE_PX, DEVICE_PX] };
    });
    const taken: Box[] = [];
    const names: ZoneName[] = [];
    for (const zone of [...zones].sort((one, other) => areaOf(other.polygon) - areaOf(one.polygon))) {
        const middle = middleOf(zone.polygon);
        const [east_px, y] = project(plane, middle.east_m, middle.north_m);
        // Far out names shrink with the ground.
        const px_per_m = pixelsPerMetre(plane, middle);
        const size_px = Math.min(12, Math.max(8.5, 7 + px_per_m));
        const lines = linesOf(zone.name.toUpperCase());
        const half_px = [
            Math.max(...lines.map((line) => measure(line, size_px))) / 2 + MARGIN_PX,
            (lines.length * size_px * LINE_HEIGHT) / 2,
        ] as const;
        if (px_per_m < FAR_PX_PER_M && 2 * half_px[0] > WIDER_MAX * widthOf(zone.polygon, plane)) continue;
        const x = within(east_px, half_px[0], ground.width_px);
        const up_px = half_px[1] + DEVICE_PX + 1;
        const free = [y, y - up_px, y + up_px]
            .map((at): Box => ({ x, y: at, half_px }))
            .filter((box) => !taken.some((other) => meet(box, other)));
        // Beside a symbol where there is room; over one rather than nowhere.
        const box = free.find((one) => !symbols.some((symbol) => meet(one, symbol))) ?? free[0];
        if (box === undefined) continue;
        taken.push(box);
        names.push({ lines, size_px, at: [box.x, box.y] });
    }
    return names;
}

/** A name whose zone is in view is not cut off at the edge of the map. */
function within(x: number, half_px: number, width_px: number): number {
    if (x < 0 || x > width_px || width_px < 2 * half_px) return x;
    return Math.min(width_px - half_px, Math.max(half_px, x));
}

/** How far below a name's middle each of its lines stands. */
export function lineDown(name: ZoneName, index: number): number {
    return (index - (name.lines.length - 1) / 2) * name.size_px * LINE_HEIGHT;
}
