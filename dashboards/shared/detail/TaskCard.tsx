/** A field task: its order, its team, the chain of its receipts, and what may be done with it. */
import { Check, Radio, X } from "lucide-react";

import { open, select } from "../desk";
import { Button } from "../parts/Button";
import { ExerciseMark } from "../parts/marks";
import { ageText, clockText, distanceText } from "../picture/ages";
import { COURSE, canAnswer, canCancelTask, isOverTask, teamSign } from "../picture/tasks";
import { mayAct } from "../picture/alerts";
import { useHubTime, usePicture } from "../picture/use";
import type { Task } from "../picture/work";
import { named, word } from "../words/words";
import { Fact, Facts, Heading } from "./Facts";
import { TaskChip } from "./TaskChip";

export function TaskCard({ task }: { task: Task }) {
    const at_us = useHubTime();
    const teams = usePicture((picture) => picture.teams);
    const alert = usePicture((picture) => (task.alert === null ? undefined : picture.alerts.get(task.alert)));
    const signOf = (id: string) => {
        const team = teams.get(id);
        return team === undefined ? id : teamSign(team);
    };
    return (
        <article className="p-4" data-card={`T-${task.number}`}>
            <div className="flex items-center gap-2 text-[12px] text-ink-2">
                {word("task.title")} <span className="font-mono">T-{task.number}</span>
                <TaskChip state={task.state} />
                <ExerciseMark of={task} />
            </div>
            <h2 className="mt-1.5 mb-3 text-[17px] leading-snug font-semibold">{task.text}</h2>
            <Buttons task={task} />
            <div className="mt-4">
                <Facts>
                    <Fact name={word("task.team")}>
                        {task.team === null ? word("task.nobody") : signOf(task.team)}
                        {` · ${named("channel", task.channel)}`}
                    </Fact>
                    {task.distance_m !== null && (
                        <Fact name={word("task.distance")} isMono>
                            {distanceText(task.distance_m)}
                        </Fact>
                    )}
                    {task.tried.length > 0 && (
                        <Fact name={word("task.tried")}>{task.tried.map(signOf).join(", ")}</Fact>
                    )}
                    {task.answer_due_us !== null && !isOverTask(task) && (
                        <Fact name={word("task.due")} isMono>
                            {task.answer_due_us > at_us ? ageText(task.answer_due_us - at_us) : "0s"}
                        </Fact>
                    )}
                    <Fact name={word("task.asked_by")}>
                        {task.asked_by} · {clockText(task.created_us)} · {ageText(at_us - task.created_us)}
                    </Fact>
                    {task.note !== null && <Fact name={word("task.said")}>{task.note}</Fact>}
                    {alert !== undefined && (
                        <Fact name={word("alert.title")}>
                            <button
                                type="button"
                                className="min-h-6 text-left text-accent hover:underline pointer-coarse:min-h-12"
                                onClick={() => {
                                    select({ kind: "alert", id: alert.id });
                                }}
                            >
                                A-{alert.number} · {alert.summary}
                            </button>
                        </Fact>
                    )}
                </Facts>
            </div>
            <Heading>{word("task.course")}</Heading>
            <Course task={task} />
        </article>
    );
}

function Course({ task }: { task: Task }) {
    const at = COURSE.indexOf(task.state);
    return (
        <ol className="m-0 flex list-none flex-col gap-1 p-0">
            {COURSE.map((state, index) => (
                <li key={state} className={`flex items-center gap-2 ${index <= at ? "" : "text-ink-2"}`}>
                    <span
                        aria-hidden="true"
                        className={`grid h-4 w-4 place-items-center rounded-full border ${index <= at ? "border-good text-good" : "border-edge-2"}`}
                    >
                        {index <= at && <Check size={11} />}
                    </span>
                    {named("task_state", state)}
                    {index === at && <span className="text-[12px] text-ink-2">{clockText(task.changed_us)}</span>}
                </li>
            ))}
        </ol>
    );
}

function Buttons({ task }: { task: Task }) {
    const role = usePicture((picture) => picture.role);
    if (!mayAct(role)) return null;
    return (
        <div className="grid grid-cols-2 gap-2">
            {canAnswer(task, role) && (
                <Button
                    onClick={() => {
                        open({ kind: "answer_task", task: task.id });
                    }}
                >
                    <Radio size={15} aria-hidden="true" /> {word("task.by_radio")}…
                </Button>
            )}
            {canCancelTask(task, role) && (
                <Button
                    onClick={() => {
                        open({ kind: "cancel_task", task: task.id });
                    }}
                >
                    <X size={15} aria-hidden="true" /> {word("task.cancel")}…
                </Button>
            )}
        </div>
    );
}
