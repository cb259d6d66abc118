/** What is selected, large and live: the site at thirty metres across, drawn ten times a second. */
import { useEffect, useRef } from "react";

import type { EastNorth } from "../contract";
import { linkNow, tracks, useDesk } from "../desk";
import { alertedTracks, selectedTracks } from "../map/alerted";
import { PLAN } from "../map/colours";
import { paintMarks } from "../map/marks";
import { paintPlan, paintTracks } from "../map/paint-plan";
import { northUp } from "../map/plane";
import type { Track } from "../picture/views";
import { clockText } from "../picture/ages";
import { hubNow } from "../picture/link";
import { word } from "../words/words";

const ACROSS_M = 44;
const FRAME_MS = 120;

interface Props {
    caption: string;
    at_us: number;
    place(): EastNorth | null;
    /** The track by name, for its ellipse and the sensors that feed it. */
    track?: Track | null;
}

export function CloseUp({ caption, at_us, place, track = null }: Props) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const whereNow = useRef(place);
    whereNow.current = place;
    const shown = useRef(track);
    shown.current = track;
    useEffect(() => {
        let last: EastNorth | null = null;
        const timer = setInterval(() => {
            last = whereNow.current() ?? last;
            if (canvas.current !== null && last !== null) paint(canvas.current, last, shown.current);
        }, FRAME_MS);
        return () => {
            clearInterval(timer);
        };
    }, []);
    return (
        <figure className="m-0 overflow-hidden rounded-md border border-edge bg-ground">
            <canvas ref={canvas} className="block aspect-[16/9] w-full" aria-hidden="true" />
            <figcaption className="flex justify-between gap-2 border-t border-edge px-2.5 py-1 font-mono text-[11.5px] text-ink-2">
                <span className="truncate">{caption}</span>
                <span className="tabular-nums">{at_us > 0 ? clockText(at_us) : word("closeup.live")}</span>
            </figcaption>
        </figure>
    );
}

function paint(canvas: HTMLCanvasElement, centre: EastNorth, track: Track | null): void {
    const { picture, selection, layers } = useDesk.getState();
    const ink = canvas.getContext("2d");
    const { clientWidth: width, clientHeight: height } = canvas;
    if (picture === null || ink === null || width === 0) return;
    const ratio = Math.min(2, window.devicePixelRatio);
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const plane = northUp(centre, width / ACROSS_M, width, height);
    const now_ms = performance.now();
    const alerted = alertedTracks(picture);
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    ink.fillStyle = PLAN.background;
    ink.fillRect(0, 0, width, height);
    paintPlan(ink, plane, picture, false);
    const named = new Set([...alerted, ...selectedTracks(picture, selection)]);
    paintTracks(ink, { plane, table: tracks, alerted, named, now_ms, scale: 1.25 });
    paintMarks(ink, {
        picture,
        table: tracks,
        selection,
        hover: null,
        track,
        hoveredTrack: null,
        merging: null,
        layers,
        plane,
        now_ms,
        at_us: hubNow(linkNow(), now_ms),
        isCalm: matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
}
