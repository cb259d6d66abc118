/** A sensor: how it is, how late, how busy. */
import { ConditionMark } from "../parts/marks";
import { ageText, bearingText, distanceText } from "../picture/ages";
import { conditionOf } from "../picture/devices";
import { useHubTime } from "../picture/use";
import type { Sensor } from "../picture/views";
import { word } from "../words/words";
import { CalibrationPart } from "./CalibrationPart";
import { Fact, Facts, Heading } from "./Facts";
import { ServicePart } from "./ServicePart";

export function heardText(last_us: number | null, at_us: number): string {
    return last_us === null ? word("device.never") : ageText(at_us - last_us);
}

export function SensorCard({ sensor }: { sensor: Sensor }) {
    const at_us = useHubTime();
    const view = sensor.field_of_view;
    return (
        <article className="p-4" data-card={sensor.id}>
            <div className="flex items-center gap-2 text-[12px] text-ink-2">
                {word("device.sensor")} <span className="font-mono">{sensor.id.toUpperCase()}</span>
                {sensor.simulated && <span className="text-high">{word("device.simulated")}</span>}
            </div>
            <h2 className="mt-1.5 mb-3 text-[17px] leading-snug font-semibold">{sensor.name}</h2>
            <Facts>
                <Fact name={word("device.state")}>
                    <ConditionMark condition={conditionOf(sensor)} />
                </Fact>
                <Fact name={word("device.kind")}>{sensor.kind}</Fact>
                <Fact name={word("device.heard")} isMono>
                    {heardText(sensor.last_us, at_us)}
                </Fact>
                <Fact name={word("device.rate")} isMono>
                    {sensor.scan_rate_hz.toFixed(1)} Hz
                </Fact>
                <Fact name={word("device.detections")} isMono>
                    {sensor.detections_per_s.toFixed(1)} /s
                </Fact>
                <Fact name={word("device.delay")} isMono>
                    {Math.round(sensor.delay_ms)} ms
                </Fact>
                <Fact name={word("device.spool")} isMono>
                    {sensor.spool_count}
                </Fact>
                {view !== null && (
                    <Fact name={word("track.heading")} isMono>
                        {bearingText(view.azimuth_deg)} ± {Math.round(view.width_deg / 2)}° ·{" "}
                        {distanceText(view.range_max_m)}
                    </Fact>
                )}
            </Facts>
            <ServicePart target={sensor.id} />
            <CalibrationPart sensor={sensor} />
            {sensor.faults.length > 0 && (
                <>
                    <Heading>{word("device.faults")}</Heading>
                    <ul className="m-0 flex list-none flex-col gap-1.5 p-0">
                        {sensor.faults.map(({ code, text }) => (
                            <li key={code}>
                                <span className="font-mono text-[12px] text-medium">{code}</span> {text}
                            </li>
                        ))}
                    </ul>
                </>
            )}
        </article>
    );
}
