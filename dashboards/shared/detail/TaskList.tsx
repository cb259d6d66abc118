/** Tasks one under the other: what, who has it, how far it is. */
import { select } from "../desk";
import { ageText } from "../picture/ages";
import { answerDue, teamSign } from "../picture/tasks";
import { useHubTime, usePicture } from "../picture/use";
import type { Task } from "../picture/work";
import { named, word } from "../words/words";
import { TaskChip } from "./TaskChip";

export function TaskList({ tasks }: { tasks: readonly Task[] }) {
    return (
        <ul className="m-0 flex list-none flex-col gap-1.5 p-0">
            {tasks.map((task) => (
                <TaskLine key={task.id} task={task} />
            ))}
        </ul>
    );
}

function TaskLine({ task }: { task: Task }) {
    const team = usePicture((picture) => (task.team === null ? undefined : picture.teams.get(task.team)));
    const at_us = useHubTime();
    const due_us = answerDue(task);
    return (
        <li data-task={task.number}>
            <button
                type="button"
                className="w-full rounded-md border border-edge bg-raised/40 p-2 text-left hover:border-ink-3"
                onClick={() => {
                    select({ kind: "task", id: task.id });
                }}
            >
                <span className="flex items-center gap-2">
                    <span className="font-mono text-[12px] text-ink-2">T-{task.number}</span>
                    <TaskChip state={task.state} />
                    <span className="min-w-0 flex-1 truncate text-right text-[12px] text-ink-2">
                        {team === undefined ? word("task.nobody") : teamSign(team)}
                    </span>
                </span>
                <span className="mt-0.5 block truncate">{task.text}</span>
                {due_us !== null && (
                    <span className="block font-mono text-[12px] text-ink-2">
                        {due_us > at_us
                            ? word("task.answer_in", { time: ageText(due_us - at_us) })
                            : named("task_state", "unanswered")}
                    </span>
                )}
            </button>
        </li>
    );
}
