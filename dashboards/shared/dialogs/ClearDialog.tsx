/** Closing an acknowledged alert, with a line on what it was. */
import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { ReasonForm } from "./ReasonForm";

export function ClearDialog({ alert: id, close }: { alert: string; close: () => void }) {
    const alert = usePicture((picture) => picture.alerts.get(id));
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
                close={close}
                send={(note) => request({ kind: "clear", alert: id, note }, "toast.cleared")}
            />
        </Dialog>
    );
}
