/** The declared posture on every screen: a frame, a band, a word. An exercise cannot be hidden. */
import { TriangleAlert } from "lucide-react";

import type { Posture } from "../contract";
import { clockText } from "../picture/ages";
import { declaredOf, isExercise, sitePosture, zonesApart } from "../picture/postures";
import { usePicture } from "../picture/use";
import { named, word } from "../words/words";

interface Look {
    pill: string;
    band: string;
    frame: string;
}

/** Colour beside the word, never instead of it; an exercise is striped, as nothing real is. */
export const POSTURE_LOOK: Readonly<Record<Posture, Look>> = {
    normal: { pill: "border-edge-2 text-ink-2", band: "", frame: "" },
    raised: {
        pill: "border-high/60 bg-high/10 text-high",
        band: "bg-[#2e2413] text-high",
        frame: "#ffb454",
    },
    incident: {
        pill: "border-critical/60 bg-critical/15 text-[#ff8585]",
        band: "bg-[#3a1a1e] text-[#ffa3a3]",
        frame: "#ff6b6b",
    },
    evacuating: {
        pill: "border-critical bg-critical/25 text-[#ffa3a3]",
        band: "bg-critical text-[#1c0606]",
        frame: "#ff6b6b",
    },
    exercise: {
        pill: "border-medium/60 bg-medium/10 text-medium",
        band: "text-medium bg-[repeating-linear-gradient(135deg,#2c2814_0_14px,#1e1c12_14px_28px)]",
        frame: "#ffdf70",
    },
};

/** What every screen says in its second line while the site, or a zone of it, is not normal. */
export function PostureBand() {
    const picture = usePicture((all) => all);
    const posture = sitePosture(picture);
    const declared = declaredOf(picture);
    const zones = zonesApart(picture);
    const [gravest] = zones;
    if (posture === "normal" && gravest === undefined) return null;
    const look = POSTURE_LOOK[posture === "normal" ? (gravest?.declared.posture ?? "normal") : posture];
    return (
        <div
            role="status"
            data-posture={posture}
            className={`flex min-h-8 flex-wrap items-center justify-center gap-x-4 gap-y-0.5 px-4 py-1 ${look.band}`}
        >
            {posture !== "normal" && (
                <span className="flex items-center gap-2">
                    <TriangleAlert size={15} className="shrink-0" aria-hidden="true" />
                    <strong className="tracking-[0.1em] uppercase">{named("posture", posture)}</strong>
                    {declared !== null && (
                        <span>
                            {word("posture.since", {
                                time: clockText(declared.since_us).slice(0, 5),
                                name: declared.by,
                                reason: declared.reason,
                            })}
                        </span>
                    )}
                </span>
            )}
            {zones.map(({ name, declared: { id, posture: own } }) => (
                <span key={id} className="font-medium">
                    {name}: <strong className="uppercase">{named("posture", own)}</strong>
                </span>
            ))}
        </div>
    );
}

/** A coloured frame round the whole screen, over dialogs too; and the word of a drill across it. */
export function PostureFrame() {
    const posture = usePicture(sitePosture);
    const isDrill = usePicture(isExercise);
    // A real posture keeps its colour beside a drill; the drill then has its word across the screen.
    const shown = isDrill && posture === "normal" ? "exercise" : posture;
    const colour = POSTURE_LOOK[shown].frame;
    if (colour === "") return null;
    return (
        <div
            aria-hidden="true"
            data-frame={shown}
            className="pointer-events-none fixed inset-0 z-[70]"
            style={{ boxShadow: `inset 0 0 0 3px ${colour}` }}
        >
            {isDrill && <Drill />}
        </div>
    );
}

function Drill() {
    const text = word("unreal.exercise");
    return (
        <svg className="absolute inset-0 h-full w-full" data-watermark={text}>
            <defs>
                <pattern
                    id="drill"
                    width={460}
                    height={240}
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(-24)"
                >
                    <text x={20} y={80} fill="#ffdf70" fillOpacity={0.1} fontSize={30} fontWeight={700} letterSpacing={6}>
                        {text}
                    </text>
                    <text x={250} y={200} fill="#ffdf70" fillOpacity={0.1} fontSize={30} fontWeight={700} letterSpacing={6}>
                        {text}
                    </text>
                </pattern>
            </defs>
            <rect width="100%" height="100%" fill="url(#drill)" />
        </svg>
    );
}
