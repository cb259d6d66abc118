/** The scale bar: a round length that fits. */

const LENGTHS_M = [1, 2, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000] as const;

export function scaleBar(pixels_per_m: number, width_max_px: number): { length_m: number; width_px: number } {
    const fitting = LENGTHS_M.filter((length_m) => length_m * pixels_per_m <= width_max_px);
    const length_m = fitting.at(-1) ?? LENGTHS_M[0];
    return { length_m, width_px: length_m * pixels_per_m };
}
