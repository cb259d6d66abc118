/** The alert queue: always visible, and never moving under the pointer. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { CircleCheck } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { fold, request, useDesk } from "../shared/desk";
import { countNew, selectAlert, selectIncident, showRows } from "../shared/hand";
import { AlertRow } from "../shared/parts/AlertRow";
import { Key } from "../shared/parts/Button";
import { FloodRow, IncidentRow } from "../shared/parts/IncidentRow";
import { FloodBanner } from "../shared/parts/FloodBanner";
import { Notices } from "../shared/parts/Notices";
import { canAcknowledge, canAcknowledgeIncident } from "../shared/picture/alerts";
import { type Row, heldAfterFold, heldRows, rowOfAlert } from "../shared/picture/queue";
import { useHubTime, usePicture, useQueue, useRows } from "../shared/picture/use";
import { word } from "../shared/words/words";
import { HiddenList } from "./HiddenList";
import { UnassessedList } from "./UnassessedList";

interface Held {
    rows: Row[];
    hold(): void;
    release(): void;
    fold(row: Row): void;
}

/** The rows in their own order, or in the order they had when the pointer came over them. */
function useHeldRows(): Held {
    const natural = useRows();
    const [held, setHeld] = useState<string[] | null>(null);
    const rows = useMemo(() => (held === null ? natural : heldRows(natural, held)), [natural, held]);
    useEffect(() => {
        showRows(rows);
        return () => {
            showRows(null);
        };
    }, [rows]);
    return {
        rows,
        hold: () => {
            setHeld((before) => before ?? natural.map(({ key }) => key));
        },
        release: () => {
            setHeld(null);
        },
        fold: (row) => {
            setHeld((before) => (before === null ? null : heldAfterFold(rows.map(({ key }) => key), row)));
            fold(row.key);
        },
    };
}

export function AlertQueue() {
    const { rows, hold, release, fold: foldRow } = useHeldRows();
    const count = countNew(useQueue());
    return (
        <section
            aria-label={word("alerts.title")}
            className="flex min-h-0 flex-col bg-panel"
            onPointerEnter={hold}
            onPointerLeave={release}
        >
            <div className="flex h-11 shrink-0 items-center gap-2.5 border-b border-edge px-4">
                <h2 className="m-0 text-[14px] font-semibold">{word("alerts.title")}</h2>
                {count > 0 && (
                    <span className="rounded-full bg-critical/20 px-2 font-mono text-[11.5px] leading-5 text-critical">
                        {word("alerts.new", { count })}
                    </span>
                )}
                <div className="flex-1" />
                <Key name="J" />
                <Key name="K" />
                <Key name="A" />
            </div>
            {rows.length === 0 ? <Quiet /> : <QueueList rows={rows} fold={foldRow} />}
            {/* Below the rows: what comes and goes above them would move them under the pointer. */}
            <FloodBanner />
            <Notices />
            <UnassessedList />
            <HiddenList />
        </section>
    );
}

function Quiet() {
    return (
        <div className="grid flex-1 place-items-center p-6 text-center text-ink-3">
            <div className="flex flex-col items-center gap-2">
                <CircleCheck size={26} strokeWidth={1.5} aria-hidden="true" />
                <div className="text-ink-2">{word("alerts.none")}</div>
                <div>{word("alerts.none_more")}</div>
            </div>
        </div>
    );
}

// A row of two lines; measured rows take over once they are drawn.
const ROW_PX = 65;

function QueueList({ rows: queue, fold: foldRow }: { rows: readonly Row[]; fold(row: Row): void }) {
    const box = useRef<HTMLDivElement>(null);
    const selection = useDesk((state) => state.selection);
    const selected =
        selection?.kind === "alert" || selection?.kind === "incident" ? selection.id : null;
    const rows = useVirtualizer({
        count: queue.length,
        getScrollElement: () => box.current,
        estimateSize: () => ROW_PX,
        overscan: 8,
        getItemKey: (index) => queue[index]?.key ?? index,
    });
    const at = selected === null ? -1 : queue.findIndex((row) => row === rowOfAlert(queue, selected));
    useEffect(() => {
        if (at >= 0) rows.scrollToIndex(at);
        // Scrolling follows a new selection only: a list that moved by itself would be in the way.
    }, [selected]);
    return (
        <div ref={box} className="min-h-0 flex-1 overflow-y-auto" role="list">
            <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
                {rows.getVirtualItems().map(({ index, key, start }) => {
                    const row = queue[index];
                    if (row === undefined) return null;
                    return (
                        <div
                            key={key}
                            ref={rows.measureElement}
                            data-index={index}
                            className="absolute top-0 left-0 w-full"
                            style={{ transform: `translateY(${start}px)` }}
                        >
                            <OneRow row={row} isSelected={row.key === selected} fold={foldRow} />
                        </div>
                    );
                })}
            </div>
        </div>
    );
}

function OneRow({ row, isSelected, fold: foldRow }: { row: Row; isSelected: boolean; fold(row: Row): void }) {
    const role = usePicture((picture) => picture.role);
    const at_us = useHubTime();
    const unfold = () => {
        foldRow(row);
    };
    switch (row.kind) {
        case "flood":
            return <FloodRow row={row} fold={unfold} />;
        case "incident": {
            const { incident } = row;
            return (
                <IncidentRow
                    row={row}
                    at_us={at_us}
                    isSelected={isSelected}
                    fold={unfold}
                    select={() => {
                        selectIncident(incident);
                    }}
                    acknowledge={
                        canAcknowledgeIncident(incident, role)
                            ? () => void request({ kind: "acknowledge_incident", incident: incident.id })
                            : null
                    }
                />
            );
        }
        case "alert": {
            const { alert } = row;
            return (
                <AlertRow
                    alert={alert}
                    at_us={at_us}
                    isInside={row.isInside}
                    isSelected={isSelected}
                    select={() => {
                        selectAlert(alert);
                    }}
                    acknowledge={
                        canAcknowledge(alert, role)
                            ? () => void request({ kind: "acknowledge", alert: alert.id })
                            : null
                    }
                />
            );
        }
    }
}
