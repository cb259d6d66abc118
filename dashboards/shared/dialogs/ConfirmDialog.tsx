/** The second, deliberate yes to a command that waits for it; or the no. */
import { useState } from "react";

import { request } from "../desk";
import { Fact, Facts } from "../detail/Facts";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { ExerciseMark } from "../parts/marks";
import { ageText } from "../picture/ages";
import { useHubTime, usePicture } from "../picture/use";
import type { Picture } from "../picture/picture";
import { named, word } from "../words/words";
import { CommandFacts } from "./CommandFacts";

interface Waiting {
    actuator: string;
    action: string;
    state: string;
    note: string | null;
    expires_us: number | null;
    /** A step of an alert has none of its own: the alert says it. */
    exercise?: boolean;
}

/** The command as a list knows it, or as a step of an alert's plan does. */
export function waitingCommand(picture: Picture, id: string): Waiting | null {
    const command = picture.commands.get(id);
    if (command !== undefined) return command;
    for (const alert of picture.alerts.values()) {
        const step = alert.steps.find((one) => one.command === id);
        if (step !== undefined) return step;
    }
    return null;
}

export function ConfirmDialog({ command: id, close }: { command: string; close: () => void }) {
    const waiting = usePicture((picture) => waitingCommand(picture, id));
    const actuators = usePicture((picture) => picture.actuators);
    const at_us = useHubTime();
    const [isBusy, setBusy] = useState(false);
    const actuator = waiting === null ? undefined : actuators.get(waiting.actuator);
    if (waiting === null || actuator === undefined) return null;
    const isWaiting = waiting.state === "awaiting_confirmation";
    const send = async (isYes: boolean) => {
        setBusy(true);
        const isDone = isYes
            ? await request({ kind: "confirm", command: id }, "toast.confirmed")
            : await request(
                  { kind: "cancel", command: id, reason: word("toast.cancelled") },
                  "toast.cancelled",
              );
        setBusy(false);
        if (isDone) close();
    };
    return (
        <Dialog
            title={word("command.confirm_title", {
                action: named("action_name", waiting.action),
                actuator: actuator.name,
            })}
            description={word("command.step_two")}
            close={close}
        >
            {waiting.exercise === true && (
                <p className="mt-0 mb-3">
                    <ExerciseMark of={{ exercise: true }} />
                </p>
            )}
            <CommandFacts actuator={actuator} action={waiting.action} />
            {waiting.note !== null && <p className="my-3 text-high">{waiting.note}</p>}
            {!isWaiting && (
                <p className="my-3 text-ink-2">
                    {word("command.gone")} {named("command_state", waiting.state)}
                </p>
            )}
            {isWaiting && waiting.expires_us !== null && (
                <Facts>
                    <Fact name={word("command.expires")} isMono>
                        {ageText(waiting.expires_us - at_us)}
                    </Fact>
                </Facts>
            )}
            <div className="mt-5 flex flex-wrap justify-end gap-2">
                <Button onClick={close} autoFocus>
                    {word("dialog.back")}
                </Button>
                <Button disabled={!isWaiting || isBusy} onClick={() => void send(false)}>
                    {word("action.cancel")}
                </Button>
                <Button tone="danger" disabled={!isWaiting || isBusy} onClick={() => void send(true)}>
                    {word("action.confirm")}: {named("action_name", waiting.action)}
                </Button>
            </div>
        </Dialog>
    );
}
