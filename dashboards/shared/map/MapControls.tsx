/** Zoom, north and scale, in the corners of the map. */
import { Minus, Navigation2, Plus } from "lucide-react";
import type { ReactNode } from "react";

import { distanceText } from "../picture/ages";
import { word } from "../words/words";
import type { Scale } from "./engine";
import { LayersControl } from "./LayersControl";
import { scaleBar } from "./scale";

interface Props {
    scale: Scale;
    zoomIn(): void;
    zoomOut(): void;
    reset(): void;
}

export function MapControls({ scale, zoomIn, zoomOut, reset }: Props) {
    return (
        <>
            <ScaleBar pixels_per_m={scale.pixels_per_m} />
            <LayersControl />
            <div className="absolute right-2.5 bottom-2.5 flex flex-col overflow-hidden rounded-md border border-edge bg-panel shadow-lg">
                <ControlButton label={word("map.zoom_in")} onClick={zoomIn}>
                    <Plus size={17} strokeWidth={2.5} />
                </ControlButton>
                <ControlButton label={word("map.zoom_out")} onClick={zoomOut}>
                    <Minus size={17} strokeWidth={2.5} />
                </ControlButton>
                <ControlButton label={word("map.north")} onClick={reset}>
                    <Navigation2
                        size={16}
                        fill="currentColor"
                        style={{ transform: `rotate(${-scale.bearing_deg}deg)` }}
                    />
                </ControlButton>
            </div>
        </>
    );
}

export function ScaleBar({ pixels_per_m }: { pixels_per_m: number }) {
    if (pixels_per_m === 0) return null;
    const { length_m, width_px } = scaleBar(pixels_per_m, 110);
    return (
        <div
            className="pointer-events-none absolute bottom-2.5 left-2.5 border-2 border-t-0 border-ink-2 bg-ground/60 px-1.5 text-[11px] leading-[18px] text-ink-2"
            style={{ width: Math.max(34, width_px) }}
            data-scale={pixels_per_m}
        >
            {distanceText(length_m).replace(".0", "")}
        </div>
    );
}

function ControlButton(props: { label: string; onClick: () => void; children: ReactNode }) {
    return (
        <button
            type="button"
            title={props.label}
            aria-label={props.label}
            onClick={props.onClick}
            className="grid h-8 w-8 place-items-center border-b border-edge text-ink-2 last:border-0 hover:bg-raised hover:text-ink pointer-coarse:h-12 pointer-coarse:w-12"
        >
            {props.children}
        </button>
    );
}
