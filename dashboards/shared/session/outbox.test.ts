import { expect, test, vi } from "vitest";

import { HubRefusal } from "./hub";
import { OWED_MAX, type Owed, isWorthAgain, readOwed, sent, withAnswer, without } from "./outbox";

function anAnswer(id: string, changes: Partial<Owed> = {}): Owed {
    return { id, task: id, status: "ACCEPTED", text: null, ...changes };
}

test("the same answer to the same task is owed once, and the list has an end", () => {
    const once = withAnswer([], anAnswer("1"));

    expect(withAnswer(once, anAnswer("2", { task: "1" }))).toEqual(once);
    expect(withAnswer(once, anAnswer("2", { task: "1", status: "DONE" }))).toHaveLength(2);

    const many = Array.from({ length: OWED_MAX + 5 }, (_, index) => anAnswer(String(index)));
    expect(many.reduce<Owed[]>(withAnswer, [])).toHaveLength(OWED_MAX);
});

test("what a phone kept is read back, and what is no list of answers is none", () => {
    const owed = [anAnswer("1")];

    expect(readOwed(JSON.stringify(owed))).toEqual(owed);
    expect([null, "{", "7", '[7, null, {"id": 1}]'].map(readOwed)).toEqual([[], [], [], []]);
});

test("answers go in order and leave the list when the hub has them", async () => {
    const send = vi.fn(() => Promise.resolve());
    const owed = [anAnswer("1"), anAnswer("2")];

    expect(await sent(owed, send, vi.fn())).toEqual([]);

    expect(send.mock.calls.map(([one]: unknown[]) => (one as Owed).id)).toEqual(["1", "2"]);
});

test("without a link everything stays owed, in order, and the rest is not tried", async () => {
    const send = vi.fn(() => Promise.reject(new HubRefusal("error.unreachable", 0)));
    const owed = [anAnswer("1"), anAnswer("2")];

    expect(await sent(owed, send, vi.fn())).toEqual(owed);
    expect(send).toHaveBeenCalledOnce();
});

test("what the hub refuses is told and not sent again; what follows is", async () => {
    const refused = vi.fn();
    const send = vi.fn(({ id }: Owed) => (id === "1" ? Promise.reject(new HubRefusal("error.refused", 409)) : Promise.resolve()));

    expect(await sent([anAnswer("1"), anAnswer("2")], send, refused)).toEqual([]);
    expect(refused).toHaveBeenCalledOnce();
});

test("a fault of our own is not swallowed", async () => {
    await expect(sent([anAnswer("1")], () => Promise.reject(new TypeError()), vi.fn())).rejects.toThrow(TypeError);
});

test.each([
    [0, true],
    [401, true],
    [429, true],
    [503, true],
    [403, false],
    [404, false],
    [409, false],
    [422, false],
])("status %i is worth another try: %s", (status, is) => {
    expect(isWorthAgain(new HubRefusal("error.other", status))).toBe(is);
});

test("an answer leaves the list by its id", () => {
    expect(without([anAnswer("1"), anAnswer("2")], "1")).toEqual([anAnswer("2")]);
});
