/** The data worker: keeps the socket, decodes frames, and hands them over without a copy. */
import { decode } from "@msgpack/msgpack";

import type { Delta, Snapshot } from "../contract";
import { type Columns, buffersOf, decodeColumns } from "../picture/columns";
import type { Frame } from "../picture/picture";
import { backoff } from "./backoff";
import type { FromWorker, ToWorker } from "./socket";

// A hub that accepts the socket and then says nothing is as lost as one that closes it.
const SILENCE_MAX_MS = 6_000;
// Frames are numbered anew by a hub that starts anew: what may be another hub is asked for everything.
const RESUME_MAX_MS = 2_000;

// A page that is a minute behind is better served by one snapshot than by six hundred deltas.
const WAITING_MAX = 600;

let socket: WebSocket | null = null;
/** Frames that wait until the page has taken those before: a busy page gets few, large hands. */
let waiting: Frame[] = [];
let isPageReady = true;
let isWanted = false;
let failures = 0;
let since: number | null = null;
let heard_ms = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let watch: ReturnType<typeof setTimeout> | undefined;

function tell(message: FromWorker, transfer: Transferable[] = []): void {
    self.postMessage(message, { transfer });
}

function address(): string {
    const base = self.location.origin.replace(/^http/, "ws");
    const canResume = since !== null && performance.now() - heard_ms < RESUME_MAX_MS;
    return `${base}/feed?format=msgpack${canResume ? `&since=${since}` : ""}`;
}

function connect(): void {
    clearTimeout(retry);
    const mine = new WebSocket(address());
    mine.binaryType = "arraybuffer";
    socket = mine;
    mine.onopen = () => {
        tell({ kind: "connected", is: true });
        guard();
    };
    mine.onmessage = (event: MessageEvent<ArrayBuffer>) => {
        if (mine !== socket) return;
        failures = 0;
        guard();
        receive(new Uint8Array(event.data));
    };
    mine.onclose = () => {
        if (mine === socket) void lost();
    };
}

function guard(): void {
    clearTimeout(watch);
    watch = setTimeout(() => {
        socket?.close();
        void lost();
    }, SILENCE_MAX_MS);
}

function receive(bytes: Uint8Array): void {
    const view = decode(bytes) as Snapshot | Delta;
    since = view.number;
    heard_ms = performance.now();
    const tracks: Columns | null = view.tracks ? decodeColumns(view.tracks) : null;
    waiting.push({ ...view, tracks } as Frame);
    if (waiting.length > WAITING_MAX) open();
    else handOver();
}

function handOver(): void {
    if (!isPageReady || waiting.length === 0) return;
    const frames = waiting;
    waiting = [];
    isPageReady = false;
    const buffers = frames.flatMap(({ tracks }) => (tracks === null ? [] : buffersOf(tracks)));
    tell({ kind: "frames", frames }, buffers);
}

// A refused handshake carries no status into the page, so ask over HTTP whether it was us.
async function isSignedOut(): Promise<boolean> {
    try {
        return (await fetch("/api/session")).status === 401;
    } catch {
        return false; // Not reachable: that is a lost link, not a lost session.
    }
}

async function lost(): Promise<void> {
    socket = null;
    clearTimeout(watch);
    tell({ kind: "connected", is: false });
    if (!isWanted) return;
    if (await isSignedOut()) {
        isWanted = false;
        tell({ kind: "signed-out" });
        return;
    }
    clearTimeout(retry);
    retry = setTimeout(connect, backoff(failures, Math.random()));
    failures += 1;
}

function open(): void {
    stop();
    isWanted = true;
    connect();
}

function stop(): void {
    isWanted = false;
    waiting = [];
    since = null;
    failures = 0;
    clearTimeout(retry);
    clearTimeout(watch);
    const mine = socket;
    socket = null;
    mine?.close();
}

self.onmessage = (event: MessageEvent<ToWorker>) => {
    switch (event.data.kind) {
        case "open":
            isPageReady = true;
            open();
            return;
        case "resync":
            open();
            return;
        case "ready":
            isPageReady = true;
            handOver();
            return;
        case "close":
            stop();
            return;
    }
};
