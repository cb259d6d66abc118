import { describe, expect, test } from "vitest";

import { FLAG_CROWD } from "../contract";
import { apply } from "../picture/picture";
import type { Picture } from "../picture/picture";
import { TrackTable } from "../picture/tracks";
import { completeSite } from "../picture/views";
import { aCueView, aSite, aSnapshot, anAlertView, someColumns } from "../testing/builders";
import { alertedTracks, selectedTracks } from "./alerted";
import { rgb } from "./colours";
import { direction, earthAt } from "./earth";
import { graphicsOf } from "./graphics";
import { chooseNames } from "./names";
import { FLAG_NAMED, FLAG_SELECTED, FLOATS_PER_TRACK, pack } from "./packing";
import { type Pointer, clicked, pick, pickTrack, zoneUnder } from "./pick";
import { sectorOf, ticksOf, workingView } from "./plan";
import { type Plane, between, centreToShow, facing, inverted, isInView, northUp, pixelsPerMetre, project } from "./plane";
import { scaleBar } from "./scale";
import { linesOf, zoneNames } from "./zone-names";

const NOBODY = new Set<number>();

describe("the plane", () => {
    test("what is out of view is brought in with the least movement", () => {
        const plane = northUp({ east_m: 0, north_m: 0 }, 4, 800, 600);

        const centre = centreToShow(plane, { east_m: 120, north_m: 10 }, 800, 600);

        const moved = northUp(centre, 4, 800, 600);
        expect(centre).toEqual({ east_m: 70, north_m: 0 });
        expect(isInView(moved, { east_m: 120, north_m: 10 }, 800, 600)).toBe(true);
    });

    test("four points go where they should, through perspective", () => {
        const from = [[0, 0], [100, 0], [100, 50], [0, 50]] as const;
        const to = [[10, 400], [790, 380], [600, 100], [200, 120]] as const;

        const plane = between(from, to);

        from.forEach(([x, y], index) => {
            const [px, py] = project(plane, x, y);
            expect(px).toBeCloseTo(to[index]?.[0] ?? 0, 6);
            expect(py).toBeCloseTo(to[index]?.[1] ?? 0, 6);
        });
    });

    test("its inverse brings every point back", () => {
        const plane = between(
            [[0, 0], [100, 0], [100, 50], [0, 50]],
            [[10, 400], [790, 380], [600, 100], [200, 120]],
        );

        const [x, y] = project(inverted(plane), ...project(plane, 33, 21));

        expect(x).toBeCloseTo(33, 6);
        expect(y).toBeCloseTo(21, 6);
    });

    test("what the screen shows is in front of the eye, whatever the map's sign", () => {
        const plane = northUp({ east_m: 0, north_m: 0 }, 4, 800, 600);
        const behind = plane.map((value) => -value) as unknown as Plane;

        expect(facing(plane, 800, 600)).toBe(plane);
        expect(facing(behind, 800, 600)[8]).toBe(1);
        expect(project(facing(behind, 800, 600), 0, 0)).toEqual([400, 300]);
    });

    test("north is up, and a metre has its size", () => {
        const plane = northUp({ east_m: 10, north_m: 20 }, 4, 800, 600);

        expect(project(plane, 10, 20)).toEqual([400, 300]);
        expect(project(plane, 10, 21)).toEqual([400, 296]);
        expect(pixelsPerMetre(plane, { east_m: 0, north_m: 0 })).toBeCloseTo(4);
        expect(isInView(plane, { east_m: 10, north_m: 20 }, 800, 600)).toBe(true);
        expect(isInView(plane, { east_m: 109, north_m: 20 }, 800, 600)).toBe(false);
    });
});

test("degrees and metres agree both ways, to a millimetre", () => {
    const earth = earthAt({ origin_lat_deg: 52.0907, origin_lon_deg: 5.1214 });

    const [lon, lat] = earth.toLonLat({ east_m: 123.4, north_m: -56.7 });
    const back = earth.toEastNorth(lon, lat);

    expect(back.east_m).toBeCloseTo(123.4, 3);
    expect(back.north_m).toBeCloseTo(-56.7, 3);
});

test.each([
    [0, 10, "N"],
    [10, 10, "NE"],
    [10, 0, "E"],
    [0, -10, "S"],
    [-10, 1, "W"],
    [-10, 10, "NW"],
])("%d east and %d north is %s", (east_m, north_m, point) => {
    expect(direction({ east_m: 0, north_m: 0 }, { east_m, north_m }).point).toBe(point);
});

