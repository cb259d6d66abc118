/** What everything above the plan is painted from, gathered once for each drawing. */
import type { Layers, Selection } from "../desk";
import type { Picture } from "../picture/picture";
import type { TrackTable } from "../picture/tracks";
import type { Track } from "../picture/views";
import type { Sight } from "./engine";
import type { Plane } from "./plane";

export interface Scene {
    picture: Picture;
    table: TrackTable;
    selection: Selection | null;
    hover: Selection | null;
    /** The selected and the hovered track by name, when they were read. */
    track: Track | null;
    hoveredTrack: Track | null;
    merging: number | null;
    layers: Layers;
    plane: Plane;
    now_ms: number;
    /** The hub's clock. */
    at_us: number;
    isCalm: boolean;
}

export function sceneOf(sight: Sight, picture: Picture, plane: Plane, now_ms: number): Scene {
    return {
        picture,
        table: sight.table,
        selection: sight.selection(),
        hover: sight.hover(),
        track: sight.track(),
        hoveredTrack: sight.hoveredTrack(),
        merging: sight.merging(),
        layers: sight.layers(),
        plane,
        now_ms,
        at_us: sight.hub_us(),
        isCalm: sight.isCalm(),
    };
}
