/** What lies on the ground as a raster, with a 2D pen and north up: for the lite map. */
import { bandOf } from "../picture/crowd";
import { isWhole } from "../picture/coverage";
import type { Coverage, Crowd } from "../picture/views";
import { BAND, UNSEEN } from "./colours";
import type { Ink } from "./pen";
import { type Plane, project } from "./plane";

/** How dark it is where somebody would be seen with this probability, of 255. */
export function darkness(seen: number): number {
    const part = Math.min(1, Math.max(0, (seen / 255 - 0.1) / 0.7));
    return 1 - part * part * (3 - 2 * part);
}

/** Dark and hatched where nobody would be seen. */
export function paintCoverage(ink: Ink, plane: Plane, coverage: Coverage): void {
    if (!isWhole(coverage)) return;
    const { columns, rows, cell_m, low } = coverage;
    const mask = maskOf(coverage);
    const [left, bottom] = project(plane, low.east_m, low.north_m);
    const [right, top] = project(plane, low.east_m + columns * cell_m, low.north_m + rows * cell_m);
    const hatch = hatched(ink.canvas.width, ink.canvas.height);
    const pen = hatch?.getContext("2d");
    if (mask === null || hatch === null || pen === null || pen === undefined) return;
    ink.globalAlpha = 0.5;
    ink.drawImage(mask, left, top, right - left, bottom - top);
    ink.globalAlpha = 1;
    pen.globalCompositeOperation = "destination-in";
    pen.drawImage(mask, left, top, right - left, bottom - top);
    ink.drawImage(hatch, 0, 0);
}

// One pixel a cell, black, as opaque as nobody looks; north is at the top of an image.
function maskOf({ columns, rows, probability }: Coverage): HTMLCanvasElement | null {
    const canvas = document.createElement("canvas");
    canvas.width = columns;
    canvas.height = rows;
    const pen = canvas.getContext("2d");
    if (pen === null) return null;
    const image = pen.createImageData(columns, rows);
    for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
            const seen = probability[row * columns + column] ?? 0;
            image.data[((rows - 1 - row) * columns + column) * 4 + 3] = 255 * darkness(seen);
        }
    }
    pen.putImageData(image, 0, 0);
    return canvas;
}

const HATCH_EVERY_PX = 8;

function hatched(width: number, height: number): HTMLCanvasElement | null {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    if (pen === null) return null;
    pen.strokeStyle = UNSEEN;
    pen.lineWidth = 1.2;
    pen.beginPath();
    for (let x = -height; x < width; x += HATCH_EVERY_PX) {
        pen.moveTo(x, 0);
        pen.lineTo(x + height, height);
    }
    pen.stroke();
    return canvas;
}

/** The crowd in bands of density, speckled where people cannot be told apart. */
export function paintCrowd(ink: Ink, plane: Plane, crowd: Crowd, isThinShown: boolean): void {
    const { cell_m } = crowd;
    for (const { column, row, density, lost } of crowd.cells) {
        const band = bandOf(density);
        if (!lost && (band === null || !isThinShown)) continue;
        const { colour, strength } = BAND[band?.name ?? "free"];
        const [left, bottom] = project(plane, column * cell_m, row * cell_m);
        const [right, top] = project(plane, (column + 1) * cell_m, (row + 1) * cell_m);
        ink.globalAlpha = strength;
        ink.fillStyle = colour;
        ink.fillRect(left, top, right - left, bottom - top);
        if (lost) speckle(ink, (left + right) / 2, (top + bottom) / 2, right - left);
    }
    ink.globalAlpha = 1;
}

function speckle(ink: Ink, x: number, y: number, side_px: number): void {
    const step_px = Math.max(4, side_px / 3);
    ink.globalAlpha = 0.5;
    ink.fillStyle = "#eef4fb";
    for (let right = -side_px / 2 + step_px / 2; right < side_px / 2; right += step_px) {
        for (let down = -side_px / 2 + step_px / 2; down < side_px / 2; down += step_px) {
            ink.fillRect(x + right - 0.75, y + down - 0.75, 1.5, 1.5);
        }
    }
}
