/** What is selected, on a sheet over the lower part of the phone, with answers as large as a thumb. */
import { X } from "lucide-react";

import { useDesk } from "../shared/desk";
import { AlertCard } from "../shared/detail/AlertCard";
import { Detail } from "../shared/detail/Detail";
import { usePicture } from "../shared/picture/use";
import type { Track } from "../shared/picture/views";
import { word } from "../shared/words/words";

interface Props {
    bearing: string | null;
    track: Track | null;
    close(): void;
}

export function Sheet({ bearing, track, close }: Props) {
    const selection = useDesk((state) => state.selection);
    const alerts = usePicture((picture) => picture.alerts);
    const alert = selection?.kind === "alert" ? alerts.get(selection.id) : undefined;
    return (
        <section
            className="fixed inset-x-0 bottom-0 z-30 flex max-h-[54dvh] flex-col rounded-t-2xl border-t border-edge-2 bg-panel pb-[env(safe-area-inset-bottom)] shadow-[0_-12px_40px_rgb(0_0_0/0.6)]"
            aria-label={alert?.summary ?? word("detail.empty")}
        >
            <button
                type="button"
                aria-label={word("action.deselect")}
                onClick={close}
                className="absolute top-1.5 right-2 z-10 grid h-12 w-12 place-items-center rounded-lg text-ink-2"
            >
                <X size={24} />
            </button>
            {bearing !== null && (
                <div className="px-4 pt-3 pr-16 font-mono text-[15px] text-accent">{bearing}</div>
            )}
            <div className="min-h-0 overflow-y-auto">
                {alert === undefined ? <Detail track={track} isRoomy /> : <AlertCard key={alert.id} alert={alert} isRoomy />}
            </div>
        </section>
    );
}
