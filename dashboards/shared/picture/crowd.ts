/** The crowd as a field: how dense, whither, how pressed, and where people are lost in it. Pure. */
import type { EastNorth } from "../contract";
import type { Cell, Crowd, ZoneCrowd } from "./views";

/** A step of density with its name; `from` is in persons per square metre. */
export interface Band {
    from: number;
    name: "free" | "busy" | "slow" | "dense" | "packed" | "crushing";
}

/**
 * Bands after Fruin's levels of service and Still's work on standing crowds: below a third of a
 * person a square metre people walk as they like; from two they shuffle; from five they cannot move
 * by themselves.
 */
export const BANDS: readonly Band[] = [
    { from: 0.3, name: "free" },
    { from: 0.7, name: "busy" },
    { from: 1.4, name: "slow" },
    { from: 2.2, name: "dense" },
    { from: 3.5, name: "packed" },
    { from: 5, name: "crushing" },
];

/** The band of a density, or null where it is too thin to be a crowd. */
export function bandOf(density: number): Band | null {
    return BANDS.findLast(({ from }) => density >= from) ?? null;
}

/** Above this pressure, in 1/s², a crowd has been seen to move like a fluid that nobody steers. */
export const PRESSURE_MAX = 0.02;

export function isPressed(pressure: number): boolean {
    return pressure >= PRESSURE_MAX;
}

/** The field where there is somebody in it. What does not change is not sent again: it stays true. */
export function fieldOf(crowd: Crowd | null): Crowd | null {
    return crowd === null || crowd.cells.length === 0 ? null : crowd;
}

export function crowdOfZone(crowd: Crowd | null, zone: string): ZoneCrowd | null {
    return crowd?.zones.find(({ id }) => id === zone) ?? null;
}

export function middleOfCell({ column, row }: Cell, cell_m: number): EastNorth {
    return { east_m: (column + 0.5) * cell_m, north_m: (row + 0.5) * cell_m };
}

/** Ground on which people cannot be told apart, and how many are on it. */
export interface Patch {
    at: EastNorth;
    persons: number;
    sigma_persons: number;
    cells: readonly Cell[];
}

/** The connected pieces of ground where identity is lost, largest crowd first. */
export function lostPatches(crowd: Crowd): Patch[] {
    const waiting = new Map<string, Cell>(
        crowd.cells.filter(({ lost }) => lost).map((cell) => [keyOf(cell.column, cell.row), cell]),
    );
    const patches: Patch[] = [];
    for (const [key, seed] of waiting) {
        waiting.delete(key);
        patches.push(patchOf(taken(seed, waiting), crowd.cell_m));
    }
    return patches.sort((one, other) => other.persons - one.persons);
}

function keyOf(column: number, row: number): string {
    return `${column} ${row}`;
}

// All cells that hang together with the first, also over a corner.
function taken(seed: Cell, waiting: Map<string, Cell>): Cell[] {
    const cells = [seed];
    for (const cell of cells) {
        for (let right = -1; right <= 1; right += 1) {
            for (let up = -1; up <= 1; up += 1) {
                const key = keyOf(cell.column + right, cell.row + up);
                const next = waiting.get(key);
                if (next === undefined) continue;
                waiting.delete(key);
                cells.push(next);
            }
        }
    }
    return cells;
}

function patchOf(cells: readonly Cell[], cell_m: number): Patch {
    const ground_m2 = cell_m * cell_m;
    const persons = sum(cells, ({ density }) => density * ground_m2);
    // The middle of the people, not of the ground: that is where an eye looks for them.
    const weigh = (of: (place: EastNorth) => number): number =>
        sum(cells, (cell) => cell.density * ground_m2 * of(middleOfCell(cell, cell_m))) /
        Math.max(persons, Number.MIN_VALUE);
    return {
        at: { east_m: weigh(({ east_m }) => east_m), north_m: weigh(({ north_m }) => north_m) },
        persons,
        // Neighbours rest on the same people: what is off in one is off in the next, and adds up.
        sigma_persons: sum(cells, ({ sigma_density }) => sigma_density * ground_m2),
        cells,
    };
}

