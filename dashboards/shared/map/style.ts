/** The style of the site plan: inline, without tiles, sprites or a glyph server. */
import type { FeatureCollection } from "geojson";
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";

import { PLAN } from "./colours";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
// Without a glyph server the engine draws text itself, in a font of the page.
const FONT = ["Inter Variable"];

export const SOURCES = [
    "ground",
    "buildings",
    "zones",
    "zone-names",
    "tripwires",
    "views",
    "sensors",
    "actuators",
] as const;

export type SourceName = (typeof SOURCES)[number];

/** What lies on the ground as a raster is drawn below this layer: names stay readable. */
export const FIELDS_BELOW = "zone-edges";

const LAYERS: LayerSpecification[] = [
    { id: "background", type: "background", paint: { "background-color": PLAN.background } },
    {
        id: "ground",
        type: "fill",
        source: "ground",
        paint: { "fill-color": ["get", "colour"], "fill-antialias": true },
    },
    {
        id: "views",
        type: "fill",
        source: "views",
        paint: {
            "fill-color": ["get", "colour"],
            "fill-opacity": ["*", ["get", "strength"], 0.065],
        },
    },
    {
        id: "view-edges",
        type: "line",
        source: "views",
        paint: {
            "line-color": ["get", "colour"],
            "line-opacity": ["interpolate", ["linear"], ["get", "strength"], 0, 0.14, 1, 0.4],
            "line-width": 1,
        },
    },
    {
        id: "zones",
        type: "fill",
        source: "zones",
        paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.085 },
    },
    {
        id: "zone-edges",
        type: "line",
        source: "zones",
        paint: {
            "line-color": ["get", "colour"],
            "line-width": 1.6,
            "line-opacity": 0.9,
            "line-dasharray": [4, 2.4],
        },
    },
    {
        id: "tripwires",
        type: "line",
        source: "tripwires",
        filter: ["!", ["get", "is_tick"]],
        paint: { "line-color": PLAN.tripwire, "line-width": 1.6, "line-dasharray": [5, 3] },
    },
    {
        id: "tripwire-ticks",
        type: "line",
        source: "tripwires",
        filter: ["get", "is_tick"],
        paint: { "line-color": PLAN.tripwire, "line-width": 1.4, "line-opacity": 0.8 },
    },
    {
        id: "buildings",
        type: "fill-extrusion",
        source: "buildings",
        paint: {
            "fill-extrusion-color": PLAN.building,
            "fill-extrusion-height": ["get", "height_m"],
            "fill-extrusion-opacity": 0.94,
            "fill-extrusion-vertical-gradient": true,
        },
    },
    {
        id: "actuators",
        type: "symbol",
        source: "actuators",
        layout: {
            "icon-image": ["concat", ["get", "icon"], ["case", ["get", "is_moved"], "-on", ""]],
            "icon-allow-overlap": true,
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": 10,
            "text-offset": [0, 1.2],
            "text-optional": true,
        },
        paint: {
            "text-color": PLAN.label,
            "text-halo-color": PLAN.halo,
            "text-halo-width": 1.4,
            "text-opacity": ["step", ["zoom"], 0, 18.4, 1],
        },
    },
    {
        id: "sensors",
        type: "circle",
        source: "sensors",
        paint: {
            "circle-radius": 4,
            "circle-color": PLAN.halo,
            "circle-stroke-color": ["get", "colour"],
            "circle-stroke-width": 1.8,
        },
    },
    {
        id: "sensor-names",
        type: "symbol",
        source: "sensors",
        minzoom: 18.4,
        layout: {
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": 10,
            "text-offset": [0, 1.1],
            "text-optional": true,
        },
        paint: {
            "text-color": PLAN.label,
            "text-halo-color": PLAN.halo,
            "text-halo-width": 1.4,
        },
    },
    {
        id: "tripwire-names",
        type: "symbol",
        source: "tripwires",
        filter: ["!", ["get", "is_tick"]],
        layout: {
            "symbol-placement": "line-center",
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": 10,
            "text-letter-spacing": 0.1,
            "text-offset": [0, -0.9],
        },
        paint: { "text-color": PLAN.label, "text-halo-color": PLAN.halo, "text-halo-width": 1.6 },
    },
    {
        id: "zone-names",
        type: "symbol",
        source: "zone-names",
        layout: {
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": ["interpolate", ["linear"], ["zoom"], 16.5, 8.5, 18.2, 13],
            "text-letter-spacing": 0.12,
            "text-max-width": 9,
            // Two names over each other are none.
            "text-padding": 1,
        },
        paint: { "text-color": PLAN.label, "text-halo-color": PLAN.halo, "text-halo-width": 1.8 },
    },
];

export function planStyle(): StyleSpecification {
    return {
        version: 8,
        sources: Object.fromEntries(
            SOURCES.map((name) => [name, { type: "geojson" as const, data: EMPTY }]),
        ),
        // From the north-west, as on a printed map, and low: the sides of buildings stay quiet.
        light: { anchor: "viewport", color: "#dbe7ff", intensity: 0.28, position: [1.4, 315, 40] },
        layers: LAYERS,
    };
}
