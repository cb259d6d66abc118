/** An alert in full: what, where, on what evidence, who has it, and the response plan. */
import { Crosshair } from "lucide-react";
import { useCallback } from "react";

import { acknowledge } from "../actions/acknowledge";
import type { Action } from "../actions/action";
import { clear } from "../actions/clear";
import { report } from "../actions/report";
import { sendTeam } from "../actions/send-team";
import { shelve } from "../actions/shelve";
import { startPlaybook } from "../actions/start-playbook";
import { unshelve } from "../actions/unshelve";
import { open, tracks, useDesk } from "../desk";
import { handNow, selectIncident } from "../hand";
import { placeOfSelection } from "../map/place";
import { AlertMarks } from "../parts/AlertMarks";
import { Button } from "../parts/Button";
import { ExerciseMark, PRIORITY_TEXT, PriorityMark } from "../parts/marks";
import { ageText, bearingText, clockText } from "../picture/ages";
import { isHidden, mayAct } from "../picture/alerts";
import { runsOfAlert } from "../picture/runs";
import { tasksOf } from "../picture/tasks";
import { useHubTime, usePicture } from "../picture/use";
import type { Alert, Track } from "../picture/views";
import { LABELS } from "../contract";
import { trackName } from "../picture/tracks";
import { named, word } from "../words/words";
import { CloseUp } from "./CloseUp";
import { Fact, Facts, Heading } from "./Facts";
import { EvidencePanel } from "./EvidencePanel";
import { WorkButtons } from "./IncidentCard";
import { ResponsePlan } from "./ResponsePlan";
import { RunCards } from "./RunCard";
import { ServicePart } from "./ServicePart";
import { TaskList } from "./TaskList";

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
            <div className={`flex flex-wrap items-center gap-x-2 text-[12px] ${isRoomy ? "pr-10" : ""} ${PRIORITY_TEXT[alert.priority]}`}>
                <PriorityMark priority={alert.priority} />
                <span className="font-medium">{named("priority", alert.priority)}</span>
                <span className="font-mono whitespace-nowrap text-ink-2">A-{alert.number}</span>
                <ExerciseMark of={alert} />
                <span className="whitespace-nowrap text-ink-2">{named("state", alert.state)}</span>
                <AlertMarks alert={alert} />
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
                    <Belongs alert={alert} />
                    {alert.outcome !== null && (
                        <Fact name={word("outcome.title")}>
                            {named("outcome", alert.outcome)}
                            {alert.note !== null && ` · ${alert.note}`}
                        </Fact>
                    )}
                    {alert.repeats > 0 && (
                        <Fact name={word("alert.repeats")}>
                            {word("alert.repeats_times", { count: alert.repeats })}
                        </Fact>
                    )}
                </Facts>
            </div>
            <Work alert={alert} />
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
            {!isRoomy && <EvidencePanel alert={alert.id} />}
            {!isRoomy && <ServicePart target={alert.rule} />}
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

/** Which incident it is part of, and putting that right. */
function Belongs({ alert }: { alert: Alert }) {
    const incident = usePicture((picture) =>
        alert.incident === null ? undefined : picture.incidents.get(alert.incident),
    );
    const may = usePicture((picture) => mayAct(picture.role));
    if (incident === undefined) return null;
    return (
        <Fact name={word("incident.title")}>
            <button
                type="button"
                className="min-h-6 text-left text-accent hover:underline pointer-coarse:min-h-12"
                onClick={() => {
                    selectIncident(incident);
                }}
            >
                I-{incident.number} · {word("incident.alerts", { count: incident.alerts.length })}
            </button>
            {may && (
                <button
                    type="button"
                    className="ml-2 min-h-6 text-ink-2 hover:text-ink hover:underline pointer-coarse:min-h-12"
                    onClick={() => {
                        open({ kind: "join", alert: alert.id });
                    }}
                >
                    {word("join.open")}…
                </button>
            )}
        </Fact>
    );
}

/** What is done about it: running playbooks, commands by hand, field tasks. */
function Work({ alert }: { alert: Alert }) {
    const allRuns = usePicture((picture) => picture.runs);
    const allTasks = usePicture((picture) => picture.tasks);
    const runs = runsOfAlert(allRuns.values(), alert.id);
    const shown = new Set(runs.flatMap((run) => run.steps.map(({ command }) => command)));
    const tasks = tasksOf(allTasks.values(), (task) => task.alert === alert.id);
    return (
        <>
            <RunCards runs={runs} />
            <ResponsePlan steps={alert.steps.filter(({ command }) => !shown.has(command))} />
            {tasks.length > 0 && (
                <>
                    <Heading>{word("task.list")}</Heading>
                    <TaskList tasks={tasks} />
                </>
            )}
        </>
    );
}

const OFFERED: readonly Action[] = [
    acknowledge,
    shelve,
    unshelve,
    clear,
    sendTeam,
    startPlaybook,
    report,
];
// A thumb has room for what only it can do here; the rest is the control room's.
const FIRST: readonly Action[] = [acknowledge, shelve, unshelve, clear];

function Buttons({ alert, isRoomy }: { alert: Alert; isRoomy: boolean }) {
    const isFollowing = useDesk((state) => state.isFollowing);
    const hand = handNow();
    if (hand === null) return null;
    const mine = { ...hand, alert, incident: null };
    return (
        <div className="mt-3 flex flex-col gap-2">
            <WorkButtons hand={mine} isRoomy={isRoomy} offered={isRoomy ? FIRST : OFFERED} />
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
            {alert.hidden_why !== null && isHidden(alert) && (
                <Moment at_us={alert.changed_us}>
                    {named("state", alert.state)} · {alert.hidden_why}
                </Moment>
            )}
            {alert.escalated_to !== null && (
                <Moment at_us={alert.changed_us}>{word("mark.escalated_to", { name: alert.escalated_to })}</Moment>
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
            {alert.closed_us !== null && (
                <Moment at_us={alert.closed_us}>
                    {named("state", "closed")}
                    {alert.closed_by !== null && ` · ${alert.closed_by}`}
                </Moment>
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
