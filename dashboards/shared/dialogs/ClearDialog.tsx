/** Closing an acknowledged alert: what it turned out to be, and a line on it. */
import { useState } from "react";

import type { AlertOutcome } from "../contract";
import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { Outcomes } from "./Outcomes";
import { ReasonForm } from "./ReasonForm";

export function ClearDialog({ alert: id, close }: { alert: string; close: () => void }) {
    const alert = usePicture((picture) => picture.alerts.get(id));
    const [outcome, setOutcome] = useState<AlertOutcome | null>(null);
    if (alert === undefined) return null;
    return (
        <Dialog
            title={word("clear.title", { number: alert.number })}
            description={alert.summary}
            close={close}
        >
            <ReasonForm
                label={word("clear.note")}
                hint={word("clear.note_hint")}
                submit={word("clear.submit")}
                isReady={outcome !== null}
                close={close}
                send={(note) =>
                    outcome === null
                        ? Promise.resolve(false)
                        : request({ kind: "clear", alert: id, note, outcome }, "toast.cleared")
                }
            >
                <Outcomes chosen={outcome} choose={setOutcome} />
            </ReasonForm>
        </Dialog>
    );
}
