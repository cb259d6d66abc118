/** What a track really is: one choice, which then holds against what sensors say. */
import { type FormEvent, useState } from "react";

import { LABELS, type Label } from "../contract";
import { request, tracks } from "../desk";
import { nameOfTrack } from "../map/track-name";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { otherLabels } from "../picture/corrections";
import { named, word } from "../words/words";

export function RelabelDialog({ track, close }: { track: number; close: () => void }) {
    const row = tracks.rowOf(track);
    const now = LABELS[row === null ? 0 : (tracks.label[row] ?? 0)] ?? "unknown";
    const [label, setLabel] = useState<Label | null>(null);
    const [isBusy, setBusy] = useState(false);
    const act = async (event: FormEvent) => {
        event.preventDefault();
        if (label === null) return;
        setBusy(true);
        const isDone = await request({ kind: "relabel", track, label }, "toast.relabelled");
        setBusy(false);
        if (isDone) close();
    };
    return (
        <Dialog
            title={word("relabel.title", { track: nameOfTrack(track) })}
            description={word("relabel.what", { label: named("label", now) })}
            close={close}
        >
            <form onSubmit={(event) => void act(event)} className="flex flex-col gap-4">
                <fieldset className="m-0 grid grid-cols-2 gap-2 border-0 p-0">
                    <legend className="sr-only">{word("track.label")}</legend>
                    {/* Who is sure of what the sensors say may hold that too. */}
                    {[...otherLabels(now), now].map((one) => (
                        <label
                            key={one}
                            className="flex min-h-10 cursor-pointer items-center rounded-md border border-edge-2 px-3 has-checked:border-accent has-checked:bg-accent/15 has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-12"
                        >
                            <input
                                type="radio"
                                name="label"
                                className="sr-only"
                                checked={label === one}
                                onChange={() => {
                                    setLabel(one);
                                }}
                            />
                            {named("label", one)}
                        </label>
                    ))}
                </fieldset>
                <div className="flex justify-end gap-2">
                    <Button onClick={close}>{word("dialog.back")}</Button>
                    <Button type="submit" tone="strong" disabled={isBusy || label === null}>
                        {word("relabel.submit")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
