import { describe, expect, test } from "vitest";

import type { AlertState, Role } from "../contract";
import { anAlert } from "../testing/builders";
import {
    canAcknowledge,
    canClear,
    canConfirm,
    canShelve,
    canUnshelve,
    heldOrder,
    isFlashing,
    loadOf,
    neighbour,
    queueOf,
    shelvedOf,
    soundingPriority,
} from "./alerts";
import { completeStep } from "./views";

const STATES: readonly AlertState[] = [
    "unacknowledged",
    "acknowledged",
    "cleared_unacknowledged",
    "shelved",
    "closed",
];

describe("what may be done", () => {
    test.each(STATES)("in state %s an alert flashes exactly while nobody has it", (state) => {
        const isOpen = state === "unacknowledged" || state === "cleared_unacknowledged";

        expect(isFlashing(anAlert({ state }))).toBe(isOpen);
        expect(canAcknowledge(anAlert({ state }), "operator")).toBe(isOpen);
    });

    test.each<[Role, boolean]>([
        ["operator", true],
        ["supervisor", true],
        ["admin", true],
        ["field", true],
        ["wall", false],
        ["planner", false],
        ["auditor", false],
    ])("a %s may acknowledge: %s", (role, may) => {
        expect(canAcknowledge(anAlert(), role)).toBe(may);
    });

    test("a critical alert is never shelved", () => {
        expect(canShelve(anAlert({ priority: "critical" }), "operator")).toBe(false);
        expect(canShelve(anAlert({ priority: "high" }), "operator")).toBe(true);
    });

    test("only a shelved alert comes back, and only an acknowledged one is closed", () => {
        expect(STATES.filter((state) => canUnshelve(anAlert({ state }), "operator"))).toEqual([
            "shelved",
        ]);
        expect(STATES.filter((state) => canClear(anAlert({ state }), "operator"))).toEqual([
            "acknowledged",
        ]);
    });

    test("a field team decides nothing but that it has an alert", () => {
        expect(canShelve(anAlert(), "field")).toBe(false);
        expect(canUnshelve(anAlert({ state: "shelved" }), "field")).toBe(false);
        expect(canClear(anAlert({ state: "acknowledged" }), "field")).toBe(false);
    });

    test("a step is confirmed only while it waits", () => {
        const step = {
            step: "raise",
            text: "Raise the bollards",
            actuator: "bollard-01",
            action: "raise",
            effect: "impede",
            needs: "confirmed",
            command: "K",
        } as const;

        expect(canConfirm(completeStep({ ...step, state: "awaiting_confirmation" }), "operator")).toBe(true);
        expect(canConfirm(completeStep({ ...step, state: "awaiting_confirmation" }), "wall")).toBe(false);
        expect(canConfirm(completeStep({ ...step, state: "blocked" }), "operator")).toBe(false);
    });
});

describe("order", () => {
    const alerts = [
        anAlert({ id: "old-high", priority: "high", raised_us: 1, number: 1 }),
        anAlert({ id: "taken", priority: "critical", state: "acknowledged", number: 2 }),
        anAlert({ id: "critical", priority: "critical", raised_us: 0, number: 3 }),
        anAlert({ id: "new-high", priority: "high", raised_us: 9, number: 4 }),
        anAlert({ id: "shelf", state: "shelved", shelved_until_us: 9, number: 5 }),
        anAlert({ id: "closed", state: "closed", number: 6 }),
    ];

    test("nobody's first, then the urgent, then the new", () => {
        expect(queueOf(alerts).map((alert) => alert.id)).toEqual([
            "critical",
            "new-high",
            "old-high",
            "taken",
        ]);
    });

    test("the shelf holds what is shelved, soonest back first", () => {
        const sooner = anAlert({ id: "sooner", state: "shelved", shelved_until_us: 3 });

        expect(shelvedOf([...alerts, sooner]).map((alert) => alert.id)).toEqual(["sooner", "shelf"]);
    });

    test("a held order keeps its rows in place: new ones at the end, gone ones out", () => {
        const held = ["taken", "gone", "old-high"];

        expect(heldOrder(queueOf(alerts), held).map((alert) => alert.id)).toEqual([
            "taken",
            "old-high",
            "critical",
            "new-high",
        ]);
    });

    test("next and previous stop at the ends and start at the top", () => {
        const queue = queueOf(alerts);

        expect(neighbour(queue, null, 1)?.id).toBe("critical");
        expect(neighbour(queue, "critical", 1)?.id).toBe("new-high");
        expect(neighbour(queue, "critical", -1)?.id).toBe("critical");
        expect(neighbour(queue, "taken", 1)?.id).toBe("taken");
        expect(neighbour([], null, 1)).toBeNull();
    });
});

describe("sound and load", () => {
    test("the loudest is the most urgent that nobody has and nobody silenced", () => {
        const alerts = [
            anAlert({ id: "A", priority: "high" }),
            anAlert({ id: "B", priority: "critical" }),
            anAlert({ id: "C", priority: "critical", state: "acknowledged" }),
        ];

        expect(soundingPriority(alerts, new Set())).toBe("critical");
        expect(soundingPriority(alerts, new Set(["B"]))).toBe("high");
        expect(soundingPriority(alerts, new Set(["A", "B"]))).toBeNull();
    });

    test.each([
        [0, "fine"],
        [2, "fine"],
        [3, "busy"],
        [10, "busy"],
        [11, "flood"],
    ])("%i alerts in ten minutes are %s", (count, load) => {
        expect(loadOf(count)).toBe(load);
    });
});
