/** Small words on an alert that needs a second look: it flaps, it is old, nobody has taken it. */
import { ArrowUp, Clock, Repeat } from "lucide-react";
import type { ComponentType } from "react";

import { type Mark, marksOf } from "../picture/queue";
import type { Alert } from "../picture/views";
import { named, word } from "../words/words";

const LOOK: Readonly<Record<Mark, { icon: ComponentType<{ size?: number }>; tone: string }>> = {
    escalated: { icon: ArrowUp, tone: "text-high" },
    chattering: { icon: Repeat, tone: "text-ink-2" },
    stale: { icon: Clock, tone: "text-ink-2" },
};

export function AlertMarks({ alert }: { alert: Alert }) {
    return marksOf(alert).map((mark) => {
        const { icon: Icon, tone } = LOOK[mark];
        const to = alert.escalated_to;
        return (
            <span
                key={mark}
                data-mark={mark}
                className={`mr-1.5 inline-flex items-center gap-0.5 align-[-1px] ${tone}`}
                title={named("mark_what", mark)}
            >
                <Icon size={11} aria-hidden="true" />
                {mark === "escalated" && to !== null ? word("mark.escalated_to", { name: to }) : named("mark", mark)}
            </span>
        );
    });
}
