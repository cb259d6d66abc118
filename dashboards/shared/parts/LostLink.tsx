/** The link is lost, or this machine's clock is wrong: said loudly, with a clock of its own. */
import { Unplug } from "lucide-react";

import { clockError, lateness, silence } from "../picture/link";
import { useLink } from "../picture/use";
import { word } from "../words/words";

export function useSilence(): number | null {
    const { link, steady_ms } = useLink();
    return silence(link, steady_ms);
}

/** It lies over what is below it: nothing moves under a pointer because a link comes and goes. */
export function LinkBanner() {
    return (
        <div className="relative z-30 h-0">
            <div className="pointer-events-none absolute inset-x-0 top-0 flex justify-center">
                <Told />
            </div>
        </div>
    );
}

function Told() {
    const { link, steady_ms } = useLink();
    const silent_ms = silence(link, steady_ms);
    if (silent_ms !== null) {
        return (
            <div
                role="alert"
                className="flex flex-1 items-center justify-center gap-3 bg-critical px-4 py-2 font-semibold text-[#1c0606] shadow-lg"
            >
                <Unplug size={18} aria-hidden="true" />
                <span>{word("link.lost")}</span>
                <span className="font-mono tabular-nums" aria-hidden="true">
                    {(silent_ms / 1000).toFixed(1)} s
                </span>
            </div>
        );
    }
    const late_ms = lateness(link);
    if (late_ms !== null) {
        return (
            <div role="alert" className="rounded-b-md bg-high px-4 py-1.5 text-center font-semibold text-[#1f1302] shadow-lg">
                {word("link.late", { seconds: (late_ms / 1000).toFixed(0) })}
            </div>
        );
    }
    const ahead_ms = clockError(link);
    if (ahead_ms === null) return null;
    return (
        <div role="status" className="rounded-b-md bg-[#2c2814] px-4 py-1.5 text-center text-medium shadow-lg">
            {word(ahead_ms > 0 ? "link.clock_ahead" : "link.clock_behind", {
                seconds: (Math.abs(ahead_ms) / 1000).toFixed(0),
            })}
        </div>
    );
}
