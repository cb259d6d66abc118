/** How the hub is, and what input it refused: who sent it, what was wrong, what to do. */
import type { ReactNode } from "react";

import { Cell, Row, Table } from "../parts/Table";
import { ageText } from "../picture/ages";
import { useHubTime, usePicture } from "../picture/use";
import { word } from "../words/words";
import { Empty, Part } from "../parts/Part";

export function HealthPage() {
    const hub = usePicture((picture) => picture.hub);
    return (
        <div className="h-full overflow-y-auto p-5">
            <Part title={word("health.title")}>
                <div className="grid grid-cols-[repeat(auto-fill,minmax(160px,1fr))] gap-3">
                    <Tile name={word("health.broker")} isBad={!hub.bus_connected}>
                        {word(hub.bus_connected ? "health.connected" : "health.lost")}
                    </Tile>
                    <Tile name={word("health.journal")} isBad={!hub.journal_ok}>
                        {word(hub.journal_ok ? "health.writing" : "health.failing")}
                    </Tile>
                    <Tile name={word("health.observed")}>{hub.observed_to_received_p99_ms.toFixed(1)} ms</Tile>
                    <Tile name={word("health.received")}>{hub.received_to_effects_p99_ms.toFixed(2)} ms</Tile>
                    <Tile name={word("health.scans")}>{hub.scans_per_s.toFixed(1)} /s</Tile>
                    <Tile name={word("health.detections")}>{hub.detections_per_s.toFixed(0)} /s</Tile>
                    <Tile name={word("header.tracks")}>{hub.tracks}</Tile>
                    <Tile name={word("health.alerts")}>{hub.alerts_10_min}</Tile>
                    <Tile name={word("health.dropped")} isBad={hub.dropped_scans > 0}>
                        {hub.dropped_scans}
                    </Tile>
                    <Tile name={word("health.uptime")}>{ageText(hub.uptime_s * 1e6)}</Tile>
                    <Tile name={word("health.software")}>{hub.software}</Tile>
                </div>
            </Part>
            {hub.faults.length > 0 && (
                <Part title={word("health.faults")}>
                    <Table heads={[word("refusal.code"), word("refusal.text")]}>
                        {hub.faults.map(({ code, text }) => (
                            <Row key={code}>
                                <Cell isMono>{code}</Cell>
                                <Cell>{text}</Cell>
                            </Row>
                        ))}
                    </Table>
                </Part>
            )}
            <Part title={word("health.refusals")}>
                <Refusals />
            </Part>
        </div>
    );
}

function Tile({ name, isBad = false, children }: { name: string; isBad?: boolean; children: ReactNode }) {
    return (
        <div className={`rounded-md border bg-panel p-3 ${isBad ? "border-critical/60" : "border-edge"}`}>
            <div className="text-[12px] text-ink-2">{name}</div>
            <div className={`mt-0.5 font-mono text-[17px] tabular-nums ${isBad ? "text-critical" : ""}`}>
                {children}
            </div>
        </div>
    );
}

function Refusals() {
    const refusals = usePicture((picture) => picture.refusals);
    const at_us = useHubTime();
    if (refusals.size === 0) return <Empty text={word("health.refusals_empty")} />;
    const newest = [...refusals.values()].sort((one, other) => other.last_us - one.last_us);
    return (
        <Table
            heads={[
                word("refusal.source"),
                word("refusal.code"),
                word("refusal.text"),
                word("refusal.fix"),
                word("refusal.count"),
                word("refusal.last"),
            ]}
        >
            {newest.map((refusal) => (
                <Row key={`${refusal.source}/${refusal.code}`}>
                    <Cell isMono>{refusal.source}</Cell>
                    <Cell isMono>{refusal.code}</Cell>
                    <Cell>{refusal.text}</Cell>
                    <Cell>{refusal.fix}</Cell>
                    <Cell isMono>{refusal.count}</Cell>
                    <Cell isMono>{ageText(at_us - refusal.last_us)}</Cell>
                </Row>
            ))}
        </Table>
    );
}
