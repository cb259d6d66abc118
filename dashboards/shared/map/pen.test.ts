import { expect, test } from "vitest";

import { darkness } from "./paint-fields";
import { ellipseAt } from "./pen";

test("an ellipse lies along its azimuth, clockwise from north", () => {
    const places = ellipseAt({ east_m: 10, north_m: 20 }, { major_m: 3, minor_m: 1, azimuth_deg: 90 }, 2);

    expect(Math.max(...places.map(({ east_m }) => east_m))).toBeCloseTo(16);
    expect(Math.min(...places.map(({ east_m }) => east_m))).toBeCloseTo(4);
    expect(Math.max(...places.map(({ north_m }) => north_m))).toBeCloseTo(22);
});

test("it is dark where nobody looks, clear where somebody would be seen, and in between in between", () => {
    expect(darkness(0)).toBe(1);
    expect(darkness(255)).toBe(0);
    expect(darkness(115)).toBeGreaterThan(0.4);
    expect(darkness(115)).toBeLessThan(0.6);
});
