/** The words between the page and its data worker. */
import type { Frame } from "../picture/picture";

export type ToWorker =
    | { kind: "open" }
    | { kind: "resync" }
    | { kind: "close" }
    /** The frames handed over last are taken: more may come. */
    | { kind: "ready" };

export type FromWorker =
    | { kind: "frames"; frames: readonly Frame[] }
    | { kind: "connected"; is: boolean }
    | { kind: "signed-out" };
