/** What a thing says of itself, beside what sensors see of it: a claim is no measurement. */
import { Check, TriangleAlert } from "lucide-react";

import { ageText, distanceText } from "../picture/ages";
import type { Claim } from "../picture/views";
import { word } from "../words/words";
import { Heading } from "./Facts";

export function TrackClaims({ claims, at_us }: { claims: readonly Claim[]; at_us: number }) {
    if (claims.length === 0) return null;
    return (
        <section aria-label={word("claim.title")}>
            <Heading>{word("claim.title")}</Heading>
            <ul className="m-0 flex list-none flex-col gap-2 p-0">
                {claims.map((claim) => (
                    <ClaimRow key={`${claim.sensor}/${claim.identity}`} claim={claim} at_us={at_us} />
                ))}
            </ul>
            <p className="mt-2 mb-0 text-[12px] text-ink-2">{word("claim.what")}</p>
        </section>
    );
}

function ClaimRow({ claim, at_us }: { claim: Claim; at_us: number }) {
    const { identity, sensor, agrees, apart_m, height_m, observed_us } = claim;
    return (
        <li className={`rounded-md border p-2.5 ${agrees ? "border-edge bg-raised/40" : "border-high/50 bg-high/5"}`}>
            <div className="font-mono text-[12.5px] [overflow-wrap:anywhere]">{identity}</div>
            <div className={`mt-1 flex items-center gap-1.5 ${agrees ? "text-ink-2" : "text-high"}`}>
                {agrees ? <Check size={13} aria-hidden="true" /> : <TriangleAlert size={13} aria-hidden="true" />}
                {word(agrees ? "claim.agrees" : "claim.disagrees", { apart: distanceText(apart_m) })}
            </div>
            <div className="text-[12px] text-ink-2">
                {height_m !== null && <>{word("claim.height", { height: distanceText(height_m) })} · </>}
                {word("claim.heard", { sensor: sensor.toUpperCase(), age: ageText(at_us - observed_us) })}
            </div>
        </li>
    );
}
