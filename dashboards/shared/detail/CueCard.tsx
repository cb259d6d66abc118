/** A cue: what was heard or felt, from where, by whom, and whose word was not believed. */
import { ageText, bearingText, clockText, distanceText } from "../picture/ages";
import { SIGMAS_95, ellipseOf, fixOf, hearersOf } from "../picture/cues";
import { useHubTime } from "../picture/use";
import type { Cue } from "../picture/views";
import { named, word } from "../words/words";
import { Fact, Facts } from "./Facts";

function upper(ids: readonly string[]): string {
    return ids.map((id) => id.toUpperCase()).join(" + ");
}

export function CueCard({ cue }: { cue: Cue }) {
    const at_us = useHubTime();
    return (
        <article className="p-4" data-card={cue.id}>
            <div className="flex gap-2 text-[12px] text-ink-2">
                {word("cue.title")}
                <span className="font-mono">{clockText(cue.observed_us)}</span>
                {cue.simulated && <span className="text-high">{word("device.simulated")}</span>}
            </div>
            <h2 className="mt-1.5 mb-3 text-[17px] leading-snug font-semibold">{named("cue", cue.kind)}</h2>
            <Facts>
                <Fact name={word("cue.age")} isMono>
                    {ageText(at_us - cue.observed_us)}
                </Fact>
                <Fact name={word("cue.where")}>
                    <Where cue={cue} />
                </Fact>
                <Fact name={word("cue.hearers")} isMono>
                    {upper(hearersOf(cue))}
                </Fact>
                {cue.rejected.length > 0 && (
                    <Fact name={word("cue.rejected")}>
                        <span className="font-mono text-[12.5px] line-through decoration-ink-3">{upper(cue.rejected)}</span>
                        <span className="block text-[12.5px] text-ink-2">{word("cue.rejected_what")}</span>
                    </Fact>
                )}
            </Facts>
        </article>
    );
}

function Where({ cue }: { cue: Cue }) {
    const { major_m, minor_m } = ellipseOf(cue);
    switch (fixOf(cue)) {
        case "place":
            return word("cue.place", {
                major: distanceText(major_m * SIGMAS_95),
                minor: distanceText(minor_m * SIGMAS_95),
            });
        case "bearing":
            return word("cue.bearing", {
                bearing: bearingText(cue.bearing_deg ?? 0),
                spread: Math.round(1.96 * (cue.sigma_bearing_deg ?? 0)),
            });
        case "sensor":
            return word("cue.at_sensor", { sensor: cue.sensor.toUpperCase() });
    }
}
