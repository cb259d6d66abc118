/** What the draft changes: by part, and line by line. */
import { useMemo } from "react";

import { Empty, Part } from "../../shared/parts/Part";
import { type WordKey, word } from "../../shared/words/words";
import { type DiffLine, around, diffOf } from "./diff";
import { changesOf, useDraft } from "./draft";

const TONE = { added: "text-good", removed: "text-critical", changed: "text-medium" } as const;

export function ChangesTab() {
    const before = useDraft((draft) => draft.plan?.text ?? "");
    const text = useDraft((draft) => draft.text);
    const changes = useDraft(changesOf);
    if (before === text) return <Empty text={word("plan.no_changes")} />;
    return (
        <>
            {changes.length > 0 && (
                <Part title={word("plan.what_changes")}>
                    <ul className="m-0 grid list-none gap-1 p-0 font-mono text-[12.5px]">
                        {changes.map(({ section, id, change }) => (
                            <li key={`${section}/${id}`}>
                                <span className={TONE[change as keyof typeof TONE]}>
                                    {word(`plan.${change}` as WordKey)}
                                </span>{" "}
                                <span className="text-ink-2">{section}</span> {id}
                            </li>
                        ))}
                    </ul>
                </Part>
            )}
            <Part title={word("plan.line_by_line")}>
                <Difference before={before} after={text} />
            </Part>
        </>
    );
}

const LINE = {
    same: { mark: " ", tone: "text-ink-2", name: "" },
    gone: { mark: "−", tone: "bg-critical/12 text-critical", name: "plan.line_gone" },
    new: { mark: "+", tone: "bg-good/10 text-good", name: "plan.line_new" },
} as const;

export function Difference({ before, after }: { before: string; after: string }) {
    const lines = useMemo(() => around(diffOf(before, after)), [before, after]);
    if (lines.length === 0) return <Empty text={word("plan.no_changes")} />;
    return (
        <div
            tabIndex={0}
            role="region"
            aria-label={word("plan.line_by_line")}
            className="overflow-x-auto rounded-md border border-edge bg-ground py-2 font-mono text-[12.5px] leading-5"
        >
            <div className="w-max min-w-full">
                {lines.map((line, index) => (
                    <Line key={index} line={line} />
                ))}
            </div>
        </div>
    );
}

function Line({ line }: { line: DiffLine | null }) {
    if (line === null) return <div className="px-3 text-ink-3">⋯</div>;
    const { mark, tone, name } = LINE[line.kind];
    return (
        <div className={`flex px-3 whitespace-pre ${tone}`}>
            <span className="w-12 shrink-0 pr-3 text-right text-ink-3 select-none">{line.line}</span>
            <span className="w-4 shrink-0" aria-hidden="true">
                {mark}
            </span>
            {name !== "" && <span className="sr-only">{word(name)}</span>}
            <span>{line.text}</span>
        </div>
    );
}
