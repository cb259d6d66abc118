/** The site map with a 2D pen: the same plan, tracks and alerts for stations without a GPU. */
import type { EastNorth } from "../contract";
import { fieldOf } from "../picture/crowd";
import type { Picture } from "../picture/picture";
import type { Site } from "../picture/views";
import { PLAN } from "./colours";
import type { MapEngine, Scale, Sight } from "./engine";
import { alertedTracks } from "./alerted";
import { paintMarks } from "./marks";
import { chooseNames } from "./names";
import { paintCoverage, paintCrowd } from "./paint-fields";
import { paintPlan, paintRings, paintTracks } from "./paint-plan";
import { workingView } from "./plan";
import { type Plane, centreToShow, inverted, isInView, northUp, project, symbolScale } from "./plane";
import { Pointing } from "./pointing";
import { sceneOf } from "./scene";

// Ten drawings a second follow every delta; a processor that also drew more would only be busier.
const FRAME_MS = 100;
// Without a GPU, a canvas that pretends to have one is the slowest of all.
const ON_PROCESSOR: CanvasRenderingContext2DSettings = { willReadFrequently: true };
const SCALE_MIN = 0.05;
const SCALE_MAX = 80;
const MARGIN_PX = 32;
// Further than this between down and up is a drag, not a click.
const CLICK_MAX_PX = 5;

export class LiteMap implements MapEngine {
    readonly kind = "lite";
    readonly #box: HTMLElement;
    readonly #site: Site;
    readonly #sight: Sight;
    readonly #canvas = document.createElement("canvas");
    readonly #ground = document.createElement("canvas");
    #groundOf: { plane: Plane; picture: Picture; hasCoverage: boolean } | null = null;
    #centre: EastNorth = { east_m: 0, north_m: 0 };
    #pixels_per_m = 1;
    #isFitted = false;
    #named = new Set<number>();
    #drawn_ms = 0;
    #isOver = false;
    #tell: (scale: Scale) => void = () => undefined;
    readonly #fingers = new Map<number, { x: number; y: number }>();
    #travelled_px = 0;

