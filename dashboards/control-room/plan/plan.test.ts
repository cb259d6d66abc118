import { describe, expect, it } from "vitest";

import type { TrialAlert } from "../../shared/contract";
import { around, diffOf } from "./diff";
import { type JsonSchema, kindsOf, unitOf } from "./schema";
import { asKind, byZone, complaintsOf, isVariable, plainSettings, withSetting, withVariant, withoutSetting } from "./settings";
import { heldAgainst } from "./trial";

const SCHEMA: JsonSchema = {
    discriminator: { mapping: { intrusion: "#/$defs/IntrusionRule", gas: "#/$defs/GasRule" } },
    $defs: {
        Priority: { enum: ["low", "high"] },
        Label: { enum: ["person", "vehicle"] },
        Suppression: {
            type: "object",
            required: ["reason"],
            properties: {
                reason: { type: "string" },
                postures: { type: "array", items: { enum: ["raised"] }, default: [] },
            },
        },
        Hours: {
            type: "object",
            required: ["start"],
            properties: { start: { type: "string", pattern: "^[0-9]{2}:[0-9]{2}$" } },
        },
        IntrusionRule: {
            description: "Something is in a zone where it must not be.",
            required: ["kind", "id", "zone"],
            properties: {
                kind: { enum: ["intrusion"] },
                id: { type: "string", pattern: "^[a-z]+$" },
                priority: { $ref: "#/$defs/Priority", default: "high" },
                enabled: { type: "boolean", default: true },
                zone: { type: "string" },
                labels: { type: "array", items: { $ref: "#/$defs/Label" }, default: ["person"] },
                stay_min_s: { type: "number", minimum: 0, maximum: 60, default: 0 },
                hours: { anyOf: [{ $ref: "#/$defs/Hours" }, { type: "null" }], default: null },
                by_posture: {
                    type: "object",
                    additionalProperties: { type: "object" },
                    default: {},
                },
                suppressed: { type: "array", items: { $ref: "#/$defs/Suppression" }, default: [] },
            },
        },
        GasRule: {
            required: ["kind", "id", "channel"],
            properties: {
                kind: { enum: ["gas"] },
                id: { type: "string" },
                channel: { type: "string" },
                devices: { type: "array", items: { type: "string" }, default: [] },
                on_at: { anyOf: [{ type: "number" }, { type: "null" }], default: null },
                expression: { type: "string", maxLength: 1000, default: "" },
            },
        },
    },
};
const [INTRUSION, GAS] = kindsOf(SCHEMA);
if (INTRUSION === undefined || GAS === undefined) throw new Error("two kinds were given");

function field(name: string) {
    const found = [...(INTRUSION?.fields ?? []), ...(GAS?.fields ?? [])].find(
        (one) => one.name === name,
    );
    if (found === undefined) throw new Error(name);
    return found;
}

describe("the form", () => {
    it("has every setting of a kind but the kind itself, in the hub's order", () => {
        expect(INTRUSION.kind).toBe("intrusion");
        expect(INTRUSION.what).toContain("must not be");
        expect(INTRUSION.fields.map(({ name, kind }) => [name, kind])).toEqual([
            ["id", "text"],
            ["priority", "choice"],
            ["enabled", "flag"],
            ["zone", "choice"],
            ["labels", "choices"],
            ["stay_min_s", "number"],
            ["hours", "group"],
            ["by_posture", "variants"],
            ["suppressed", "groups"],
        ]);
    });

    it("knows limits, units, what may be left out, and what of the plan is named", () => {
        expect(field("stay_min_s")).toMatchObject({ low: 0, high: 60, unit: "s", fallback: 0 });
        expect(field("zone")).toMatchObject({ names: "zone", isRequired: true });
        expect(field("devices")).toMatchObject({ names: "device", kind: "choices" });
        expect(field("on_at")).toMatchObject({ isOptional: true, kind: "number" });
        expect(field("expression").kind).toBe("long_text");
        expect(field("hours").fields.map(({ name }) => name)).toEqual(["start"]);
        expect(unitOf("rise_max_per_min")).toBe("/min");
        expect(unitOf("share_min")).toBe("");
    });
});

