/** What the layers' colours and hatches mean, in the map's corner while they show. */
import { useDesk } from "../desk";
import { BANDS, fieldOf } from "../picture/crowd";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { BAND } from "./colours";

export function MapLegend() {
    const layers = useDesk((state) => state.layers);
    const hasCoverage = usePicture((picture) => picture.coverage !== null);
    const crowd = usePicture((picture) => picture.crowd);
    const field = fieldOf(crowd);
    const isLost = field?.cells.some(({ lost }) => lost) === true;
    const hasCrowd = field !== null && (layers.crowd || isLost);
    return (
        <div className="pointer-events-none absolute bottom-10 left-2.5 flex max-w-[calc(100%-4.5rem)] flex-col items-start gap-1.5 text-[11px] text-ink-2">
            {layers.uncertainty && <Entry label="layer.uncertainty">{word("legend.ellipse")}</Entry>}
            {layers.coverage && hasCoverage && <CoverageEntry />}
            {hasCrowd && <CrowdEntry isLost={isLost} />}
        </div>
    );
}

function Entry({ label, children }: { label: "layer.uncertainty" | "layer.coverage" | "layer.crowd"; children: React.ReactNode }) {
    return (
        <div data-legend={label} className="rounded border border-edge bg-panel/92 px-2 py-1.5 shadow">
            {children}
        </div>
    );
}

const HATCH =
    "repeating-linear-gradient(45deg, rgb(153 168 189 / 0.75) 0 1.2px, transparent 1.2px 5px), #05080c";

function CoverageEntry() {
    return (
        <Entry label="layer.coverage">
            <div className="mb-1 font-medium text-ink max-sm:hidden">{word("layer.coverage")}</div>
            <div className="flex flex-wrap gap-x-3 gap-y-1">
                <Sample background={HATCH} text={word("legend.unseen")} />
                <Sample background="#0b1118" text={word("legend.seldom")} />
                <Sample background="#25384a" text={word("legend.seen")} />
            </div>
        </Entry>
    );
}

function Sample({ background, text }: { background: string; text: string }) {
    return (
        <span className="flex items-center gap-1.5">
            <span className="h-3.5 w-5 rounded-sm border border-edge-2" style={{ background }} aria-hidden="true" />
            {text}
        </span>
    );
}

function CrowdEntry({ isLost }: { isLost: boolean }) {
    return (
        <Entry label="layer.crowd">
            <div className="mb-1 font-medium text-ink max-sm:sr-only">{word("legend.density")}</div>
            <div className="flex">
                {BANDS.map(({ from, name }) => (
                    <span key={name} className="w-8 max-sm:w-6.5" title={word(`band.${name}`)}>
                        <span
                            aria-hidden="true"
                            className="block h-2.5"
                            style={{ background: BAND[name].colour, opacity: 0.35 + BAND[name].strength * 0.9 }}
                        />
                        <span className="font-mono tabular-nums">{from}</span>
                    </span>
                ))}
            </div>
            {isLost && <div className="mt-0.5 max-w-52 max-sm:hidden">{word("legend.lost")}</div>}
        </Entry>
    );
}
