/** Field tasks by hand: sending one, calling it back, and writing down what came by radio. */
import { useState } from "react";

import type { ReceiptStatus } from "../contract";
import { request, useDesk } from "../desk";
import { placeOfSelection } from "../map/place";
import { Dialog } from "../parts/Dialog";
import { answersTo, compareTeams, teamSign } from "../picture/tasks";
import { usePicture } from "../picture/use";
import { named, word } from "../words/words";
import { AsExercise } from "./AsExercise";
import { Choice } from "./Choice";
import { ReasonForm } from "./ReasonForm";

const NEAREST = "";

interface CreateProps {
    alert: string | null;
    team: string | null;
    close: () => void;
}

export function CreateTaskDialog({ alert: id, team: asked, close }: CreateProps) {
    const alert = usePicture((picture) => (id === null ? undefined : picture.alerts.get(id)));
    const teams = usePicture((picture) => picture.teams);
    const selection = useDesk((state) => state.selection);
    const [team, setTeam] = useState(asked ?? NEAREST);
    const [isDrill, setDrill] = useState(alert?.exercise ?? false);
    const lead = isDrill && alert?.exercise !== true ? undefined : alert;
    // A team is sent to what is selected; a team that is itself selected goes where its order says.
    const place = selection === null || selection.kind === "team" ? null : placeOfSelection(selection);
    const send = (text: string) =>
        request(
            {
                kind: "create_task",
                text,
                team: team === NEAREST ? null : team,
                alert: lead?.id ?? null,
                ...(lead === undefined && place !== null ? place : {}),
                exercise: isDrill,
            },
            "toast.task",
        );
    return (
        <Dialog
            title={word("task.create")}
            {...(lead === undefined ? {} : { description: `A-${lead.number} · ${lead.summary}` })}
            close={close}
        >
            <ReasonForm
                label={word("task.order")}
                hint={word("task.order_hint")}
                submit={word("task.send")}
                close={close}
                send={send}
            >
                <label className="flex flex-col gap-1.5 text-ink-2">
                    {word("task.team")}
                    <select
                        value={team}
                        onChange={(event) => {
                            setTeam(event.target.value);
                        }}
                        className="min-h-10 rounded-md border border-edge-2 bg-ground px-3 text-[14px] text-ink pointer-coarse:min-h-12"
                    >
                        <option value={NEAREST}>{word("task.nearest")}</option>
                        {[...teams.values()].sort(compareTeams).map((one) => (
                            <option key={one.id} value={one.id}>
                                {`${teamSign(one)} · ${one.name}${one.task === null ? "" : ` · ${word("team.busy")}`}${one.silent ? ` · ${word("condition.silent")}` : ""}`}
                            </option>
                        ))}
                    </select>
                </label>
                <AsExercise isChosen={isDrill} choose={setDrill} />
            </ReasonForm>
        </Dialog>
    );
}

export function CancelTaskDialog({ task: id, close }: { task: string; close: () => void }) {
    const task = usePicture((picture) => picture.tasks.get(id));
    if (task === undefined) return null;
    return (
        <Dialog title={word("task.cancel_title", { number: task.number })} description={task.text} close={close}>
            <ReasonForm
                label={word("command.reason")}
                hint={word("command.reason_hint")}
                submit={word("task.cancel")}
                tone="danger"
                close={close}
                send={(reason) => request({ kind: "cancel_task", task: id, reason }, "toast.task_cancelled")}
            />
        </Dialog>
    );
}

export function AnswerTaskDialog({ task: id, close }: { task: string; close: () => void }) {
    const task = usePicture((picture) => picture.tasks.get(id));
    const [status, setStatus] = useState<ReceiptStatus | null>(null);
    if (task === undefined) return null;
    return (
        <Dialog title={word("task.answer_title", { number: task.number })} description={task.text} close={close}>
            <ReasonForm
                label={word("task.said")}
                hint={word("task.said_hint")}
                submit={word("task.answer_submit")}
                isOptional
                isReady={status !== null}
                close={close}
                send={(text) =>
                    status === null
                        ? Promise.resolve(false)
                        : request(
                              { kind: "answer_task", task: id, status, text: text === "" ? null : text },
                              "toast.answered",
                          )
                }
            >
                <Choice
                    legend={word("task.answer")}
                    name="answer"
                    values={answersTo(task)}
                    chosen={status}
                    choose={setStatus}
                    text={(each) => named("answer", each)}
                />
            </ReasonForm>
        </Dialog>
    );
}