describe("packing", () => {
    test("a track is sixteen floats with ages, marks and its row", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 5, east_m: 1, north_m: 2, age: 500, flags: 1, label: 3 }]), [], 1000);
        const into = new Float32Array(table.capacity * FLOATS_PER_TRACK);

        const count = pack(
            table,
            { selected: new Set([5]), alerted: new Set([5]), named: new Set([5]) },
            1200,
            into,
        );

        expect(count).toBe(1);
        expect([...into.subarray(0, 4)]).toEqual([1, 2, 1, 2]);
        expect(into[4]).toBeCloseTo(0.2);
        expect(into[7]).toBeCloseTo(0.7);
        expect(into[8]).toBe(3);
        expect(into[9]).toBe(1 | 16 | FLAG_SELECTED | FLAG_NAMED);
        expect(into[11]).toBe(5);
    });

    test("a track in a crowd too dense to tell apart is not drawn as a dot", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 1, flags: FLAG_CROWD | 1 }, { number: 2, flags: 1 }]), [], 0);
        const into = new Float32Array(table.capacity * FLOATS_PER_TRACK);

        expect(pack(table, { selected: NOBODY, alerted: NOBODY, named: NOBODY }, 0, into)).toBe(1);
        expect(into[11]).toBe(2);
    });

    test("the map's own flags are none of the hub's eight", () => {
        expect(Math.min(FLAG_SELECTED, FLAG_NAMED)).toBeGreaterThan(255);
    });

    test("what is gone is not packed", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 1 }, { number: 2 }]), [], 0);
        table.update(null, [1], 0);
        const into = new Float32Array(table.capacity * FLOATS_PER_TRACK);

        expect(pack(table, { selected: NOBODY, alerted: NOBODY, named: NOBODY }, 0, into)).toBe(1);
        expect(into[11]).toBe(2);
    });
});

describe("names on the map", () => {
    const plane: Plane = northUp({ east_m: 0, north_m: 0 }, 10, 800, 600);

    test("of two people on one spot one is named, and stays named", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 1, label: 1 }, { number: 2, label: 1, east_m: 0.5 }]), [], 0);

        const first = chooseNames(table, plane, NOBODY, NOBODY, 0);
        const second = chooseNames(table, plane, NOBODY, new Set([2]), 0);

        expect(first.size).toBe(1);
        expect([...second]).toEqual([2]);
    });

    test("nobody in a crowd too dense to tell apart is named", () => {
        const table = new TrackTable();
        table.update(someColumns([{ number: 1, label: 1, flags: FLAG_CROWD }]), [], 0);

        expect(chooseNames(table, plane, new Set([1]), NOBODY, 0).size).toBe(0);
    });

    test("what an alert names is always named; a vehicle comes before a person", () => {
        const table = new TrackTable();
        table.update(
            someColumns([
                { number: 1, label: 1 },
                { number: 2, label: 3, east_m: 0.5 },
                { number: 3, label: 1, east_m: 0.2 },
            ]),
            [],
            0,
        );

        expect([...chooseNames(table, plane, NOBODY, NOBODY, 0)]).toEqual([2]);
        expect(chooseNames(table, plane, new Set([1, 3]), NOBODY, 0)).toEqual(new Set([1, 3]));
    });
});

