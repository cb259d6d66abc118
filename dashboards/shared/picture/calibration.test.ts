import { describe, expect, test } from "vitest";

import { aSensor } from "../testing/builders";
import {
    canFreeze,
    canRelease,
    canReset,
    needsALook,
    offGround,
    offsetText,
    offsetsOf,
} from "./calibration";
import type { Calibration } from "./views";

function calibrated(changes = {}): Calibration {
    const { calibration } = aSensor({ pair_count: 40, ...changes });
    if (calibration === null) throw new Error("it has a calibration");
    return calibration;
}

describe("offsets", () => {
    test("they read with their sign, their doubt and their unit", () => {
        const texts = offsetsOf(
            calibrated({ east_m: 0.42, sigma_east_m: 0.06, yaw_deg: -0.6, sigma_yaw_deg: 0.1, clock_ms: 84.4, sigma_clock_ms: 6 }),
        ).map(offsetText);

        expect(texts).toEqual(["+0.42 ± 0.06 m", "−0.60 ± 0.10°", "+84 ± 6 ms"]);
    });

    test("what is neither known nor unsure is not there: a radar has no pitch", () => {
        expect(offsetsOf(calibrated())).toEqual([]);
        expect(offsetsOf(calibrated({ sigma_pitch_deg: 0.2 })).map(({ name }) => name)).toEqual(["pitch"]);
    });

    test("what rests on nothing is not told", () => {
        expect(offsetsOf(calibrated({ pair_count: 0, sigma_east_m: 1.5 }))).toEqual([]);
    });

    test("how far places are off is one distance", () => {
        expect(offGround(calibrated({ east_m: 3, north_m: -4 }))).toBe(5);
    });
});

test.each([
    ["learning", false],
    ["steady", false],
    ["drifted", true],
    ["unsettled", true],
    ["frozen", false],
] as const)("a sensor whose calibration is %s needs a look: %s", (state, is) => {
    expect(needsALook(calibrated({ state }))).toBe(is);
});

describe("what may be done", () => {
    test("what is learnt can be frozen, what is frozen released", () => {
        const steady = aSensor({ state: "steady" });
        const frozen = aSensor({ state: "frozen" });

        expect([canFreeze(steady, "operator"), canRelease(steady, "operator")]).toEqual([true, false]);
        expect([canFreeze(frozen, "operator"), canRelease(frozen, "operator")]).toEqual([false, true]);
    });

    test("there is something to forget only where something was learnt", () => {
        expect(canReset(aSensor({ pair_count: 0 }), "operator")).toBe(false);
        expect(canReset(aSensor({ pair_count: 9 }), "operator")).toBe(true);
        expect(canReset(aSensor(null), "operator")).toBe(false);
        expect(canFreeze(aSensor(null), "operator")).toBe(false);
        expect(canRelease(aSensor(null), "operator")).toBe(false);
    });

    test("who only looks does none of it", () => {
        const sensor = aSensor({ pair_count: 9 });

        expect([canFreeze(sensor, "field"), canReset(sensor, "wall")]).toEqual([false, false]);
        expect(canRelease(aSensor({ state: "frozen" }), "auditor")).toBe(false);
    });
});
