import { expect, test } from "vitest";

import { aCoverage } from "../testing/builders";
import { coverageOfZone, isWhole, seenAt, unseen } from "./coverage";

test("a place has the probability of its cell, counted from the south-west", () => {
    const coverage = aCoverage(2, [0, 51, 102, 255]);

    expect(seenAt(coverage, { east_m: -9.5, north_m: -9.5 })).toBe(0);
    expect(seenAt(coverage, { east_m: -8.5, north_m: -9.5 })).toBeCloseTo(0.2);
    expect(seenAt(coverage, { east_m: -8.01, north_m: -8.01 })).toBe(1);
});

test("beyond the raster nothing is known, which is not the same as unseen", () => {
    const coverage = aCoverage(2, [0, 0, 0, 0]);

    expect(seenAt(coverage, { east_m: -11, north_m: -9 })).toBeNull();
    expect(seenAt(coverage, { east_m: -9, north_m: -7 })).toBeNull();
    expect(seenAt(aCoverage(2, []), { east_m: -9, north_m: -9 })).toBeNull();
});

test("a raster that does not hold what its size says is not shown", () => {
    expect(isWhole(aCoverage(2, [1, 2, 3, 4]))).toBe(true);
    expect(isWhole(aCoverage(2, [1, 2, 3]))).toBe(false);
    expect(isWhole(aCoverage(2, []))).toBe(false);
});

test("a zone has its shares, or none", () => {
    const zone = { id: "stage", seen: 0.8, doubly_seen: 0.3 };
    const coverage = { ...aCoverage(1, [0]), zones: [zone] };

    expect(coverageOfZone(coverage, "stage")).toBe(zone);
    expect(coverageOfZone(coverage, "gate")).toBeNull();
    expect(coverageOfZone(null, "stage")).toBeNull();
    expect(unseen(zone)).toBeCloseTo(0.2);
});
