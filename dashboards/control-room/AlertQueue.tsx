/** The alert queue: always visible, and never moving under the pointer. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight, CircleCheck } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { request, useDesk } from "../shared/desk";
import { countNew, selectAlert, showQueue } from "../shared/hand";
import { Key } from "../shared/parts/Button";
import { canAcknowledge, heldOrder } from "../shared/picture/alerts";
import { useHubTime, usePicture, useQueue, useShelved } from "../shared/picture/use";
import type { Alert } from "../shared/picture/views";
import { word } from "../shared/words/words";
import { AlertRow } from "../shared/parts/AlertRow";

/** The queue in its own order, or in the order it had when the pointer came over it. */
function useHeldQueue(): { queue: Alert[]; hold(): void; release(): void } {
    const natural = useQueue();
    const [held, setHeld] = useState<string[] | null>(null);
    const queue = useMemo(
        () => (held === null ? natural : heldOrder(natural, held)),
        [natural, held],
    );
    useEffect(() => {
        showQueue(queue);
        return () => {
            showQueue(null);
        };
    }, [queue]);
    return {
        queue,
        hold: () => {
            setHeld((before) => before ?? natural.map((alert) => alert.id));
        },
        release: () => {
            setHeld(null);
        },
    };
}

export function AlertQueue() {
    const { queue, hold, release } = useHeldQueue();
    const shelved = useShelved();
    const count = countNew(queue);
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
            {queue.length === 0 ? <Quiet /> : <QueueList queue={queue} />}
            {shelved.length > 0 && <Shelf shelved={shelved} />}
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

function QueueList({ queue }: { queue: readonly Alert[] }) {
    const box = useRef<HTMLDivElement>(null);
    const role = usePicture((picture) => picture.role);
    const at_us = useHubTime();
    const selected = useDesk((state) => (state.selection?.kind === "alert" ? state.selection.id : null));
    const rows = useVirtualizer({
        count: queue.length,
        getScrollElement: () => box.current,
        estimateSize: () => ROW_PX,
        overscan: 8,
        getItemKey: (index) => queue[index]?.id ?? index,
    });
    const at = queue.findIndex((alert) => alert.id === selected);
    useEffect(() => {
        if (at >= 0) rows.scrollToIndex(at);
        // Scrolling follows a new selection only: a list that moved by itself would be in the way.
    }, [selected]);
    return (
        <div ref={box} className="min-h-0 flex-1 overflow-y-auto" role="list">
            <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
                {rows.getVirtualItems().map(({ index, key, start }) => {
                    const alert = queue[index];
                    if (alert === undefined) return null;
                    return (
                        <div
                            key={key}
                            ref={rows.measureElement}
                            data-index={index}
                            className="absolute top-0 left-0 w-full"
                            style={{ transform: `translateY(${start}px)` }}
                        >
                            <AlertRow
                                alert={alert}
                                at_us={at_us}
                                isSelected={alert.id === selected}
                                select={() => {
                                    selectAlert(alert);
                                }}
                                acknowledge={
                                    canAcknowledge(alert, role)
                                        ? () => void request({ kind: "acknowledge", alert: alert.id })
                                        : null
                                }
                            />
                        </div>
                    );
                })}
            </div>
        </div>
    );
}

function Shelf({ shelved }: { shelved: readonly Alert[] }) {
    const [isOpen, setOpen] = useState(false);
    const at_us = useHubTime();
    return (
        <div className="shrink-0 border-t border-edge">
            <button
                type="button"
                aria-expanded={isOpen}
                onClick={() => {
                    setOpen(!isOpen);
                }}
                className="flex h-9 w-full items-center gap-1.5 px-4 text-ink-2 hover:bg-raised"
            >
                <ChevronRight size={14} className={isOpen ? "rotate-90" : ""} aria-hidden="true" />
                {word("alerts.shelved_count", { count: shelved.length })}
            </button>
            {isOpen && (
                <div className="max-h-56 overflow-y-auto" role="list">
                    {shelved.map((alert) => (
                        <AlertRow
                            key={alert.id}
                            alert={alert}
                            at_us={at_us}
                            isSelected={false}
                            select={() => {
                                selectAlert(alert);
                            }}
                            acknowledge={null}
                        />
                    ))}
                </div>
            )}
        </div>
    );
}
