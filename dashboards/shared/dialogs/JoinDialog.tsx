/** An alert belongs to another incident, or to none. */
import { useState } from "react";

import { request } from "../desk";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { joinable } from "../picture/incidents";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { Choice } from "./Choice";

const ALONE = "alone";

export function JoinDialog({ alert: id, close }: { alert: string; close: () => void }) {
    const alert = usePicture((picture) => picture.alerts.get(id));
    const incidents = usePicture((picture) => picture.incidents);
    const [chosen, choose] = useState<string | null>(null);
    const [isBusy, setBusy] = useState(false);
    if (alert === undefined) return null;
    const offered = joinable(incidents.values(), alert);
    const send = async () => {
        setBusy(true);
        const incident = chosen === ALONE ? null : chosen;
        const isDone = await request({ kind: "join_incident", alert: id, incident }, "toast.joined");
        setBusy(false);
        if (isDone) close();
    };
    return (
        <Dialog title={word("join.title", { number: alert.number })} description={word("join.what")} close={close}>
            <Choice
                legend={word("incident.title")}
                name="incident"
                values={[...offered.map((one) => one.id), ALONE]}
                chosen={chosen}
                choose={choose}
                isTall
                text={(value) => {
                    const one = incidents.get(value);
                    return one === undefined ? word("join.alone") : `I-${one.number} · ${one.summary}`;
                }}
            />
            <div className="mt-4 flex justify-end gap-2">
                <Button onClick={close}>{word("dialog.back")}</Button>
                <Button tone="strong" disabled={chosen === null || isBusy} onClick={() => void send()}>
                    {word("join.submit")}
                </Button>
            </div>
        </Dialog>
    );
}
