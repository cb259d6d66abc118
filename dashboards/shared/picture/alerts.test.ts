import { describe, expect, test } from "vitest";

import type { AlertState, Role } from "../contract";
import { anAlert, anIncident } from "../testing/builders";
import {
    canAcknowledge,
    canAcknowledgeIncident,
    canClear,
    canConfirm,
    canShelve,
    canUnshelve,
    hiddenOf,
    hiddenUntil,
    isHidden,
    isFlashing,
    loadOf,
    queueOf,
    soundingPriority,
} from "./alerts";
import { completeStep } from "./views";

const STATES: readonly AlertState[] = [
    "unacknowledged",
    "acknowledged",
    "cleared_unacknowledged",
    "shelved",
    "suppressed",
    "out_of_service",
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
        ["admin", false],
        ["field", false],
        ["wall", false],
        ["planner", false],
        ["auditor", false],
    ])("a %s may acknowledge: %s", (role, may) => {
        expect(canAcknowledge(anAlert(), role)).toBe(may);
    });

    test.each([
        ["critical", false],
        ["high", false],
        ["medium", true],
        ["low", true],
    ] as const)("shelving is offered for a %s alert: %s", (priority, may) => {
        expect(canShelve(anAlert({ priority }), "operator")).toBe(may);
    });

    test("an incident is taken as a whole while nobody has some of it", () => {
        expect(canAcknowledgeIncident(anIncident({ unacknowledged_count: 2 }), "operator")).toBe(true);
        expect(canAcknowledgeIncident(anIncident({ unacknowledged_count: 0 }), "operator")).toBe(false);
        expect(canAcknowledgeIncident(anIncident(), "wall")).toBe(false);
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

    test("what is hidden is listed apart, soonest back first, and what has no end last", () => {
        const hidden = [
            anAlert({ id: "design", state: "suppressed", number: 7 }),
            anAlert({ id: "work", state: "out_of_service", hidden_until_us: 5, number: 8 }),
            anAlert({ id: "sooner", state: "shelved", shelved_until_us: 3, number: 9 }),
        ];

        expect(hiddenOf([...alerts, ...hidden]).map((alert) => alert.id)).toEqual([
            "sooner",
            "work",
            "shelf",
            "design",
        ]);
        expect(hidden.every(isHidden)).toBe(true);
        expect(hidden.map(hiddenUntil)).toEqual([null, 5, 3]);
        expect(queueOf(hidden)).toEqual([]);
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
