/** Beginning a playbook by hand, stopping one, and leaving a step out: each for a reason. */
import { useState } from "react";

import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { usePicture } from "../picture/use";
import { named, word } from "../words/words";
import { AsExercise } from "./AsExercise";
import { Choice } from "./Choice";
import { ReasonForm } from "./ReasonForm";

export function StartPlaybookDialog({ alert: id, close }: { alert: string | null; close: () => void }) {
    const playbooks = usePicture((picture) => picture.site.playbooks);
    const alert = usePicture((picture) => (id === null ? undefined : picture.alerts.get(id)));
    const [chosen, choose] = useState<string | null>(null);
    const [isDrill, setDrill] = useState(alert?.exercise ?? false);
    // What is rehearsed is not for an alert that is meant.
    const lead = isDrill && alert?.exercise !== true ? undefined : alert;
    const playbook = playbooks.find((one) => one.id === chosen);
    return (
        <Dialog
            title={word("playbook.start")}
            description={lead === undefined ? word("playbook.for_site") : `A-${lead.number} · ${lead.summary}`}
            close={close}
        >
            <ReasonForm
                label={word("command.reason")}
                hint={word("command.reason_hint")}
                submit={word(isDrill ? "exercise.submit" : "playbook.submit")}
                tone="danger"
                isReady={chosen !== null}
                close={close}
                send={(reason) =>
                    chosen === null
                        ? Promise.resolve(false)
                        : request(
                              {
                                  kind: "start_playbook",
                                  playbook: chosen,
                                  alert: lead?.id ?? null,
                                  reason,
                                  exercise: isDrill,
                              },
                              isDrill ? "toast.exercise" : "toast.playbook",
                          )
                }
            >
                <Choice
                    legend={word("playbook.which")}
                    name="playbook"
                    values={playbooks.map((one) => one.id)}
                    chosen={chosen}
                    choose={choose}
                    isTall
                    text={(value) => {
                        const one = playbooks.find((each) => each.id === value);
                        return `${one?.name ?? value} · ${named("playbook_kind", one?.kind ?? "other")}`;
                    }}
                />
                <AsExercise isChosen={isDrill} choose={setDrill} />
                {playbook !== undefined && (
                    <div>
                        <div className="mb-1 text-ink-2">{word("playbook.steps")}</div>
                        <ol className="m-0 list-decimal pl-6">
                            {playbook.steps.map((text, index) => (
                                <li key={index}>{text}</li>
                            ))}
                        </ol>
                    </div>
                )}
            </ReasonForm>
        </Dialog>
    );
}

export function StopPlaybookDialog({ run: id, close }: { run: string; close: () => void }) {
    const run = usePicture((picture) => picture.runs.get(id));
    if (run === undefined) return null;
    return (
        <Dialog title={word("playbook.stop_title", { name: run.name })} description={word("playbook.stop_what")} close={close}>
            <ReasonForm
                label={word("command.reason")}
                hint={word("command.reason_hint")}
                submit={word("playbook.stop")}
                tone="danger"
                close={close}
                send={(reason) => request({ kind: "stop_playbook", run: id, reason }, "toast.stopped")}
            />
        </Dialog>
    );
}

interface SkipProps {
    run: string;
    step: string;
    close: () => void;
}

export function SkipStepDialog({ run: id, step: name, close }: SkipProps) {
    const step = usePicture((picture) => picture.runs.get(id)?.steps.find((one) => one.step === name));
    if (step === undefined) return null;
    return (
        <Dialog title={word("playbook.skip_title")} description={`${step.text}. ${word("playbook.skip_what")}`} close={close}>
            <ReasonForm
                label={word("command.reason")}
                hint={word("playbook.skip_hint")}
                submit={word("playbook.skip")}
                tone="danger"
                close={close}
                send={(reason) => request({ kind: "skip_step", run: id, step: name, reason }, "toast.skipped")}
            />
        </Dialog>
    );
}
