import { describe, expect, test } from "vitest";

import { anAlert } from "../testing/builders";
import { ageText, bearingText, clockText, dateTimeText, distanceText } from "./ages";
import { NO_LINK, clockError, delay, heard, hubNow, lateness, silence } from "./link";
import { NO_SERIES, sampled } from "./series";

describe("ages", () => {
    test.each([
        [-5, "0s"],
        [6, "6s"],
        [59.9, "59s"],
        [95, "1m 35s"],
        [188, "3m 08s"],
        [7500, "2h 05m"],
        [3 * 86_400 + 4 * 3600, "3d 04h"],
    ])("%d s reads %s", (seconds, text) => {
        expect(ageText(seconds * 1e6)).toBe(text);
    });

    test("clocks are UTC, bearings have three digits, distances one unit", () => {
        expect(clockText(1_795_365_128_000_000)).toMatch(/^\d\d:\d\d:\d\d$/);
        expect(clockText(52_328_000_000)).toBe("14:32:08");
        expect(dateTimeText(52_328_000_000)).toBe("1970-01-01 14:32:08");
        expect([bearingText(7.4), bearingText(359.8), bearingText(-90)]).toEqual(["007°", "000°", "270°"]);
        expect([distanceText(0.84), distanceText(31.4), distanceText(1234)]).toEqual(["0.8 m", "31 m", "1.2 km"]);
    });
});

describe("the link", () => {
    function after(frames: number, each_ms: number, late_ms: number) {
        let link = NO_LINK;
        for (let frame = 0; frame < frames; frame += 1) {
            const at_ms = 1_000_000 + frame * each_ms;
            link = heard(link, at_ms * 1000, at_ms + late_ms, frame * each_ms);
        }
        return link;
    }

    test("a link without a frame is lost before two seconds, but not for one late frame", () => {
        const link = after(10, 100, 20);

        expect(silence(link, 900 + 1500)).toBeNull();
        expect(silence(link, 900 + 1700)).toBe(1700);
        expect(silence(NO_LINK, 99_999)).toBeNull();
    });

    test("a closed socket shows sooner", () => {
        const link = { ...after(10, 100, 20), connected: false };

        expect(silence(link, 900 + 500)).toBeNull();
        expect(silence(link, 900 + 700)).toBe(700);
    });

    test("rate and delay settle on what they are", () => {
        const link = after(100, 100, 38);

        expect(link.rate_hz).toBeCloseTo(10, 0);
        expect(delay(link)).toBeCloseTo(38);
        expect(clockError(link)).toBeNull();
    });

    test("a clock that is far ahead is an error, and no delay", () => {
        const link = after(20, 100, 5_000);

        expect(clockError(link)).toBe(5_000);
        expect(delay(link)).toBeCloseTo(0);
    });

    test("a clock that is far behind is an error too", () => {
        expect(clockError(after(20, 100, -9_000))).toBe(-9_000);
        expect(clockError(NO_LINK)).toBeNull();
    });

    test("a picture that falls behind is late, however quick it was", () => {
        let link = after(50, 100, 20);
        expect(lateness(link)).toBeNull();

        for (let frame = 50; frame < 150; frame += 1) {
            link = heard(link, (1_000_000 + frame * 100) * 1000, 1_005_000 + frame * 100, 5_000 + frame * 100);
        }

        expect(lateness(link)).toBeGreaterThan(4_000);
    });

    test("the hub's clock runs on between frames", () => {
        const link = after(1, 100, 0);

        expect(hubNow(link, 1500) - link.at_us).toBe(1_500_000);
        expect(hubNow(NO_LINK, 5)).toBe(0);
    });
});

describe("the last hour", () => {
    test("samples are five seconds apart, and an hour is all", () => {
        let series = NO_SERIES;
        for (let second = 0; second < 4000; second += 1) {
            series = sampled(series, second * 1e6, second, 2, []);
        }

        expect(series.at_s).toHaveLength(720);
        expect(series.at_s.at(-1)).toBe(3995);
        expect(series.people.at(-1)).toBe(3995);
        expect(series.detections_per_min.at(-1)).toBe(120);
    });

    test("an alert is marked when it was raised, and forgotten after an hour", () => {
        const alert = anAlert({ id: "A", raised_us: 10e6 });

        const early = sampled(NO_SERIES, 20e6, 0, 0, [alert]);
        const late = sampled(early, 4000e6, 0, 0, []);

        expect(early.alerts.get("A")).toEqual({ at_s: 10, priority: "high" });
        expect(late.alerts.size).toBe(0);
    });

    test("too soon after the last sample is the same series", () => {
        const series = sampled(NO_SERIES, 0, 1, 1, []);

        expect(sampled(series, 4e6, 2, 2, [])).toBe(series);
    });
});
