/** What an alert that closed by itself was; a line on it if there is something to say. */
import { useState } from "react";

import type { AlertOutcome } from "../contract";
import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { dateTimeText } from "../picture/ages";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { Outcomes } from "./Outcomes";
import { ReasonForm } from "./ReasonForm";

export function AssessDialog({ alert: id, close }: { alert: string; close: () => void }) {
    const alert = usePicture((picture) => picture.closed.get(id));
    const [outcome, setOutcome] = useState<AlertOutcome | null>(null);
    if (alert === undefined) return null;
    return (
        <Dialog
            title={word("assess.title", { number: alert.number })}
            description={`${alert.summary}. ${dateTimeText(alert.raised_us)} UTC`}
            close={close}
        >
            <ReasonForm
                label={word("clear.note")}
                hint={word("assess.note_hint")}
                submit={word("assess.submit")}
                isOptional
                isReady={outcome !== null}
                close={close}
                send={(note) =>
                    outcome === null
                        ? Promise.resolve(false)
                        : request(
                              { kind: "assess", alert: id, outcome, note: note === "" ? null : note },
                              "toast.assessed",
                          )
                }
            >
                <Outcomes chosen={outcome} choose={setOutcome} />
            </ReasonForm>
        </Dialog>
    );
}
