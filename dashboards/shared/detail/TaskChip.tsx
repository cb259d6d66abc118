/** How far a task is, as a word with its colour. */
import type { TaskState } from "../contract";
import { named } from "../words/words";

const TONE: Readonly<Record<TaskState, string>> = {
    waiting: "border-high/60 text-high",
    sent: "border-edge-2 text-ink-2",
    device_receipt: "border-edge-2 text-ink-2",
    read: "border-accent/50 text-accent",
    accepted: "border-good/50 text-good",
    on_scene: "border-good/70 bg-good/10 text-good",
    done: "border-edge-2 text-ink-2",
    unanswered: "border-critical/60 text-[#ff8585]",
    cancelled: "border-edge-2 text-ink-2 line-through",
};

export function TaskChip({ state }: { state: TaskState }) {
    return (
        <span className={`rounded border px-1.5 text-[11px] leading-5 font-semibold tracking-[0.06em] whitespace-nowrap uppercase ${TONE[state]}`}>
            {named("task_state", state)}
        </span>
    );
}
