import { expect, test } from "vitest";

import { aTrack } from "../testing/builders";
import { FEEDING_US, canCorrect, canSplit, feedersOf, isAirborne, isHidden, isOnlyClaimed, otherLabels } from "./corrections";

test("who acts on alerts may put tracks right, and nobody else", () => {
    expect((["operator", "supervisor"] as const).map(canCorrect)).toEqual([true, true]);
    expect((["wall", "field", "planner", "auditor"] as const).some(canCorrect)).toBe(false);
});

test("only what was merged comes apart", () => {
    expect(canSplit(aTrack({ merged: [4] }), "operator")).toBe(true);
    expect(canSplit(aTrack({ merged: [4] }), "field")).toBe(false);
    expect(canSplit(aTrack(), "operator")).toBe(false);
    expect(canSplit(null, "operator")).toBe(false);
});

test("a track can be said to be anything but what it is said to be, and never unknown", () => {
    expect(otherLabels("person")).toEqual(["bicycle", "vehicle", "drone", "bag", "animal"]);
    expect(otherLabels("unknown")).toContain("person");
});

test("a sensor that has not seen it for three seconds no longer feeds it", () => {
    const source = { first_us: 0, measurement_count: 5 };
    const track = aTrack({
        sources: [
            { ...source, sensor: "cam-01", last_us: 10e6 },
            { ...source, sensor: "rad-01", last_us: 10e6 - FEEDING_US - 1 },
        ],
    });

    expect(feedersOf(track, 10e6)).toEqual(["cam-01"]);
});

test("it is hidden where something is more likely in the way than not", () => {
    expect(isHidden(aTrack({ visible: 0.4 }))).toBe(true);
    expect(isHidden(aTrack())).toBe(false);
});

test("what flies has a height worth a line, and so has what is high up", () => {
    expect(isAirborne(aTrack({ label: "drone" }))).toBe(true);
    expect(isAirborne(aTrack({ height_m: 20 }))).toBe(true);
    expect(isAirborne(aTrack({ height_m: 1 }))).toBe(false);
    expect(isAirborne(aTrack())).toBe(false);
});

test("what sensors have seen is more than a claim", () => {
    const claim = { sensor: "rid-01", identity: "X", at: { east_m: 0, north_m: 0 }, apart_m: 0, agrees: true, observed_us: 0 };
    const source = { sensor: "cam-01", first_us: 0, last_us: 0, measurement_count: 1 };

    expect(isOnlyClaimed(aTrack({ claims: [claim] }))).toBe(true);
    expect(isOnlyClaimed(aTrack({ claims: [claim], sources: [source] }))).toBe(false);
    expect(isOnlyClaimed(aTrack())).toBe(false);
});
