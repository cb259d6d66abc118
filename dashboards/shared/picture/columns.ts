/** Track columns: little-endian bytes on the wire, typed arrays here. */
import type { TrackColumns } from "../contract";

/** One entry a track, all arrays of equal length. */
export interface Columns {
    number: Uint32Array<ArrayBuffer>;
    east_m: Float32Array<ArrayBuffer>;
    north_m: Float32Array<ArrayBuffer>;
    heading: Uint16Array<ArrayBuffer>;
    speed: Uint16Array<ArrayBuffer>;
    sigma: Uint16Array<ArrayBuffer>;
    age: Uint16Array<ArrayBuffer>;
    label: Uint8Array<ArrayBuffer>;
    flags: Uint8Array<ArrayBuffer>;
}

// A view into the frame may start at any byte; typed arrays want their own multiple: so copy.
function copied(bytes: Uint8Array | undefined): ArrayBuffer {
    return bytes === undefined ? new ArrayBuffer(0) : new Uint8Array(bytes).buffer;
}

export function decodeColumns(view: TrackColumns): Columns {
    return {
        number: new Uint32Array(copied(view.number)),
        east_m: new Float32Array(copied(view.east_m)),
        north_m: new Float32Array(copied(view.north_m)),
        heading: new Uint16Array(copied(view.heading)),
        speed: new Uint16Array(copied(view.speed)),
        sigma: new Uint16Array(copied(view.sigma)),
        age: new Uint16Array(copied(view.age)),
        label: new Uint8Array(copied(view.label)),
        flags: new Uint8Array(copied(view.flags)),
    };
}

/** The buffers of the columns, to be handed to another thread without a copy. */
export function buffersOf(columns: Columns): ArrayBuffer[] {
    return Object.values(columns).map((column: Columns[keyof Columns]) => column.buffer);
}
