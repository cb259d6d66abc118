/** How far back a page looks. */
import { word } from "../shared/words/words";

const OFFERED = [1, 8, 24, 168] as const;

export function Hours({ hours, choose }: { hours: number; choose(hours: number): void }) {
    return (
        <label className="flex items-center gap-2 text-ink-2">
            {word("hours.last")}
            <select
                value={hours}
                onChange={(event) => {
                    choose(Number(event.target.value));
                }}
                className="min-h-8 rounded-md border border-edge-2 bg-ground px-2 text-ink pointer-coarse:min-h-12"
            >
                {OFFERED.map((each) => (
                    <option key={each} value={each}>
                        {word("shelve.hours", { count: each })}
                    </option>
                ))}
            </select>
        </label>
    );
}
