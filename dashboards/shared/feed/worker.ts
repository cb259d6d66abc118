/** The data worker: keeps the socket, decodes frames, and hands them over without a copy. */
import { decode } from "@msgpack/msgpack";

import type { Delta, Snapshot } from "../contract";
import { type Columns, buffersOf, decodeColumns } from "../picture/columns";
import type { Frame } from "../picture/picture";
import { backoff } from "./backoff";
import type { FromWorker, ToWorker } from "./socket";

// A hub that accepts the socket and then says nothing is as lost as one that closes it.
const SILENCE_MAX_MS = 6_000;

let socket: WebSocket | null = null;
let isWanted = false;
let failures = 0;
let since: number | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let watch: ReturnType<typeof setTimeout> | undefined;

function tell(message: FromWorker, transfer: Transferable[] = []): void {
    self.postMessage(message, { transfer });
}

function address(): string {
    const base = self.location.origin.replace(/^http/, "ws");
    return `${base}/feed?format=msgpack${since === null ? "" : `&since=${since}`}`;
}

function connect(): void {
    clearTimeout(retry);
    const mine = new WebSocket(address());
    mine.binaryType = "arraybuffer";
    socket = mine;
    let wasOpen = false;
    mine.onopen = () => {
        wasOpen = true;
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
        if (mine === socket) void lost(wasOpen);
    };
}

function guard(): void {
    clearTimeout(watch);
    watch = setTimeout(() => {
        socket?.close();
        void lost(true);
    }, SILENCE_MAX_MS);
}

function receive(bytes: Uint8Array): void {
    const view = decode(bytes) as Snapshot | Delta;
    since = view.number;
    const tracks: Columns | null = view.tracks ? decodeColumns(view.tracks) : null;
    const frame = { ...view, tracks } as Frame;
    tell({ kind: "frame", frame }, tracks === null ? [] : buffersOf(tracks));
}

// A refused handshake carries no status into the page, so ask over HTTP whether it was us.
async function isSignedOut(): Promise<boolean> {
    try {
        return (await fetch("/api/session")).status === 401;
    } catch {
        return false; // Not reachable: that is a lost link, not a lost session.
    }
}

async function lost(wasOpen: boolean): Promise<void> {
    socket = null;
    clearTimeout(watch);
    tell({ kind: "connected", is: false });
    if (!isWanted) return;
    if (!wasOpen) since = null;
    if (await isSignedOut()) {
        isWanted = false;
        tell({ kind: "signed-out" });
        return;
    }
    clearTimeout(retry);
    retry = setTimeout(connect, backoff(failures, Math.random()));
    failures += 1;
}

function stop(): void {
    isWanted = false;
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
            stop();
            isWanted = true;
            connect();
            return;
        case "resync":
            stop();
            isWanted = true;
            connect();
            return;
        case "close":
            stop();
            return;
    }
};