    constructor(box: HTMLElement, site: Site, sight: Sight) {
        this.#box = box;
        this.#site = site;
        this.#sight = sight;
        this.#canvas.className = "absolute inset-0 h-full w-full touch-none";
        this.#canvas.dataset["layer"] = "lite";
        box.append(this.#canvas);
        this.#listen();
        requestAnimationFrame(this.#beat);
    }

    changed(): void {
        // Everything is drawn anew at each beat.
    }

    goTo(place: EastNorth): void {
        this.#centre = place;
    }

    show(place: EastNorth): void {
        const { clientWidth, clientHeight } = this.#box;
        if (isInView(this.#plane(), place, clientWidth, clientHeight)) return;
        this.goTo(centreToShow(this.#plane(), place, clientWidth, clientHeight));
    }

    zoomBy(steps: number): void {
        this.#zoomAt(this.#box.clientWidth / 2, this.#box.clientHeight / 2, 2 ** steps);
    }

    reset(): void {
        this.#isFitted = false;
    }

    onScale(listener: (scale: Scale) => void): void {
        this.#tell = listener;
    }

    destroy(): void {
        this.#isOver = true;
        this.#canvas.remove();
    }

    readonly #beat = (now_ms: number): void => {
        if (this.#isOver) return;
        requestAnimationFrame(this.#beat);
        if (now_ms - this.#drawn_ms < FRAME_MS) return;
        this.#drawn_ms = now_ms;
        this.#draw(performance.now());
    };

    #plane(): Plane {
        const { clientWidth: width, clientHeight: height } = this.#box;
        return northUp(this.#centre, this.#pixels_per_m, width, height);
    }

    #fit(): void {
        const [southWest, northEast] = workingView(this.#site);
        const { clientWidth: width, clientHeight: height } = this.#box;
        this.#centre = {
            east_m: (southWest.east_m + northEast.east_m) / 2,
            north_m: (southWest.north_m + northEast.north_m) / 2,
        };
        this.#pixels_per_m = Math.min(
            (width - 2 * MARGIN_PX) / (northEast.east_m - southWest.east_m),
            (height - 2 * MARGIN_PX) / (northEast.north_m - southWest.north_m),
        );
        this.#isFitted = width > 0 && height > 0;
    }

    #draw(now_ms: number): void {
        const picture = this.#sight.picture();
        const ink = this.#canvas.getContext("2d", ON_PROCESSOR);
        if (picture === null || ink === null || this.#box.clientWidth === 0) return;
        if (!this.#isFitted) this.#fit();
        sized(this.#canvas, this.#box);
        const plane = this.#plane();
        const { table } = this.#sight;
        this.#paintGround(plane, picture);
        ink.drawImage(this.#ground, 0, 0);
        const alerted = alertedTracks(picture);
        this.#named = chooseNames(table, plane, alerted, this.#named, now_ms);
        const scale = symbolScale(this.#pixels_per_m);
        const layers = this.#sight.layers();
        const crowd = fieldOf(picture.crowd);
        if (crowd !== null) paintCrowd(ink, plane, crowd, layers.crowd);
        if (layers.uncertainty) paintRings(ink, { plane, table, alerted, named: this.#named, now_ms, scale });
        paintTracks(ink, { plane, table, alerted, named: this.#named, now_ms, scale });
        paintMarks(ink, sceneOf(this.#sight, picture, plane, now_ms));
        this.#tell({ pixels_per_m: this.#pixels_per_m, bearing_deg: 0 });
    }

    // The plan is painted once for a view, and then copied: it is most of the work.
    #paintGround(plane: Plane, picture: Picture): void {
        const before = this.#groundOf;
        const hasCoverage = this.#sight.layers().coverage && picture.coverage !== null;
        const isSame =
            before !== null &&
            before.picture.site === picture.site &&
            before.picture.sensors === picture.sensors &&
            before.picture.actuators === picture.actuators &&
            before.hasCoverage === hasCoverage &&
            (!hasCoverage || before.picture.coverage === picture.coverage) &&
            before.plane.every((value, index) => value === plane[index]) &&
            this.#ground.width === this.#canvas.width &&
            this.#ground.height === this.#canvas.height;
        if (isSame) return;
        this.#groundOf = { plane, picture, hasCoverage };
        sized(this.#ground, this.#box);
        const ink = this.#ground.getContext("2d", ON_PROCESSOR);
        if (ink === null) return;
        ink.fillStyle = PLAN.background;
        ink.fillRect(0, 0, this.#ground.width, this.#ground.height);
        const { coverage } = picture;
        paintPlan(ink, plane, picture, true, () => {
            if (hasCoverage && coverage !== null) paintCoverage(ink, plane, coverage);
        });
    }

    #zoomAt(x: number, y: number, factor: number): void {
        const [east_m, north_m] = project(inverted(this.#plane()), x, y);
        const scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, this.#pixels_per_m * factor));
        this.#centre = {
            east_m: east_m - (x - this.#box.clientWidth / 2) / scale,
            north_m: north_m + (y - this.#box.clientHeight / 2) / scale,
        };
        this.#pixels_per_m = scale;
    }

    #listen(): void {
        const canvas = this.#canvas;
        const pointing = new Pointing(this.#sight, () => this.#plane());
        canvas.addEventListener(
            "wheel",
            (event) => {
                event.preventDefault();
                this.#zoomAt(event.offsetX, event.offsetY, Math.exp(-event.deltaY / 400));
            },
            { passive: false },
        );
        canvas.addEventListener("pointerdown", (event) => {
            canvas.setPointerCapture(event.pointerId);
            this.#fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
            this.#travelled_px = 0;
        });
        canvas.addEventListener("pointermove", (event) => {
            this.#drag(event);
            if (event.pointerType === "mouse" && this.#fingers.size === 0) {
                pointing.move(event.offsetX, event.offsetY);
            }
        });
        canvas.addEventListener("pointerleave", () => {
            pointing.leave();
        });
        canvas.addEventListener("pointerup", (event) => {
            this.#fingers.delete(event.pointerId);
            if (this.#travelled_px <= CLICK_MAX_PX) pointing.click(event.offsetX, event.offsetY);
        });
        canvas.addEventListener("pointercancel", (event) => {
            this.#fingers.delete(event.pointerId);
        });
    }

    #drag(event: PointerEvent): void {
        const before = this.#fingers.get(event.pointerId);
        if (before === undefined) return;
        const x = event.offsetX - before.x;
        const y = event.offsetY - before.y;
        const others = [...this.#fingers].filter(([id]) => id !== event.pointerId);
        const other = others[0]?.[1];
        this.#fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
        this.#travelled_px += Math.hypot(x, y);
        if (other !== undefined) {
            const was = Math.hypot(before.x - other.x, before.y - other.y);
            const is = Math.hypot(event.offsetX - other.x, event.offsetY - other.y);
            if (was > 0) this.#zoomAt(other.x, other.y, is / was);
            return;
        }
        if (this.#travelled_px > CLICK_MAX_PX) this.#sight.moved();
        this.#centre = {
            east_m: this.#centre.east_m - x / this.#pixels_per_m,
            north_m: this.#centre.north_m + y / this.#pixels_per_m,
        };
    }
}

// One pixel is one pixel: a processor that draws by itself should not draw four for one.
function sized(canvas: HTMLCanvasElement, box: HTMLElement): void {
    if (canvas.width !== box.clientWidth) canvas.width = box.clientWidth;
    if (canvas.height !== box.clientHeight) canvas.height = box.clientHeight;
}