describe("pointing", () => {
    const plane = northUp({ east_m: 0, north_m: 0 }, 10, 800, 600);
    const place = { east_m: 10, north_m: 0 };

    function aPicture(changes = {}): Picture {
        return apply(null, aSnapshot(changes)) as Picture;
    }

    function at(x: number, y: number, changes: Partial<Pointer> = {}): Pointer {
        return { x, y, plane, table: new TrackTable(), picture: aPicture(), now_ms: 0, at_us: 0, ...changes };
    }

    function someTracks(...tracks: Parameters<typeof someColumns>[0]): TrackTable {
        const table = new TrackTable();
        table.update(someColumns(tracks), [], 0);
        return table;
    }

    test("the nearest thing within reach is picked, or nothing", () => {
        const table = someTracks({ number: 4 });
        const picture = aPicture({
            sensors: [{ id: "cam-01", kind: "camera", name: "Camera", at: place }],
        });

        expect(pick(at(405, 300, { table, picture }))).toEqual({ kind: "track", number: 4 });
        expect(pick(at(498, 302, { table, picture }))).toEqual({ kind: "sensor", id: "cam-01" });
        expect(pick(at(100, 100, { table, picture }))).toBeNull();
    });

    test("an actuator stands before the sensor on the same pole", () => {
        const picture = aPicture({
            sensors: [{ id: "cam-01", kind: "camera", name: "Camera", at: place }],
            actuators: [{ id: "siren-01", kind: "siren", name: "Siren", at: place, effect: "warn" }],
        });

        expect(pick(at(500, 300, { picture }))).toEqual({ kind: "actuator", id: "siren-01" });
    });

    test("a track that an alert names is the alert", () => {
        const table = someTracks({ number: 4 });
        const picture = aPicture({ alerts: [anAlertView({ id: "A", tracks: [4] })] });

        expect(clicked(at(400, 300, { table, picture }))).toEqual({ kind: "alert", id: "A" });
        expect(clicked(at(100, 100, { table, picture }))).toBeNull();
        expect(pick(at(400, 300, { table, picture }))).toEqual({ kind: "track", number: 4 });
        expect(alertedTracks(picture)).toEqual(new Set([4]));
        expect(selectedTracks(picture, { kind: "alert", id: "A" })).toEqual(new Set([4]));
        expect(selectedTracks(picture, { kind: "track", number: 9 })).toEqual(new Set([9]));
        expect(selectedTracks(picture, null)).toEqual(new Set());
    });

    test("who looks for the other half of a merge picks tracks alone", () => {
        const table = someTracks({ number: 4 });
        const picture = aPicture({
            sensors: [{ id: "cam-01", kind: "camera", name: "Camera", at: place }],
            alerts: [anAlertView({ tracks: [4] })],
        });

        expect(pickTrack(at(400, 300, { table, picture }))).toEqual({ kind: "track", number: 4 });
        expect(pickTrack(at(500, 300, { table, picture }))).toBeNull();
    });

    test("in a crowd too dense to tell apart there is nobody to pick", () => {
        const table = someTracks({ number: 4, flags: FLAG_CROWD });

        expect(pick(at(400, 300, { table }))).toBeNull();
    });

    test("a cue can be picked for as long as it is on the map", () => {
        const picture = aPicture({ cues: [aCueView({ id: "C", at: place })] });

        expect(pick(at(500, 300, { picture, at_us: 5e6 }))).toEqual({ kind: "cue", id: "C" });
        expect(pick(at(500, 300, { picture, at_us: 30e6 }))).toBeNull();
    });

    describe("zones", () => {
        const square = (id: string, side_m: number) => ({
            id,
            name: id,
            purpose: "public",
            polygon: [
                { east_m: -side_m, north_m: -side_m },
                { east_m: side_m, north_m: -side_m },
                { east_m: side_m, north_m: side_m },
                { east_m: -side_m, north_m: side_m },
            ],
        });
        const picture = aPicture({ site: aSite({ zones: [square("plaza", 20), square("stage", 6)] }) });

        test("a zone is picked by its name, and a track on it comes first", () => {
            expect(pick(at(430, 305, { picture }))).toEqual({ kind: "zone", id: "plaza" });
            expect(pick(at(450, 330, { picture }))).toBeNull();
            expect(pick(at(402, 300, { picture, table: someTracks({ number: 4 }) }))).toEqual({
                kind: "track",
                number: 4,
            });
        });

        test("the smallest zone under the pointer is the one that is meant", () => {
            expect(zoneUnder(430, 330, plane, picture.site)?.id).toBe("stage");
            expect(zoneUnder(500, 330, plane, picture.site)?.id).toBe("plaza");
            expect(zoneUnder(790, 590, plane, picture.site)).toBeNull();
        });
    });

    test("a shelved alert marks no track", () => {
        const picture = aPicture({ alerts: [anAlertView({ state: "shelved", tracks: [4] })] });

        expect(alertedTracks(picture)).toEqual(new Set());
    });
});

