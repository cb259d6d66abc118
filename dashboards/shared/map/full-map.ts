/** The site map on the GPU: the plan by MapLibre, tracks and marks in canvases of our own above it. */
import type { GeoJSONSource } from "maplibre-gl";
import { Map as PlanMap, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

import type { EastNorth } from "../contract";
import type { Layers } from "../desk";
import { fieldOf } from "../picture/crowd";
import type { Picture } from "../picture/picture";
import type { Actuator, Sensor, Site } from "../picture/views";
import { alertedTracks, selectedTracks } from "./alerted";
import { type Earth, earthAt } from "./earth";
import type { MapEngine, Scale, Sight } from "./engine";
import { FieldLayer, type Fields } from "./field-layer";
import { actuatorIcon } from "./icons";
import { paintMarks } from "./marks";
import { sceneOf } from "./scene";
import { chooseNames } from "./names";
import { TrackOverlay } from "./overlay";
import type { Marked } from "./packing";
import {
    buildingsOf,
    devicesOf,
    groundOf,
    tripwiresOf,
    viewsOf,
    workingView,
    zoneNamesOf,
    zonesOf,
} from "./plan";
import { IDENTITY, type Plane, between, inverted, centreToShow, isInView, pixelsPerMetre, project, symbolScale } from "./plane";
import { Pointing } from "./pointing";
import { FIELDS_BELOW, type SourceName, planStyle } from "./style";

// Names are chosen anew this often: four times a second reads as calm.
const NAMES_EVERY_MS = 250;
// A machine without a GPU draws each frame on its processor: leave it time for the rest.
const SOFT_FRAME_MS = 100;
// Slower than four frames a second over so many frames, the lite map serves people better.
const SLOW_FRAME_MS = 250;
const FRAMES_JUDGED = 24;

export interface FullMapOptions {
    box: HTMLElement;
    site: Site;
    sight: Sight;
    /** Is there no GPU behind WebGL? */
    isSoft: boolean;
    /** May it give up because it is too slow? */
    isJudged: boolean;
    /** The engine failed at work: the caller shows the lite map. */
    failed(): void;
}

export class FullMap implements MapEngine {
    readonly kind = "full";
    readonly #options: FullMapOptions;
    readonly #earth: Earth;
    readonly #map: PlanMap;
    readonly #trackCanvas = canvasIn("tracks");
    readonly #markCanvas = canvasIn("marks");
    readonly #overlay: TrackOverlay;
    readonly #marks: CanvasRenderingContext2D;
    #plane: Plane = IDENTITY;
    #pixels_per_m = 1;
    #isReady = false;
    #isOver = false;
    #named: Set<number> = new Set();
    #named_ms = 0;
    #drawn_ms = 0;
    #beat_ms = 0;
    #frames = 0;
    #frames_ms = 0;
    #version = -1;
    #shown: Partial<Pick<Picture, "sensors" | "actuators" | "crowd" | "coverage">> = {};
    #layers: Layers | null = null;
    #tell: (scale: Scale) => void = () => undefined;

    constructor(options: FullMapOptions) {
        this.#options = options;
        this.#earth = earthAt(options.site);
        setWorkerUrl(workerUrl);
        this.#map = this.#open();
        options.box.append(this.#trackCanvas, this.#markCanvas);
        const gl = this.#trackCanvas.getContext("webgl2", {
            alpha: true,
            premultipliedAlpha: true,
            antialias: !options.isSoft,
        });
        const marks = this.#markCanvas.getContext("2d", { willReadFrequently: options.isSoft });
        if (gl === null || marks === null) throw new Error("this browser has no WebGL2");
        this.#marks = marks;
        this.#overlay = new TrackOverlay(this.#trackCanvas, gl, options.sight.table);
        this.#trackCanvas.addEventListener("webglcontextlost", () => {
            if (!this.#isOver) options.failed();
        });
        requestAnimationFrame(this.#beat);
    }

    changed(): void {
        const picture = this.#options.sight.picture();
        if (picture === null || !this.#isReady) return;
        if (picture.sensors !== this.#shown.sensors) this.#showSensors(picture.sensors);
        if (picture.actuators !== this.#shown.actuators) this.#showActuators(picture.actuators);
        this.#showFields(picture);
    }

    goTo(place: EastNorth): void {
        const center = this.#earth.toLonLat(place);
        if (this.#options.sight.isCalm()) this.#map.jumpTo({ center });
        else this.#map.easeTo({ center, duration: 450 });
    }

    show(place: EastNorth): void {
        const { clientWidth, clientHeight } = this.#options.box;
        if (isInView(this.#plane, place, clientWidth, clientHeight)) return;
        this.goTo(centreToShow(this.#plane, place, clientWidth, clientHeight));
    }

    zoomBy(steps: number): void {
        this.#map.zoomTo(this.#map.getZoom() + steps, { duration: 200 });
    }

    reset(): void {
        this.#map.fitBounds(this.#bounds(), { padding: 32, bearing: 0, pitch: 0, duration: 400 });
    }

    onScale(listener: (scale: Scale) => void): void {
        this.#tell = listener;
    }

    destroy(): void {
        this.#isOver = true;
        this.#overlay.destroy();
        this.#map.remove();
        this.#trackCanvas.remove();
        this.#markCanvas.remove();
    }

    #open(): PlanMap {
        const { box, sight, failed } = this.#options;
        const ground = document.createElement("div");
        ground.className = "h-full w-full";
        box.append(ground);
        const map = new PlanMap({
            container: ground,
            style: planStyle(),
            bounds: this.#bounds(),
            fitBoundsOptions: { padding: 32 },
            attributionControl: false,
            maxPitch: 60,
            minZoom: 12,
            maxZoom: 23,
            fadeDuration: 0,
            pixelRatio: this.#options.isSoft ? 1 : window.devicePixelRatio,
            canvasContextAttributes: { antialias: !this.#options.isSoft },
        });
        map.on("load", () => {
            this.#furnish();
        });
        map.on("render", () => {
            this.#draw(performance.now());
        });
        const pointing = new Pointing(sight, () => this.#plane);
        map.on("click", ({ point }) => {
            pointing.click(point.x, point.y);
        });
        map.on("mousemove", ({ point }) => {
            pointing.move(point.x, point.y);
        });
        map.on("mouseout", () => {
            pointing.leave();
        });
        map.on("dragstart", () => {
            sight.moved();
        });
        map.on("webglcontextlost", () => {
            if (!this.#isOver) failed();
        });
        return map;
    }

    #bounds(): [[number, number], [number, number]] {
        const [southWest, northEast] = workingView(this.#options.site);
        return [this.#earth.toLonLat(southWest), this.#earth.toLonLat(northEast)];
    }

    #furnish(): void {
        const { site } = this.#options;
        for (const isOn of [false, true]) {
            this.#map.addImage(isOn ? "actuator-on" : "actuator", actuatorIcon(isOn), {
                pixelRatio: 2,
            });
        }
        this.#source("ground", groundOf(site, this.#earth));
        this.#source("buildings", buildingsOf(site, this.#earth));
        this.#source("zones", zonesOf(site, this.#earth));
        this.#source("zone-names", zoneNamesOf(site, this.#earth));
        this.#source("tripwires", tripwiresOf(site, this.#earth));
        this.#map.addLayer(new FieldLayer(() => this.#fields()), FIELDS_BELOW);
        this.#isReady = true;
        this.changed();
    }

    #source(name: SourceName, shapes: GeoJSON.FeatureCollection): void {
        this.#map.getSource<GeoJSONSource>(name)?.setData(shapes);
    }

    #showSensors(sensors: ReadonlyMap<string, Sensor>): void {
        this.#shown.sensors = sensors;
        this.#source("sensors", devicesOf(sensors.values(), this.#earth, "sensor"));
        this.#source("views", viewsOf(sensors.values(), this.#earth));
    }

    #showActuators(actuators: ReadonlyMap<string, Actuator>): void {
        this.#shown.actuators = actuators;
        this.#source("actuators", devicesOf(actuators.values(), this.#earth, "actuator"));
    }

    // The plan is drawn again only when what lies on it has changed.
    #showFields(picture: Picture): void {
        const { crowd, coverage } = picture;
        const layers = this.#options.sight.layers();
        const isSame =
            crowd === this.#shown.crowd &&
            coverage === this.#shown.coverage &&
            layers === this.#layers;
        if (isSame) return;
        this.#shown.crowd = crowd;
        this.#shown.coverage = coverage;
        this.#layers = layers;
        this.#map.triggerRepaint();
    }

    #fields(): Fields {
        const { sight } = this.#options;
        const picture = sight.picture();
        const layers = sight.layers();
        this.#lookAgain();
        return {
            plane: this.#plane,
            coverage: layers.coverage ? (picture?.coverage ?? null) : null,
            crowd: fieldOf(picture?.crowd ?? null),
            isThinShown: layers.crowd,
        };
    }

    readonly #beat = (now_ms: number): void => {
        if (this.#isOver) return;
        requestAnimationFrame(this.#beat);
        const { isSoft, isJudged } = this.#options;
        if (isSoft && isJudged && this.#isTooSlow(now_ms)) this.#options.failed();
        const every_ms = isSoft ? SOFT_FRAME_MS : 0;
        if (now_ms - this.#drawn_ms >= every_ms) this.#draw(performance.now());
    };

    // A page in the background is given no frames: a long gap says nothing about the machine.
    #isTooSlow(now_ms: number): boolean {
        const interval_ms = now_ms - this.#beat_ms;
        this.#beat_ms = now_ms;
        if (!this.#isReady || interval_ms > 2000) return false;
        this.#frames += 1;
        this.#frames_ms += interval_ms;
        if (this.#frames < FRAMES_JUDGED) return false;
        const isSlow = this.#frames_ms / this.#frames > SLOW_FRAME_MS;
        this.#frames = 0;
        this.#frames_ms = 0;
        return isSlow;
    }

    #draw(now_ms: number): void {
        const { sight } = this.#options;
        const picture = sight.picture();
        if (this.#isOver || picture === null) return;
        this.#drawn_ms = now_ms;
        this.#lookAgain();
        this.#name(picture, now_ms);
        const ratio = this.#fit();
        if (sight.table.version !== this.#version) {
            this.#version = sight.table.version;
            this.#overlay.take(this.#marked(picture), now_ms);
        }
        this.#overlay.draw(this.#plane, ratio, symbolScale(this.#pixels_per_m), now_ms, sight.layers().uncertainty);
        this.#paintMarks(picture, ratio, now_ms);
    }

    /** Learn where the ground is on the screen, from four points of it that are surely in view. */
    #lookAgain(): void {
        const { clientWidth: width, clientHeight: height } = this.#options.box;
        if (width === 0 || height === 0) return;
        const corners = [
            [0, height * 0.4],
            [width, height * 0.4],
            [width, height],
            [0, height],
        ] as const;
        const ground = corners.map(([x, y]) => {
            const { lng, lat } = this.#map.unproject([x, y]);
            const { east_m, north_m } = this.#earth.toEastNorth(lng, lat);
            return [east_m, north_m] as const;
        });
        const [a, b, c, d] = ground;
        if (a === undefined || b === undefined || c === undefined || d === undefined) return;
        this.#plane = between([a, b, c, d], corners);
        const [east_m, north_m] = project(inverted(this.#plane), width / 2, height / 2);
        this.#pixels_per_m = pixelsPerMetre(this.#plane, { east_m, north_m });
        this.#tell({ pixels_per_m: this.#pixels_per_m, bearing_deg: this.#map.getBearing() });
    }

    #name(picture: Picture, now_ms: number): void {
        if (now_ms - this.#named_ms < NAMES_EVERY_MS) return;
        this.#named_ms = now_ms;
        const wanted = new Set([...alertedTracks(picture), ...selectedTracks(picture, this.#options.sight.selection())]);
        const { table } = this.#options.sight;
        this.#named = chooseNames(table, this.#plane, wanted, this.#named, now_ms);
        this.#version = -1;
    }

    #marked(picture: Picture): Marked {
        return {
            selected: selectedTracks(picture, this.#options.sight.selection()),
            alerted: alertedTracks(picture),
            named: this.#named,
        };
    }

    #paintMarks(picture: Picture, ratio: number, now_ms: number): void {
        const { sight } = this.#options;
        const ink = this.#marks;
        ink.setTransform(1, 0, 0, 1, 0, 0);
        ink.clearRect(0, 0, this.#markCanvas.width, this.#markCanvas.height);
        ink.setTransform(ratio, 0, 0, ratio, 0, 0);
        paintMarks(ink, sceneOf(sight, picture, this.#plane, now_ms));
    }

    #fit(): number {
        const { box, isSoft } = this.#options;
        const ratio = isSoft ? 1 : window.devicePixelRatio;
        for (const canvas of [this.#trackCanvas, this.#markCanvas]) {
            const width = Math.round(box.clientWidth * ratio);
            const height = Math.round(box.clientHeight * ratio);
            if (canvas.width !== width) canvas.width = width;
            if (canvas.height !== height) canvas.height = height;
        }
        return ratio;
    }
}

function canvasIn(name: string): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.className = "pointer-events-none absolute inset-0 h-full w-full";
    canvas.dataset["layer"] = name;
    return canvas;
}