describe("a rule", () => {
    const rule = { kind: "intrusion", id: "gate", zone: "stage", stay_min_s: 2 };

    it("is told in plain words, without what has its own column", () => {
        expect(plainSettings(rule, INTRUSION)).toEqual([expect.stringMatching(/: 2 s$/)]);
        expect(plainSettings({ ...rule, labels: ["person", "vehicle"] }, INTRUSION)[1]).toContain(
            "person, vehicle",
        );
    });

    it("stands with its zone; what watches the whole site comes last", () => {
        const rules = [{ id: "a" }, { id: "b", zone: "stage" }, { id: "c", zone: "gate" }];
        expect(byZone(rules).map(([zone]) => zone)).toEqual(["gate", "stage", ""]);
    });

    it("leaves out of the file what would be so anyway", () => {
        expect(withSetting(rule, field("stay_min_s"), 5)["stay_min_s"]).toBe(5);
        expect(withSetting(rule, field("stay_min_s"), 0)).not.toHaveProperty("stay_min_s");
        expect(withSetting(rule, field("labels"), ["person"])).not.toHaveProperty("labels");
        expect(withSetting({ ...rule, on_at: 3 }, field("on_at"), null)).not.toHaveProperty("on_at");
        expect(withSetting(rule, field("zone"), "")).toHaveProperty("zone", "");
    });

    it("says which settings are missing or beyond their limits", () => {
        expect(complaintsOf(rule, INTRUSION)).toEqual([]);
        expect(complaintsOf({ ...rule, stay_min_s: 61, zone: "" }, INTRUSION)).toEqual([
            "zone",
            "stay_min_s",
        ]);
        expect(complaintsOf({ ...rule, id: "Gate 1" }, INTRUSION)).toEqual(["id"]);
    });

    it("wants of each reason to suppress what the hub wants", () => {
        const suppressed = [{ reason: "works" }, { postures: ["raised"] }];
        expect(complaintsOf({ ...rule, suppressed }, INTRUSION)).toEqual(["suppressed"]);
        expect(complaintsOf({ ...rule, suppressed: suppressed.slice(0, 1) }, INTRUSION)).toEqual([]);
        expect(field("suppressed").fields.map(({ name }) => name)).toEqual(["reason", "postures"]);
    });

    it("keeps in a posture also what is as usual, and lets go of what is taken away", () => {
        const raised = withVariant({}, field("stay_min_s"), null);
        expect(raised).toEqual({ stay_min_s: 0 });
        expect(withVariant(raised, field("labels"), ["vehicle"])).toEqual({ stay_min_s: 0, labels: ["vehicle"] });
        expect(withoutSetting(raised, "stay_min_s")).toEqual({});
        expect(INTRUSION.fields.filter(isVariable).map(({ name }) => name)).toEqual(["priority", "labels", "stay_min_s"]);
    });

    it("keeps what both kinds have when its kind is changed", () => {
        expect(asKind(rule, GAS)).toEqual({ kind: "gas", id: "gate" });
    });
});

describe("the difference of two texts", () => {
    it("is nothing for the same text", () => {
        expect(around(diffOf("a\nb\n", "a\nb\n"))).toEqual([]);
    });

    it("names what went and what came, with its line", () => {
        const lines = diffOf("a\nb\nc\nd", "a\nx\nc\nd\ne");
        expect(lines.map(({ kind, text, line }) => [kind, text, line])).toEqual([
            ["same", "a", 1],
            ["gone", "b", 2],
            ["new", "x", 2],
            ["same", "c", 3],
            ["same", "d", 4],
            ["new", "e", 5],
        ]);
    });

    it("gives back both texts, whatever they are", () => {
        const texts = ["", "a", "a\nb", "b\na", "a\na\na", "x\ny\na\nz", "a\nb\nc\nd\ne\nf"];
        for (const before of texts) {
            for (const after of texts) {
                const lines = diffOf(before, after);
                const of = (kind: string) =>
                    lines.filter((one) => one.kind === "same" || one.kind === kind);
                expect(of("gone").map(({ text }) => text).join("\n")).toBe(before);
                expect(of("new").map(({ text }) => text).join("\n")).toBe(after);
            }
        }
    });

    it("leaves out what is far from any change", () => {
        const many = Array.from({ length: 40 }, (_, index) => `line ${index}`);
        const shown = around(diffOf(many.join("\n"), ["new", ...many, "end"].join("\n")), 1);
        expect(shown.map((line) => line?.text ?? null)).toEqual([
            "new",
            "line 0",
            null,
            "line 39",
            "end",
        ]);
    });
});

describe("a trial", () => {
    const alert = (rule: string, second: number, changes: Partial<TrialAlert> = {}): TrialAlert => ({
        rule,
        summary: rule,
        priority: "high",
        raised_us: second * 1e6,
        count: 1,
        open_s: 5,
        ...changes,
    });

    it("pairs the nearest alerts of one rule, and marks what only one plan raises", () => {
        const { before, after } = heldAgainst(
            [alert("gate", 10), alert("gate", 100), alert("gone", 5)],
            [alert("gate", 12), alert("gate", 100), alert("new", 5)],
        );

        expect(before.map(({ other, differs }) => [other?.raised_us ?? null, differs])).toEqual([
            [12e6, true],
            [100e6, false],
            [null, true],
        ]);
        expect(after.map(({ other }) => other?.rule ?? null)).toEqual(["gate", "gate", null]);
    });

    it("holds nothing against an alert of another time", () => {
        const { before } = heldAgainst([alert("gate", 10)], [alert("gate", 500)]);

        expect(before[0]?.other).toBeNull();
    });
});
