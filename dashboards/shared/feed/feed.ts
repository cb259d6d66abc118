/** Where frames come from: a live hub, or a recording, behind one interface. */
import type { Frame } from "../picture/picture";

export interface FeedListener {
    frame(frame: Frame): void;
    /** The socket opened or closed. */
    connected(is: boolean): void;
    /** Nobody is signed in: trying again without a person is useless. */
    signedOut(): void;
}

export interface Feed {
    /** Deliver frames until `close`; a lost connection is taken up again for as long as it takes. */
    open(listener: FeedListener): void;
    /** A frame was missed: begin again with a snapshot. */
    resync(): void;
    close(): void;
}
