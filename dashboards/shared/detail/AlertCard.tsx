/** An alert in full: what, where, on what evidence, who has it, and the response plan. */
import { Check, Crosshair } from "lucide-react";
import { useCallback } from "react";

import { acknowledge } from "../actions/acknowledge";
import type { Action } from "../actions/action";
import { clear } from "../actions/clear";
import { shelve } from "../actions/shelve";
import { unshelve } from "../actions/unshelve";
import { tracks, useDesk } from "../desk";
import { handNow } from "../hand";
import { placeOfSelection } from "../map/place";
import { Button } from "../parts/Button";
import { PRIORITY_TEXT, PriorityMark } from "../parts/marks";
import { ageText, bearingText, clockText } from "../picture/ages";
import { useHubTime } from "../picture/use";
import type { Alert, Track } from "../picture/views";
import { LABELS } from "../contract";
import { trackName } from "../picture/tracks";
import { named, word } from "../words/words";
import { CloseUp } from "./CloseUp";
import { Fact, Facts, Heading } from "./Facts";
import { ResponsePlan } from "./ResponsePlan";

interface Props {
    alert: Alert;
    /** The first track that it names, by name, when it was read. */
    track?: Track | null;
    isRoomy?: boolean;
}

export function AlertCard({ alert, track = null, isRoomy = false }: Props) {
    const at_us = useHubTime();
    const place = useCallback(() => placeOfSelection({ kind: "alert", id: alert.id }), [alert.id]);
    return (
        <article className="p-4" data-card={alert.number}>
            <div className={`flex items-center gap-2 text-[12px] ${PRIORITY_TEXT[alert.priority]}`}>
                <PriorityMark priority={alert.priority} />
                <span className="font-medium">{named("priority", alert.priority)}</span>
                <span className="font-mono text-ink-2">A-{alert.number}</span>
                <span className="text-ink-2">{named("state", alert.state)}</span>
            </div>
            <h2 className="mt-1.5 mb-3 text-[17px] leading-snug font-semibold">{alert.summary}</h2>
            {!isRoomy && place() !== null && (
                <CloseUp caption={alert.sensors.map((id) => id.toUpperCase()).join(" + ")} at_us={at_us} place={place} track={track} />
            )}
            <Buttons alert={alert} isRoomy={isRoomy} />
            <div className="mt-4">
                <Facts>
                    {alert.zone !== null && <Fact name={word("alert.zone")}>{alert.zone}</Fact>}
                    {alert.sensors.length > 0 && (
                        <Fact name={word("alert.fused_from")} isMono>
                            {alert.sensors.map((id) => id.toUpperCase()).join(" + ")}
                        </Fact>
                    )}
                    {alert.tracks.map((number) => (
                        <Fact key={number} name={word("alert.track")} isMono>
                            {trackText(number)}
                        </Fact>
                    ))}
                    {alert.repeats > 0 && (
                        <Fact name={word("alert.repeats")}>
                            {word("alert.repeats_times", { count: alert.repeats })}
                        </Fact>
                    )}
                </Facts>
            </div>
            {alert.steps.length > 0 && <ResponsePlan alert={alert} />}
            {alert.evidence.length > 0 && (
                <>
                    <Heading>{word("alert.evidence")}</Heading>
                    <Facts>
                        {alert.evidence.map(({ name, value }, index) => (
                            <Fact key={index} name={name} isMono>
                                {value}
                            </Fact>
                        ))}
                    </Facts>
                </>
            )}
            <Heading>{word("alert.life")}</Heading>
            <Course alert={alert} at_us={at_us} />
        </article>
    );
}

/** `V1028 · 31 km/h · 214°`. */
function trackText(number: number): string {
    const row = tracks.rowOf(number);
    if (row === null) return `${number} · ${word("alert.lost")}`;
    const name = trackName(LABELS[tracks.label[row] ?? 0] ?? "unknown", number);
    const speed_kmh = Math.round((tracks.speed_mps[row] ?? 0) * 3.6);
    const heading_deg = ((tracks.heading_rad[row] ?? 0) * 180) / Math.PI;
    return `${name} · ${speed_kmh} km/h · ${bearingText(heading_deg)}`;
}

const OFFERED: readonly Action[] = [acknowledge, shelve, unshelve, clear];

function Buttons({ alert, isRoomy }: { alert: Alert; isRoomy: boolean }) {
    const isFollowing = useDesk((state) => state.isFollowing);
    const hand = handNow();
    if (hand === null) return null;
    const mine = { ...hand, alert };
    const allowed = OFFERED.filter((action) => action.isAllowed(mine));
    return (
        <div className={`mt-3 grid gap-2 ${isRoomy ? "grid-cols-1" : "grid-cols-2"}`}>
            {allowed.map((action) => (
                <Button
                    key={action.key}
                    tone={action === acknowledge ? "strong" : "quiet"}
                    size={isRoomy ? "large" : "normal"}
                    onClick={() => {
                        action.perform(mine);
                    }}
                >
                    {action === acknowledge && (
                        <Check size={16} aria-hidden="true" className="shrink-0 max-2xl:pointer-fine:hidden" />
                    )}
                    {word(action.label)}
                    <span className="font-mono text-[11px] opacity-60 pointer-coarse:hidden">
                        {action.key.toUpperCase()}
                    </span>
                </Button>
            ))}
            {hand.placeOf({ kind: "alert", id: alert.id }) !== null && (
                <Button
                    size={isRoomy ? "large" : "normal"}
                    aria-pressed={isFollowing}
                    tone={isFollowing ? "strong" : "quiet"}
                    onClick={() => {
                        mine.follow(!isFollowing);
                    }}
                >
                    <Crosshair size={15} aria-hidden="true" />
                    {word(isFollowing ? "alert.following" : "action.follow")}
                </Button>
            )}
        </div>
    );
}

function Course({ alert, at_us }: { alert: Alert; at_us: number }) {
    return (
        <ol className="m-0 flex list-none flex-col gap-1.5 p-0 text-[12.5px]">
            <Moment at_us={alert.raised_us}>
                {word("alert.raised")} · {ageText(at_us - alert.raised_us)}
            </Moment>
            {alert.acknowledged_us !== null && (
                <Moment at_us={alert.acknowledged_us}>
                    {word("alert.acknowledged_by", {
                        name: alert.acknowledged_by ?? "",
                        time: clockText(alert.acknowledged_us),
                    })}
                </Moment>
            )}
            {alert.shelved_until_us !== null && (
                <Moment at_us={alert.changed_us}>
                    {word("alert.shelved_until", {
                        name: alert.shelved_by ?? "",
                        time: clockText(alert.shelved_until_us),
                    })}
                    {alert.shelve_reason !== null && <> · {alert.shelve_reason}</>}
                </Moment>
            )}
            {alert.cleared_us !== null && !alert.active && (
                <Moment at_us={alert.cleared_us}>{word("alert.cleared")}</Moment>
            )}
            {alert.acknowledged_us === null && (
                <li className="pl-[4.9rem] text-high">{word("alert.nobody")}</li>
            )}
        </ol>
    );
}

function Moment({ at_us, children }: { at_us: number; children: React.ReactNode }) {
    return (
        <li className="flex gap-3">
            <time className="w-16 shrink-0 font-mono text-ink-2 tabular-nums">{clockText(at_us)}</time>
            <span>{children}</span>
        </li>
    );
}
