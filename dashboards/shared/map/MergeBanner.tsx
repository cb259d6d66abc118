/** Says that the map waits for somebody to point at the other half of a merge. */
import { Combine } from "lucide-react";

import { merge, useDesk } from "../desk";
import { Button } from "../parts/Button";
import { nameOfTrack } from "./track-name";
import { word } from "../words/words";

export function MergeBanner() {
    const merging = useDesk((state) => state.merging);
    if (merging === null) return null;
    return (
        <div
            role="status"
            className="absolute top-2.5 left-1/2 z-10 flex w-max max-w-[calc(100%-1.25rem)] -translate-x-1/2 items-center gap-3 rounded-md border border-accent/60 bg-panel px-3 py-2 shadow-xl"
        >
            <Combine size={17} className="shrink-0 text-accent" aria-hidden="true" />
            <span>{word("merge.pick", { track: nameOfTrack(merging) })}</span>
            <Button
                size="small"
                onClick={() => {
                    merge(null);
                }}
            >
                {word("dialog.back")}
            </Button>
        </div>
    );
}
