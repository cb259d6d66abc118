/** Every alert: open, shelved, and what was. */
import { useEffect, useState } from "react";

import { useDesk } from "../shared/desk";
import { Detail } from "../shared/detail/Detail";
import { Empty, Part } from "../shared/parts/Part";
import { PriorityMark } from "../shared/parts/marks";
import { ageText, dateTimeText } from "../shared/picture/ages";
import { useHubTime, useQueue, useHidden } from "../shared/picture/use";
import type { Alert } from "../shared/picture/views";
import { HubRefusal, readHistory } from "../shared/session/hub";
import { named, word } from "../shared/words/words";
import { sensorsText } from "../shared/parts/AlertRow";
import { selectAlert } from "../shared/hand";
import { Cell, Row, Table } from "../shared/parts/Table";

const HISTORY_MAX = 200;
const HISTORY_EVERY_MS = 10_000;

function useHistory(): { history: readonly Alert[]; complaint: string } {
    const [history, setHistory] = useState<readonly Alert[]>([]);
    const [complaint, setComplaint] = useState("");
    useEffect(() => {
        let isOver = false;
        const read = async () => {
            try {
                const alerts = await readHistory(HISTORY_MAX);
                if (isOver) return;
                setHistory(alerts);
                setComplaint("");
            } catch (error) {
                if (!(error instanceof HubRefusal)) throw error;
                if (!isOver) setComplaint(error.message || word(error.what));
            }
        };
        void read();
        const timer = setInterval(() => void read(), HISTORY_EVERY_MS);
        return () => {
            isOver = true;
            clearInterval(timer);
        };
    }, []);
    return { history, complaint };
}

export function AlertsPage() {
    const queue = useQueue();
    const hidden = useHidden();
    const { history, complaint } = useHistory();
    const open = new Set([...queue, ...hidden].map((alert) => alert.id));
    const past = history.filter((alert) => !open.has(alert.id));
    return (
        <div className="grid h-full grid-rows-[minmax(0,1fr)] grid-cols-[minmax(0,1fr)_clamp(300px,23vw,400px)]">
            <div className="min-h-0 overflow-y-auto p-5">
                <Part title={`${word("alerts.open")} (${queue.length})`}>
                    {queue.length === 0 ? <Empty text={word("alerts.none")} /> : <AlertTable alerts={queue} />}
                </Part>
                {hidden.length > 0 && (
                    <Part title={word("hidden.count", { count: hidden.length })}>
                        <AlertTable alerts={hidden} />
                    </Part>
                )}
                <Part title={word("alerts.history")}>
                    {complaint !== "" && <div className="text-high">{complaint}</div>}
                    {past.length === 0 && complaint === "" && <Empty text={word("alerts.history_empty")} />}
                    {past.length > 0 && <AlertTable alerts={past} />}
                </Part>
            </div>
            <div className="grid min-h-0 border-l border-edge bg-panel">
                <Detail track={null} />
            </div>
        </div>
    );
}

function AlertTable({ alerts }: { alerts: readonly Alert[] }) {
    const at_us = useHubTime();
    const selected = useDesk((state) => (state.selection?.kind === "alert" ? state.selection.id : null));
    return (
        <Table
            heads={[
                word("alerts.title"),
                word("alert.zone"),
                word("alert.fused_from"),
                word("device.state"),
                word("alert.raised"),
            ]}
        >
            {alerts.map((alert) => (
                <Row
                    key={alert.id}
                    isSelected={alert.id === selected}
                    choose={() => {
                        selectAlert(alert);
                    }}
                >
                    <Cell>
                        <span className="flex items-center gap-2">
                            <PriorityMark priority={alert.priority} isFaint={alert.state === "closed"} />
                            <span className="font-mono whitespace-nowrap text-ink-2">A-{alert.number}</span>
                            <span className="min-w-0">{alert.summary}</span>
                        </span>
                    </Cell>
                    <Cell>{alert.zone ?? "–"}</Cell>
                    <Cell isMono>{sensorsText(alert.sensors)}</Cell>
                    <Cell>
                        {named("state", alert.state)}
                        {alert.acknowledged_by !== null && (
                            <span className="text-ink-2"> · {alert.acknowledged_by}</span>
                        )}
                    </Cell>
                    <Cell isMono>
                        {dateTimeText(alert.raised_us)}
                        <span className="whitespace-nowrap text-ink-3">
                            {" "}
                            · {ageText(at_us - alert.raised_us)}
                        </span>
                    </Cell>
                </Row>
            ))}
        </Table>
    );
}
