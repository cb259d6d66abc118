/** A zone: how much of it is watched, and how many people are in it. */
import { toggle, useDesk } from "../desk";
import { Button } from "../parts/Button";
import { bearingText } from "../picture/ages";
import { coverageOfZone, unseen } from "../picture/coverage";
import { bandOf, crowdOfZone, isPressed, personsText } from "../picture/crowd";
import { usePicture } from "../picture/use";
import type { Area, ZoneCrowd } from "../picture/views";
import { named, word } from "../words/words";
import { Fact, Facts, Heading, Meter } from "./Facts";

export function ZoneCard({ zone }: { zone: Area }) {
    const field = usePicture((picture) => picture.crowd);
    const crowd = crowdOfZone(field, zone.id);
    return (
        <article className="p-4" data-card={zone.id}>
            <div className="text-[12px] text-ink-2">
                {word("alert.zone")} · {named("purpose", zone.purpose)}
            </div>
            <h2 className="mt-1.5 mb-0 text-[17px] leading-snug font-semibold">{zone.name}</h2>
            <Heading>{word("coverage.title")}</Heading>
            <Watched zone={zone.id} />
            <Heading>{word("crowd.title")}</Heading>
            {crowd === null ? (
                <p className="m-0 text-ink-2">{word("crowd.none")}</p>
            ) : (
                <Crowding crowd={crowd} />
            )}
        </article>
    );
}

function Watched({ zone }: { zone: string }) {
    const seen = usePicture((picture) => coverageOfZone(picture.coverage, zone));
    const isShown = useDesk((state) => state.layers.coverage);
    if (seen === null) return <p className="m-0 text-ink-2">{word("coverage.unknown")}</p>;
    const percent = Math.round(unseen(seen) * 100);
    return (
        <>
            <Facts>
                <Fact name={word("coverage.seen")}>
                    <Meter ratio={seen.seen} />
                </Fact>
                <Fact name={word("coverage.doubly_seen")}>
                    <Meter ratio={seen.doubly_seen} />
                </Fact>
            </Facts>
            <p className="mt-2 mb-3">{word("coverage.unseen_share", { percent })}</p>
            <Button
                size="small"
                aria-pressed={isShown}
                onClick={() => {
                    toggle("coverage");
                }}
            >
                {word(isShown ? "coverage.hide" : "coverage.show")}
            </Button>
        </>
    );
}

function Crowding({ crowd }: { crowd: ZoneCrowd }) {
    const { persons, sigma_persons, density, sigma_density, density_max, pressure } = crowd;
    const speed_mps = Math.hypot(crowd.east_mps, crowd.north_mps);
    const turn = Math.atan2(crowd.east_mps, crowd.north_mps);
    const band = bandOf(density_max);
    return (
        <>
            {crowd.lost && (
                <p className="mt-0 mb-3 rounded-md border border-high/50 bg-high/5 p-2.5">
                    {word("crowd.lost", { persons: personsText(persons, sigma_persons) })}
                </p>
            )}
            <Facts>
                <Fact name={word("crowd.people")} isMono>
                    {personsText(persons, sigma_persons)}
                </Fact>
                <Fact name={word("crowd.density")} isMono>
                    {density.toFixed(2)} ± {sigma_density.toFixed(2)} /m²
                </Fact>
                <Fact name={word("crowd.densest")}>
                    <span className="font-mono text-[12.5px]">{density_max.toFixed(1)} /m²</span>
                    {band !== null && <> · {word(`band.${band.name}`)}</>}
                </Fact>
                <Fact name={word("crowd.flow")} isMono>
                    {speed_mps.toFixed(1)} m/s
                    {speed_mps >= 0.1 && <> · {bearingText((turn * 180) / Math.PI)}</>}
                </Fact>
                <Fact name={word("crowd.pressure")}>
                    <span className="font-mono text-[12.5px]">{pressure.toFixed(3)} /s²</span>
                    {isPressed(pressure) && <span className="text-critical"> ▲ {word("crowd.pressed")}</span>}
                </Fact>
                {crowd.counters.length > 0 && (
                    <Fact name={word("crowd.counters")} isMono>
                        {crowd.counters.map((id) => id.toUpperCase()).join(" + ")}
                    </Fact>
                )}
            </Facts>
        </>
    );
}
