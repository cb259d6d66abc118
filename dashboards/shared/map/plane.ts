/** The site's ground on the screen: metres east and north to pixels, through any tilt and turn. */
import type { EastNorth } from "../contract";

export type Point = readonly [x: number, y: number];

/** A projective map of the plane, by row: `(x, y, 1)` to `(x', y', w)`. */
export type Plane = readonly [
    number, number, number,
    number, number, number,
    number, number, number,
];

export const IDENTITY: Plane = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export function project(plane: Plane, x: number, y: number): Point {
    const w = plane[6] * x + plane[7] * y + plane[8];
    return [
        (plane[0] * x + plane[1] * y + plane[2]) / w,
        (plane[3] * x + plane[4] * y + plane[5]) / w,
    ];
}

export function inverted(m: Plane): Plane {
    const [a, b, c, d, e, f, g, h, i] = m;
    const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
    const s = 1 / determinant;
    return [
        (e * i - f * h) * s, (c * h - b * i) * s, (b * f - c * e) * s,
        (f * g - d * i) * s, (a * i - c * g) * s, (c * d - a * f) * s,
        (d * h - e * g) * s, (b * g - a * h) * s, (a * e - b * d) * s,
    ];
}

function product(m: Plane, n: Plane): Plane {
    const at = (row: 0 | 3 | 6, column: 0 | 1 | 2): number =>
        m[row] * n[column] +
        m[(row + 1) as 1 | 4 | 7] * n[(column + 3) as 3 | 4 | 5] +
        m[(row + 2) as 2 | 5 | 8] * n[(column + 6) as 6 | 7 | 8];
    return [
        at(0, 0), at(0, 1), at(0, 2),
        at(3, 0), at(3, 1), at(3, 2),
        at(6, 0), at(6, 1), at(6, 2),
    ];
}

/** The map that takes the unit square's corners (0,0) (1,0) (1,1) (0,1) to four points. */
function fromUnitSquare(corners: readonly [Point, Point, Point, Point]): Plane {
    const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
    const dx1 = x1 - x2;
    const dx2 = x3 - x2;
    const dy1 = y1 - y2;
    const dy2 = y3 - y2;
    const sx = x0 - x1 + x2 - x3;
    const sy = y0 - y1 + y2 - y3;
    const determinant = dx1 * dy2 - dx2 * dy1;
    const g = (sx * dy2 - dx2 * sy) / determinant;
    const h = (dx1 * sy - sx * dy1) / determinant;
    return [
        x1 - x0 + g * x1, x3 - x0 + h * x3, x0,
        y1 - y0 + g * y1, y3 - y0 + h * y3, y0,
        g, h, 1,
    ];
}

/** The map that takes four points to four others: what a camera does to flat ground. */
export function between(
    from: readonly [Point, Point, Point, Point],
    to: readonly [Point, Point, Point, Point],
): Plane {
    return product(fromUnitSquare(to), inverted(fromUnitSquare(from)));
}

/** A north-up plane: `centre` in the middle of the screen at so many pixels a metre. */
export function northUp(
    centre: EastNorth,
    pixels_per_m: number,
    width_px: number,
    height_px: number,
): Plane {
    return [
        pixels_per_m, 0, width_px / 2 - centre.east_m * pixels_per_m,
        0, -pixels_per_m, height_px / 2 + centre.north_m * pixels_per_m,
        0, 0, 1,
    ];
}

/** The same map with what the screen shows in front of the eye: a projective map has either sign. */
export function facing(plane: Plane, width_px: number, height_px: number): Plane {
    const [x, y] = project(inverted(plane), width_px / 2, height_px / 2);
    const w = plane[6] * x + plane[7] * y + plane[8];
    if (w > 0) return plane;
    const [a, b, c, d, e, f, g, h, i] = plane;
    return [-a, -b, -c, -d, -e, -f, -g, -h, -i];
}

/** How many pixels a metre is at a place, on average over both directions. */
export function pixelsPerMetre(plane: Plane, place: EastNorth): number {
    const [x, y] = project(plane, place.east_m, place.north_m);
    const [xe, ye] = project(plane, place.east_m + 1, place.north_m);
    const [xn, yn] = project(plane, place.east_m, place.north_m + 1);
    return (Math.hypot(xe - x, ye - y) + Math.hypot(xn - x, yn - y)) / 2;
}

// Nearer to the edge than this part of the screen, a thing is easily overlooked.
const MARGIN = 0.12;

/** Is the place well inside a screen of this size? */
export function isInView(plane: Plane, place: EastNorth, width_px: number, height_px: number): boolean {
    const [x, y] = project(plane, place.east_m, place.north_m);
    return (
        x > width_px * MARGIN &&
        x < width_px * (1 - MARGIN) &&
        y > height_px * MARGIN &&
        y < height_px * (1 - MARGIN)
    );
}

// What was out of view is brought so far in: at the margin itself it would leave with its next step.
const WELCOME = 0.25;

/** The centre that brings a place into view with the least movement. */
export function centreToShow(
    plane: Plane,
    place: EastNorth,
    width_px: number,
    height_px: number,
): EastNorth {
    const [x, y] = project(plane, place.east_m, place.north_m);
    const [east_m, north_m] = project(
        inverted(plane),
        width_px / 2 + excess(x, width_px),
        height_px / 2 + excess(y, height_px),
    );
    return { east_m, north_m };
}

/** How far a coordinate is beyond the inner part of the screen. */
function excess(at_px: number, size_px: number): number {
    const inside_px = Math.min(size_px * (1 - WELCOME), Math.max(size_px * WELCOME, at_px));
    return at_px - inside_px;
}

/** How large symbols are: far out they shrink, so that a crowd stays a crowd of people. */
export function symbolScale(pixels_per_m: number): number {
    return Math.min(1, Math.max(0.6, pixels_per_m / 5));
}
