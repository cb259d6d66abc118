/** What the map shows beside the plan and the tracks: three switches behind one button. */
import { Layers as LayersIcon } from "lucide-react";
import { Popover } from "radix-ui";

import { type Layers, toggle, useDesk } from "../desk";
import { Key } from "../parts/Button";
import { usePicture } from "../picture/use";
import { word } from "../words/words";

const SWITCHES: readonly { layer: keyof Layers; key: string }[] = [
    { layer: "uncertainty", key: "E" },
    { layer: "coverage", key: "V" },
    { layer: "crowd", key: "P" },
];

export function LayersControl() {
    const layers = useDesk((state) => state.layers);
    const isAnyOn = layers.coverage || layers.uncertainty;
    return (
        <Popover.Root>
            <Popover.Trigger
                aria-label={word("layer.title")}
                title={word("layer.title")}
                className={`absolute right-2.5 bottom-[7.5rem] grid h-8 w-8 place-items-center rounded-md border border-edge bg-panel shadow-lg pointer-coarse:bottom-[10.5rem] pointer-coarse:h-12 pointer-coarse:w-12 ${isAnyOn ? "text-accent" : "text-ink-2"} hover:bg-raised hover:text-ink`}
            >
                <LayersIcon size={17} />
            </Popover.Trigger>
            <Popover.Portal>
                <Popover.Content
                    side="left"
                    align="end"
                    sideOffset={8}
                    collisionPadding={8}
                    className="z-40 w-72 max-w-[calc(100vw-5rem)] rounded-md border border-edge-2 bg-panel p-1.5 shadow-2xl"
                    aria-label={word("layer.title")}
                >
                    {SWITCHES.map(({ layer, key }) => (
                        <Switch key={layer} layer={layer} keyName={key} isOn={layers[layer]} />
                    ))}
                </Popover.Content>
            </Popover.Portal>
        </Popover.Root>
    );
}

function Switch({ layer, keyName, isOn }: { layer: keyof Layers; keyName: string; isOn: boolean }) {
    const isMissing = usePicture((picture) => layer === "coverage" && picture.coverage === null);
    return (
        <button
            type="button"
            role="switch"
            aria-checked={isOn}
            disabled={isMissing}
            onClick={() => {
                toggle(layer);
            }}
            className="flex w-full items-center gap-3 rounded px-2.5 py-2 text-left hover:bg-raised disabled:opacity-60 pointer-coarse:min-h-12"
        >
            <span
                aria-hidden="true"
                className={`relative h-4.5 w-8 shrink-0 rounded-full border ${isOn ? "border-accent bg-accent/30" : "border-edge-2 bg-ground"}`}
            >
                <span
                    className={`absolute top-0.5 h-3 w-3 rounded-full ${isOn ? "right-0.5 bg-accent" : "left-0.5 bg-ink-3"}`}
                />
            </span>
            <span className="min-w-0 flex-1">
                <span className="block font-medium">{word(`layer.${layer}`)}</span>
                <span className="block text-[12px] text-ink-2">
                    {word(isMissing ? "layer.coverage_none" : `layer.${layer}_what`)}
                </span>
            </span>
            <span className="pointer-coarse:hidden">
                <Key name={keyName} />
            </span>
        </button>
    );
}
