/** The live feed: a worker that listens to the hub this page came from. */
import type { Feed, FeedListener } from "./feed";
import type { FromWorker, ToWorker } from "./socket";

export function liveFeed(): Feed {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const say = (message: ToWorker) => {
        worker.postMessage(message);
    };
    return {
        open(listener: FeedListener) {
            worker.onmessage = (event: MessageEvent<FromWorker>) => {
                hand(event.data, listener);
                if (event.data.kind === "frames") say({ kind: "ready" });
            };
            say({ kind: "open" });
        },
        resync() {
            say({ kind: "resync" });
        },
        close() {
            say({ kind: "close" });
        },
    };
}

function hand(message: FromWorker, listener: FeedListener): void {
    switch (message.kind) {
        case "frames":
            for (const frame of message.frames) listener.frame(frame);
            return;
        case "connected":
            listener.connected(message.is);
            return;
        case "signed-out":
            listener.signedOut();
            return;
    }
}
