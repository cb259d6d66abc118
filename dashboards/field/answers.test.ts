import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { aTask } from "../shared/testing/builders";
import { answer, asAnswered, flush, receipt, useAnswers } from "./answers";

function hub(status: () => number) {
    const fetched = vi.fn((_path: string, options: RequestInit) => {
        const { id } = JSON.parse(String(options.body)) as { id: string };
        return Promise.resolve(Response.json({ id, accepted: true }, { status: status() }));
    });
    vi.stubGlobal("fetch", fetched);
    return {
        statuses: () =>
            fetched.mock.calls.map(([, { body }]) => (JSON.parse(String(body)) as { ask: { status: string } }).ask.status),
        ids: () => fetched.mock.calls.map(([, { body }]) => (JSON.parse(String(body)) as { id: string }).id),
    };
}

beforeEach(() => {
    vi.useFakeTimers();
    useAnswers.setState({ owed: [], taken: [] });
});

afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

test("an answer that does not reach the hub is sent again under the same id, and then no more", async () => {
    let status = 503;
    const { ids } = hub(() => status);

    answer("T1", "ACCEPTED");
    await flush();
    await vi.waitFor(() => {
        expect(ids()).toHaveLength(1);
    });
    expect(useAnswers.getState().owed).toHaveLength(1);

    status = 200;
    await vi.waitFor(async () => {
        await flush();
        expect(useAnswers.getState().owed).toEqual([]);
    });

    expect(new Set(ids()).size).toBe(1);
    expect(ids()).toHaveLength(2);
});

test("what the phone says by itself it says once, even before the picture shows it", async () => {
    const { statuses } = hub(() => 200);

    receipt("T2", "READ");
    await flush();
    receipt("T2", "READ");
    await vi.waitFor(() => {
        expect(useAnswers.getState().owed).toEqual([]);
    });

    expect(statuses()).toEqual(["READ"]);
});

test("a task stands as it was answered, also until the picture shows what the hub has taken", () => {
    const owed = [{ id: "1", task: "T1", status: "ACCEPTED" as const, text: null }];

    expect(asAnswered(aTask(), { owed, taken: [] })).toMatchObject({ isOwed: true, task: { state: "accepted" } });
    expect(asAnswered(aTask(), { owed: [], taken: owed })).toMatchObject({ isOwed: false, task: { state: "accepted" } });
    expect(asAnswered(aTask({ id: "other" }), { owed, taken: owed })).toMatchObject({ isOwed: false, task: { state: "sent" } });
});

test("what the hub took is forgotten once the picture must show it", async () => {
    hub(() => 200);

    answer("T3", "DONE");
    await vi.waitFor(() => {
        expect(useAnswers.getState().taken).toHaveLength(1);
    });
    vi.advanceTimersByTime(5_000);

    expect(useAnswers.getState().taken).toEqual([]);
});

test("an answer that the hub refuses is told, and does not stand", async () => {
    hub(() => 409);

    answer("T4", "DONE");
    await vi.waitFor(() => {
        expect(useAnswers.getState().owed).toEqual([]);
    });

    expect(useAnswers.getState().taken).toEqual([]);
});
