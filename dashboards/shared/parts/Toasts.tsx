/** What just went wrong or right: said once, to eyes and to screen readers. */
import { Check, TriangleAlert, X } from "lucide-react";

import { dismiss, useDesk } from "../desk";
import { word } from "../words/words";

export function Toasts() {
    const toasts = useDesk((state) => state.toasts);
    return (
        <div
            role="status"
            aria-live="polite"
            className="pointer-events-none fixed bottom-20 left-1/2 z-[60] flex w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 flex-col gap-2"
        >
            {toasts.map(({ id, tone, text, fix }) => (
                <div
                    key={id}
                    className={`pointer-events-auto flex items-start gap-3 rounded-md border bg-panel p-3 shadow-xl ${tone === "bad" ? "border-critical/60" : "border-good/50"}`}
                >
                    {tone === "bad" ? (
                        <TriangleAlert size={18} className="mt-px shrink-0 text-critical" />
                    ) : (
                        <Check size={18} className="mt-px shrink-0 text-good" />
                    )}
                    <div className="min-w-0 flex-1">
                        <div>{text}</div>
                        {fix !== "" && <div className="text-ink-2">{fix}</div>}
                    </div>
                    <button
                        type="button"
                        aria-label={word("toast.dismiss")}
                        className="grid h-6 w-6 place-items-center text-ink-3 hover:text-ink"
                        onClick={() => {
                            dismiss(id);
                        }}
                    >
                        <X size={16} />
                    </button>
                </div>
            ))}
        </div>
    );
}
