import { describe, expect, test } from "vitest";

import { aCoverageView, aCrowdView, aDelta, aSnapshot, anAlertView, aCueView } from "../testing/builders";
import { type Picture, apply, placeOfAlert } from "./picture";
import { completeAlert } from "./views";

function opened(changes = {}): Picture {
    const picture = apply(null, aSnapshot(changes));
    if (picture === "gap") throw new Error("a snapshot is never a gap");
    return picture;
}

function advanced(picture: Picture, changes = {}): Picture {
    const next = apply(picture, aDelta({ number: picture.number + 1, ...changes }));
    if (next === "gap") throw new Error("the next number is no gap");
    return next;
}

describe("apply", () => {
    test("a delta before any snapshot is a gap", () => {
        expect(apply(null, aDelta())).toBe("gap");
    });

    test("a delta that skips a number is a gap", () => {
        const picture = opened({ number: 7 });

        expect(apply(picture, aDelta({ number: 9 }))).toBe("gap");
    });

    test("a delta that comes twice changes nothing", () => {
        const picture = opened({ number: 7 });

        expect(apply(picture, aDelta({ number: 7 }))).toBe(picture);
        expect(apply(picture, aDelta({ number: 3 }))).toBe(picture);
    });

    test("a snapshot replaces everything, whatever its number", () => {
        const picture = opened({ number: 900, alerts: [anAlertView({ id: "A" })] });

        const next = apply(picture, aSnapshot({ number: 2 }));

        expect(next).toMatchObject({ number: 2 });
        expect((next as Picture).alerts.size).toBe(0);
    });

    test("an alert is put, replaced, and gone", () => {
        const one = advanced(opened(), { alerts: [anAlertView({ id: "A", summary: "first" })] });
        const two = advanced(one, { alerts: [anAlertView({ id: "A", summary: "second" })] });
        const three = advanced(two, { alerts_gone: ["A"] });

        expect(one.alerts.get("A")?.summary).toBe("first");
        expect(two.alerts.get("A")?.summary).toBe("second");
        expect(three.alerts.size).toBe(0);
    });

    test("an alert that goes and comes in one delta is there", () => {
        const picture = opened({ alerts: [anAlertView({ id: "A" })] });

        const next = advanced(picture, { alerts_gone: ["A"], alerts: [anAlertView({ id: "A" })] });

        expect(next.alerts.has("A")).toBe(true);
    });

    test("what did not change stays the very same, so that it is not drawn again", () => {
        const picture = opened({ alerts: [anAlertView()] });

        const next = advanced(picture);

        expect(next.alerts).toBe(picture.alerts);
        expect(next.sensors).toBe(picture.sensors);
        expect(next.hub).toBe(picture.hub);
        expect(next.cues).toBe(picture.cues);
    });

    test("the picture before is never changed", () => {
        const picture = opened({ alerts: [anAlertView({ id: "A" })] });

        advanced(picture, { alerts_gone: ["A"] });

        expect(picture.alerts.has("A")).toBe(true);
    });

    test("what the wire leaves out has its default", () => {
        const alert = advanced(opened(), { alerts: [anAlertView({ id: "A" })] }).alerts.get("A");

        expect(alert).toMatchObject({ zone: null, sensors: [], steps: [], repeats: 0 });
    });

    test("a cue is forgotten after a minute", () => {
        const picture = advanced(opened({ at_us: 1e6 }), {
            at_us: 1e6,
            cues: [aCueView({ id: "C", observed_us: 1e6 })],
        });

        expect(advanced(picture, { at_us: 60e6 }).cues).toHaveLength(1);
        expect(advanced(picture, { at_us: 62e6 }).cues).toHaveLength(0);
    });

    test("crowd and coverage stay until the next ones come", () => {
        const picture = opened({
            crowd: aCrowdView([{ column: 3, density: 2, lost: true }]),
            coverage: aCoverageView(1, [255]),
        });

        const same = advanced(picture);
        const next = advanced(same, { crowd: aCrowdView([]), coverage: aCoverageView(1, [0]) });

        expect(picture.crowd?.cells[0]).toMatchObject({ column: 3, row: 0, lost: true, sigma_pressure: 0 });
        expect([same.crowd, same.coverage]).toEqual([picture.crowd, picture.coverage]);
        expect(next.crowd?.cells).toEqual([]);
        expect(next.coverage?.probability[0]).toBe(0);
        expect(opened().crowd).toBeNull();
    });

    test("a sensor's calibration has its defaults, or is none", () => {
        const sensor = { id: "cam-01", kind: "camera", name: "Camera", at: { east_m: 0, north_m: 0 } };
        const picture = opened({
            sensors: [
                { ...sensor, calibration: { state: "steady", east_m: 1 } },
                { ...sensor, id: "cam-02" },
            ],
        });

        expect(picture.sensors.get("cam-01")?.calibration).toMatchObject({ east_m: 1, north_m: 0, held_by: null });
        expect(picture.sensors.get("cam-02")?.calibration).toBeNull();
    });

    test("a cue that comes twice is one", () => {
        const cues = [aCueView({ id: "C", observed_us: 1e6 })];
        const picture = advanced(opened({ at_us: 1e6 }), { at_us: 1e6, cues });

        expect(advanced(picture, { at_us: 1e6, cues }).cues).toHaveLength(1);
    });

    test("refusals count by source and code, and are bounded", () => {
        const refusals = Array.from({ length: 600 }, (_, index) => ({
            source: `cam-${index}`,
            code: "bad_json",
            text: "t",
            fix: "f",
            count: 1,
            first_us: 1,
            last_us: 1,
        }));

        const picture = advanced(opened(), { refusals });

        expect(picture.refusals.size).toBe(500);
        expect(picture.refusals.has("cam-599/bad_json")).toBe(true);
    });

    test("sensors, actuators, commands and the hub follow their deltas", () => {
        const place = { east_m: 1, north_m: 2 };
        const picture = advanced(opened(), {
            hub: { tracks: 3 },
            sensors: [{ id: "cam-01", kind: "camera", name: "Camera", at: place }],
            actuators: [
                { id: "gate-01", kind: "gate", name: "Gate", at: place, effect: "restrict" },
            ],
            commands: [
                {
                    id: "K",
                    actuator: "gate-01",
                    action: "close",
                    state: "sent",
                    by: "Jansen",
                    requested_us: 1,
                    changed_us: 1,
                    expires_us: 2,
                },
            ],
        });

        expect(picture.hub).toMatchObject({ tracks: 3, journal_ok: true });
        expect(picture.sensors.get("cam-01")).toMatchObject({ state: null, faults: [] });
        expect(picture.actuators.get("gate-01")).toMatchObject({ position: "unknown" });
        expect(picture.commands.get("K")).toMatchObject({ note: null });
        expect(advanced(picture, { commands_gone: ["K"] }).commands.size).toBe(0);
    });
});

describe("placeOfAlert", () => {
    const at = { east_m: 5, north_m: 6 };

    test("an alert is where its track is now", () => {
        const alert = completeAlert(anAlertView({ at, tracks: [1, 2] }));

        expect(placeOfAlert(alert, (number) => (number === 2 ? { east_m: 1, north_m: 1 } : null))).toEqual({
            east_m: 1,
            north_m: 1,
        });
    });

    test("an alert whose tracks are lost is where it was raised", () => {
        const alert = completeAlert(anAlertView({ at, tracks: [1] }));

        expect(placeOfAlert(alert, () => null)).toEqual(at);
    });
});
