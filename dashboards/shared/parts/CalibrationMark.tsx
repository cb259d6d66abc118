/** How well a sensor's own errors are known: a shape and a word, never colour alone. */
import type { CalibrationState } from "../contract";
import { named } from "../words/words";

const TONE: Readonly<Record<CalibrationState, string>> = {
    learning: "text-ink-2",
    steady: "text-ink-2",
    drifted: "text-high",
    unsettled: "text-medium",
    frozen: "text-low",
};

const SHAPE: Readonly<Record<CalibrationState, string>> = {
    learning: "M3 8h.1M8 8h.1M13 8h.1",
    steady: "M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3Zm-2.600 5.100 1.900 1.900 3.400-3.600",
    drifted: "M2 8h9.500M8.500 4.500 12 8l-3.500 3.500M14.500 3v10",
    unsettled: "M1.500 8c1.500-5 3-5 4.300 0s3 5 4.400 0 3-5 4.300 0",
    frozen: "M8 1.500v13M2.400 4.700l11.200 6.600M2.400 11.300l11.200-6.600",
};

export function CalibrationMark({ state }: { state: CalibrationState }) {
    return (
        <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${TONE[state]}`} data-calibration={state}>
            <svg viewBox="0 0 16 16" width={14} height={14} aria-hidden="true" className="shrink-0">
                <path
                    d={SHAPE[state]}
                    fill="none"
                    stroke="currentColor"
                    strokeWidth={state === "learning" ? 2.6 : 1.6}
                    strokeLinecap="round"
                    strokeLinejoin="round"
                />
            </svg>
            {named("calibration", state)}
        </span>
    );
}
