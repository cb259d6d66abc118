/** Where somebody would be seen now, and where nobody looks. Pure. */
import type { EastNorth, ZoneCoverageView } from "../contract";
import type { Coverage } from "./views";

const CERTAIN = 255;

/** The probability of being seen at a place; null beyond the raster, where nothing is known. */
export function seenAt(coverage: Coverage, place: EastNorth): number | null {
    const column = Math.floor((place.east_m - coverage.low.east_m) / coverage.cell_m);
    const row = Math.floor((place.north_m - coverage.low.north_m) / coverage.cell_m);
    if (column < 0 || row < 0 || column >= coverage.columns || row >= coverage.rows) return null;
    const value = coverage.probability[row * coverage.columns + column];
    return value === undefined ? null : value / CERTAIN;
}

/** Does the raster hold what its size says? One that does not is not shown. */
export function isWhole(coverage: Coverage): boolean {
    return (
        coverage.columns > 0 &&
        coverage.rows > 0 &&
        coverage.probability.length === coverage.columns * coverage.rows
    );
}

/** How much of a zone is watched, or null where the hub does not say. */
export function coverageOfZone(coverage: Coverage | null, zone: string): ZoneCoverageView | null {
    return coverage?.zones.find(({ id }) => id === zone) ?? null;
}

/** The share of a zone's ground where nobody looks. */
export function unseen(zone: ZoneCoverageView): number {
    return Math.max(0, 1 - zone.seen);
}
