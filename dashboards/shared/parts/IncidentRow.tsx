/** Rows of the queue that hold alerts: an incident, and what a flood has folded together. */
import { ChevronRight, Waves } from "lucide-react";

import { ageText } from "../picture/ages";
import { countUnacknowledged, leading, type Row } from "../picture/queue";
import { named, word } from "../words/words";
import { PRIORITY_BAR, PriorityMark } from "./marks";

interface FoldProps {
    isUnfolded: boolean;
    name: string;
    fold(): void;
}

function Fold({ isUnfolded, name, fold }: FoldProps) {
    return (
        <button
            type="button"
            aria-expanded={isUnfolded}
            aria-label={name}
            onClick={(event) => {
                event.stopPropagation();
                fold();
            }}
            className="-ml-1.5 grid h-6 w-6 shrink-0 place-items-center rounded text-ink-2 hover:bg-edge-2 hover:text-ink pointer-coarse:h-12 pointer-coarse:w-12"
        >
            <ChevronRight size={15} className={isUnfolded ? "rotate-90" : ""} aria-hidden="true" />
        </button>
    );
}

interface IncidentProps {
    row: Extract<Row, { kind: "incident" }>;
    at_us: number;
    isSelected: boolean;
    isRoomy?: boolean;
    select(): void;
    /** null: it is only to be read. */
    fold: (() => void) | null;
    acknowledge: (() => void) | null;
}

export function IncidentRow(props: IncidentProps) {
    const { row, at_us, isSelected, isRoomy = false, select, fold, acknowledge } = props;
    const { incident, alerts, isUnfolded } = row;
    const fresh = countUnacknowledged(alerts);
    const priority = leading(alerts) ?? incident.priority;
    return (
        <div
            role="listitem"
            aria-current={isSelected}
            data-incident={incident.number}
            className={`relative flex gap-2 border-b border-edge py-2.5 pr-3 pl-4 ${isSelected ? "bg-chosen" : "bg-raised/30 hover:bg-raised/60"}`}
            onClick={select}
        >
            <span
                className={`absolute inset-y-0 left-0 ${isRoomy ? "w-1.5" : "w-[3px]"} ${PRIORITY_BAR[priority]} ${fresh > 0 ? "flashing" : "opacity-40"}`}
            />
            <span className="mt-[5px]">
                <PriorityMark priority={priority} isFlashing={fresh > 0} isFaint={fresh === 0} size={isRoomy ? 14 : 11} />
            </span>
            <button
                type="button"
                className="flex min-w-0 flex-1 flex-col text-left pointer-coarse:min-h-12"
                onClick={(event) => {
                    event.stopPropagation();
                    select();
                }}
            >
                <span className={`block w-full truncate ${isRoomy ? "text-[16px]" : "text-[13.5px]"} ${fresh > 0 ? "font-semibold" : "text-ink-2"}`}>
                    {incident.summary}
                </span>
                <span className="block w-full truncate text-[12px] text-ink-2">
                    <span className="sr-only">{named("priority", priority)}. </span>
                    <span className="font-mono">I-{incident.number}</span>
                    {" · "}
                    {word("incident.alerts", { count: alerts.length })}
                    {fresh > 0 && ` · ${word("alerts.new", { count: fresh })}`}
                    {incident.zones.length > 0 && ` · ${incident.zones.join(", ")}`}
                </span>
            </button>
            <div className="flex shrink-0 flex-col items-end justify-between gap-1">
                <span className="flex items-center gap-1 font-mono text-[12px] text-ink-2 tabular-nums">
                    {ageText(at_us - incident.opened_us)}
                    {fold !== null && (
                        <Fold
                            isUnfolded={isUnfolded}
                            name={word(isUnfolded ? "incident.fold" : "incident.unfold", { number: incident.number })}
                            fold={fold}
                        />
                    )}
                </span>
                {acknowledge !== null && (
                    <button
                        type="button"
                        aria-label={`${word("incident.acknowledge")} I-${incident.number}`}
                        onClick={(event) => {
                            event.stopPropagation();
                            acknowledge();
                        }}
                        className="h-6 rounded-md border border-edge-2 bg-raised px-2.5 text-[12px] font-medium hover:border-ink-3 hover:bg-edge-2 pointer-coarse:h-12"
                    >
                        {word("incident.ack")}
                    </button>
                )}
            </div>
        </div>
    );
}

interface FloodProps {
    row: Extract<Row, { kind: "flood" }>;
    fold(): void;
}

export function FloodRow({ row: { alerts, isUnfolded }, fold }: FloodProps) {
    const fresh = countUnacknowledged(alerts);
    return (
        <div role="listitem" data-flood-row={alerts.length} className="border-b border-edge bg-raised/40">
            <button
                type="button"
                aria-expanded={isUnfolded}
                onClick={fold}
                className="flex min-h-14 w-full items-center gap-2.5 px-4 text-left hover:bg-raised"
            >
                <Waves size={16} className="shrink-0 text-high" aria-hidden="true" />
                <span className="min-w-0 flex-1">
                    <span className="block font-semibold">{word("flood.row", { count: alerts.length })}</span>
                    <span className="block text-[12px] text-ink-2">{word("flood.row_new", { count: fresh })}</span>
                </span>
                <ChevronRight size={15} className={isUnfolded ? "rotate-90" : ""} aria-hidden="true" />
            </button>
        </div>
    );
}
