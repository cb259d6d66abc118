/** What a site map does, whichever way it is drawn. */
import type { EastNorth } from "../contract";
import type { Layers, Selection } from "../desk";
import type { Picture } from "../picture/picture";
import type { TrackTable } from "../picture/tracks";
import type { Track } from "../picture/views";

/** What the map draws from; asked for at each drawing, so nothing is handed round. */
export interface Sight {
    picture(): Picture | null;
    table: TrackTable;
    selection(): Selection | null;
    /** The selected track by name, when it was read. */
    track(): Track | null;
    /** The track under the pointer by name, when it was read. */
    hoveredTrack(): Track | null;
    /** What is under the pointer. */
    hover(): Selection | null;
    layers(): Layers;
    /** The track that waits for another one to be picked, or null. */
    merging(): number | null;
    hub_us(): number;
    isCalm(): boolean;
    /** Someone pointed at something, or at nothing. */
    picked(selection: Selection | null): void;
    /** The pointer rests on something, or on nothing any more. */
    hovered(hover: Hover | null): void;
    /** Someone moved the map by hand: it no longer follows. */
    moved(): void;
}

/** What is under a pointer, and where on the map that pointer is. */
export interface Hover {
    selection: Selection;
    x: number;
    y: number;
}

export interface Scale {
    /** How many CSS pixels a metre is, in the middle. */
    pixels_per_m: number;
    /** How far the map is turned, clockwise. */
    bearing_deg: number;
}

export interface MapEngine {
    readonly kind: "full" | "lite";
    /** The picture changed in more than its tracks. */
    changed(): void;
    goTo(place: EastNorth): void;
    /** Have the place well in view, moving no further than it takes. */
    show(place: EastNorth): void;
    zoomBy(steps: number): void;
    /** North up, and the whole site in view. */
    reset(): void;
    onScale(listener: (scale: Scale) => void): void;
    destroy(): void;
}
