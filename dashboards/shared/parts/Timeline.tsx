/** The last hour: people on the site, detections a minute, and a mark for each alert. */
import { useEffect, useRef } from "react";
import uPlot from "uplot";

import { useDesk } from "../desk";
import { PRIORITY } from "../map/colours";
import type { Series } from "../picture/series";
import { word } from "../words/words";

const HOUR_S = 3600;
const WINDOW_MIN_S = 600;
const PEOPLE = "#5cc8ff";
const DETECTIONS = "#ff8f8f";
const GRID = "#1a2633";
const TEXT = "#8ea0b3";

function timeText(at_s: number): string {
    return new Date(at_s * 1000).toISOString().slice(11, 16);
}

/** The last hour; less while there is less, but never so little that it says nothing. */
function windowOf(first_s: number | null, last_s: number | null): [number, number] {
    const end_s = last_s ?? Date.now() / 1000;
    const known_s = end_s - (first_s ?? end_s);
    return [end_s - Math.min(HOUR_S, Math.max(WINDOW_MIN_S, known_s)), end_s];
}

function plotted(series: Series): uPlot.AlignedData {
    return [[...series.at_s], [...series.people], [...series.detections_per_min]];
}

function axis(changes: uPlot.Axis): uPlot.Axis {
    return {
        stroke: TEXT,
        font: '11px "Inter Variable"',
        grid: { stroke: GRID, width: 1 },
        ticks: { show: false },
        ...changes,
    };
}

function options(width: number, height: number, read: () => Series): uPlot.Options {
    return {
        width,
        height,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 } },
        padding: [6, 14, 0, 4],
        scales: {
            x: { time: true, range: (_plot, min, max) => windowOf(min, max) },
            people: { range: (_plot, _min, max) => [0, Math.max(10, (max ?? 0) * 1.15)] },
            detections: { range: (_plot, _min, max) => [0, Math.max(60, (max ?? 0) * 1.6)] },
        },
        axes: [
            axis({
                size: 22,
                space: 70,
                incrs: [60, 120, 300, 600, 900],
                values: (_plot, splits) => splits.map(timeText),
            }),
            axis({ scale: "people", size: 38, space: 26 }),
            axis({
                scale: "detections",
                side: 1,
                size: 52,
                space: 26,
                grid: { show: false },
                stroke: DETECTIONS,
            }),
        ],
        series: [
            {},
            {
                scale: "people",
                stroke: PEOPLE,
                width: 1.5,
                fill: "rgba(92, 200, 255, 0.10)",
                points: { show: false },
            },
            { scale: "detections", stroke: DETECTIONS, width: 1.2, points: { show: false } },
        ],
        hooks: {
            draw: [
                (plot) => {
                    drawAlerts(plot, read());
                },
            ],
        },
    };
}

function drawAlerts(plot: uPlot, { alerts }: Series): void {
    const { ctx: ink, bbox } = plot;
    const size = 4 * devicePixelRatio;
    for (const { at_s, priority } of alerts.values()) {
        const x = plot.valToPos(at_s, "x", true);
        if (x < bbox.left || x > bbox.left + bbox.width) continue;
        ink.strokeStyle = PRIORITY[priority];
        ink.fillStyle = PRIORITY[priority];
        ink.globalAlpha = 0.45;
        ink.lineWidth = devicePixelRatio;
        ink.beginPath();
        ink.moveTo(x, bbox.top + size);
        ink.lineTo(x, bbox.top + bbox.height);
        ink.stroke();
        ink.globalAlpha = 1;
        ink.beginPath();
        ink.moveTo(x, bbox.top - size);
        ink.lineTo(x + size, bbox.top);
        ink.lineTo(x, bbox.top + size);
        ink.lineTo(x - size, bbox.top);
        ink.fill();
    }
}

export function Timeline({ className }: { className: string }) {
    const box = useRef<HTMLDivElement>(null);
    const isEmpty = useDesk((state) => state.series.at_s.length < 2);
    useEffect(() => {
        const frame = box.current;
        if (frame === null) return undefined;
        const read = () => useDesk.getState().series;
        const plot = new uPlot(options(frame.clientWidth, frame.clientHeight, read), plotted(read()), frame);
        const unsubscribe = useDesk.subscribe((state, before) => {
            if (state.series !== before.series) plot.setData(plotted(state.series));
        });
        const resize = new ResizeObserver(() => {
            plot.setSize({ width: frame.clientWidth, height: frame.clientHeight });
        });
        resize.observe(frame);
        return () => {
            resize.disconnect();
            unsubscribe();
            plot.destroy();
        };
    }, []);
    return (
        <section
            aria-label={word("timeline.label")}
            className={`flex min-h-0 flex-col border-t border-edge bg-panel ${className}`}
        >
            <div className="flex h-6 shrink-0 items-end gap-5 px-4 text-[11.5px] text-ink-2">
                <Sample colour={PEOPLE} name={word("timeline.people")} />
                <Sample colour={DETECTIONS} name={word("timeline.detections")} />
                <span className="flex items-center gap-1.5">
                    <svg viewBox="0 0 10 10" width={8} height={8} aria-hidden="true">
                        <path d="M5 0 10 5 5 10 0 5Z" fill="currentColor" />
                    </svg>
                    {word("timeline.alerts")}
                </span>
                {isEmpty && <span className="text-ink-3">{word("timeline.collecting")}</span>}
            </div>
            <div ref={box} className="min-h-0 flex-1" />
        </section>
    );
}

function Sample({ colour, name }: { colour: string; name: string }) {
    return (
        <span className="flex items-center gap-1.5">
            <span className="h-0.5 w-3" style={{ background: colour }} />
            {name}
        </span>
    );
}
