/** A running playbook: each step, who must do it, what time is left, and what a person may do. */
import { Bot, ListChecks, MapPinned, Megaphone, Play, Square } from "lucide-react";
import type { ComponentType } from "react";

import type { StepState } from "../contract";
import { open, request, select } from "../desk";
import { Button } from "../parts/Button";
import { ExerciseMark } from "../parts/marks";
import { ageText, clockText } from "../picture/ages";
import { mayAct } from "../picture/alerts";
import { canDo, canSkip, canStop, progressOf, timerOf } from "../picture/runs";
import { useHubTime, usePicture } from "../picture/use";
import type { Run, RunStep } from "../picture/work";
import { named, word } from "../words/words";
import { Heading } from "./Facts";
import { CommandMark } from "./ResponsePlan";

const KIND_ICON: Readonly<Record<string, ComponentType<{ size?: number; className?: string }>>> = {
    command: Bot,
    task: MapPinned,
    posture: Megaphone,
    manual: ListChecks,
};

const STATE_TONE: Readonly<Record<StepState, string>> = {
    waiting: "text-ink-2",
    due: "text-high",
    running: "text-accent",
    done: "text-good",
    skipped: "text-ink-2",
    failed: "text-critical",
};

export function RunCards({ runs }: { runs: readonly Run[] }) {
    return runs.map((run) => <RunCard key={run.id} run={run} />);
}

function RunCard({ run }: { run: Run }) {
    const role = usePicture((picture) => picture.role);
    const { over, all } = progressOf(run);
    return (
        <section aria-label={run.name} data-run={run.playbook}>
            <Heading>
                {word("alert.plan")}: {run.name}
            </Heading>
            <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-[12px] text-ink-2">
                <ExerciseMark of={run} />
                <span className="font-medium text-ink">{named("run_state", run.state)}</span>
                <span className="font-mono">{word("playbook.progress", { over, all })}</span>
                <span>
                    {word("playbook.begun", { name: run.started_by, time: clockText(run.started_us) })}
                </span>
                {canStop(run, role) && (
                    <Button
                        size="small"
                        className="ml-auto"
                        onClick={() => {
                            open({ kind: "stop_playbook", run: run.id });
                        }}
                    >
                        <Square size={12} aria-hidden="true" /> {word("playbook.stop")}…
                    </Button>
                )}
            </div>
            <ol className="m-0 flex list-none flex-col gap-2 p-0">
                {run.steps.map((step) => (
                    <StepRow key={step.step} run={run} step={step} />
                ))}
            </ol>
        </section>
    );
}

function StepRow({ run, step }: { run: Run; step: RunStep }) {
    const Icon = KIND_ICON[step.kind] ?? ListChecks;
    const wantsPerson = step.state === "due";
    return (
        <li
            data-step={step.step}
            data-state={step.state}
            className={`rounded-md border p-2.5 ${step.late ? "border-critical/60 bg-critical/5" : wantsPerson ? "border-high/50 bg-high/5" : "border-edge bg-raised/40"}`}
        >
            <div className="flex items-start gap-2.5">
                <Icon size={16} className="mt-0.5 shrink-0 text-ink-2" />
                <div className="min-w-0 flex-1">
                    <div className={step.state === "skipped" ? "text-ink-2 line-through" : "font-medium"}>{step.text}</div>
                    <div className="flex flex-wrap items-center gap-x-2 text-[12px] text-ink-2">
                        <StepStanding step={step} />
                        <Timer step={step} />
                        <span>{named("needs", step.needs)}</span>
                        {run.exercise && <StandIn step={step} />}
                        {step.by !== null && <span>{step.by}</span>}
                        {step.changed_us !== null && <span className="font-mono">{clockText(step.changed_us)}</span>}
                    </div>
                    {step.note !== null && <div className="mt-1 text-[12px] text-ink">{step.note}</div>}
                    <StepTasks step={step} />
                </div>
            </div>
            <StepButtons run={run} step={step} />
        </li>
    );
}

function Timer({ step }: { step: RunStep }) {
    const at_us = useHubTime();
    const timer = timerOf(step, at_us);
    if (timer === null) return null;
    const text = word(timer.kind === "late" ? "playbook.late" : "playbook.due_in", {
        time: ageText(timer.length_us),
    });
    return (
        <span role="timer" className={`font-mono tabular-nums ${timer.kind === "late" ? "font-semibold text-critical" : ""}`}>
            {text}
        </span>
    );
}

/** How far it is; a command that is on its way says that better than its step does. */
function StepStanding({ step }: { step: RunStep }) {
    const command = usePicture((picture) =>
        step.command === null ? undefined : picture.commands.get(step.command),
    );
    const isTold = command !== undefined && (step.state === "due" || step.state === "running");
    return (
        <>
            {!isTold && <span className={STATE_TONE[step.state]}>{named("step_state", step.state)}</span>}
            {command !== undefined && <CommandMark state={command.state} />}
        </>
    );
}

/** Who does it in a drill: what takes part is seldom what the step names. */
function StandIn({ step }: { step: RunStep }) {
    const name = usePicture((picture) => {
        const command = step.command === null ? undefined : picture.commands.get(step.command);
        const actuator = command === undefined ? undefined : picture.actuators.get(command.actuator);
        return actuator?.exercise === true ? actuator.name : undefined;
    });
    return name === undefined ? null : <span>{word("exercise.by", { name })}</span>;
}

function StepTasks({ step }: { step: RunStep }) {
    const tasks = usePicture((picture) => picture.tasks);
    return step.tasks.map((id) => {
        const task = tasks.get(id);
        if (task === undefined) return null;
        return (
            <button
                key={id}
                type="button"
                className="mt-1 mr-3 min-h-6 font-mono text-[12px] text-accent hover:underline pointer-coarse:min-h-12"
                onClick={() => {
                    select({ kind: "task", id });
                }}
            >
                T-{task.number} · {named("task_state", task.state)}
            </button>
        );
    });
}

function StepButtons({ run, step }: { run: Run; step: RunStep }) {
    const role = usePicture((picture) => picture.role);
    const waits = usePicture(
        (picture) =>
            step.command !== null &&
            picture.commands.get(step.command)?.state === "awaiting_confirmation",
    );
    const mayConfirm = waits && mayAct(role);
    const may = { do: canDo(run, step, role) && !waits, skip: canSkip(run, step, role) };
    if (!mayConfirm && !may.do && !may.skip) return null;
    return (
        <div className="mt-2 flex flex-wrap justify-end gap-2">
            {may.skip && (
                <Button
                    size="small"
                    onClick={() => {
                        open({ kind: "skip_step", run: run.id, step: step.step });
                    }}
                >
                    {word("playbook.skip")}…
                </Button>
            )}
            {may.do && (
                <Button
                    size="small"
                    tone="strong"
                    onClick={() => void request({ kind: "do_step", run: run.id, step: step.step })}
                >
                    <Play size={12} aria-hidden="true" />
                    {word(step.kind === "manual" ? "playbook.tick" : "playbook.do")}
                </Button>
            )}
            {mayConfirm && step.command !== null && (
                <Button
                    size="small"
                    tone="danger"
                    onClick={() => {
                        if (step.command !== null) open({ kind: "confirm", command: step.command });
                    }}
                >
                    {word("plan.confirm")}
                </Button>
            )}
        </div>
    );
}
