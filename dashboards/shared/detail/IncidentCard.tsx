/** An incident: the operator's unit of work, with its alerts, its playbooks and its tasks. */
import { ClipboardList, ListChecks, Users } from "lucide-react";

import type { Action } from "../actions/action";
import { acknowledge } from "../actions/acknowledge";
import { report } from "../actions/report";
import { sendTeam } from "../actions/send-team";
import { startPlaybook } from "../actions/start-playbook";
import { handNow, selectAlert } from "../hand";
import { Button } from "../parts/Button";
import { ExerciseMark, PRIORITY_TEXT, PriorityMark } from "../parts/marks";
import { ageText, distanceText } from "../picture/ages";
import { isUnacknowledged } from "../picture/alerts";
import { alertsOf } from "../picture/incidents";
import { runsOfIncident } from "../picture/runs";
import { tasksOf } from "../picture/tasks";
import { useHubTime, usePicture } from "../picture/use";
import type { Alert } from "../picture/views";
import type { Incident } from "../picture/work";
import { named, word } from "../words/words";
import { Fact, Facts, Heading } from "./Facts";
import { RunCards } from "./RunCard";
import { TaskList } from "./TaskList";

export function IncidentCard({ incident }: { incident: Incident }) {
    const at_us = useHubTime();
    const all = usePicture((picture) => picture.alerts);
    const allRuns = usePicture((picture) => picture.runs);
    const allTasks = usePicture((picture) => picture.tasks);
    const alerts = alertsOf(incident, all);
    const tasks = tasksOf(allTasks.values(), (task) => task.alert !== null && incident.alerts.includes(task.alert));
    return (
        <article className="p-4" data-card={`I-${incident.number}`}>
            <div className={`flex flex-wrap items-center gap-x-2 text-[12px] ${PRIORITY_TEXT[incident.priority]}`}>
                <PriorityMark priority={incident.priority} />
                <span className="font-medium">{named("priority", incident.priority)}</span>
                <span className="font-mono whitespace-nowrap text-ink-2">I-{incident.number}</span>
                <ExerciseMark of={incident} />
                <span className="text-ink-2">
                    {incident.closed_us === null ? word("incident.title") : word("incident.closed")}
                </span>
            </div>
            <h2 className="mt-1.5 mb-3 text-[17px] leading-snug font-semibold">{incident.summary}</h2>
            <Buttons incident={incident} />
            <div className="mt-4">
                <Facts>
                    <Fact name={word("incident.since")} isMono>
                        {ageText(at_us - incident.opened_us)}
                    </Fact>
                    <Fact name={word("alerts.title")}>
                        {word("incident.counts", {
                            open: incident.open_count,
                            fresh: incident.unacknowledged_count,
                        })}
                    </Fact>
                    {incident.zones.length > 0 && <Fact name={word("alert.zone")}>{incident.zones.join(", ")}</Fact>}
                    {incident.radius_m > 0 && (
                        <Fact name={word("incident.within")} isMono>
                            {distanceText(incident.radius_m)}
                        </Fact>
                    )}
                    {incident.why.length > 0 && <Fact name={word("incident.why")}>{incident.why.join("; ")}</Fact>}
                </Facts>
            </div>
            <Heading>{word("alerts.title")}</Heading>
            <ul className="m-0 flex list-none flex-col gap-1 p-0">
                {alerts.map((alert) => (
                    <AlertLine key={alert.id} alert={alert} at_us={at_us} />
                ))}
            </ul>
            <RunCards runs={runsOfIncident(allRuns.values(), incident.alerts)} />
            {tasks.length > 0 && (
                <>
                    <Heading>{word("task.list")}</Heading>
                    <TaskList tasks={tasks} />
                </>
            )}
        </article>
    );
}

function AlertLine({ alert, at_us }: { alert: Alert; at_us: number }) {
    return (
        <li>
            <button
                type="button"
                className="flex min-h-8 pointer-coarse:min-h-12 w-full items-center gap-2 rounded-md px-1.5 text-left hover:bg-raised"
                onClick={() => {
                    selectAlert(alert);
                }}
            >
                <PriorityMark priority={alert.priority} isFaint={!isUnacknowledged(alert)} />
                <span className="font-mono text-[12px] text-ink-2">A-{alert.number}</span>
                <span className="min-w-0 flex-1 truncate">{alert.summary}</span>
                <span className="font-mono text-[12px] text-ink-2">{ageText(at_us - alert.raised_us)}</span>
            </button>
        </li>
    );
}

function Buttons({ incident }: { incident: Incident }) {
    const hand = handNow();
    if (hand === null) return null;
    return <WorkButtons hand={{ ...hand, alert: null, incident }} isRoomy={false} offered={[acknowledge, sendTeam, startPlaybook, report]} />;
}

const ICON = new Map([
    [sendTeam.key, Users],
    [startPlaybook.key, ListChecks],
    [report.key, ClipboardList],
]);

interface WorkProps {
    hand: NonNullable<ReturnType<typeof handNow>>;
    isRoomy: boolean;
    offered: readonly Action[];
}

/** What an alert or an incident may be answered with. */
export function WorkButtons({ hand, isRoomy, offered }: WorkProps) {
    return (
        <div className={`grid gap-2 ${isRoomy ? "grid-cols-1" : "grid-cols-2"}`}>
            {offered
                .filter((action) => action.isAllowed(hand))
                .map((action) => {
                    const Icon = ICON.get(action.key);
                    const isFirst = action === acknowledge;
                    return (
                        <Button
                            key={action.key}
                            tone={isFirst ? "strong" : "quiet"}
                            size={isRoomy ? "large" : "normal"}
                            onClick={() => {
                                action.perform(hand);
                            }}
                        >
                            {Icon !== undefined && (
                                <Icon size={15} aria-hidden="true" className="shrink-0 max-[1800px]:pointer-fine:hidden" />
                            )}
                            {word(isFirst && hand.incident !== null ? "incident.acknowledge" : action.label)}
                            <span className="font-mono text-[11px] opacity-80 pointer-coarse:hidden">
                                {action.key.toUpperCase()}
                            </span>
                        </Button>
                    );
                })}
        </div>
    );
}
