/**
 * The tracks, as columns that stay in place: a track keeps its row for its whole life.
 * Two thousand of them change ten times a second, so they never pass through React.
 */
import type { EastNorth } from "../contract";
import { FLAG_COASTING, FLAG_CONFIRMED, FLAG_CROWD, LABELS } from "../contract";
import { type Columns } from "./columns";

export const TRAIL_POINTS = 20;
// Twenty points then show the last sixteen seconds: a glance tells a walk from a drive.
const TRAIL_STEP_MS = 800;
const CAPACITY_START = 256;
/** From here on the map says how long ago; two digits are enough for what has not ended yet. */
export const STALE_MIN_S = 2;
export const STALE_MAX_S = 99;
/** A row of this many bytes a track: more tracks than this is a broken tracker, not a crowd. */
export const TRACKS_MAX = 20_000;

export class TrackTable {
    capacity = CAPACITY_START;
    number = new Uint32Array(CAPACITY_START);
    /** Where a track is drawn from, and where to: the last position shown, and the latest known. */
    from_east_m = new Float32Array(CAPACITY_START);
    from_north_m = new Float32Array(CAPACITY_START);
    east_m = new Float32Array(CAPACITY_START);
    north_m = new Float32Array(CAPACITY_START);
    /** When the latest position came, on the caller's steady clock. */
    moved_ms = new Float64Array(CAPACITY_START);
    heading_rad = new Float32Array(CAPACITY_START);
    speed_mps = new Float32Array(CAPACITY_START);
    sigma_m = new Float32Array(CAPACITY_START);
    /** When it was last measured, on the caller's steady clock. */
    measured_ms = new Float64Array(CAPACITY_START);
    label = new Uint8Array(CAPACITY_START);
    flags = new Uint8Array(CAPACITY_START);
    /** Rings of places: `trail[(row * TRAIL_POINTS + i) * 2]` is an easting. */
    trail = new Float32Array(CAPACITY_START * TRAIL_POINTS * 2);
    trail_head = new Uint8Array(CAPACITY_START);
    trail_count = new Uint8Array(CAPACITY_START);
    trail_ms = new Float64Array(CAPACITY_START);
    /** Counts changes to trails, so that the overlay sends them to the GPU only then. */
    trail_version = 0;
    version = 0;
    /** How long a step lasts on the screen: the smoothed interval between updates. */
    step_ms = 150;

    readonly #rows = new Map<number, number>();
    readonly #free: number[] = [];
    #next = 0;
    #updated_ms: number | null = null;

    get size(): number {
        return this.#rows.size;
    }

    /** The rows in use, in no order that means anything. */
    rows(): IterableIterator<number> {
        return this.#rows.values();
    }

    rowOf(number: number): number | null {
        return this.#rows.get(number) ?? null;
    }

    /** Take the tracks of a delta. */
    update(columns: Columns | null, gone: readonly number[], now_ms: number): void {
        for (const number of gone) this.#remove(number);
        if (columns !== null) this.#put(columns, now_ms);
        if (columns !== null || gone.length > 0) this.version += 1;
    }

    /** Take the tracks of a snapshot: what it does not name is gone; what it names keeps its trail. */
    replace(columns: Columns, now_ms: number): void {
        const named = new Set(columns.number);
        this.update(
            columns,
            [...this.#rows.keys()].filter((number) => !named.has(number)),
            now_ms,
        );
    }

    /** How far along its step a row is drawn at `now_ms`: 0 at its start, 1 at its end. */
    progress(row: number, now_ms: number): number {
        const elapsed = now_ms - (this.moved_ms[row] ?? 0);
        return Math.min(1, Math.max(0, elapsed / this.step_ms));
    }

    /** Where a track is drawn now, or null if there is none of that number. */
    placeOf(number: number, now_ms: number): EastNorth | null {
        const row = this.#rows.get(number);
        return row === undefined ? null : this.placeAt(row, now_ms);
    }

    placeAt(row: number, now_ms: number): EastNorth {
        const part = this.progress(row, now_ms);
        const east = this.east_m[row] ?? 0;
        const north = this.north_m[row] ?? 0;
        const from_east = this.from_east_m[row] ?? 0;
        const from_north = this.from_north_m[row] ?? 0;
        return {
            east_m: from_east + (east - from_east) * part,
            north_m: from_north + (north - from_north) * part,
        };
    }

    /** Does it stand where people are too dense to be told apart? */
    isInCrowd(row: number): boolean {
        return ((this.flags[row] ?? 0) & FLAG_CROWD) !== 0;
    }

    /** Does it only say of itself that it is there, while no sensor sees it? */
    isClaimed(row: number): boolean {
        return ((this.flags[row] ?? 0) & (FLAG_CONFIRMED | FLAG_COASTING)) === 0;
    }

    /** Whole seconds since it was last measured; 0 while it is fresh. */
    staleness_s(row: number, now_ms: number): number {
        const age_s = Math.floor((now_ms - (this.measured_ms[row] ?? 0)) / 1000);
        return age_s >= STALE_MIN_S ? Math.min(age_s, STALE_MAX_S) : 0;
    }

    /** How many confirmed tracks carry the label. */
    count(label: (typeof LABELS)[number]): number {
        const index = LABELS.indexOf(label);
        let count = 0;
        for (const row of this.#rows.values()) {
            if (this.label[row] === index && ((this.flags[row] ?? 0) & FLAG_CONFIRMED) !== 0) {
                count += 1;
            }
        }
        return count;
    }

    #put(columns: Columns, now_ms: number): void {
        this.#learnStep(now_ms);
        columns.number.forEach((number, index) => {
            const known = this.#rows.get(number);
            const row = known ?? this.#add(number);
            if (row === null) return;
            this.#write(row, columns, index, now_ms, known === undefined);
        });
    }

