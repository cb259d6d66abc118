/** The draft as its file, with the number of each line and a mark at the one that is wrong. */
import { useEffect, useRef } from "react";

import { useDesk } from "../../shared/desk";
import { word } from "../../shared/words/words";
import { checkDraft, useDraft, write } from "./draft";

// Whoever types is not interrupted; whoever pauses is answered.
const PAUSE_MS = 600;
const LINE_PX = 20;

export function TextTab() {
    const text = useDraft((draft) => draft.text);
    const wrong = useDraft((draft) => draft.checked?.problem?.line ?? 0);
    const isUnchecked = useDraft((draft) => draft.checked === null);
    const mayDraft = useDesk(({ session }) => session?.role !== "auditor");
    const gutter = useRef<HTMLDivElement>(null);
    const area = useRef<HTMLTextAreaElement>(null);
    useEffect(() => {
        if (!isUnchecked) return;
        const timer = setTimeout(() => void checkDraft(), PAUSE_MS);
        return () => {
            clearTimeout(timer);
        };
    }, [text, isUnchecked]);
    useEffect(() => {
        // Who is still typing there is not moved about.
        if (wrong > 0 && area.current !== null && document.activeElement !== area.current) {
            area.current.scrollTop = (wrong - 4) * LINE_PX;
        }
    }, [wrong]);
    const count = text.split("\n").length;
    return (
        <div className="flex h-full min-h-80 flex-col gap-2">
            <p className="m-0 text-ink-2">{word("plan.text_what")}</p>
            <div className="flex min-h-0 flex-1 overflow-hidden rounded-md border border-edge-2 bg-ground font-mono text-[13px] leading-5">
                <div
                    ref={gutter}
                    aria-hidden="true"
                    className="overflow-hidden border-r border-edge py-2 text-right text-ink-3 select-none"
                >
                    {Array.from({ length: count }, (_, index) => (
                        <div
                            key={index}
                            className={`h-5 px-2 ${index + 1 === wrong ? "bg-critical/25 text-critical" : ""}`}
                        >
                            {index + 1 === wrong ? `▶ ${index + 1}` : index + 1}
                        </div>
                    ))}
                    <div className="h-10" />
                </div>
                <textarea
                    ref={area}
                    value={text}
                    readOnly={!mayDraft}
                    wrap="off"
                    spellCheck={false}
                    autoCapitalize="off"
                    aria-label={word("plan.text_label")}
                    aria-invalid={wrong > 0}
                    onChange={(event) => {
                        write(event.target.value);
                    }}
                    onScroll={(event) => {
                        if (gutter.current !== null) {
                            gutter.current.scrollTop = event.currentTarget.scrollTop;
                        }
                    }}
                    className="min-w-0 flex-1 resize-none bg-transparent px-3 py-2 leading-5 text-ink outline-offset-[-3px]"
                />
            </div>
        </div>
    );
}
