/** The shift: a line for its log, and handing it over. */
import { useState } from "react";

import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { ReasonForm } from "./ReasonForm";

export function LogDialog({ alert: id, close }: { alert: string | null; close: () => void }) {
    const alert = usePicture((picture) => (id === null ? undefined : picture.alerts.get(id)));
    return (
        <Dialog
            title={word("log.title")}
            {...(alert === undefined ? {} : { description: `A-${alert.number} · ${alert.summary}` })}
            close={close}
        >
            <ReasonForm
                label={word("log.text")}
                hint={word("log.hint")}
                submit={word("log.submit")}
                close={close}
                send={(text) => request({ kind: "log_entry", text, alert: id }, "toast.logged")}
            />
        </Dialog>
    );
}

export function HandOverDialog({ close }: { close: () => void }) {
    const [note, setNote] = useState("");
    return (
        <Dialog title={word("handover.give")} description={word("handover.give_what")} close={close}>
            <ReasonForm
                label={word("handover.to")}
                hint={word("handover.to_hint")}
                submit={word("handover.submit")}
                close={close}
                send={(to) => request({ kind: "hand_over", to, note: note.trim() }, "toast.handed_over")}
            >
                <label className="flex flex-col gap-1.5 text-ink-2">
                    {word("handover.note")}
                    <textarea
                        value={note}
                        rows={4}
                        maxLength={2000}
                        onChange={(event) => {
                            setNote(event.target.value);
                        }}
                        className="rounded-md border border-edge-2 bg-ground px-3 py-2 text-[14px] text-ink"
                    />
                </label>
            </ReasonForm>
        </Dialog>
    );
}
