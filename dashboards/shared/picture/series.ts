/** The last hour in samples, for the timeline: people on the site and detections a minute. */

import type { Priority } from "../contract";
import type { Alert } from "./views";

const HOUR_S = 3600;
export const SAMPLE_S = 5;
const SAMPLES_MAX = HOUR_S / SAMPLE_S;

export interface Series {
    /** Seconds since 1970. */
    at_s: readonly number[];
    people: readonly number[];
    detections_per_min: readonly number[];
    /** When each alert of the hour was raised, by its id. */
    alerts: ReadonlyMap<string, AlertMark>;
}

export interface AlertMark {
    at_s: number;
    priority: Priority;
}

export const NO_SERIES: Series = { at_s: [], people: [], detections_per_min: [], alerts: new Map() };

/** The series with a sample at `at_us`, or the same series when the last is too recent. */
export function sampled(
    series: Series,
    at_us: number,
    people: number,
    detections_per_s: number,
    alerts: Iterable<Alert>,
): Series {
    const at_s = at_us / 1e6;
    const last_s = series.at_s.at(-1);
    if (last_s !== undefined && at_s < last_s + SAMPLE_S) return series;
    return {
        at_s: [...series.at_s, at_s].slice(-SAMPLES_MAX),
        people: [...series.people, people].slice(-SAMPLES_MAX),
        detections_per_min: [...series.detections_per_min, detections_per_s * 60].slice(
            -SAMPLES_MAX,
        ),
        alerts: marked(series.alerts, alerts, at_s - HOUR_S),
    };
}

function marked(
    before: ReadonlyMap<string, AlertMark>,
    alerts: Iterable<Alert>,
    oldest_s: number,
): ReadonlyMap<string, AlertMark> {
    const marks = new Map([...before].filter(([, mark]) => mark.at_s >= oldest_s));
    for (const { id, raised_us, priority } of alerts) {
        if (raised_us / 1e6 >= oldest_s) marks.set(id, { at_s: raised_us / 1e6, priority });
    }
    return marks;
}
