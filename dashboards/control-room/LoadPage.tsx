/** Load and key figures: is the alert list something that a person can work with? */
import { useCallback, useState } from "react";

import type { KpiView, LoadSpan, Measure } from "../shared/contract";
import { Meter } from "../shared/detail/Facts";
import { Button } from "../shared/parts/Button";
import { PriorityMark } from "../shared/parts/marks";
import { Empty, Part } from "../shared/parts/Part";
import { Cell, Row, Table } from "../shared/parts/Table";
import { ageText, clockText, dateTimeText } from "../shared/picture/ages";
import { usePicture } from "../shared/picture/use";
import { readKpi } from "../shared/session/hub";
import { useReading } from "../shared/session/reading";
import { named, word } from "../shared/words/words";
import { Hours } from "./Hours";

export function LoadPage() {
    const [hours, setHours] = useState(8);
    const { answer, complaint, again } = useReading(useCallback(() => readKpi(hours), [hours]));
    return (
        <div className="h-full overflow-y-auto p-5">
            <LoadNow />
            <div className="mb-4 flex flex-wrap items-center gap-3">
                <h2 className="m-0 text-[15px] font-semibold">{word("kpi.title")}</h2>
                <Hours hours={hours} choose={setHours} />
                <Button size="small" onClick={again}>
                    {word("kpi.again")}
                </Button>
                {answer !== null && (
                    <span className="text-ink-2">
                        {dateTimeText(answer.start_us)} – {clockText(answer.end_us)} UTC ·{" "}
                        {word("kpi.raised", { raised: answer.raised ?? 0, operators: answer.operators })}
                    </span>
                )}
            </div>
            {complaint !== "" && <p className="text-high">{complaint}</p>}
            {answer?.complete === false && <p className="text-high">{word("kpi.incomplete")}</p>}
            {answer !== null && <Figures kpi={answer} />}
        </div>
    );
}

function LoadNow() {
    const load = usePicture((picture) => picture.load);
    const figures = [
        [word("load.raised_10_min"), load.raised_10_min],
        [word("load.raised_hour"), load.raised_hour],
        [word("load.standing"), load.standing],
        [word("load.stale"), load.stale],
        [word("load.chattering"), load.chattering],
        [word("load.shelved"), load.shelved],
        [word("load.suppressed"), load.suppressed],
        [word("load.out_of_service"), load.out_of_service],
        [word("load.operators"), load.operators],
    ] as const;
    return (
        <Part title={word("load.title")}>
            <div className="grid grid-cols-[repeat(auto-fill,minmax(150px,1fr))] gap-3">
                {figures.map(([name, value]) => (
                    <div key={name} className="rounded-md border border-edge bg-panel p-3">
                        <div className="text-[12px] text-ink-2">{name}</div>
                        <div className="font-mono text-[17px] tabular-nums">{value}</div>
                    </div>
                ))}
            </div>
        </Part>
    );
}

function Figures({ kpi }: { kpi: KpiView }) {
    return (
        <>
            <Part title={word("kpi.measures")}>
                <Measures measures={kpi.measures ?? []} />
            </Part>
            <Part title={word("kpi.spans")}>
                <Spans spans={kpi.load ?? []} operators={Math.max(1, kpi.operators)} />
            </Part>
            <div className="grid gap-x-6 xl:grid-cols-2">
                <Part title={word("kpi.priorities")}>
                    <Priorities kpi={kpi} />
                </Part>
                <Part title={word("kpi.acknowledged")}>
                    <Acknowledged kpi={kpi} />
                </Part>
                <Part title={word("kpi.top")}>
                    <Top kpi={kpi} />
                </Part>
                <Part title={word("kpi.outcomes")}>
                    <OutcomeTable kpi={kpi} />
                </Part>
            </div>
            <Part title={word("kpi.floods")}>
                <Floods kpi={kpi} />
            </Part>
        </>
    );
}

