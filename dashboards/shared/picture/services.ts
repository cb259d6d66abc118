/** What is out of service: who may take it out, for how long, and what that hides. Pure. */
import type { Role } from "../contract";
import type { Service } from "./work";

/** To hide what may be grave is not one operator's decision. */
export function canTakeOut(role: Role): boolean {
    return role === "supervisor";
}

export function canReturn(role: Role): boolean {
    return role === "operator" || role === "supervisor";
}

/** Soonest back first. */
export function servicesOf(services: Iterable<Service>): Service[] {
    return [...services].sort(
        (one, other) => one.until_us - other.until_us || one.id.localeCompare(other.id),
    );
}
