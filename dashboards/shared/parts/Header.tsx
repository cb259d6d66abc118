/** The line that is always there: what site, how it is, how alive the picture is, what time. */
import { ShieldHalf, TriangleAlert, Volume2, VolumeX, Wifi, WifiOff } from "lucide-react";
import type { ReactNode } from "react";

import type { Posture } from "../contract";
import { open, useDesk } from "../desk";
import { loadOf, mayAct } from "../picture/alerts";
import { clockText } from "../picture/ages";
import { delay, silence } from "../picture/link";
import { sitePosture } from "../picture/postures";
import { useHubTime, useLink, usePicture } from "../picture/use";
import type { Load } from "../picture/work";
import { POSTURE_LOOK } from "./PostureBand";
import { UnrealTag } from "./Watermark";
import { arm, disarm } from "../sound/tones";
import { named, word } from "../words/words";

export function Header({ isReadOnly = false }: { isReadOnly?: boolean }) {
    const site = usePicture((picture) => picture.site.name);
    const hub = usePicture((picture) => picture.hub);
    const posture = usePicture(sitePosture);
    const load = usePicture((picture) => picture.load);
    return (
        <header className="flex h-12 items-center gap-5 border-b border-edge bg-panel px-4 whitespace-nowrap">
            <div className="flex min-w-0 items-center gap-2">
                <ShieldHalf size={19} className="shrink-0 text-accent" aria-hidden="true" />
                <h1 className="m-0 text-[14px] font-semibold tracking-[0.06em]">VEDETTE</h1>
                <span className="truncate text-[14px] text-ink-2">{site}</span>
            </div>
            {isReadOnly ? <PosturePill posture={posture} /> : <PostureButton posture={posture} />}
            <UnrealTag />
            <div className="flex-1" />
            <LoadFigure load={load} />
            <Figure name={word("header.tracks")}>{hub.tracks}</Figure>
            <LinkFigures />
            {isReadOnly ? <span className="text-ink-3">{word("wall.sign")}</span> : <SoundButton />}
            <Clock />
        </header>
    );
}

export function PosturePill({ posture }: { posture: Posture }) {
    const name = named("posture", posture);
    return (
        <span
            className={`flex h-8 items-center gap-2 rounded-md border px-3 text-[13px] font-medium ${POSTURE_LOOK[posture].pill}`}
        >
            {posture !== "normal" && <TriangleAlert size={13} fill="currentColor" fillOpacity={0.3} aria-hidden="true" />}
            {word("header.posture", { posture: name })}
        </span>
    );
}

/** Who is on duty declares it from here. */
function PostureButton({ posture }: { posture: Posture }) {
    const may = usePicture((picture) => mayAct(picture.role));
    if (!may) return <PosturePill posture={posture} />;
    return (
        <button
            type="button"
            title={word("action.posture")}
            onClick={() => {
                open({ kind: "posture", zone: null });
            }}
            className="rounded-md hover:brightness-125"
        >
            <PosturePill posture={posture} />
        </button>
    );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
    return (
        <div className="leading-tight">
            <div className="text-[10.5px] tracking-[0.06em] text-ink-3 uppercase">{name}</div>
            <div className="font-mono text-[12.5px] tabular-nums">{children}</div>
        </div>
    );
}

const LOAD_LOOK = { fine: "text-ink-2", busy: "text-medium", flood: "text-critical" } as const;

function LoadFigure({ load }: { load: Load }) {
    const raised = load.raised_10_min;
    const state = load.flood_since_us === null ? loadOf(raised) : "flood";
    return (
        <Figure name={word("header.load")}>
            {raised} <span className={LOAD_LOOK[state]}>{word(`header.load_${state}`)}</span>
        </Figure>
    );
}

function LinkFigures() {
    const { link, steady_ms } = useLink();
    const isLost = silence(link, steady_ms) !== null;
    return (
        <>
            <Figure name={word("header.updates")}>
                <span className="inline-block min-w-[6ch]">{link.rate_hz.toFixed(1)} Hz</span>
            </Figure>
            <div className="flex items-center gap-2" data-link={isLost ? "lost" : "live"}>
                {isLost ? (
                    <WifiOff size={15} className="text-critical" aria-hidden="true" />
                ) : (
                    <Wifi size={15} className="text-good" aria-hidden="true" />
                )}
                <span className={isLost ? "text-critical" : "text-good"}>
                    {word(isLost ? "link.lost_short" : "link.live")}
                </span>
                <span className="inline-block min-w-[6ch] text-right font-mono text-ink-2 tabular-nums">
                    {Math.round(delay(link))} ms
                </span>
            </div>
        </>
    );
}

export function SoundButton() {
    const isArmed = useDesk((state) => state.isSoundArmed);
    const label = word(isArmed ? "header.sound_on" : "header.sound_arm");
    return (
        <button
            type="button"
            aria-pressed={isArmed}
            title={label}
            aria-label={label}
            onClick={isArmed ? disarm : arm}
            className={`flex h-8 items-center gap-1.5 rounded-md px-2 hover:bg-raised ${isArmed ? "text-ink" : "border border-medium/50 text-medium"}`}
        >
            {isArmed ? <Volume2 size={17} /> : <VolumeX size={17} />}
            {!isArmed && <span className="text-[12px]">{word("header.sound_arm")}</span>}
        </button>
    );
}

export function Clock() {
    const at_us = useHubTime();
    return (
        <time className="font-mono text-[13.5px] tabular-nums" dateTime={clockText(at_us)}>
            {clockText(at_us)} <span className="text-ink-3">{word("header.clock")}</span>
        </time>
    );
}
