import { expect, test } from "vitest";

import { backoff } from "../feed/backoff";
import { scoreOf } from "../sound/score";
import { ulid } from "./ulid";

test("an id is a ULID: its time first, so that ids sort by time", () => {
    const chance = new Uint8Array(16).fill(31);

    const earlier = ulid(1_700_000_000_000, chance);
    const later = ulid(1_700_000_000_001, chance);

    expect(earlier).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(later > earlier).toBe(true);
    expect(ulid(1_469_918_176_385, chance).slice(0, 10)).toBe("01ARYZ6S41"); // ULID specification.
});

test("waiting doubles up to a bound that a returning hub does not feel", () => {
    expect(backoff(0, 1)).toBe(250);
    expect(backoff(2, 1)).toBe(1000);
    expect(backoff(50, 1)).toBe(3000);
    expect(backoff(50, 0)).toBe(1500);
});

test("the more urgent, the more often and the louder", () => {
    const order = (["low", "medium", "high", "critical"] as const).map(scoreOf);

    for (let index = 1; index < order.length; index += 1) {
        expect(order[index]?.again_s).toBeLessThan(order[index - 1]?.again_s ?? 0);
        expect(order[index]?.loudness).toBeGreaterThan(order[index - 1]?.loudness ?? 1);
    }
});
