/** What this role must be told now: with the queue until somebody has looked at it. */
import { BellRing } from "lucide-react";

import { notice, select, useDesk } from "../desk";
import { clockText } from "../picture/ages";
import { noticesFor } from "../picture/notices";
import { usePicture } from "../picture/use";
import type { Notice } from "../picture/work";
import { word } from "../words/words";

// More than these would push the alerts themselves off the screen.
const SHOWN_MAX = 3;

export function Notices() {
    const all = usePicture((picture) => picture.notices);
    const role = usePicture((picture) => picture.role);
    const noticed = useDesk((state) => state.noticed);
    const notices = noticesFor(all.values(), role, noticed);
    if (notices.length === 0) return null;
    return (
        <section aria-label={word("notice.title")} className="shrink-0 border-t border-edge bg-[#241f14]">
            <ul className="m-0 list-none p-0">
                {notices.slice(0, SHOWN_MAX).map((one) => (
                    <NoticeRow key={one.id} one={one} />
                ))}
            </ul>
            {notices.length > SHOWN_MAX && (
                <div className="px-4 pb-1.5 text-[12px] text-ink-2">
                    {word("notice.more", { count: notices.length - SHOWN_MAX })}
                </div>
            )}
        </section>
    );
}

function NoticeRow({ one }: { one: Notice }) {
    const run = usePicture((picture) => (one.run === null ? undefined : picture.runs.get(one.run)));
    const alert = one.alert ?? run?.alert ?? null;
    const isKnown = usePicture((picture) => alert !== null && picture.alerts.has(alert));
    const text = (
        <>
            <span className="font-mono text-[11.5px] text-ink-2">{clockText(one.at_us)}</span> {one.text}
        </>
    );
    return (
        <li className="flex items-start gap-2 py-1.5 pr-3 pl-4 text-[12.5px]">
            <BellRing size={14} className="mt-1 shrink-0 text-high" aria-hidden="true" />
            {isKnown && alert !== null ? (
                <button
                    type="button"
                    className="min-h-6 min-w-0 flex-1 text-left hover:text-accent pointer-coarse:min-h-12"
                    onClick={() => {
                        select({ kind: "alert", id: alert });
                    }}
                >
                    {text}
                </button>
            ) : (
                <span className="min-w-0 flex-1">{text}</span>
            )}
            <button
                type="button"
                className="min-h-6 shrink-0 rounded px-1.5 text-ink-2 hover:bg-raised hover:text-ink pointer-coarse:min-h-12"
                onClick={() => {
                    notice(one.id);
                }}
            >
                {word("notice.seen")}
            </button>
        </li>
    );
}
