import { afterEach, expect, test, vi } from "vitest";

import { anAlertView } from "../testing/builders";
import { HubRefusal, ask, currentSession, readHistory, readTrack, signIn, signOut } from "./hub";

afterEach(() => {
    vi.unstubAllGlobals();
});

function answering(status: number, body: unknown) {
    const fetched = vi.fn((_path: string, _options: RequestInit) =>
        Promise.resolve(
            status === 204 ? new Response(null, { status }) : Response.json(body, { status }),
        ),
    );
    vi.stubGlobal("fetch", fetched);
    return fetched;
}

const JANSEN = { name: "jansen", display_name: "R. Jansen", role: "operator" };

test("what changes something says that it is deliberate", async () => {
    const fetched = answering(200, JANSEN);

    expect(await signIn("jansen", "secret")).toEqual(JANSEN);

    const [path, options] = fetched.mock.calls[0] ?? [];
    expect(path).toBe("/api/session");
    expect(options?.method).toBe("POST");
    expect(options?.headers).toMatchObject({ "X-Vedette": "1" });
    expect(options?.body).toBe('{"name":"jansen","password":"secret"}');
});

test("nobody is signed in: no error, nobody", async () => {
    answering(401, { what: "nobody is signed in", fix: "sign in" });

    expect(await currentSession()).toBeNull();
});

test("any other refusal is one", async () => {
    answering(500, null);

    await expect(currentSession()).rejects.toMatchObject({ status: 500, what: "error.other" });
});

test("signing out needs no answer", async () => {
    answering(204, null);

    await expect(signOut()).resolves.toBeUndefined();
});

test("each ask has an id of its own", async () => {
    const fetched = answering(200, { id: "X", accepted: true });

    await ask({ kind: "unshelve", alert: "A" });
    await ask({ kind: "unshelve", alert: "A" });

    const ids = fetched.mock.calls.map(([, options]) => (JSON.parse(String(options.body)) as { id: string }).id);
    expect(ids[0]).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(new Set(ids).size).toBe(2);
});

test("an answer that says no is a refusal, whatever its status", async () => {
    answering(200, { id: "X", accepted: false, reason: "the gate is not clear" });

    await expect(ask({ kind: "confirm", command: "K" })).rejects.toEqual(
        new HubRefusal("error.refused", 409, "the gate is not clear"),
    );
});

test("history and tracks come complete", async () => {
    answering(200, [anAlertView({ id: "A" })]);
    expect((await readHistory(5))[0]).toMatchObject({ id: "A", sensors: [] });

    answering(200, { number: 7, label: "person" });
    expect(await readTrack(7)).toMatchObject({ number: 7, sensors: [], simulated: false });
});
