import { describe, expect, test } from "vitest";

import { aCue } from "../testing/builders";
import { CUE_ON_MAP_US, ellipseOf, fixOf, hearersOf, isHeard, isOnMap, onMap, wedgeOf } from "./cues";

test("a cue is on the map for a while, and not before it happened", () => {
    const cue = aCue({ observed_us: 1e6 });

    expect(isOnMap(cue, 1e6 + CUE_ON_MAP_US)).toBe(true);
    expect(isOnMap(cue, 1e6 + CUE_ON_MAP_US + 1)).toBe(false);
    expect(isOnMap(cue, 0)).toBe(false);
});

test("of what is stated again and again the latest is shown; each bang is one of its own", () => {
    const heard = (id: string, at_s: number, changes = {}) =>
        aCue({ id, kind: "siren_heard", sigma_m: 5, observed_us: at_s * 1e6, ...changes });
    const far = { east_m: 500, north_m: 0 };
    const sirens = [heard("old", 1), heard("new", 2), heard("far", 1, { at: far })];
    const bangs = [aCue({ id: "one", observed_us: 1e6 }), aCue({ id: "two", observed_us: 2e6 })];

    expect(onMap([...sirens, ...bangs], 3e6).map(({ id }) => id)).toEqual(["new", "far", "one", "two"]);
});

test("several sensors make a place, or a direction; one alone is where it stands", () => {
    expect(fixOf(aCue())).toBe("sensor");
    expect(fixOf(aCue({ sensors: ["a", "b", "c"] }))).toBe("place");
    expect(fixOf(aCue({ sensors: ["a", "b"], bearing_deg: 0 }))).toBe("bearing");
});

test("who heard it is the cue's own sensor where nobody else did", () => {
    expect(hearersOf(aCue())).toEqual(["aco-01"]);
    expect(hearersOf(aCue({ sensors: ["aco-02", "aco-01"] }))).toEqual(["aco-02", "aco-01"]);
});

test("a bang is heard, a button is not", () => {
    expect(isHeard(aCue())).toBe(true);
    expect(isHeard(aCue({ kind: "button_pressed" }))).toBe(false);
});

test("without a smaller axis the ellipse is a circle", () => {
    expect(ellipseOf(aCue({ sigma_m: 5 }))).toEqual({ major_m: 5, minor_m: 5, azimuth_deg: 0 });
    expect(ellipseOf(aCue({ sigma_m: 5, sigma_minor_m: 2, sigma_azimuth_deg: 30 }))).toEqual({
        major_m: 5,
        minor_m: 2,
        azimuth_deg: 30,
    });
});

describe("a wedge", () => {
    test("it opens from the sensors to both sides of the direction", () => {
        const wedge = wedgeOf(aCue({ bearing_deg: 90, sigma_bearing_deg: 5 }), 100);

        const [from, ...arc] = wedge;
        const norths = arc.map(({ north_m }) => north_m);
        expect(from).toEqual({ east_m: 0, north_m: 0 });
        expect(Math.max(...norths)).toBeCloseTo(100 * Math.sin((9.8 * Math.PI) / 180));
        expect(Math.min(...norths)).toBeCloseTo(-Math.max(...norths));
        expect(Math.max(...arc.map(({ east_m }) => east_m))).toBeCloseTo(100, 0);
    });

    test("a direction whose spread nobody tells is broad, and none is more than all round", () => {
        const untold = wedgeOf(aCue({ bearing_deg: 0 }), 100);
        const hopeless = wedgeOf(aCue({ bearing_deg: 0, sigma_bearing_deg: 900 }), 100);

        expect(Math.max(...untold.map(({ east_m }) => east_m))).toBeGreaterThan(40);
        expect(Math.min(...hopeless.map(({ north_m }) => north_m))).toBeGreaterThan(-100);
    });

    test("without a direction there is none", () => {
        expect(wedgeOf(aCue(), 100)).toEqual([]);
    });
});
