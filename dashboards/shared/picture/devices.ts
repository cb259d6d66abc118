/** How a sensor or an actuator is, in one word that an operator acts on. Pure. */
import type { ActuatorAction, ActuatorPosition, EffectClass } from "../contract";
import type { Actuator, Command, Sensor } from "./views";

export type Condition = "ok" | "warning" | "error" | "silent" | "absent" | "unknown";

/** Worst first: what needs a hand stands on top of the table. */
const WORST_FIRST: readonly Condition[] = ["error", "silent", "warning", "absent", "unknown", "ok"];

export function conditionOf(device: Sensor | Actuator): Condition {
    if (device.silent) return "silent";
    switch (device.state) {
        case null:
            return "unknown";
        case "OK":
            return "faults" in device && device.faults.length > 0 ? "warning" : "ok";
        case "WARNING":
            return "warning";
        case "ERROR":
            return "error";
        case "GOODBYE":
            return "absent";
    }
}

export function compareDevices(one: Sensor | Actuator, other: Sensor | Actuator): number {
    return (
        WORST_FIRST.indexOf(conditionOf(one)) - WORST_FIRST.indexOf(conditionOf(other)) ||
        one.id.localeCompare(other.id)
    );
}

/** Actions that only tell people something leave at once; the rest wait for a second yes. */
export function needsConfirmation(effect: EffectClass): boolean {
    return effect !== "inform" && effect !== "warn";
}

const REACHES: Partial<Record<ActuatorAction, ActuatorPosition>> = {
    sound: "on",
    silence: "off",
    turn_on: "on",
    turn_off: "off",
    open: "open",
    close: "closed",
    lock: "locked",
    unlock: "unlocked",
    raise: "raised",
    lower: "lowered",
};

/** Is the actuator already where this action would put it? */
export function isDone(actuator: Actuator, action: ActuatorAction): boolean {
    return REACHES[action] === actuator.position;
}

const UNDER_WAY: ReadonlySet<string> = new Set([
    "awaiting_confirmation",
    "blocked",
    "sent",
    "accepted",
    "completed",
]);

export function isUnderWay(command: Command): boolean {
    return UNDER_WAY.has(command.state);
}

/** The commands that an actuator is busy with or was lately, newest first. */
export function commandsOf(commands: Iterable<Command>, actuator: string): Command[] {
    return [...commands]
        .filter((command) => command.actuator === actuator)
        .sort((one, other) => other.requested_us - one.requested_us);
}
