/** The shift's sheet: it writes itself, is read on the screen or on paper, and is handed over. */
import { Handshake, NotebookPen, Printer } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";

import type { AlertView, HandoverView, LogLine } from "../shared/contract";
import { open } from "../shared/desk";
import { Button } from "../shared/parts/Button";
import { ageText, clockText, dateTimeText } from "../shared/picture/ages";
import { mayAct } from "../shared/picture/alerts";
import { usePicture } from "../shared/picture/use";
import { readHandover } from "../shared/session/hub";
import { useReading } from "../shared/session/reading";
import { named, word } from "../shared/words/words";
import { Hours } from "./Hours";

export function HandoverPage() {
    const [hours, setHours] = useState(8);
    const may = usePicture((picture) => mayAct(picture.role));
    const { answer, complaint, again } = useReading(useCallback(() => readHandover(hours), [hours]));
    return (
        <div className="h-full overflow-y-auto p-5 print:h-auto print:overflow-visible print:p-0" data-sheet>
            <div className="mb-4 flex flex-wrap items-center gap-3 print:hidden">
                <h2 className="m-0 text-[15px] font-semibold">{word("handover.title")}</h2>
                <Hours hours={hours} choose={setHours} />
                <Button size="small" onClick={again}>
                    {word("kpi.again")}
                </Button>
                <Button
                    size="small"
                    disabled={answer === null}
                    onClick={() => {
                        window.print();
                    }}
                >
                    <Printer size={14} aria-hidden="true" /> {word("handover.print")}
                </Button>
                {may && (
                    <>
                        <Button
                            size="small"
                            onClick={() => {
                                open({ kind: "log", alert: null });
                            }}
                        >
                            <NotebookPen size={14} aria-hidden="true" /> {word("action.log")}…
                        </Button>
                        <Button
                            size="small"
                            tone="strong"
                            onClick={() => {
                                open({ kind: "hand_over" });
                            }}
                        >
                            <Handshake size={14} aria-hidden="true" /> {word("handover.give")}…
                        </Button>
                    </>
                )}
            </div>
            {complaint !== "" && <p className="text-high">{complaint}</p>}
            {answer !== null && <Sheet sheet={answer} />}
        </div>
    );
}

function Sheet({ sheet }: { sheet: HandoverView }) {
    const zones = usePicture((picture) => picture.site.zones);
    const placeOf = (id: string) => zones.find((zone) => zone.id === id)?.name ?? word("posture.site");
    const unreal = [
        ...(sheet.exercise === true ? [word("unreal.exercise")] : []),
        ...(sheet.simulated === true ? [word("unreal.simulation")] : []),
    ].join(" · ");
    return (
        <article className="max-w-[60rem] rounded-md border border-edge bg-panel p-6 print:border-0 print:bg-white print:p-0 print:text-black">
            <h1 className="m-0 text-[20px] font-semibold">
                {word("handover.title")}: {sheet.site}
            </h1>
            {unreal !== "" && <p className="my-1 font-semibold tracking-[0.12em] text-high print:text-black">{unreal}</p>}
            <p className="mt-1 mb-0 text-ink-2 print:text-black">
                {dateTimeText(sheet.start_us)} – {dateTimeText(sheet.end_us)} UTC · {sheet.by}
            </p>
            <List title={word("posture.title")} lines={(sheet.postures ?? []).map(({ id, posture, by, reason, since_us }) => `${placeOf(id)}: ${named("posture", posture)} · ${clockText(since_us)} · ${by}: ${reason}`)} />
            <List title={word("incident.list")} lines={(sheet.incidents ?? []).map(({ number, summary, open_count, priority }) => `I-${number} · ${named("priority", priority)} · ${summary} · ${word("incident.alerts", { count: open_count })}`)} />
            <Alerts title={word("alerts.open")} alerts={sheet.open} at_us={sheet.end_us} />
            <Alerts title={word("handover.shelved")} alerts={sheet.shelved} at_us={sheet.end_us} />
            <Alerts title={word("handover.suppressed")} alerts={sheet.suppressed} at_us={sheet.end_us} />
            <Alerts title={word("handover.out_of_service")} alerts={sheet.out_of_service} at_us={sheet.end_us} />
            <List title={word("handover.services")} lines={(sheet.services ?? []).map(({ id, by, reason, until_us }) => `${id} · ${by}: ${reason} · ${dateTimeText(until_us)}`)} />
            <List title={word("handover.runs")} lines={(sheet.runs ?? []).map(({ name, state, started_by, started_us }) => `${name} · ${named("run_state", state)} · ${started_by} · ${clockText(started_us)}`)} />
            <List title={word("task.list")} lines={(sheet.tasks ?? []).map(({ number, text, state, team }) => `T-${number} · ${named("task_state", state)} · ${team ?? word("task.nobody")} · ${text}`)} />
            <List title={word("handover.sensors_out")} lines={sheet.sensors_out ?? []} />
            <List title={word("health.faults")} lines={sheet.hub_faults ?? []} />
            <Log title={word("handover.decisions")} lines={sheet.decisions} />
            <Log title={word("handover.log")} lines={sheet.log} />
            <Alerts title={word("assess.list")} alerts={sheet.to_assess} at_us={sheet.end_us} />
            <Alerts title={word("handover.closed")} alerts={sheet.closed} at_us={sheet.end_us} />
            <List title={word("handover.before")} lines={(sheet.handovers ?? []).map(({ at_us, by, to, note }) => `${dateTimeText(at_us)} · ${by} → ${to}${note === undefined || note === "" ? "" : ` · ${note}`}`)} />
        </article>
    );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
    return (
        <section className="mt-5 break-inside-avoid-page">
            <h2 className="mt-0 mb-1.5 text-[14px] font-semibold">{title}</h2>
            {children}
        </section>
    );
}

function List({ title, lines }: { title: string; lines: readonly string[] }) {
    if (lines.length === 0) return null;
    return (
        <Section title={`${title} (${lines.length})`}>
            <ul className="m-0 list-disc pl-5 marker:text-ink-3">
                {lines.map((line, index) => (
                    <li key={index}>{line}</li>
                ))}
            </ul>
        </Section>
    );
}

interface AlertsProps {
    title: string;
    alerts: readonly AlertView[] | undefined;
    at_us: number;
}

function alertText(alert: AlertView, at_us: number): string {
    const parts = [
        `A-${alert.number}`,
        named("priority", alert.priority),
        alert.summary,
        alert.zone ?? "",
        ageText(at_us - alert.raised_us),
        alert.shelved_by ?? alert.acknowledged_by ?? word("handover.nobody"),
        alert.outcome === null || alert.outcome === undefined ? "" : named("outcome", alert.outcome),
        alert.shelve_reason ?? alert.hidden_why ?? alert.note ?? "",
    ];
    return parts.filter((part) => part !== "").join(" · ");
}

function Alerts({ title, alerts = [], at_us }: AlertsProps) {
    return <List title={title} lines={alerts.map((alert) => alertText(alert, at_us))} />;
}

function Log({ title, lines = [] }: { title: string; lines: readonly LogLine[] | undefined }) {
    return <List title={title} lines={lines.map(({ at_us, by, text }) => `${clockText(at_us)} · ${by}: ${text}`)} />;
}
