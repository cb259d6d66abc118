import { describe, expect, test } from "vitest";

import type { AlertView } from "../contract";
import { anAlert, anIncident } from "../testing/builders";
import {
    FLOOD,
    type Row,
    countUnacknowledged,
    heldAfterFold,
    heldRows,
    leading,
    marksOf,
    neighbour,
    rowOfAlert,
    rowsOf,
    stopsOf,
} from "./queue";
import type { Incident } from "./work";
import { completeLoad } from "./work";

const CALM = completeLoad({});
const FLOODED = completeLoad({ flood_since_us: 1, flood_raised: 40 });
const NOTHING: ReadonlySet<string> = new Set();

function keys(rows: readonly Row[]): string[] {
    return rows.map(({ key }) => key);
}

function incidents(...all: Incident[]): Map<string, Incident> {
    return new Map(all.map((one) => [one.id, one]));
}

function member(id: string, changes: Partial<AlertView> = {}) {
    return anAlert({ id, incident: "I", ...changes });
}

describe("incidents", () => {
    const two = [
        member("low", { priority: "low", number: 1 }),
        member("high", { priority: "high", number: 2 }),
        anAlert({ id: "medium", priority: "medium", number: 3 }),
    ];

    test("several open alerts of one incident are one row, at the place of its gravest", () => {
        const rows = rowsOf(two, incidents(anIncident({ id: "I" })), CALM, NOTHING);

        expect(keys(rows)).toEqual(["I", "medium"]);
        expect(rows[0]).toMatchObject({ kind: "incident", isUnfolded: false });
    });

    test("unfolded, its alerts stand below it", () => {
        const rows = rowsOf(two, incidents(anIncident({ id: "I" })), CALM, new Set(["I"]));

        expect(keys(rows)).toEqual(["I", "high", "low", "medium"]);
        expect(rows[1]).toMatchObject({ kind: "alert", isInside: true });
        expect(rows[3]).toMatchObject({ isInside: false });
    });

    test("an incident of one open alert is that alert", () => {
        const rows = rowsOf([member("only")], incidents(anIncident({ id: "I" })), CALM, NOTHING);

        expect(rows).toMatchObject([{ kind: "alert", key: "only", isInside: false }]);
    });

    test("alerts whose incident is not known are not lost", () => {
        expect(keys(rowsOf(two, new Map(), CALM, NOTHING))).toEqual(["high", "medium", "low"]);
    });
});

describe("flood", () => {
    const all = [
        anAlert({ id: "critical", priority: "critical" }),
        anAlert({ id: "high", priority: "high" }),
        anAlert({ id: "medium", priority: "medium" }),
        anAlert({ id: "low", priority: "low", state: "acknowledged" }),
    ];

    test("low and medium alerts share one row at the end, and grave ones never do", () => {
        const rows = rowsOf(all, new Map(), FLOODED, NOTHING);

        expect(keys(rows)).toEqual(["critical", "high", FLOOD]);
        expect(rows[2]).toMatchObject({ alerts: [{ id: "medium" }, { id: "low" }] });
        expect(countUnacknowledged((rows[2] as Extract<Row, { kind: "flood" }>).alerts)).toBe(1);
    });

    test("unfolded it shows all of them", () => {
        const rows = rowsOf(all, new Map(), FLOODED, new Set([FLOOD]));

        expect(keys(rows)).toEqual(["critical", "high", FLOOD, "medium", "low"]);
    });

    test("an incident with a grave alert stays whole and outside", () => {
        const mixed = [member("grave", { priority: "critical" }), member("lesser", { priority: "low" })];

        expect(keys(rowsOf(mixed, incidents(anIncident({ id: "I" })), FLOODED, NOTHING))).toEqual(["I"]);
    });

    test("without lesser alerts there is no row for them", () => {
        expect(keys(rowsOf(all.slice(0, 2), new Map(), FLOODED, NOTHING))).toEqual(["critical", "high"]);
    });
});

describe("under the pointer", () => {
    const rows = rowsOf(
        [member("a", { number: 9 }), member("b", { number: 8 }), anAlert({ id: "c", number: 1 })],
        incidents(anIncident({ id: "I" })),
        CALM,
        NOTHING,
    );
    const [incident] = rows;

    test("rows keep their places: new ones at the end, gone ones out", () => {
        expect(keys(heldRows(rows, ["c", "gone"]))).toEqual(["c", "I"]);
    });

    test("an alert that became part of an incident keeps its own row, and the incident comes below", () => {
        expect(keys(heldRows(rows, ["a", "c"]))).toEqual(["a", "c", "I"]);
        expect(heldRows(rows, ["a", "c"])[0]).toMatchObject({ kind: "alert", alert: { id: "a" } });
    });

    test("unfolding adds below the row and moves nothing above it", () => {
        const open = heldAfterFold(["c", "I", "z"], incident as Row);
        expect(open).toEqual(["c", "I", "a", "b", "z"]);

        const folded = heldAfterFold(open, { ...(incident as Extract<Row, { kind: "incident" }>), isUnfolded: true });
        expect(folded).toEqual(["c", "I", "z"]);
        expect(heldAfterFold(["c"], rows[1] as Row)).toEqual(["c"]);
    });
});

describe("stepping", () => {
    const stops = stopsOf([
        { kind: "alert", key: "a", alert: anAlert({ id: "a" }), isInside: false },
        { kind: "flood", key: FLOOD, alerts: [], isUnfolded: false },
        { kind: "incident", key: "I", incident: anIncident({ id: "I" }), alerts: [member("x")], isUnfolded: false },
    ]);

    test("a row that only counts is passed over, and it stops at the ends", () => {
        expect(neighbour(stops, null, 1)?.key).toBe("a");
        expect(neighbour(stops, "a", 1)?.key).toBe("I");
        expect(neighbour(stops, "I", 1)?.key).toBe("I");
        expect(neighbour(stops, "a", -1)?.key).toBe("a");
        expect(neighbour([], null, 1)).toBeNull();
    });

    test("an alert is found in its own row, or in the one that holds it", () => {
        expect(rowOfAlert(stops, "a")?.key).toBe("a");
        expect(rowOfAlert(stops, "x")?.key).toBe("I");
        expect(rowOfAlert(stops, "nowhere")).toBeNull();
    });
});

test("the gravest that nobody has leads", () => {
    const taken = anAlert({ priority: "critical", state: "acknowledged" });

    expect(leading([taken, anAlert({ priority: "medium" })])).toBe("medium");
    expect(leading([taken])).toBe("critical");
    expect(leading([])).toBeNull();
});

test("marks say what needs a second look; an escalation ends with its acknowledgement", () => {
    const alert = { escalation: 1, chattering: true, stale: true };

    expect(marksOf(anAlert(alert))).toEqual(["escalated", "chattering", "stale"]);
    expect(marksOf(anAlert({ ...alert, state: "acknowledged" }))).toEqual(["chattering", "stale"]);
    expect(marksOf(anAlert())).toEqual([]);
});
