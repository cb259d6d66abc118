import { expect, test } from "vitest";

import type { ActuatorView, SensorView } from "../contract";
import { commandsOf, compareDevices, conditionOf, isDone, isUnderWay, needsConfirmation } from "./devices";
import { completeActuator, completeCommand, completeSensor } from "./views";

function aSensor(changes: Partial<SensorView> = {}) {
    return completeSensor({
        id: "cam-01",
        kind: "camera",
        name: "Camera",
        at: { east_m: 0, north_m: 0 },
        state: "OK",
        ...changes,
    });
}

function aGate(changes: Partial<ActuatorView> = {}) {
    return completeActuator({
        id: "gate-01",
        kind: "gate",
        name: "Gate",
        at: { east_m: 0, north_m: 0 },
        effect: "restrict",
        ...changes,
    });
}

test("a device's condition is one word", () => {
    expect(conditionOf(aSensor())).toBe("ok");
    expect(conditionOf(aSensor({ faults: [{ code: "dark", text: "dark" }] }))).toBe("warning");
    expect(conditionOf(aSensor({ state: "WARNING" }))).toBe("warning");
    expect(conditionOf(aSensor({ state: "ERROR" }))).toBe("error");
    expect(conditionOf(aSensor({ state: "GOODBYE" }))).toBe("absent");
    expect(conditionOf(aSensor({ state: null }))).toBe("unknown");
    expect(conditionOf(aGate({ state: "OK" }))).toBe("ok");
});

test("silence outweighs what the device last said of itself", () => {
    expect(conditionOf(aSensor({ state: "OK", silent: true }))).toBe("silent");
});

test("the worst stands on top, then by name", () => {
    const sensors = [
        aSensor({ id: "b" }),
        aSensor({ id: "a" }),
        aSensor({ id: "c", silent: true }),
        aSensor({ id: "d", state: "ERROR" }),
    ];

    expect(sensors.sort(compareDevices).map((sensor) => sensor.id)).toEqual(["d", "c", "a", "b"]);
});

test("what only tells people something needs no second yes", () => {
    expect(needsConfirmation("inform")).toBe(false);
    expect(needsConfirmation("warn")).toBe(false);
    expect(needsConfirmation("restrict")).toBe(true);
    expect(needsConfirmation("impede")).toBe(true);
});

test("an order that is done already is not offered", () => {
    expect(isDone(aGate({ position: "closed" }), "close")).toBe(true);
    expect(isDone(aGate({ position: "open" }), "close")).toBe(false);
    expect(isDone(aGate(), "speak")).toBe(false);
});

test("an actuator's commands are its own, newest first", () => {
    const command = (id: string, actuator: string, requested_us: number) =>
        completeCommand({
            id,
            actuator,
            action: "close",
            state: "sent",
            by: "Jansen",
            requested_us,
            changed_us: 0,
            expires_us: 0,
        });

    const mine = commandsOf(
        [command("1", "gate-01", 1), command("2", "gate-02", 2), command("3", "gate-01", 3)],
        "gate-01",
    );

    expect(mine.map((one) => one.id)).toEqual(["3", "1"]);
    expect(mine.every(isUnderWay)).toBe(true);
    expect(isUnderWay({ ...(mine[0] ?? command("1", "gate-01", 1)), state: "confirmed" })).toBe(false);
});
