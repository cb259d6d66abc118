import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { attend, dismiss, goTo, linkNow, merge, pointAt, request, select, silence, sounding, take, toast, toggle, tracks, useDesk } from "./desk";
import type { FeedListener } from "./feed/feed";
import { aDelta, aSnapshot, anAlertView, someColumns } from "./testing/builders";

beforeEach(() => {
    vi.useFakeTimers();
    useDesk.setState({ session: undefined, picture: null, selection: null, toasts: [], silenced: new Set() });
});

afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

function aFeed() {
    let heard: FeedListener | null = null;
    return {
        open(listener: FeedListener) {
            heard = listener;
        },
        resync: vi.fn(),
        close: vi.fn(),
        listener: () => heard as unknown as FeedListener,
    };
}

test("frames become the picture, and tracks stay outside it", () => {
    const feed = aFeed();
    const leave = attend(feed);

    feed.listener().connected(true);
    feed.listener().frame(aSnapshot({ tracks: someColumns([{ number: 7, label: 1 }]) }));
    feed.listener().frame(aDelta({ number: 2, tracks: someColumns([{ number: 8 }]), tracks_gone: [7] }));

    expect(useDesk.getState().picture?.number).toBe(2);
    expect(tracks.rowOf(7)).toBeNull();
    expect(tracks.rowOf(8)).not.toBeNull();
    expect(linkNow().connected).toBe(true);

    leave();

    expect(feed.close).toHaveBeenCalled();
    expect(linkNow().heard_ms).toBeNull();
});

test("a gap asks for a snapshot and changes nothing", () => {
    const feed = aFeed();
    attend(feed);
    feed.listener().frame(aSnapshot({ number: 1 }));

    feed.listener().frame(aDelta({ number: 5 }));
    feed.listener().frame(aDelta({ number: 6 }));

    expect(feed.resync).toHaveBeenCalledOnce();
    expect(useDesk.getState().picture?.number).toBe(1);

    feed.listener().frame(aSnapshot({ number: 6 }));
    feed.listener().frame(aDelta({ number: 7 }));

    expect(useDesk.getState().picture?.number).toBe(7);
});

test("a frame that comes twice shows that the link lives, and nothing else", () => {
    take(aSnapshot({ number: 4 }));
    const before = useDesk.getState().picture;

    expect(take(aDelta({ number: 4 }))).toBe(true);

    expect(useDesk.getState().picture).toBe(before);
});

test("a session that ended leads to the sign-in", () => {
    const feed = aFeed();
    attend(feed);
    feed.listener().frame(aSnapshot());

    feed.listener().signedOut();

    expect(useDesk.getState()).toMatchObject({ session: null, picture: null });
});

test("silence holds for what is open now, not for what comes", () => {
    take(aSnapshot({ number: 1, alerts: [anAlertView({ id: "A", priority: "high" })] }));
    expect(sounding(useDesk.getState())).toBe("high");

    silence();
    expect(sounding(useDesk.getState())).toBeNull();

    take(aDelta({ number: 2, alerts: [anAlertView({ id: "B", priority: "low" })] }));
    expect(sounding(useDesk.getState())).toBe("low");
});

test("without a picture nothing sounds and there is nothing to silence", () => {
    silence();

    expect(sounding(useDesk.getState())).toBeNull();
});

test("selecting something lets the map go, and a place sends it there", () => {
    useDesk.setState({ isFollowing: true });
    select({ kind: "track", number: 7 });
    goTo({ east_m: 1, north_m: 2 }, true);
    goTo(null);

    expect(useDesk.getState()).toMatchObject({
        isFollowing: false,
        destination: { place: { east_m: 1, north_m: 2 }, isLoose: true },
    });
});

test("a toast goes by itself, or when it is dismissed", () => {
    toast("good", "one");
    toast("good", "two");
    const first = useDesk.getState().toasts[0];

    dismiss(first?.id ?? -1);
    expect(useDesk.getState().toasts.map((each) => each.text)).toEqual(["two"]);

    vi.advanceTimersByTime(60_000);
    expect(useDesk.getState().toasts).toEqual([]);
});

function answering(status: number, body: unknown): void {
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(body, { status })));
}

const ACKNOWLEDGE = { kind: "acknowledge", alert: "A" } as const;

test("what the hub accepted is said when there is a word for it", async () => {
    answering(200, { id: "X", accepted: true });

    expect(await request(ACKNOWLEDGE, "toast.acknowledged")).toBe(true);

    expect(useDesk.getState().toasts).toMatchObject([{ tone: "good", text: "Acknowledged" }]);
});

test("a refusal says what happened and what to try", async () => {
    answering(409, { what: "the alert is closed", fix: "look at the list" });

    expect(await request(ACKNOWLEDGE)).toBe(false);

    expect(useDesk.getState().toasts).toMatchObject([
        { tone: "bad", text: "the alert is closed", fix: "look at the list" },
    ]);
});

test("a hub that cannot be reached is named so", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));

    await request(ACKNOWLEDGE);

    expect(useDesk.getState().toasts[0]?.text).toBe("The hub does not answer.");
});

test("an answer of 401 leads to the sign-in", async () => {
    useDesk.setState({ session: { name: "j", display_name: "J", role: "operator" } });
    answering(401, null);

    await request(ACKNOWLEDGE);

    expect(useDesk.getState().session).toBeNull();
});

test("a layer is shown and hidden, and the others stay", () => {
    const before = useDesk.getState().layers;

    toggle("coverage");
    expect(useDesk.getState().layers).toEqual({ ...before, coverage: true });

    toggle("coverage");
    expect(useDesk.getState().layers).toEqual(before);
});

test("who waits for the other half of a merge takes the next track, and nothing else", () => {
    select({ kind: "track", number: 7 });
    merge(7);

    pointAt(null);
    pointAt({ kind: "track", number: 7 });
    pointAt({ kind: "sensor", id: "cam-01" });
    expect(useDesk.getState()).toMatchObject({ merging: 7, dialog: null });

    pointAt({ kind: "track", number: 9 });
    expect(useDesk.getState()).toMatchObject({
        merging: null,
        selection: { kind: "track", number: 7 },
        dialog: { kind: "merge", track: 7, other: 9 },
    });
});

test("pointing selects, and selecting ends a merge that waits", () => {
    merge(7);
    select({ kind: "alert", id: "A" });
    expect(useDesk.getState().merging).toBeNull();

    pointAt({ kind: "zone", id: "stage" });
    expect(useDesk.getState().selection).toEqual({ kind: "zone", id: "stage" });
});