    #learnStep(now_ms: number): void {
        if (this.#updated_ms !== null) {
            const interval_ms = Math.min(1000, Math.max(30, now_ms - this.#updated_ms));
            this.step_ms += 0.1 * (interval_ms - this.step_ms);
        }
        this.#updated_ms = now_ms;
    }

    #write(row: number, columns: Columns, index: number, now_ms: number, isNew: boolean): void {
        const east_m = columns.east_m[index] ?? 0;
        const north_m = columns.north_m[index] ?? 0;
        const shown = isNew ? { east_m, north_m } : this.placeAt(row, now_ms);
        this.from_east_m[row] = shown.east_m;
        this.from_north_m[row] = shown.north_m;
        this.east_m[row] = east_m;
        this.north_m[row] = north_m;
        this.moved_ms[row] = now_ms;
        this.heading_rad[row] = ((columns.heading[index] ?? 0) / 65_536) * 2 * Math.PI;
        this.speed_mps[row] = (columns.speed[index] ?? 0) / 100;
        this.sigma_m[row] = (columns.sigma[index] ?? 0) / 100;
        this.measured_ms[row] = now_ms - (columns.age[index] ?? 0);
        this.label[row] = columns.label[index] ?? 0;
        this.flags[row] = columns.flags[index] ?? 0;
        if (isNew || now_ms - (this.trail_ms[row] ?? 0) >= TRAIL_STEP_MS) {
            this.#mark(row, shown, now_ms);
        }
    }

    #mark(row: number, place: EastNorth, now_ms: number): void {
        const head = this.trail_head[row] ?? 0;
        const at = (row * TRAIL_POINTS + head) * 2;
        this.trail[at] = place.east_m;
        this.trail[at + 1] = place.north_m;
        this.trail_head[row] = (head + 1) % TRAIL_POINTS;
        this.trail_count[row] = Math.min(TRAIL_POINTS, (this.trail_count[row] ?? 0) + 1);
        this.trail_ms[row] = now_ms;
        this.trail_version += 1;
    }

    #add(number: number): number | null {
        if (this.#rows.size >= TRACKS_MAX) return null;
        const row = this.#free.pop() ?? this.#next++;
        if (row >= this.capacity) this.#grow();
        this.number[row] = number;
        this.trail_head[row] = 0;
        this.trail_count[row] = 0;
        this.#rows.set(number, row);
        return row;
    }

    #remove(number: number): void {
        const row = this.#rows.get(number);
        if (row === undefined) return;
        this.#rows.delete(number);
        this.#free.push(row);
    }

    #grow(): void {
        this.capacity *= 2;
        this.number = widened(this.number, Uint32Array, this.capacity);
        this.from_east_m = widened(this.from_east_m, Float32Array, this.capacity);
        this.from_north_m = widened(this.from_north_m, Float32Array, this.capacity);
        this.east_m = widened(this.east_m, Float32Array, this.capacity);
        this.north_m = widened(this.north_m, Float32Array, this.capacity);
        this.moved_ms = widened(this.moved_ms, Float64Array, this.capacity);
        this.heading_rad = widened(this.heading_rad, Float32Array, this.capacity);
        this.speed_mps = widened(this.speed_mps, Float32Array, this.capacity);
        this.sigma_m = widened(this.sigma_m, Float32Array, this.capacity);
        this.measured_ms = widened(this.measured_ms, Float64Array, this.capacity);
        this.label = widened(this.label, Uint8Array, this.capacity);
        this.flags = widened(this.flags, Uint8Array, this.capacity);
        this.trail = widened(this.trail, Float32Array, this.capacity * TRAIL_POINTS * 2);
        this.trail_head = widened(this.trail_head, Uint8Array, this.capacity);
        this.trail_count = widened(this.trail_count, Uint8Array, this.capacity);
        this.trail_ms = widened(this.trail_ms, Float64Array, this.capacity);
    }
}

function widened<Column extends { set(from: Column): void }>(
    column: Column,
    kind: new (length: number) => Column,
    length: number,
): Column {
    const wider = new kind(length);
    wider.set(column);
    return wider;
}

const LETTERS: Record<(typeof LABELS)[number], string> = {
    unknown: "U",
    person: "P",
    bicycle: "C",
    vehicle: "V",
    drone: "D",
    bag: "B",
    animal: "A",
};

/** `P1104`: a letter and a number, short enough to say on the radio. */
export function trackName(label: (typeof LABELS)[number], number: number): string {
    return `${LETTERS[label]}${number}`;
}
