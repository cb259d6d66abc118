/** Why an alert was raised: rule and thresholds, who contributed how much, who should have and did not. */
import { EyeOff } from "lucide-react";
import { useCallback, useState } from "react";

import type { Contribution, Dossier, EvidenceView, Missed } from "../contract";
import { select } from "../desk";
import { Button } from "../parts/Button";
import { clockText, distanceText } from "../picture/ages";
import { readEvidence } from "../session/hub";
import { useReading } from "../session/reading";
import { named, word } from "../words/words";
import { Fact, Facts, Heading, Meter } from "./Facts";

export function EvidencePanel({ alert }: { alert: string }) {
    const [isOpen, setOpen] = useState(false);
    return (
        <div className="mt-4">
            <Button
                size="small"
                aria-expanded={isOpen}
                onClick={() => {
                    setOpen(!isOpen);
                }}
            >
                {word(isOpen ? "evidence.hide" : "evidence.show")}
            </Button>
            {isOpen && <Panel alert={alert} />}
        </div>
    );
}

function Panel({ alert }: { alert: string }) {
    const { answer, complaint } = useReading(useCallback(() => readEvidence(alert), [alert]));
    if (complaint !== "") return <p className="text-high">{complaint}</p>;
    if (answer === null) return <p className="text-ink-2">{word("methane.reading")}</p>;
    const dossier = answer.dossiers?.at(-1);
    return (
        <section aria-label={word("evidence.title")}>
            {dossier === undefined ? <p className="text-ink-2">{word("evidence.none")}</p> : <Judged dossier={dossier} />}
            <Messages answer={answer} />
        </section>
    );
}

function Judged({ dossier }: { dossier: Dossier }) {
    return (
        <>
            <Heading>{word("evidence.rule")}</Heading>
            <Facts>
                <Fact name={word("evidence.rule")} isMono>
                    {dossier.rule}
                </Fact>
                {(dossier.thresholds ?? []).map(({ name, value }, index) => (
                    <Fact key={index} name={name} isMono>
                        {value}
                    </Fact>
                ))}
                <Fact name={word("evidence.posture")}>{named("posture", dossier.posture ?? "normal")}</Fact>
                <Fact name={word("evidence.at")} isMono>
                    {clockText(dossier.at_us)}
                </Fact>
                {typeof dossier.coverage === "number" && (
                    <Fact name={word("evidence.coverage")}>
                        <Meter ratio={dossier.coverage} />
                    </Fact>
                )}
            </Facts>
            <Heading>{word("evidence.contributed")}</Heading>
            <Contributions contributions={dossier.contributions ?? []} />
            <Heading>{word("evidence.missed")}</Heading>
            <MissedList missed={dossier.missed ?? []} />
            {(dossier.tracks ?? []).length > 0 && (
                <>
                    <Heading>{word("evidence.tracks")}</Heading>
                    <ul className="m-0 list-none p-0 font-mono text-[12px]">
                        {(dossier.tracks ?? []).map((track) => (
                            <li key={track.number}>
                                {track.number} · {named("label", track.label)} · ±{distanceText(track.sigma_m)} ·{" "}
                                {track.speed_mps.toFixed(1)} m/s
                            </li>
                        ))}
                    </ul>
                </>
            )}
            <Heading>{word("evidence.plan")}</Heading>
            <code className="block font-mono text-[11.5px] [overflow-wrap:anywhere] text-ink-2">{dossier.plan ?? "–"}</code>
        </>
    );
}

function Contributions({ contributions }: { contributions: readonly Contribution[] }) {
    if (contributions.length === 0) return <p className="m-0 text-ink-2">{word("device.none")}</p>;
    return (
        <ul className="m-0 flex list-none flex-col gap-1.5 p-0">
            {contributions.map((one) => (
                <li key={one.sensor} data-contribution={one.sensor}>
                    <div className="flex justify-between gap-2">
                        <SensorLink id={one.sensor} name={one.name} />
                        <span className="font-mono text-[12px] text-ink-2">
                            {one.stated === true
                                ? word("evidence.stated")
                                : word("evidence.measured", { count: one.measurement_count ?? 0 })}
                        </span>
                    </div>
                    <Meter ratio={one.share ?? 0} />
                </li>
            ))}
        </ul>
    );
}

function MissedList({ missed }: { missed: readonly Missed[] }) {
    if (missed.length === 0) return <p className="m-0 text-ink-2">{word("evidence.missed_none")}</p>;
    return (
        <ul className="m-0 flex list-none flex-col gap-1.5 p-0">
            {missed.map((one) => (
                <li key={one.sensor} data-missed={one.sensor}>
                    <div className="flex items-center gap-2">
                        <EyeOff size={13} className="shrink-0 text-high" aria-hidden="true" />
                        <SensorLink id={one.sensor} name={one.name} />
                        {typeof one.probability === "number" && (
                            <span className="ml-auto font-mono text-[12px] text-ink-2">
                                {word("evidence.probability", { percent: Math.round(one.probability * 100) })}
                            </span>
                        )}
                    </div>
                    <div className="pl-5 text-[12px] text-ink-2">
                        {one.note ?? word(one.watching ? "evidence.watched" : "evidence.not_watching")}
                    </div>
                </li>
            ))}
        </ul>
    );
}

function SensorLink({ id, name }: { id: string; name: string }) {
    return (
        <button
            type="button"
            className="min-h-6 min-w-0 truncate text-left hover:text-accent pointer-coarse:min-h-12"
            onClick={() => {
                select({ kind: "sensor", id });
            }}
        >
            <span className="font-mono text-[12.5px]">{id.toUpperCase()}</span> <span className="text-ink-2">{name}</span>
        </button>
    );
}

function Messages({ answer }: { answer: EvidenceView }) {
    const messages = answer.messages ?? [];
    return (
        <>
            <Heading>{word("evidence.messages")}</Heading>
            {messages.length === 0 && <p className="m-0 text-ink-2">{word("device.none")}</p>}
            <ul className="m-0 flex list-none flex-col gap-1 p-0">
                {messages.map(({ id, sent_us, topic, payload }) => (
                    <li key={id} className="text-[12px]">
                        <details>
                            <summary className="cursor-pointer">
                                <span className="font-mono">{clockText(sent_us)}</span> {topic ?? word("evidence.in_recording")}
                            </summary>
                            <pre className="m-0 font-mono text-[11px] whitespace-pre-wrap [overflow-wrap:anywhere] text-ink-2">
                                {payload ?? id}
                            </pre>
                        </details>
                    </li>
                ))}
            </ul>
        </>
    );
}
