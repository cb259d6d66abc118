/** One alert in a list: bar and shape for its priority, what, where, how old, who has it. */
import { Check } from "lucide-react";
import { type MouseEvent } from "react";

import { AlertMarks } from "./AlertMarks";
import { PRIORITY_BAR, PriorityMark } from "./marks";
import { ageText, clockText } from "../picture/ages";
import { hiddenUntil, isFlashing, isHidden, isUnacknowledged } from "../picture/alerts";
import type { Alert } from "../picture/views";
import { named, word } from "../words/words";

interface Props {
    alert: Alert;
    at_us: number;
    isSelected: boolean;
    /** Larger targets, for fingers. */
    isRoomy?: boolean;
    /** It stands below the row that holds it. */
    isInside?: boolean;
    /** Where it is from here, when the phone knows where it is. */
    bearing?: string | null;
    select(): void;
    acknowledge: (() => void) | null;
}

/** `CAM-14 + RAD-07`, and how many more. */
export function sensorsText(sensors: readonly string[]): string {
    const shown = sensors.slice(0, 2).map((id) => id.toUpperCase());
    const more = sensors.length - shown.length;
    return shown.join(" + ") + (more > 0 ? ` +${more}` : "");
}

export function AlertRow(props: Props) {
    const { alert, at_us, isSelected, isRoomy = false, isInside = false, bearing = null, select, acknowledge } = props;
    const isOpen = isUnacknowledged(alert);
    const title = isRoomy ? "text-[16px]" : "text-[13.5px]";
    const detail = isRoomy ? "text-[13.5px]" : "text-[12px]";
    return (
        <div
            role="listitem"
            aria-current={isSelected}
            data-alert={alert.number}
            className={`relative flex gap-2 border-b border-edge ${isRoomy ? "min-h-[76px] items-center py-3 pr-3 pl-5" : `py-2.5 pr-3 ${isInside ? "pl-9" : "pl-4"}`} ${isSelected ? "bg-chosen" : "hover:bg-raised/60"}`}
            onClick={select}
        >
            <span
                className={`absolute inset-y-0 left-0 ${isRoomy ? "w-1.5" : "w-[3px]"} ${PRIORITY_BAR[alert.priority]} ${isFlashing(alert) ? "flashing" : "opacity-40"}`}
            />
            <span className={isRoomy ? "" : "mt-[5px]"}>
                <PriorityMark
                    priority={alert.priority}
                    isFlashing={isFlashing(alert)}
                    isFaint={!isOpen}
                    size={isRoomy ? 14 : 11}
                />
            </span>
            <button
                type="button"
                className="flex min-w-0 flex-1 flex-col text-left pointer-coarse:min-h-12 pointer-coarse:justify-center"
                onClick={(event: MouseEvent) => {
                    event.stopPropagation();
                    select();
                }}
            >
                <span
                    className={`block w-full truncate ${title} ${isOpen ? "font-semibold text-ink" : "font-normal text-ink-2"}`}
                >
                    {alert.summary}
                </span>
                <span className={`block w-full truncate ${detail} text-ink-2`}>
                    <AlertMarks alert={alert} />
                    <Whereabouts alert={alert} bearing={bearing} />
                </span>
            </button>
            <div className="flex shrink-0 flex-col items-end justify-between gap-1">
                <span className={`font-mono ${detail} text-ink-2 tabular-nums`}>
                    {ageText(at_us - alert.raised_us)}
                </span>
                {acknowledge === null ? (
                    <Standing alert={alert} />
                ) : (
                    <button
                        type="button"
                        aria-label={`${word("action.acknowledge")} A-${alert.number}`}
                        onClick={(event) => {
                            event.stopPropagation();
                            acknowledge();
                        }}
                        className={`rounded-md border border-edge-2 bg-raised font-medium hover:border-ink-3 hover:bg-edge-2 ${isRoomy ? "min-h-12 min-w-16 px-4 text-[15px]" : "h-6 px-2.5 text-[12px]"}`}
                    >
                        {word("alerts.ack")}
                    </button>
                )}
            </div>
        </div>
    );
}

function Whereabouts({ alert, bearing }: { alert: Alert; bearing: string | null }) {
    const parts = [
        ...(bearing === null ? [] : [bearing]),
        ...(alert.zone === null ? [] : [alert.zone]),
        ...(alert.active || isHidden(alert) ? [] : [word("alerts.cleared")]),
    ];
    const sensors = sensorsText(alert.sensors);
    return (
        <>
            <span className="sr-only">{named("priority", alert.priority)}. </span>
            {parts.join(" · ")}
            {sensors !== "" && (
                <>
                    {parts.length > 0 && " · "}
                    <span className="font-mono">{sensors}</span>
                </>
            )}
        </>
    );
}

function Standing({ alert }: { alert: Alert }) {
    const until_us = hiddenUntil(alert);
    if (isHidden(alert) && until_us !== null) {
        return (
            <span className="font-mono text-[11.5px] text-ink-2">→ {clockText(until_us).slice(0, 5)}</span>
        );
    }
    if (alert.acknowledged_by === null) return null;
    return (
        <span
            className="flex max-w-28 items-center gap-1 text-[11.5px] text-good"
            title={word("alert.acknowledged_by", {
                name: alert.acknowledged_by,
                time: clockText(alert.acknowledged_us ?? 0),
            })}
        >
            <Check size={12} className="shrink-0" aria-hidden="true" />
            <span className="truncate">{alert.acknowledged_by}</span>
        </span>
    );
}
