import { describe, expect, test } from "vitest";

import { aCrowd } from "../testing/builders";
import {
    BANDS,
    bandOf,
    crowdOfZone,
    fieldOf,
    flowOf,
    isPressed,
    lostPatches,
    personsText,
    rasterOf,
} from "./crowd";

describe("bands", () => {
    test("a density has the band that it has reached, and none below the first", () => {
        expect(bandOf(0.29)).toBeNull();
        expect(bandOf(0.3)?.name).toBe("free");
        expect(bandOf(2.1)?.name).toBe("slow");
        expect(bandOf(5)?.name).toBe("crushing");
        expect(bandOf(11)?.name).toBe("crushing");
    });

    test("each band begins above the one before", () => {
        const from = BANDS.map((band) => band.from);

        expect([...from].sort((one, other) => one - other)).toEqual(from);
    });

    test("pressure is dangerous from where crowds have moved like a fluid", () => {
        expect(isPressed(0.019)).toBe(false);
        expect(isPressed(0.02)).toBe(true);
    });
});

describe("the field", () => {
    test("it is shown where somebody is in it", () => {
        const crowd = aCrowd([{}]);

        expect(fieldOf(crowd)).toBe(crowd);
        expect(fieldOf(aCrowd([]))).toBeNull();
        expect(fieldOf(null)).toBeNull();
    });

    test("a zone has its numbers, or none", () => {
        const zone = { id: "stage", persons: 40, sigma_persons: 4, density: 2, sigma_density: 0.2 };
        const crowd = aCrowd([], { zones: [zone] });

        expect(crowdOfZone(crowd, "stage")).toMatchObject({ persons: 40, lost: false, counters: [] });
        expect(crowdOfZone(crowd, "gate")).toBeNull();
        expect(crowdOfZone(null, "stage")).toBeNull();
    });
});

describe("where people are lost in the crowd", () => {
    test("cells that touch, also over a corner, are one patch; a gap parts two", () => {
        const patches = lostPatches(
            aCrowd([
                { column: 0, row: 0, density: 2, lost: true },
                { column: 1, row: 1, density: 2, lost: true },
                { column: 1, row: 2, density: 9, lost: false },
                { column: 4, row: 0, density: 3, lost: true },
            ]),
        );

        expect(patches.map(({ cells }) => cells.length)).toEqual([2, 1]);
        expect(patches.map(({ persons }) => persons)).toEqual([16, 12]);
    });

    test("its errors add up, since neighbours rest on the same people", () => {
        const [patch] = lostPatches(
            aCrowd([
                { column: 0, density: 2, sigma_density: 0.25, lost: true },
                { column: 1, density: 2, sigma_density: 0.25, lost: true },
            ]),
        );

        expect(patch?.sigma_persons).toBeCloseTo(2);
    });

    test("it stands where its people are, and not in the middle of its ground", () => {
        const [patch] = lostPatches(
            aCrowd([
                { column: -1, row: 0, density: 3, lost: true },
                { column: 0, row: 0, density: 1, lost: true },
            ]),
        );

        expect(patch?.at.east_m).toBeCloseTo(-0.5);
        expect(patch?.at.north_m).toBeCloseTo(1);
    });

    test("an empty patch is no division by nothing", () => {
        const [patch] = lostPatches(aCrowd([{ density: 0, lost: true }]));

        expect(patch?.persons).toBe(0);
        expect(Number.isFinite(patch?.at.east_m)).toBe(true);
    });

    test("persons are whole, and doubt is rounded up", () => {
        expect(personsText(240.4, 17.1)).toBe("240 ± 18");
    });
});

describe("flow", () => {
    test("the mean of a block counts each cell by its people", () => {
        const [flow] = flowOf(
            aCrowd([
                { column: 0, density: 3, east_mps: 1 },
                { column: 1, density: 1, east_mps: -1 },
            ]),
            2,
            0.1,
        );

        expect(flow?.east_mps).toBeCloseTo(0.5);
        expect(flow?.density).toBeCloseTo(2);
        expect(flow?.at.east_m).toBeCloseTo(1.5);
    });

    test("who mills about flows nowhere, and where nobody is nothing flows", () => {
        const crowd = aCrowd([
            { column: 0, density: 2, east_mps: 0.05 },
            { column: 9, density: 0.1, east_mps: 3 },
        ]);

        expect(flowOf(crowd, 1, 0.1)).toEqual([]);
    });
});

describe("the raster", () => {
    test("each cell has its place, with one empty cell all round", () => {
        const raster = rasterOf(
            aCrowd([
                { column: -3, row: 5, density: 2.5, lost: true, pressure: 0.03 },
                { column: -2, row: 6, density: 20 },
            ]),
        );

        expect(raster).toMatchObject({ columns: 4, rows: 4, low: { east_m: -8, north_m: 8 } });
        expect([...(raster?.bytes.subarray((4 + 1) * 4, (4 + 2) * 4) ?? [])]).toEqual([64, 255, 255, 255]);
        expect([...(raster?.bytes.subarray((8 + 2) * 4, (8 + 3) * 4) ?? [])]).toEqual([255, 0, 0, 255]);
        expect(raster?.bytes.filter((value) => value !== 0)).toHaveLength(6);
    });

    test("nobody, and a field as wide as a country, have none", () => {
        expect(rasterOf(aCrowd([]))).toBeNull();
        expect(rasterOf(aCrowd([{ column: 0 }, { column: 100_000 }]))).toBeNull();
    });
});
