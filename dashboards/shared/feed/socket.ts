/** The words between the page and its data worker. */
import type { Frame } from "../picture/picture";

export type ToWorker = { kind: "open" } | { kind: "resync" } | { kind: "close" };

export type FromWorker =
    | { kind: "frame"; frame: Frame }
    | { kind: "connected"; is: boolean }
    | { kind: "signed-out" };
