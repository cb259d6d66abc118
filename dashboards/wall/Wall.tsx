/** The wall: the same picture, large, for reading only. Nothing on it can be pressed. */
import { Header } from "../shared/parts/Header";
import { Timeline } from "../shared/parts/Timeline";
import { SiteMap } from "../shared/map/SiteMap";
import { AlertRow } from "../shared/parts/AlertRow";
import { Announcer } from "../shared/parts/Announcer";
import { FloodBanner } from "../shared/parts/FloodBanner";
import { FloodRow, IncidentRow } from "../shared/parts/IncidentRow";
import { LinkBanner, useSilence } from "../shared/parts/LostLink";
import { PostureBand, PostureFrame } from "../shared/parts/PostureBand";
import { Watermark } from "../shared/parts/Watermark";
import { useHubTime, usePicture, useRows } from "../shared/picture/use";
import type { Row } from "../shared/picture/queue";
import { word } from "../shared/words/words";

// What a person across the room can read; the rest is a number.
const SHOWN_MAX = 9;

export function Wall() {
    const site = usePicture((picture) => picture.site);
    const rows = useRows();
    const isLost = useSilence() !== null;
    return (
        <div className="flex h-dvh flex-col">
            <Header isReadOnly />
            <PostureBand />
            <LinkBanner />
            <FloodBanner />
            <main
                className={`grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(320px,28vw)] grid-rows-[minmax(0,1fr)_clamp(92px,12vh,140px)] ${isLost ? "opacity-70 grayscale" : ""}`}
            >
                <section className="relative isolate overflow-hidden border-r border-edge" aria-label={word("map.label")}>
                    <SiteMap site={site} hasControls={false} />
                    <Watermark />
                </section>
                <section className="pointer-events-none min-h-0 overflow-hidden bg-panel" aria-label={word("alerts.title")} role="list">
                    {rows.length === 0 && (
                        <div className="p-10 text-center text-[16px] text-ink-3">{word("alerts.none")}</div>
                    )}
                    {rows.slice(0, SHOWN_MAX).map((row) => (
                        <WallRow key={row.key} row={row} />
                    ))}
                </section>
                <Timeline className="col-span-2" />
            </main>
            <Announcer />
            <PostureFrame />
        </div>
    );
}

const nothing = () => undefined;

function WallRow({ row }: { row: Row }) {
    const at_us = useHubTime();
    switch (row.kind) {
        case "flood":
            return <FloodRow row={row} fold={nothing} />;
        case "incident":
            return (
                <IncidentRow row={row} at_us={at_us} isSelected={false} isRoomy select={nothing} fold={null} acknowledge={null} />
            );
        case "alert":
            return (
                <AlertRow alert={row.alert} at_us={at_us} isRoomy isSelected={false} select={nothing} acknowledge={null} />
            );
    }
}
