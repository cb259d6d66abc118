/** A sensor's own errors: how large, how surely known, and holding, releasing or forgetting them. */
import { Pause, Play, RotateCcw } from "lucide-react";

import { open, request } from "../desk";
import { Button } from "../parts/Button";
import { CalibrationMark } from "../parts/CalibrationMark";
import { ageText } from "../picture/ages";
import { canFreeze, canRelease, canReset, needsALook, offsetText, offsetsOf } from "../picture/calibration";
import { useHubTime, usePicture } from "../picture/use";
import type { Calibration, Sensor } from "../picture/views";
import { named, word } from "../words/words";
import { Fact, Facts, Heading } from "./Facts";

export function CalibrationPart({ sensor }: { sensor: Sensor }) {
    const { calibration } = sensor;
    if (calibration === null) return null;
    return (
        <section aria-label={word("calibration.title")}>
            <Heading>{word("calibration.title")}</Heading>
            <Estimate calibration={calibration} />
            <Buttons sensor={sensor} />
        </section>
    );
}

function Estimate({ calibration }: { calibration: Calibration }) {
    const at_us = useHubTime();
    const { state, since_us, held_by, pair_count } = calibration;
    return (
        <>
            <Facts>
                <Fact name={word("device.state")}>
                    <CalibrationMark state={state} />
                    {since_us !== null && (
                        <span className="ml-2 font-mono text-[12px] text-ink-2">{ageText(at_us - since_us)}</span>
                    )}
                </Fact>
                {offsetsOf(calibration).map((offset) => (
                    <Fact key={offset.name} name={word(`calibration.${offset.name}`)} isMono>
                        {offsetText(offset)}
                    </Fact>
                ))}
                <Fact name={word("calibration.pairs")} isMono>
                    {pair_count}
                </Fact>
                {held_by !== null && <Fact name={word("calibration.held_by")}>{held_by}</Fact>}
            </Facts>
            <p className={`mt-2 mb-0 text-[12.5px] ${needsALook(calibration) ? "text-ink" : "text-ink-2"}`}>
                {named("calibration_what", state)}
            </p>
        </>
    );
}

function Buttons({ sensor }: { sensor: Sensor }) {
    const role = usePicture((picture) => picture.role);
    const hold = (frozen: boolean) =>
        void request(
            { kind: "freeze_calibration", sensor: sensor.id, frozen },
            frozen ? "toast.frozen" : "toast.released",
        );
    return (
        <div className="mt-3 grid grid-cols-2 gap-2 empty:hidden">
            {canFreeze(sensor, role) && (
                <Button
                    title={word("calibration.freeze_what")}
                    onClick={() => {
                        hold(true);
                    }}
                >
                    <Pause size={14} aria-hidden="true" />
                    {word("calibration.freeze")}
                </Button>
            )}
            {canRelease(sensor, role) && (
                <Button
                    title={word("calibration.release_what")}
                    onClick={() => {
                        hold(false);
                    }}
                >
                    <Play size={14} aria-hidden="true" />
                    {word("calibration.release")}
                </Button>
            )}
            {canReset(sensor, role) && (
                <Button
                    title={word("calibration.reset_what")}
                    onClick={() => {
                        open({ kind: "reset_calibration", sensor: sensor.id });
                    }}
                >
                    <RotateCcw size={14} aria-hidden="true" />
                    {word("calibration.reset")}…
                </Button>
            )}
        </div>
    );
}
