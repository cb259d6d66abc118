/** SIMULATION across the map, and the words in the header: nobody takes a rehearsal for the world. */
import { isExercise } from "../picture/postures";
import { usePicture } from "../picture/use";
import { word } from "../words/words";

export function Watermark() {
    // A drill has a mark of its own, across the whole screen.
    const isSimulated = usePicture((picture) => picture.hub.simulated);
    if (!isSimulated) return null;
    const text = word("unreal.simulation");
    return (
        <svg
            className="pointer-events-none absolute inset-0 z-10 h-full w-full"
            role="img"
            aria-label={text}
            data-watermark={text}
        >
            <defs>
                <pattern
                    id="unreal"
                    width={440}
                    height={190}
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(-24)"
                >
                    <WatermarkText x={10} y={60} text={text} />
                    <WatermarkText x={230} y={155} text={text} />
                </pattern>
            </defs>
            <rect width="100%" height="100%" fill="url(#unreal)" />
        </svg>
    );
}

function WatermarkText({ x, y, text }: { x: number; y: number; text: string }) {
    return (
        <text x={x} y={y} fill="#ffffff" fillOpacity={0.085} fontSize={19} fontWeight={700} letterSpacing={4}>
            {text}
        </text>
    );
}

export function UnrealTag() {
    const isDrill = usePicture(isExercise);
    const isSimulated = usePicture((picture) => picture.hub.simulated);
    if (!isDrill && !isSimulated) return null;
    const words = [
        ...(isDrill ? [word("unreal.exercise")] : []),
        ...(isSimulated ? [word("unreal.simulation")] : []),
    ];
    return (
        <span className="rounded border border-high/70 px-2 py-1 text-[11px] font-semibold tracking-[0.14em] text-high max-sm:px-1.5 max-sm:text-[10.5px] max-sm:tracking-[0.05em]">
            {words.join(" · ")}
        </span>
    );
}
