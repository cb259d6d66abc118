/** The plan as GeoJSON for the map engine: what is built, what is named, and what looks where. */
import type { Feature, FeatureCollection, Polygon, Position } from "geojson";

import type { EastNorth, FieldOfView } from "../contract";
import { conditionOf } from "../picture/devices";
import type { Actuator, Area, Sensor, Site } from "../picture/views";
import { CONDITION, groundColour, sensorColour, zoneColour } from "./colours";
import type { Earth } from "./earth";

type Lonlat = [number, number];

function collection(features: Feature[]): FeatureCollection {
    return { type: "FeatureCollection", features };
}

function ring(places: readonly EastNorth[], earth: Earth): Position[] {
    const positions: Lonlat[] = places.map((place) => earth.toLonLat(place));
    const first = positions[0];
    return first === undefined ? [] : [...positions, first];
}

function area(shape: Area, earth: Earth, colour: string): Feature<Polygon> {
    return {
        type: "Feature",
        properties: { id: shape.id, name: shape.name, colour, height_m: shape.height_m },
        geometry: { type: "Polygon", coordinates: [ring(shape.polygon, earth)] },
    };
}

export function groundOf(site: Site, earth: Earth): FeatureCollection {
    return collection(site.ground.map((shape) => area(shape, earth, groundColour(shape.purpose))));
}

export function buildingsOf(site: Site, earth: Earth): FeatureCollection {
    return collection(site.buildings.map((shape) => area(shape, earth, "")));
}

export function zonesOf(site: Site, earth: Earth): FeatureCollection {
    return collection(site.zones.map((shape) => area(shape, earth, zoneColour(shape.purpose))));
}

/** The mean of the corners: good enough for a name, and always inside the kind of zone people draw. */
export function middleOf(polygon: readonly EastNorth[]): EastNorth {
    const count = Math.max(1, polygon.length);
    return {
        east_m: polygon.reduce((sum, place) => sum + place.east_m, 0) / count,
        north_m: polygon.reduce((sum, place) => sum + place.north_m, 0) / count,
    };
}

/** What is shown at first: the corners round all zones, or the whole site where it has none. */
export function workingView(site: Site): readonly [EastNorth, EastNorth] {
    const places = site.zones.flatMap((zone) => zone.polygon);
    if (places.length === 0) return site.bounds;
    const east_m = places.map((place) => place.east_m);
    const north_m = places.map((place) => place.north_m);
    return [
        { east_m: Math.min(...east_m), north_m: Math.min(...north_m) },
        { east_m: Math.max(...east_m), north_m: Math.max(...north_m) },
    ];
}

export function zoneNamesOf(site: Site, earth: Earth): FeatureCollection {
    return collection(
        site.zones.map((zone) => ({
            type: "Feature",
            properties: { name: zone.name.toUpperCase() },
            geometry: { type: "Point", coordinates: earth.toLonLat(middleOf(zone.polygon)) },
        })),
    );
}

// A tick each so many metres shows the forbidden side: from the left of the line to its right.
const TICK_EVERY_M = 8;
const TICK_M = 2.2;

/** The ticks of a tripwire, each from the line towards the side that must not be reached. */
export function ticksOf(start: EastNorth, end: EastNorth): [EastNorth, EastNorth][] {
    const east_m = end.east_m - start.east_m;
    const north_m = end.north_m - start.north_m;
    const length_m = Math.hypot(east_m, north_m);
    if (length_m === 0) return [];
    const count = Math.max(1, Math.floor(length_m / TICK_EVERY_M));
    const right = { east_m: (north_m / length_m) * TICK_M, north_m: (-east_m / length_m) * TICK_M };
    return Array.from({ length: count }, (_, index) => {
        const part = (index + 0.5) / count;
        const foot = {
            east_m: start.east_m + east_m * part,
            north_m: start.north_m + north_m * part,
        };
        return [
            foot,
            { east_m: foot.east_m + right.east_m, north_m: foot.north_m + right.north_m },
        ];
    });
}

export function tripwiresOf(site: Site, earth: Earth): FeatureCollection {
    const line = (places: EastNorth[], properties: Record<string, unknown>): Feature => ({
        type: "Feature",
        properties,
        geometry: {
            type: "LineString",
            coordinates: places.map((place) => earth.toLonLat(place)),
        },
    });
    return collection(
        site.tripwires.flatMap((wire) => [
            line([wire.start, wire.end], { name: wire.name.toUpperCase(), is_tick: false }),
            ...ticksOf(wire.start, wire.end).map((tick) => line(tick, { is_tick: true })),
        ]),
    );
}

// Enough corners for an arc to look round at any zoom of a site.
const ARC_STEP_DEG = 6;

/** The outline of a field of view: a sector, a ring's part, or a full circle. */
export function sectorOf(at: EastNorth, view: FieldOfView): EastNorth[] {
    const steps = Math.max(2, Math.ceil(view.width_deg / ARC_STEP_DEG));
    const arc = (range_m: number, isBack: boolean): EastNorth[] =>
        Array.from({ length: steps + 1 }, (_, index) => {
            const part = (isBack ? steps - index : index) / steps - 0.5;
            const azimuth = ((view.azimuth_deg + view.width_deg * part) * Math.PI) / 180;
            return {
                east_m: at.east_m + Math.sin(azimuth) * range_m,
                north_m: at.north_m + Math.cos(azimuth) * range_m,
            };
        });
    if (view.width_deg >= 360) return arc(view.range_max_m, false);
    const inner_m = view.range_min_m ?? 0;
    return [...arc(view.range_max_m, false), ...(inner_m > 0 ? arc(inner_m, true) : [at])];
}

/**
 * How strongly a view is filled, from 0 to 1. A sensor that does not see has an empty view; one
 * that hears all round would colour the whole map and say nothing.
 */
export function strengthOf(sensor: Sensor): number {
    const condition = conditionOf(sensor);
    if (condition !== "ok" && condition !== "warning") return 0;
    return sensor.field_of_view !== null && sensor.field_of_view.width_deg >= 360 ? 0.15 : 1;
}

export function viewsOf(sensors: Iterable<Sensor>, earth: Earth): FeatureCollection {
    const features: Feature[] = [];
    for (const sensor of sensors) {
        if (sensor.field_of_view === null) continue;
        const outline = sectorOf(sensor.at, sensor.field_of_view);
        features.push({
            type: "Feature",
            properties: {
                id: sensor.id,
                colour: sensorColour(sensor.kind),
                strength: strengthOf(sensor),
            },
            geometry: { type: "Polygon", coordinates: [ring(outline, earth)] },
        });
    }
    return collection(features);
}

export function devicesOf(
    devices: Iterable<Sensor | Actuator>,
    earth: Earth,
    icon: string,
): FeatureCollection {
    return collection(
        Array.from(devices, (device) => ({
            type: "Feature",
            properties: {
                id: device.id,
                name: device.id.toUpperCase(),
                icon,
                colour: CONDITION[conditionOf(device)],
                is_moved: "position" in device && isMoved(device),
            },
            geometry: { type: "Point", coordinates: earth.toLonLat(device.at) },
        })),
    );
}

const AT_WORK: ReadonlySet<string> = new Set(["on", "closed", "locked", "raised", "moving"]);

/** Does the actuator hold something shut or make itself heard now? */
export function isMoved(actuator: Actuator): boolean {
    return AT_WORK.has(actuator.position);
}