describe("the plan", () => {
    test("a tripwire's ticks point to the right of its direction", () => {
        const ticks = ticksOf({ east_m: 0, north_m: 0 }, { east_m: 0, north_m: 20 });

        expect(ticks.length).toBeGreaterThan(1);
        for (const [foot, tip] of ticks) {
            expect(tip.east_m).toBeGreaterThan(foot.east_m);
            expect(tip.north_m).toBeCloseTo(foot.north_m);
        }
        expect(ticksOf({ east_m: 1, north_m: 1 }, { east_m: 1, north_m: 1 })).toEqual([]);
    });

    test("a sector opens round its azimuth", () => {
        const outline = sectorOf({ east_m: 0, north_m: 0 }, { azimuth_deg: 90, width_deg: 60, range_max_m: 10 });

        expect(Math.max(...outline.map((place) => place.east_m))).toBeCloseTo(10);
        expect(Math.max(...outline.map((place) => place.north_m))).toBeCloseTo(5);
        expect(outline.at(-1)).toEqual({ east_m: 0, north_m: 0 });
    });

    test("a full circle has no corner in its middle, and a ring has an inner edge", () => {
        const at = { east_m: 0, north_m: 0 };
        const circle = sectorOf(at, { azimuth_deg: 0, width_deg: 360, range_max_m: 10 });
        const band = sectorOf(at, { azimuth_deg: 0, width_deg: 90, range_max_m: 10, range_min_m: 4 });

        expect(circle.every(({ east_m, north_m }) => Math.hypot(east_m, north_m) > 9.9)).toBe(true);
        expect(band.some(({ east_m, north_m }) => Math.abs(Math.hypot(east_m, north_m) - 4) < 1e-9)).toBe(true);
    });

    test("the map opens on the zones, or on the whole site where there are none", () => {
        const zone = {
            id: "gate",
            name: "Gate",
            purpose: "gate",
            polygon: [
                { east_m: 1, north_m: 2 },
                { east_m: 5, north_m: 2 },
                { east_m: 5, north_m: 9 },
            ],
        };

        expect(workingView(completeSite(aSite({ zones: [zone] })))).toEqual([
            { east_m: 1, north_m: 2 },
            { east_m: 5, north_m: 9 },
        ]);
        expect(workingView(completeSite(aSite()))).toEqual(aSite().bounds);
    });
});

test("the scale bar is a round length that fits", () => {
    expect(scaleBar(3, 110)).toEqual({ length_m: 30, width_px: 90 });
    expect(scaleBar(1000, 110)).toEqual({ length_m: 1, width_px: 1000 });
});

test("a renderer on the processor is known by its name", () => {
    expect(graphicsOf("ANGLE (Google, Vulkan (SwiftShader Device))")).toBe("software");
    expect(graphicsOf("llvmpipe (LLVM 15)")).toBe("software");
    expect(graphicsOf("ANGLE (NVIDIA GeForce)")).toBe("gpu");
    expect(graphicsOf(null)).toBe("none");
});

test("colours are numbers for shaders", () => {
    expect(rgb("#ff0080")).toEqual([1, 0, 128 / 255]);
});

describe("the names of zones", () => {
    const square = (east_m: number, north_m: number, half_m: number) =>
        [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x = 0, y = 0]) => ({
            east_m: east_m + x * half_m,
            north_m: north_m + y * half_m,
        }));
    const named = (zones: [name: string, east_m: number, north_m: number, half_m: number][], devices: [number, number][] = [], px_per_m = 4) =>
        zoneNames(
            zones.map(([name, east_m, north_m, half_m]) => ({ name, polygon: square(east_m, north_m, half_m) })),
            {
                plane: northUp({ east_m: 0, north_m: 0 }, px_per_m, 400, 400),
                width_px: 400,
                devices: devices.map(([east_m, north_m]) => ({ east_m, north_m })),
                measure: (line) => line.length * 8,
            },
        );

    test("a word is never broken, and a line is short", () => {
        expect(linesOf("Square at West Street")).toEqual(["Square at", "West Street"]);
    });

    test("of two names in one place the larger zone has its own, and the other waits for a nearer look", () => {
        const names = named([["Kerb", 1, 0, 2], ["Market", 0, 0, 20], ["Far gate", 0, 40, 5]]);

        expect(names.map(({ lines }) => lines.join(" "))).toEqual(["MARKET", "FAR GATE", "KERB"]);
        const [market, , kerb] = names;
        expect(kerb?.at[1]).not.toBe(market?.at[1]);
        const crowded = named([["A", 0, 0, 9], ["B", 0, 0, 8], ["C", 0, 0, 7], ["D", 0, 0, 6]]);
        expect(crowded.map(({ lines }) => lines[0])).toEqual(["A", "B", "C"]);
    });

    test("a name makes room for a symbol and is not cut off at the edge", () => {
        const [gate] = named([["Gate", 0, 0, 5]], [[0, 0]]);
        const [west] = named([["West bollards", -49, 0, 5]]);
        const [outside] = named([["Outside", -80, 0, 5]]);

        expect(gate?.at[1]).not.toBe(200);
        expect(west?.at[0]).toBeGreaterThanOrEqual((13 * 8) / 2);
        expect(outside?.at[0]).toBeLessThan(0);
    });

    test("far out a small zone's name waits for a nearer look", () => {
        const zones: [string, number, number, number][] = [["Market", 0, 0, 20], ["West bollards", -40, 0, 3]];

        expect(named(zones, [], 2).map(({ lines }) => lines[0])).toEqual(["MARKET"]);
        expect(named(zones, [], 4)).toHaveLength(2);
    });
});
