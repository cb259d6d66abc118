/** Which tracks carry their name on the map: a crowd's names would hide the crowd. */
import { LABELS } from "../contract";
import type { TrackTable } from "../picture/tracks";
import { type Plane, project } from "./plane";

// A name takes this much of the screen, with the air that makes it readable.
const CELL_WIDTH_PX = 54;
const CELL_HEIGHT_PX = 34;
const PERSON = LABELS.indexOf("person");

/**
 * The numbers to name: first what is `wanted`, then what is not a person, then whoever was named
 * before, so that names do not jump about; each takes its cell of the screen.
 */
export function chooseNames(
    table: TrackTable,
    plane: Plane,
    wanted: ReadonlySet<number>,
    before: ReadonlySet<number>,
    now_ms: number,
): Set<number> {
    const rank = (row: number): number => {
        const number = table.number[row] ?? 0;
        if (wanted.has(number)) return 0;
        if (table.label[row] !== PERSON) return 1;
        return before.has(number) ? 2 : 3;
    };
    const rows = [...table.rows()].filter((row) => !table.isInCrowd(row));
    rows.sort((one, other) => rank(one) - rank(other));
    const taken = new Set<number>();
    const named = new Set<number>();
    for (const row of rows) {
        const { east_m, north_m } = table.placeAt(row, now_ms);
        const [x, y] = project(plane, east_m, north_m);
        const cells = cellsAt(x, y);
        if (rank(row) > 0 && cells.some((cell) => taken.has(cell))) continue;
        for (const cell of cells) taken.add(cell);
        named.add(table.number[row] ?? 0);
    }
    return named;
}

// Half-cells, so that two names side by side or one above the other never overlap by more than half.
function cellsAt(x: number, y: number): number[] {
    const column = Math.floor((x * 2) / CELL_WIDTH_PX);
    const line = Math.floor((y * 2) / CELL_HEIGHT_PX);
    const cells: number[] = [];
    for (let right = 0; right < 2; right += 1) {
        for (let down = 0; down < 2; down += 1) {
            cells.push((column + right + 4_096) * 16_384 + line + down + 4_096);
        }
    }
    return cells;
}
