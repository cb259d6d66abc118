/** Before there is anything to show: says what is waited for. */
import { ShieldHalf } from "lucide-react";
import { useEffect, useState } from "react";

import { word } from "../words/words";

const SLOW_MS = 4_000;

export function Starting({ step }: { step: "hub" | "picture" }) {
    const [isSlow, setSlow] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => {
            setSlow(true);
        }, SLOW_MS);
        return () => {
            clearTimeout(timer);
        };
    }, [step]);
    return (
        <main className="grid h-full place-items-center" role="status">
            <div className="flex flex-col items-center gap-3 text-ink-2">
                <ShieldHalf size={36} className="text-accent" aria-hidden="true" />
                <div>{word(step === "hub" ? "start.hub" : "start.picture")}</div>
                {isSlow && <div className="text-ink-3">{word("start.slow")}</div>}
            </div>
        </main>
    );
}
