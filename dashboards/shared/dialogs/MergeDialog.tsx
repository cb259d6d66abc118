/** The second look at a merge: both were picked on the map; here is what stays and what goes. */
import { useState } from "react";

import { request, select } from "../desk";
import { nameOfTrack } from "../map/track-name";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { word } from "../words/words";

interface Props {
    track: number;
    other: number;
    close(): void;
}

export function MergeDialog({ track, other, close }: Props) {
    const [kept, setKept] = useState(track);
    const [isBusy, setBusy] = useState(false);
    const gone = kept === track ? other : track;
    const act = async () => {
        setBusy(true);
        const isDone = await request({ kind: "merge_tracks", track: kept, other: gone }, "toast.merged");
        setBusy(false);
        if (!isDone) return;
        select({ kind: "track", number: kept });
        close();
    };
    return (
        <Dialog
            title={word("merge.title", { track: nameOfTrack(track), other: nameOfTrack(other) })}
            description={word("command.step_two")}
            close={close}
        >
            <p className="mt-0 mb-4">
                {word("merge.what", { kept: nameOfTrack(kept), gone: nameOfTrack(gone) })}
            </p>
            <div className="flex flex-wrap justify-end gap-2">
                <Button onClick={close} autoFocus>
                    {word("dialog.back")}
                </Button>
                <Button
                    onClick={() => {
                        setKept(gone);
                    }}
                >
                    {word("merge.keep", { track: nameOfTrack(gone) })}
                </Button>
                <Button tone="danger" disabled={isBusy} onClick={() => void act()}>
                    {word("merge.submit")}
                </Button>
            </div>
        </Dialog>
    );
}
