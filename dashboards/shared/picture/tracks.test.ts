import { describe, expect, test } from "vitest";

import { FLAG_CONFIRMED, FLAG_CROWD } from "../contract";
import { someColumns } from "../testing/builders";
import { buffersOf, decodeColumns } from "./columns";
import { TRACKS_MAX, TRAIL_POINTS, TrackTable, trackName } from "./tracks";

describe("columns", () => {
    test("bytes at any offset become numbers", () => {
        const frame = new Uint8Array(9);
        new DataView(frame.buffer).setUint32(1, 1104, true);
        new DataView(frame.buffer).setFloat32(5, -2.5, true);

        const columns = decodeColumns({
            number: frame.subarray(1, 5),
            east_m: frame.subarray(5, 9),
        });

        expect([...columns.number]).toEqual([1104]);
        expect([...columns.east_m]).toEqual([-2.5]);
        expect(columns.flags).toHaveLength(0);
        expect(buffersOf(columns)).toHaveLength(9);
    });
});

describe("the table", () => {
    test("a track appears where it is, without a jump from elsewhere", () => {
        const table = new TrackTable();

        table.update(someColumns([{ number: 7, east_m: 3, north_m: 4 }]), [], 1000);

        expect(table.placeOf(7, 1000)).toEqual({ east_m: 3, north_m: 4 });
        expect(table.placeOf(8, 1000)).toBeNull();
    });

    test("what is neither seen nor predicted is only claimed", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 7 }, { number: 8, flags: 1 }, { number: 9, flags: 2 }]), [], 0);

        const claimed = [7, 8, 9].map((number) => table.isClaimed(table.rowOf(number) ?? -1));

        expect(claimed).toEqual([true, false, false]);
    });

    test("how long ago is told from two seconds on, in two digits at most", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 7, age: 1500 }]), [], 10_000);
        const row = table.rowOf(7) ?? -1;

        expect(table.staleness_s(row, 10_000)).toBe(0);
        expect(table.staleness_s(row, 10_500)).toBe(2);
        expect(table.staleness_s(row, 900_000)).toBe(99);
    });

    test("who stands in a crowd too dense to tell apart is known by the flag", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 7, flags: FLAG_CROWD }, { number: 8, flags: 31 }]), [], 0);

        expect([7, 8].map((number) => table.isInCrowd(table.rowOf(number) ?? -1))).toEqual([true, false]);
    });

    test("a track glides from where it is drawn to where it is, and stops there", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 7, east_m: 0 }]), [], 0);

        table.update(someColumns([{ number: 7, east_m: 10 }]), [], 1000);
        const half_ms = 1000 + table.step_ms / 2;

        expect(table.placeOf(7, 1000)?.east_m).toBe(0);
        expect(table.placeOf(7, half_ms)?.east_m).toBeCloseTo(5);
        expect(table.placeOf(7, 9000)?.east_m).toBe(10);
    });

    test("a snapshot forgets what it does not name and keeps the trail of what it does", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 1 }, { number: 2 }]), [], 0);
        const row = table.rowOf(2) ?? -1;

        table.replace(someColumns([{ number: 2 }, { number: 3 }]), 5000);

        expect(table.rowOf(1)).toBeNull();
        expect(table.rowOf(2)).toBe(row);
        expect(table.trail_count[row]).toBe(2);
        expect(table.size).toBe(2);
    });

    test("a row that is free is used again, with an empty trail", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 1 }]), [], 0);
        const row = table.rowOf(1) ?? -1;
        table.update(someColumns([{ number: 1 }]), [], 1000);

        table.update(null, [1], 2000);
        table.update(someColumns([{ number: 9 }]), [], 3000);

        expect(table.rowOf(9)).toBe(row);
        expect(table.trail_count[row]).toBe(1);
    });

    test("a trail keeps the latest places only", () => {
        const table = new TrackTable();
        for (let second = 0; second < 50; second += 1) {
            table.update(someColumns([{ number: 1, east_m: second }]), [], second * 1000);
        }

        expect(table.trail_count[table.rowOf(1) ?? -1]).toBe(TRAIL_POINTS);
    });

    test("more tracks than there is room for make room, and lose nothing", () => {
        const table = new TrackTable();
        const many = Array.from({ length: 1000 }, (_, index) => ({ number: index + 1, east_m: index }));

        table.update(someColumns(many), [], 0);

        expect(table.capacity).toBeGreaterThanOrEqual(1000);
        expect(table.placeOf(1, 0)?.east_m).toBe(0);
        expect(table.placeOf(1000, 0)?.east_m).toBe(999);
    });

    test("more tracks than a site can hold are not taken", () => {
        const table = new TrackTable();
        const flood = Array.from({ length: TRACKS_MAX + 5 }, (_, index) => ({ number: index + 1 }));

        table.update(someColumns(flood), [], 0);

        expect(table.size).toBe(TRACKS_MAX);
    });

    test("people are counted when they are confirmed", () => {
        const table = new TrackTable();

        table.update(
            someColumns([
                { number: 1, label: 1, flags: FLAG_CONFIRMED },
                { number: 2, label: 1 },
                { number: 3, label: 3, flags: FLAG_CONFIRMED },
            ]),
            [],
            0,
        );

        expect(table.count("person")).toBe(1);
    });

    test("units of the wire become metres, radians and seconds", () => {
        const table = new TrackTable();

        table.update(
            someColumns([{ number: 1, heading: 16_384, speed: 250, sigma: 40, age: 300 }]),
            [],
            1000,
        );
        const row = table.rowOf(1) ?? -1;

        expect(table.heading_rad[row]).toBeCloseTo(Math.PI / 2);
        expect(table.speed_mps[row]).toBeCloseTo(2.5);
        expect(table.sigma_m[row]).toBeCloseTo(0.4);
        expect(table.measured_ms[row]).toBe(700);
    });

    test("nothing changed is no new version", () => {
        const table = new TrackTable();

        table.update(null, [], 0);

        expect(table.version).toBe(0);
    });
});

test("a track's name is a letter and a number", () => {
    expect(trackName("person", 1104)).toBe("P1104");
    expect(trackName("vehicle", 7)).toBe("V7");
});