function sum(cells: readonly Cell[], of: (cell: Cell) => number): number {
    return cells.reduce((total, cell) => total + of(cell), 0);
}

/** The mean flow on a square of ground, where somebody walks. */
export interface Flow {
    at: EastNorth;
    east_mps: number;
    north_mps: number;
    density: number;
}

/** Flow over blocks of so many cells a side: arrows that stand apart on the screen. */
export function flowOf(crowd: Crowd, block: number, speed_min_mps: number): Flow[] {
    const blocks = new Map<string, Cell[]>();
    for (const cell of crowd.cells) {
        if (bandOf(cell.density) === null && !cell.lost) continue;
        const key = keyOf(Math.floor(cell.column / block), Math.floor(cell.row / block));
        blocks.set(key, [...(blocks.get(key) ?? []), cell]);
    }
    return [...blocks.values()]
        .map((cells) => meanFlow(cells, crowd.cell_m))
        .filter(({ east_mps, north_mps }) => Math.hypot(east_mps, north_mps) >= speed_min_mps);
}

function meanFlow(cells: readonly Cell[], cell_m: number): Flow {
    const density = sum(cells, (cell) => cell.density);
    const weigh = (of: (cell: Cell) => number): number =>
        sum(cells, (cell) => cell.density * of(cell)) / Math.max(density, Number.MIN_VALUE);
    return {
        at: {
            east_m: weigh((cell) => middleOfCell(cell, cell_m).east_m),
            north_m: weigh((cell) => middleOfCell(cell, cell_m).north_m),
        },
        east_mps: weigh((cell) => cell.east_mps),
        north_mps: weigh((cell) => cell.north_mps),
        density: density / cells.length,
    };
}

/** The field as bytes for one texture: density, lost, pressed, and whether there is a cell at all. */
export interface FieldRaster {
    low: EastNorth;
    cell_m: number;
    columns: number;
    rows: number;
    /** Four bytes a cell, row by row from the south-west. */
    bytes: Uint8Array<ArrayBuffer>;
}

/** One byte holds densities up to this: more people do not fit on a square metre. */
export const DENSITY_MAX = 10;
// A field larger than this is a broken site, not a crowd.
const SIDE_MAX = 2_048;

export function rasterOf(crowd: Crowd): FieldRaster | null {
    const columns = extent(crowd.cells.map(({ column }) => column));
    const rows = extent(crowd.cells.map(({ row }) => row));
    if (columns === null || rows === null) return null;
    const bytes = new Uint8Array(columns.size * rows.size * 4);
    for (const cell of crowd.cells) {
        const at = ((cell.row - rows.low) * columns.size + (cell.column - columns.low)) * 4;
        bytes[at] = Math.round(Math.min(1, cell.density / DENSITY_MAX) * 255);
        bytes[at + 1] = cell.lost ? 255 : 0;
        bytes[at + 2] = isPressed(cell.pressure) ? 255 : 0;
        bytes[at + 3] = 255;
    }
    return {
        low: { east_m: columns.low * crowd.cell_m, north_m: rows.low * crowd.cell_m },
        cell_m: crowd.cell_m,
        columns: columns.size,
        rows: rows.size,
        bytes,
    };
}

// One empty cell all round: the field then ends softly and not at a wall.
function extent(indices: readonly number[]): { low: number; size: number } | null {
    if (indices.length === 0) return null;
    let low = Infinity;
    let high = -Infinity;
    for (const index of indices) {
        low = Math.min(low, index);
        high = Math.max(high, index);
    }
    const size = high - low + 3;
    return size > SIDE_MAX ? null : { low: low - 1, size };
}

/** `240 ± 18`: whole persons, since there are no others. */
export function personsText(persons: number, sigma: number): string {
    return `${Math.round(persons)} ± ${Math.ceil(sigma)}`;
}
