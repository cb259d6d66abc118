/** Out of service: a device or a rule that is worked on, and taking it out or bringing it back. */
import { Wrench } from "lucide-react";

import { open, request } from "../desk";
import { Button } from "../parts/Button";
import { ageText } from "../picture/ages";
import { canReturn, canTakeOut } from "../picture/services";
import { useHubTime, usePicture } from "../picture/use";
import { word } from "../words/words";

export function ServicePart({ target }: { target: string }) {
    const service = usePicture((picture) => picture.services.get(target));
    const role = usePicture((picture) => picture.role);
    const at_us = useHubTime();
    if (service === undefined) {
        if (!canTakeOut(role)) return null;
        return (
            <Button
                size="small"
                className="mt-4"
                onClick={() => {
                    open({ kind: "out_of_service", target });
                }}
            >
                <Wrench size={13} aria-hidden="true" /> {word("service.take_out")}…
            </Button>
        );
    }
    return (
        <div className="mt-4 rounded-md border border-medium/50 bg-medium/5 p-2.5" data-service={target}>
            <div className="flex items-center gap-2 font-medium text-medium">
                <Wrench size={14} aria-hidden="true" /> {word("state.out_of_service")}
            </div>
            <div className="text-[12px]">
                {service.by} · {word("service.left", { time: ageText(service.until_us - at_us) })}
            </div>
            <div className="text-[12px] text-ink-2">{service.reason}</div>
            {canReturn(role) && (
                <Button
                    size="small"
                    className="mt-2"
                    onClick={() => void request({ kind: "return_to_service", target }, "toast.returned")}
                >
                    {word("service.return")}
                </Button>
            )}
        </div>
    );
}

/** A small word in a table. */
export function ServiceMark({ target }: { target: string }) {
    const isOut = usePicture((picture) => picture.services.has(target));
    if (!isOut) return null;
    return (
        <span className="ml-2 inline-flex items-center gap-1 text-[12px] whitespace-nowrap text-medium">
            <Wrench size={12} aria-hidden="true" /> {word("state.out_of_service")}
        </span>
    );
}
