/** Running playbooks: which belong to what, what may be done with a step, what time is left. Pure. */
import type { Role } from "../contract";
import { mayAct } from "./alerts";
import type { Run, RunStep } from "./work";

/** Running ones first; then the latest. */
export function compareRuns(one: Run, other: Run): number {
    return (
        Number(other.state === "running") - Number(one.state === "running") ||
        other.started_us - one.started_us ||
        one.id.localeCompare(other.id)
    );
}

export function runsOfAlert(runs: Iterable<Run>, alert: string): Run[] {
    return [...runs].filter((run) => run.alert === alert).sort(compareRuns);
}

/** Those begun for any alert of an incident. */
export function runsOfIncident(runs: Iterable<Run>, alerts: readonly string[]): Run[] {
    return [...runs].filter((run) => run.alert !== null && alerts.includes(run.alert)).sort(compareRuns);
}

/** Those that a person began for no alert: no alert's card shows them. */
export function runsByHand(runs: Iterable<Run>): Run[] {
    return [...runs].filter((run) => run.alert === null).sort(compareRuns);
}

export function isOver(step: RunStep): boolean {
    return step.state === "done" || step.state === "skipped";
}

/** How many steps are over, of how many. */
export function progressOf(run: Run): { over: number; all: number } {
    return { over: run.steps.filter(isOver).length, all: run.steps.length };
}

/** May a person begin this step now, or say that it is done? */
export function canDo(run: Run, step: RunStep, role: Role): boolean {
    if (run.state !== "running" || !mayAct(role)) return false;
    if (step.state === "running") return step.kind === "manual";
    return step.state === "waiting" || step.state === "due" || step.state === "failed";
}

export function canSkip(run: Run, step: RunStep, role: Role): boolean {
    return run.state === "running" && mayAct(role) && !isOver(step);
}

export function canStop(run: Run, role: Role): boolean {
    return run.state === "running" && mayAct(role);
}

export type Timer = { kind: "in" | "late"; length_us: number };

/** How long until a step is due, or for how long it has been; null where no time is known or left. */
export function timerOf(step: RunStep, at_us: number): Timer | null {
    if (step.due_us === null || isOver(step) || step.state === "failed") return null;
    if (step.late) return { kind: "late", length_us: Math.max(0, at_us - step.due_us) };
    return step.due_us > at_us ? { kind: "in", length_us: step.due_us - at_us } : null;
}

/** Do several steps of the run want a person now? The first of them. */
export function nextStep(run: Run): RunStep | null {
    return run.steps.find(({ state }) => state === "due") ?? null;
}
