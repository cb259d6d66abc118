/** Ordering an actuator by hand: the first yes. What moves people or things waits for a second. */
import { useState } from "react";

import type { ActuatorAction } from "../contract";
import { open, request, useDesk } from "../desk";
import { Dialog } from "../parts/Dialog";
import { commandsOf, needsConfirmation } from "../picture/devices";
import { usePicture } from "../picture/use";
import { named, word } from "../words/words";
import { AsExercise } from "./AsExercise";
import { CommandFacts } from "./CommandFacts";
import { ReasonForm } from "./ReasonForm";

interface Props {
    actuator: string;
    action: string;
    close(): void;
}

/** Go on to the second step as soon as the picture shows the command that waits. */
function confirmNext(actuator: string): void {
    const { picture } = useDesk.getState();
    const waiting = commandsOf(picture?.commands.values() ?? [], actuator).find(
        (command) => command.state === "awaiting_confirmation",
    );
    open(waiting === undefined ? null : { kind: "confirm", command: waiting.id });
}

// The delta that shows the command follows its answer within a tenth of a second.
const SHOWN_MS = 400;

export function OrderDialog({ actuator: id, action, close }: Props) {
    const actuator = usePicture((picture) => picture.actuators.get(id));
    const [isDrill, setDrill] = useState(false);
    if (actuator === undefined) return null;
    const isTwoStep = needsConfirmation(actuator.effect);
    const send = async (reason: string) => {
        const isTaken = await request(
            {
                kind: "order",
                actuator: id,
                action: action as ActuatorAction,
                reason,
                // What the plan keeps out of exercises is refused, and was not offered.
                exercise: isDrill && actuator.exercise,
            },
            isTwoStep ? undefined : "toast.ordered",
        );
        if (isTaken && isTwoStep) {
            setTimeout(() => {
                confirmNext(id);
            }, SHOWN_MS);
        }
        return isTaken;
    };
    return (
        <Dialog
            title={word("command.title", {
                action: named("action_name", action),
                actuator: actuator.name,
            })}
            {...(isTwoStep ? { description: word("command.step_one") } : {})}
            close={close}
        >
            <ReasonForm
                label={word("command.reason")}
                hint={word("command.reason_hint")}
                submit={word(isTwoStep ? "command.submit" : isDrill ? "exercise.submit_order" : "command.submit_now")}
                tone="danger"
                close={close}
                send={send}
            >
                <div>
                    <CommandFacts actuator={actuator} action={action} />
                </div>
                {actuator.exercise && (
                    <AsExercise isChosen={isDrill} what="exercise.order_what" choose={setDrill} />
                )}
            </ReasonForm>
        </Dialog>
    );
}
