/** Alerts that closed by themselves: quietly, what were they? */
import { ChevronRight } from "lucide-react";
import { useState } from "react";

import { open } from "../shared/desk";
import { PriorityMark } from "../shared/parts/marks";
import { clockText } from "../shared/picture/ages";
import { mayAct } from "../shared/picture/alerts";
import { unassessedOf } from "../shared/picture/outcomes";
import { usePicture } from "../shared/picture/use";
import { word } from "../shared/words/words";

export function UnassessedList() {
    const [isOpen, setOpen] = useState(false);
    const closed = unassessedOf(usePicture((picture) => picture.closed).values());
    const may = usePicture((picture) => mayAct(picture.role));
    if (!may || closed.length === 0) return null;
    return (
        <section aria-label={word("assess.list")} className="shrink-0 border-t border-edge">
            <button
                type="button"
                aria-expanded={isOpen}
                onClick={() => {
                    setOpen(!isOpen);
                }}
                className="flex min-h-9 w-full items-center gap-1.5 px-4 text-left text-ink-2 hover:bg-raised"
            >
                <ChevronRight size={14} className={`shrink-0 ${isOpen ? "rotate-90" : ""}`} aria-hidden="true" />
                {word("assess.count", { count: closed.length })}
            </button>
            {isOpen && (
                <ul className="m-0 max-h-[18vh] list-none overflow-y-auto p-0">
                    {closed.map((alert) => (
                        <li key={alert.id} className="border-t border-edge" data-closed={alert.number}>
                            <button
                                type="button"
                                className="flex min-h-9 w-full items-center gap-2 py-1.5 pr-3 pl-4 text-left hover:bg-raised"
                                onClick={() => {
                                    open({ kind: "assess", alert: alert.id });
                                }}
                            >
                                <PriorityMark priority={alert.priority} isFaint />
                                <span className="min-w-0 flex-1 truncate">{alert.summary}</span>
                                <span className="font-mono text-[12px] text-ink-2">
                                    {clockText(alert.closed_us ?? alert.changed_us).slice(0, 5)}
                                </span>
                            </button>
                        </li>
                    ))}
                </ul>
            )}
        </section>
    );
}
