/** More alerts than a person can take: said with its numbers, and what the screen does about it. */
import { Waves } from "lucide-react";

import { clockText } from "../picture/ages";
import { usePicture } from "../picture/use";
import { word } from "../words/words";

export function FloodBanner() {
    const load = usePicture((picture) => picture.load);
    if (load.flood_since_us === null) return null;
    return (
        <div role="status" data-flood className="flex items-center justify-center gap-2.5 bg-[#2e2413] px-4 py-1.5 text-high">
            <Waves size={16} className="shrink-0" aria-hidden="true" />
            <span>
                <strong>{word("flood.title", { time: clockText(load.flood_since_us).slice(0, 5) })}</strong>{" "}
                {word("flood.numbers", {
                    raised: load.flood_raised,
                    recent: load.raised_10_min,
                })}{" "}
                {word("flood.what")}
            </span>
        </div>
    );
}
