/** What a click and a hovering pointer mean on either map. */
import type { Hover, Sight } from "./engine";
import { type Pointer, clicked, pick, pickTrack, zoneUnder } from "./pick";
import type { Plane } from "./plane";
import { fieldOf } from "../picture/crowd";

// A pointer on its way says nothing: what it is over is looked up this often at most.
const HOVER_EVERY_MS = 60;

export class Pointing {
    readonly #sight: Sight;
    readonly #plane: () => Plane;
    #looked_ms = 0;

    constructor(sight: Sight, plane: () => Plane) {
        this.#sight = sight;
        this.#plane = plane;
    }

    click(x: number, y: number): void {
        const pointer = this.#pointer(x, y);
        if (pointer === null) return;
        this.#sight.picked(this.#sight.merging() === null ? clicked(pointer) : pickTrack(pointer));
    }

    move(x: number, y: number): void {
        const now_ms = performance.now();
        if (now_ms - this.#looked_ms < HOVER_EVERY_MS) return;
        this.#looked_ms = now_ms;
        const pointer = this.#pointer(x, y);
        if (pointer !== null) this.#sight.hovered(this.#hover(pointer));
    }

    leave(): void {
        this.#sight.hovered(null);
    }

    #hover(pointer: Pointer): Hover | null {
        const { x, y } = pointer;
        const selection = this.#sight.merging() === null ? pick(pointer) : pickTrack(pointer);
        if (selection !== null) return { selection, x, y };
        const zone = this.#tellsOfGround(pointer) ? zoneUnder(x, y, pointer.plane, pointer.picture.site) : null;
        return zone === null ? null : { selection: { kind: "zone", id: zone.id }, x, y };
    }

    // Bare ground has something to say only while a layer shows what is so there.
    #tellsOfGround({ picture }: Pointer): boolean {
        const { coverage } = this.#sight.layers();
        return (coverage && picture.coverage !== null) || fieldOf(picture.crowd) !== null;
    }

    #pointer(x: number, y: number): Pointer | null {
        const picture = this.#sight.picture();
        if (picture === null) return null;
        return {
            x,
            y,
            plane: this.#plane(),
            table: this.#sight.table,
            picture,
            now_ms: performance.now(),
            at_us: this.#sight.hub_us(),
        };
    }
}
