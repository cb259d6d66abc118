/** Shapes that say what colour also says: nobody has to tell red from amber. */
import type { Priority } from "../contract";
import type { Condition } from "../picture/devices";
import { named, word } from "../words/words";

const SHAPE: Readonly<Record<Priority, string>> = {
    critical: "M8 1 15 8 8 15 1 8Z",
    high: "M8 1.800 15 14.200H1Z",
    medium: "M2.500 2.500h11v11h-11Z",
    low: "M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 1 0 0-11Z",
};

export const PRIORITY_TEXT: Readonly<Record<Priority, string>> = {
    critical: "text-critical",
    high: "text-high",
    medium: "text-medium",
    low: "text-low",
};

export const PRIORITY_BAR: Readonly<Record<Priority, string>> = {
    critical: "bg-critical",
    high: "bg-high",
    medium: "bg-medium",
    low: "bg-low",
};

interface PriorityMarkProps {
    priority: Priority;
    isFlashing?: boolean;
    isFaint?: boolean;
    size?: number;
}

export function PriorityMark({ priority, isFlashing, isFaint, size = 11 }: PriorityMarkProps) {
    const look = `${PRIORITY_TEXT[priority]} ${isFlashing ? "flashing" : ""} ${isFaint ? "opacity-60" : ""}`;
    return (
        <svg
            role="img"
            aria-label={named("priority", priority)}
            viewBox="0 0 16 16"
            width={size}
            height={size}
            className={`shrink-0 ${look}`}
        >
            <path d={SHAPE[priority]} fill="currentColor" />
        </svg>
    );
}

const CONDITION_TEXT: Readonly<Record<Condition, string>> = {
    ok: "text-ink-2",
    warning: "text-medium",
    error: "text-critical",
    silent: "text-high",
    absent: "text-ink-3",
    unknown: "text-ink-3",
};

const CONDITION_SHAPE: Readonly<Record<Condition, string>> = {
    ok: "M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3Zm-2.600 5.100 1.900 1.900 3.400-3.600",
    warning: "M8 2 14.500 13.500h-13ZM8 6.500v3.500M8 11.800v.2",
    error: "M8 1.500 14.500 8 8 14.500 1.500 8ZM6 6l4 4M10 6l-4 4",
    silent: "M2.500 2.500h11v11h-11ZM5 8h6",
    absent: "M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3ZM4.500 11.500l7-7",
    unknown: "M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3Z",
};

export function ConditionMark({ condition }: { condition: Condition }) {
    return (
        <span className={`inline-flex items-center gap-1.5 ${CONDITION_TEXT[condition]}`}>
            <svg viewBox="0 0 16 16" width={14} height={14} aria-hidden="true" className="shrink-0">
                <path
                    d={CONDITION_SHAPE[condition]}
                    fill="none"
                    stroke="currentColor"
                    strokeWidth={1.6}
                    strokeLinecap="round"
                    strokeLinejoin="round"
                />
            </svg>
            {named("condition", condition)}
        </span>
    );
}

/** What is only rehearsed says so wherever it is named. */
export function ExerciseMark({ of }: { of: { exercise: boolean } }) {
    if (!of.exercise) return null;
    return (
        <span
            data-exercise
            className="rounded border border-medium/70 px-1.5 text-[11px] leading-5 font-semibold tracking-[0.1em] whitespace-nowrap text-medium"
        >
            {word("unreal.exercise")}
        </span>
    );
}