function amount(value: number | null | undefined): string {
    if (value === null || value === undefined) return "–";
    return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

const VERDICT = { met: "text-good", unmet: "text-critical", open: "text-ink-2" } as const;

function verdictOf({ met }: Measure): keyof typeof VERDICT {
    if (met === null || met === undefined) return "open";
    return met ? "met" : "unmet";
}

function Measures({ measures }: { measures: readonly Measure[] }) {
    return (
        <Table heads={[word("kpi.measure"), word("kpi.value"), word("kpi.target"), word("kpi.verdict")]}>
            {measures.map((one) => (
                <Row key={one.id}>
                    <Cell>{one.name}</Cell>
                    <Cell isMono>
                        {amount(one.value)} {one.unit}
                    </Cell>
                    <Cell isMono>{one.target}</Cell>
                    <Cell>
                        <span className={VERDICT[verdictOf(one)]}>{word(`kpi.${verdictOf(one)}`)}</span>
                        {typeof one.note === "string" && <span className="text-ink-2"> · {one.note}</span>}
                    </Cell>
                </Row>
            ))}
        </Table>
    );
}

// ISA-18.2: about one alert in ten minutes is fine for one person, two are the most, ten a flood.
const MANAGEABLE_MAX = 2;
const FLOOD_ABOVE = 10;

function spanTone(raised: number): string {
    if (raised > FLOOD_ABOVE) return "bg-critical";
    return raised > MANAGEABLE_MAX ? "bg-medium" : "bg-accent";
}

function Spans({ spans, operators }: { spans: readonly LoadSpan[]; operators: number }) {
    if (spans.length === 0) return <Empty text={word("kpi.no_spans")} />;
    const each = spans.map(({ start_us, raised = 0 }) => ({ start_us, raised: raised / operators }));
    const most = Math.max(FLOOD_ABOVE, ...each.map(({ raised }) => raised));
    return (
        <figure className="m-0 rounded-md border border-edge bg-panel p-3">
            <div className="flex h-28 items-end gap-px" role="img" aria-label={word("kpi.spans_label", { most: amount(Math.max(...each.map(({ raised }) => raised))) })}>
                {each.map(({ start_us, raised }) => (
                    <div
                        key={start_us}
                        title={`${clockText(start_us).slice(0, 5)}: ${amount(raised)}`}
                        className={`min-w-px flex-1 ${raised === 0 ? "bg-edge" : spanTone(raised)}`}
                        style={{ height: `${Math.max(2, (100 * raised) / most)}%` }}
                    />
                ))}
            </div>
            <figcaption className="mt-2 flex justify-between font-mono text-[12px] text-ink-2">
                <span>{clockText(each[0]?.start_us ?? 0).slice(0, 5)}</span>
                <span className="font-sans">{word("kpi.spans_what")}</span>
                <span>{clockText(each.at(-1)?.start_us ?? 0).slice(0, 5)}</span>
            </figcaption>
        </figure>
    );
}

function Priorities({ kpi }: { kpi: KpiView }) {
    return (
        <Table heads={[word("kpi.priority"), word("kpi.count"), word("kpi.share"), word("kpi.target")]}>
            {(kpi.priorities ?? []).map(({ priority, raised, share, target }) => (
                <Row key={priority}>
                    <Cell>
                        <span className="flex items-center gap-2">
                            <PriorityMark priority={priority} /> {named("priority", priority)}
                        </span>
                    </Cell>
                    <Cell isMono>{raised}</Cell>
                    <Cell>
                        <Meter ratio={share} />
                    </Cell>
                    <Cell isMono>{Math.round(target * 100)}%</Cell>
                </Row>
            ))}
        </Table>
    );
}

function seconds(value: number | null | undefined): string {
    return value === null || value === undefined ? "–" : ageText(value * 1e6);
}

function Acknowledged({ kpi }: { kpi: KpiView }) {
    const times = kpi.acknowledged ?? {};
    return (
        <Table heads={[word("kpi.whose"), word("kpi.count"), word("kpi.median"), word("kpi.p90")]}>
            <Row>
                <Cell>{word("kpi.all")}</Cell>
                <Cell isMono>{times.count ?? 0}</Cell>
                <Cell isMono>{seconds(times.median_s)}</Cell>
                <Cell isMono>{seconds(times.p90_s)}</Cell>
            </Row>
            <Row>
                <Cell>{word("kpi.urgent")}</Cell>
                <Cell isMono>{times.urgent_count ?? 0}</Cell>
                <Cell isMono>{seconds(times.urgent_median_s)}</Cell>
                <Cell isMono>{seconds(times.urgent_p90_s)}</Cell>
            </Row>
            <Row>
                <Cell>{word("kpi.waiting")}</Cell>
                <Cell isMono>{times.waiting ?? 0}</Cell>
                <Cell>–</Cell>
                <Cell>–</Cell>
            </Row>
        </Table>
    );
}

function Top({ kpi }: { kpi: KpiView }) {
    const top = kpi.top ?? [];
    if (top.length === 0) return <Empty text={word("kpi.none")} />;
    return (
        <Table heads={[word("evidence.rule"), word("alert.zone"), word("kpi.count"), word("kpi.share")]}>
            {top.map(({ rule, zone = null, raised, share }) => (
                <Row key={`${rule}/${zone ?? ""}`}>
                    <Cell isMono>{rule}</Cell>
                    <Cell>{zone ?? "–"}</Cell>
                    <Cell isMono>{raised}</Cell>
                    <Cell>
                        <Meter ratio={share} />
                    </Cell>
                </Row>
            ))}
        </Table>
    );
}

function OutcomeTable({ kpi }: { kpi: KpiView }) {
    const outcomes = kpi.outcomes ?? [];
    if (outcomes.length === 0) return <Empty text={word("kpi.none")} />;
    return (
        <Table heads={[word("outcome.title"), word("kpi.count")]}>
            {outcomes.map(({ outcome = null, count }) => (
                <Row key={outcome ?? "unsaid"}>
                    <Cell>{outcome === null ? word("kpi.unsaid") : named("outcome", outcome)}</Cell>
                    <Cell isMono>{count}</Cell>
                </Row>
            ))}
        </Table>
    );
}

function Floods({ kpi }: { kpi: KpiView }) {
    const floods = kpi.floods ?? [];
    if (floods.length === 0) return <Empty text={word("kpi.no_floods")} />;
    return (
        <Table heads={[word("kpi.from"), word("kpi.to"), word("kpi.count")]}>
            {floods.map(({ start_us, end_us = null, raised }) => (
                <Row key={start_us}>
                    <Cell isMono>{dateTimeText(start_us)}</Cell>
                    <Cell isMono>{end_us === null ? word("kpi.goes_on") : clockText(end_us)}</Cell>
                    <Cell isMono>{raised}</Cell>
                </Row>
            ))}
        </Table>
    );
}
