/** The letters and digits that track names are made of, drawn once into one picture. */
import { LABELS } from "../contract";
import { trackName } from "../picture/tracks";

/** Digits first, then a letter for each label, then the seconds' sign, as the shader counts. */
export const GLYPHS: readonly string[] = [
    ..."0123456789",
    ...LABELS.map((label) => trackName(label, 0).slice(0, 1)),
    "s",
];

export interface Atlas {
    canvas: HTMLCanvasElement;
    cell_width_px: number;
    cell_height_px: number;
    advance_px: number;
}

const FONT_PX = 11;

export function drawAtlas(ratio: number): Atlas {
    const cell_width_px = Math.ceil(14 * ratio);
    const cell_height_px = Math.ceil(17 * ratio);
    const canvas = document.createElement("canvas");
    canvas.width = cell_width_px * GLYPHS.length;
    canvas.height = cell_height_px;
    const ink = canvas.getContext("2d");
    if (ink === null) throw new Error("this browser draws no canvas");
    ink.font = `600 ${FONT_PX * ratio}px "Inter Variable", sans-serif`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    ink.lineWidth = 3 * ratio;
    GLYPHS.forEach((glyph, index) => {
        const x = (index + 0.5) * cell_width_px;
        ink.strokeStyle = "rgba(8, 12, 17, 0.9)";
        ink.strokeText(glyph, x, cell_height_px / 2);
        ink.fillStyle = "#f1f5fa";
        ink.fillText(glyph, x, cell_height_px / 2);
    });
    return { canvas, cell_width_px, cell_height_px, advance_px: ink.measureText("0").width + 0.2 };
}
