/** Which sensors made a track: each with its share, and how long ago it last saw it. */
import { select } from "../desk";
import { ageText } from "../picture/ages";
import { FEEDING_US } from "../picture/corrections";
import { usePicture } from "../picture/use";
import type { Track } from "../picture/views";
import { word } from "../words/words";
import { Heading } from "./Facts";

export function TrackSources({ track, at_us }: { track: Track; at_us: number }) {
    return (
        <section aria-label={word("track.sensors")}>
            <Heading>{word("track.sensors")}</Heading>
            {track.sources.length === 0 ? (
                <div className="font-mono text-[12.5px]">
                    {track.sensors.map((id) => id.toUpperCase()).join(" + ") || word("device.none")}
                </div>
            ) : (
                <Sources track={track} at_us={at_us} />
            )}
        </section>
    );
}

function Sources({ track, at_us }: { track: Track; at_us: number }) {
    const whole = track.sources.reduce((sum, { measurement_count }) => sum + measurement_count, 0);
    return (
        <table className="w-full border-collapse text-left">
            <thead className="sr-only">
                <tr>
                    <th>{word("device.sensor")}</th>
                    <th>{word("track.measurements")}</th>
                    <th>{word("track.updated")}</th>
                </tr>
            </thead>
            <tbody>
                {track.sources.map(({ sensor, last_us, measurement_count }) => (
                    <tr key={sensor} className="border-b border-edge last:border-0">
                        <td className="py-1">
                            <SensorName id={sensor} isFeeding={at_us - last_us <= FEEDING_US} />
                        </td>
                        <td className="w-[34%] py-1">
                            <Share count={measurement_count} whole={whole} />
                        </td>
                        <td className="py-1 pl-2 text-right font-mono text-[12px] text-ink-2 tabular-nums">
                            {ageText(at_us - last_us)}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function SensorName({ id, isFeeding }: { id: string; isFeeding: boolean }) {
    const isKnown = usePicture((picture) => picture.sensors.has(id));
    const name = (
        <span className="inline-flex items-center gap-2 font-mono text-[12.5px]">
            <span
                aria-hidden="true"
                className={`h-2 w-2 shrink-0 rounded-full border ${isFeeding ? "border-accent bg-accent" : "border-ink-3"}`}
            />
            {id.toUpperCase()}
            <span className="sr-only">{word(isFeeding ? "track.feeding" : "track.fed")}</span>
        </span>
    );
    if (!isKnown) return name;
    return (
        <button
            type="button"
            className="min-h-6 rounded text-left hover:text-accent pointer-coarse:min-h-12"
            onClick={() => {
                select({ kind: "sensor", id });
            }}
        >
            {name}
        </button>
    );
}

function Share({ count, whole }: { count: number; whole: number }) {
    const percent = whole === 0 ? 0 : (100 * count) / whole;
    return (
        <span className="flex items-center gap-2">
            <span className="h-1 flex-1 overflow-hidden rounded-full bg-edge-2" aria-hidden="true">
                <span className="block h-full rounded-full bg-ink-3" style={{ width: `${percent}%` }} />
            </span>
            <span className="font-mono text-[12px] tabular-nums" title={word("track.measurements")}>
                {count}
            </span>
        </span>
    );
}
