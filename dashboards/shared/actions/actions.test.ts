import { describe, expect, test, vi } from "vitest";

import type { AlertView } from "../contract";
import { apply } from "../picture/picture";
import type { Picture } from "../picture/picture";
import { aCoverageView, aSnapshot, anAlert } from "../testing/builders";
import type { Hand } from "./action";
import { ACTIONS, press } from "./registry";

function aHand(changes: Partial<Hand> = {}) {
    return {
        picture: apply(null, aSnapshot()) as Picture,
        queue: [anAlert({ id: "A" }), anAlert({ id: "B" })],
        alert: null,
        selection: null,
        dialog: null,
        isFollowing: false,
        merging: null,
        hasTrack: () => true,
        merge: vi.fn(),
        toggle: vi.fn(),
        placeOf: () => ({ east_m: 1, north_m: 2 }),
        select: vi.fn(),
        open: vi.fn(),
        goTo: vi.fn(),
        follow: vi.fn(),
        silence: vi.fn(),
        ask: vi.fn(),
        tell: vi.fn(),
        ...changes,
    };
}

function holding(changes: Partial<AlertView> = {}) {
    const alert = anAlert({ id: "A", ...changes });
    return aHand({ alert, selection: { kind: "alert", id: "A" } });
}

test("every action has a key of its own", () => {
    const keys = ACTIONS.map((action) => action.key);

    expect(new Set(keys).size).toBe(keys.length);
});

test("J and K go through the queue, and the map only helps", () => {
    const hand = aHand();

    expect(press("j", hand)).toBe(true);

    expect(hand.select).toHaveBeenCalledWith({ kind: "alert", id: "A" });
    expect(hand.goTo).toHaveBeenCalledWith({ east_m: 1, north_m: 2 }, true);

    const second = aHand({ alert: anAlert({ id: "B" }) });
    press("K", second);

    expect(second.select).toHaveBeenCalledWith({ kind: "alert", id: "A" });
});

test("an empty queue has no next alert", () => {
    expect(press("j", aHand({ queue: [] }))).toBe(false);
});

test("A acknowledges what is selected and nobody has", () => {
    const hand = holding();

    press("a", hand);

    expect(hand.ask).toHaveBeenCalledWith({ kind: "acknowledge", alert: "A" });
    expect(press("a", holding({ state: "acknowledged" }))).toBe(false);
    expect(press("a", aHand())).toBe(false);
});

test("H asks for time and reason, and says why a critical alert stays", () => {
    const hand = holding();
    press("h", hand);
    expect(hand.open).toHaveBeenCalledWith({ kind: "shelve", alert: "A" });

    const critical = holding({ priority: "critical" });
    expect(press("h", critical)).toBe(false);
    expect(critical.open).not.toHaveBeenCalled();
    expect(critical.tell).toHaveBeenCalledWith("shelve.critical");
});

test("U brings back, C asks for a note", () => {
    const shelved = holding({ state: "shelved" });
    press("u", shelved);
    expect(shelved.ask).toHaveBeenCalledWith({ kind: "unshelve", alert: "A" });

    const taken = holding({ state: "acknowledged" });
    press("c", taken);
    expect(taken.open).toHaveBeenCalledWith({ kind: "clear", alert: "A" });
});

test("M centres, F follows, and neither without a place", () => {
    const hand = holding();
    press("m", hand);
    press("f", hand);
    expect(hand.goTo).toHaveBeenCalledWith({ east_m: 1, north_m: 2 });
    expect(hand.follow).toHaveBeenCalledWith(true);

    const nowhere = { ...holding(), placeOf: () => null };
    expect(press("m", nowhere)).toBe(false);
    expect(press("f", nowhere)).toBe(false);
});

test("S silences and acknowledges nothing", () => {
    const hand = holding();

    press("s", hand);

    expect(hand.silence).toHaveBeenCalled();
    expect(hand.ask).not.toHaveBeenCalled();
});

describe("behind a dialog", () => {
    test("only closing it works", () => {
        const hand = { ...holding(), dialog: { kind: "keys" } as const };

        expect(press("a", hand)).toBe(false);
        expect(press("Escape", hand)).toBe(true);
        expect(hand.ask).not.toHaveBeenCalled();
        expect(hand.open).toHaveBeenCalledWith(null);
    });

    test("Escape puts the selection down when no dialog is open, and ? opens the keys", () => {
        const hand = holding();
        press("Escape", hand);
        press("?", hand);

        expect(hand.select).toHaveBeenCalledWith(null);
        expect(hand.open).toHaveBeenCalledWith({ kind: "keys" });

        const reading = { ...holding(), dialog: { kind: "keys" } as const };
        press("?", reading);
        expect(reading.open).toHaveBeenCalledWith(null);
    });
});

describe("on a selected track", () => {
    const onTrack = (changes: Partial<Hand> = {}) =>
        aHand({ selection: { kind: "track", number: 7 }, ...changes });

    test("L, X and D ask before they change anything", () => {
        const hand = onTrack();

        for (const key of ["l", "x", "d"]) press(key, hand);

        expect(hand.ask).not.toHaveBeenCalled();
        expect(vi.mocked(hand.open).mock.calls).toEqual([
            [{ kind: "relabel", track: 7 }],
            [{ kind: "split", track: 7 }],
            [{ kind: "drop", track: 7 }],
        ]);
    });

    test("W waits for the other half of a merge, and W again waits no longer", () => {
        const hand = onTrack();
        press("w", hand);
        expect(hand.merge).toHaveBeenCalledWith(7);

        const waiting = onTrack({ merging: 7 });
        press("w", waiting);
        expect(waiting.merge).toHaveBeenCalledWith(null);
    });

    test("who may not decide about alerts corrects no track, and an ended one is past correcting", () => {
        const watching = onTrack({ picture: apply(null, aSnapshot({ role: "field" })) as Picture });

        for (const key of ["l", "w", "x", "d"]) {
            expect(press(key, watching)).toBe(false);
            expect(press(key, onTrack({ hasTrack: () => false }))).toBe(false);
            expect(press(key, aHand())).toBe(false);
        }
    });

    test("Escape ends a merge that waits before it puts the track down", () => {
        const waiting = onTrack({ merging: 7 });

        press("Escape", waiting);

        expect(waiting.merge).toHaveBeenCalledWith(null);
        expect(waiting.select).not.toHaveBeenCalled();
    });
});

describe("layers", () => {
    test("E and P show and hide", () => {
        const hand = aHand();

        press("e", hand);
        press("p", hand);

        expect(vi.mocked(hand.toggle).mock.calls).toEqual([["uncertainty"], ["crowd"]]);
    });

    test("V shows where nobody looks, and says so where the hub does not tell", () => {
        const untold = aHand();
        expect(press("v", untold)).toBe(false);
        expect(untold.tell).toHaveBeenCalledWith("layer.coverage_none");

        const told = aHand({ picture: apply(null, aSnapshot({ coverage: aCoverageView(1, [0]) })) as Picture });
        press("v", told);
        expect(told.toggle).toHaveBeenCalledWith("coverage");
    });
});

test("a key that means nothing does nothing", () => {
    expect(press("q", holding())).toBe(false);
});
