/** The map of the site: full where the machine can, lite where it cannot; never none. */
import { useEffect, useRef, useState } from "react";

import { linkNow, pointAt, tracks, useDesk } from "../desk";
import { hubNow } from "../picture/link";
import type { Site, Track } from "../picture/views";
import { word } from "../words/words";
import type { Hover, MapEngine, Scale, Sight } from "./engine";
import { FullMap } from "./full-map";
import { graphicsOf, rendererName } from "./graphics";
import { LiteMap } from "./lite-map";
import { MapControls, ScaleBar } from "./MapControls";
import { MapHint } from "./MapHint";
import { MapLegend } from "./MapLegend";
import { MergeBanner } from "./MergeBanner";
import { placeOfSelection } from "./place";
import { useTrack } from "./use-track";

type Kind = "full" | "lite";

/** What the address asks for, as in `?map=lite`: the machine is then not judged. */
function askedKind(): Kind | null {
    const asked = new URLSearchParams(location.search).get("map");
    return asked === "lite" || asked === "full" ? asked : null;
}

function firstKind(): Kind {
    const asked = askedKind();
    if (asked !== null) return asked;
    return graphicsOf(rendererName()) === "none" ? "lite" : "full";
}

function isCalm(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** What the map is told by the page around it, without being built anew. */
interface Told {
    track: Track | null;
    hover: Hover | null;
    hoveredTrack: Track | null;
    setHover(hover: Hover | null): void;
}

function sightOf(told: { current: Told }): Sight {
    return {
        picture: () => useDesk.getState().picture,
        table: tracks,
        selection: () => useDesk.getState().selection,
        track: () => told.current.track,
        hover: () => told.current.hover?.selection ?? null,
        hoveredTrack: () => told.current.hoveredTrack,
        layers: () => useDesk.getState().layers,
        merging: () => useDesk.getState().merging,
        hub_us: () => hubNow(linkNow(), performance.now()),
        isCalm,
        picked: pointAt,
        hovered: (hover) => {
            told.current.setHover(hover);
        },
        moved: () => {
            if (useDesk.getState().isFollowing) useDesk.setState({ isFollowing: false });
        },
    };
}

// A pointer that only passes by asks the hub for nothing.
const DWELL_MS = 180;

function useDwelt(number: number | null): number | null {
    const [dwelt, setDwelt] = useState<number | null>(null);
    useEffect(() => {
        setDwelt(null);
        if (number === null) return undefined;
        const timer = setTimeout(() => {
            setDwelt(number);
        }, DWELL_MS);
        return () => {
            clearTimeout(timer);
        };
    }, [number]);
    return dwelt;
}

function opened(kind: Kind, box: HTMLElement, site: Site, sight: Sight, failed: () => void): MapEngine {
    if (kind === "lite") return new LiteMap(box, site, sight);
    const isSoft = graphicsOf(rendererName()) === "software";
    return new FullMap({ box, site, sight, isSoft, isJudged: askedKind() === null, failed });
}

interface Props {
    site: Site;
    track?: Track | null;
    /** A wall has nothing to press. */
    hasControls?: boolean;
}

export function SiteMap({ site, track = null, hasControls = true }: Props) {
    const box = useRef<HTMLDivElement>(null);
    const engine = useRef<MapEngine | null>(null);
    const [hover, setHover] = useState<Hover | null>(null);
    const hoveredNumber = hover?.selection.kind === "track" ? hover.selection.number : null;
    const hoveredTrack = useTrack(useDwelt(hoveredNumber));
    const told = useRef<Told>({ track, hover, hoveredTrack, setHover });
    const [kind, setKind] = useState<Kind>(firstKind);
    const [scale, setScale] = useState<Scale>({ pixels_per_m: 0, bearing_deg: 0 });
    const isMerging = useDesk((state) => state.merging !== null);
    told.current = { track, hover, hoveredTrack, setHover };

    useEffect(() => {
        if (box.current === null) return undefined;
        const fallBack = () => {
            setKind("lite");
        };
        let map: MapEngine;
        try {
            map = opened(kind, box.current, site, sightOf(told), fallBack);
        } catch (error) {
            console.warn("the full map does not work here; showing the lite map", error);
            fallBack();
            return undefined;
        }
        engine.current = map;
        map.onScale((now) => {
            setScale((before) => (isSameScale(before, now) ? before : now));
        });
        const unsubscribe = useDesk.subscribe((state, before) => {
            if (state.picture !== before.picture || state.layers !== before.layers) map.changed();
            if (state.destination !== before.destination && state.destination !== null) {
                const { place, isLoose } = state.destination;
                if (isLoose) map.show(place);
                else map.goTo(place);
            }
        });
        const follower = setInterval(() => {
            const { isFollowing, selection } = useDesk.getState();
            const place = isFollowing && selection !== null ? placeOfSelection(selection) : null;
            if (place !== null) map.goTo(place);
        }, 500);
        return () => {
            clearInterval(follower);
            unsubscribe();
            map.destroy();
            engine.current = null;
            box.current?.replaceChildren();
        };
    }, [kind, site]);

    return (
        <div className="absolute inset-0" data-map={kind}>
            <div
                ref={box}
                className={`absolute inset-0 overflow-hidden bg-[#0a0e13] ${isMerging ? "cursor-crosshair" : ""}`}
                role="application"
                aria-label={word("map.label")}
            />
            {hasControls ? (
                <MapControls
                    scale={scale}
                    zoomIn={() => engine.current?.zoomBy(0.7)}
                    zoomOut={() => engine.current?.zoomBy(-0.7)}
                    reset={() => engine.current?.reset()}
                />
            ) : (
                <ScaleBar pixels_per_m={scale.pixels_per_m} />
            )}
            <MapLegend />
            {hasControls && <MergeBanner />}
            {hasControls && hover !== null && <MapHint hover={hover} track={hoveredTrack} />}
        </div>
    );
}

function isSameScale(one: Scale, other: Scale): boolean {
    return (
        Math.abs(one.pixels_per_m / other.pixels_per_m - 1) < 0.005 &&
        Math.abs(one.bearing_deg - other.bearing_deg) < 0.5
    );
}
