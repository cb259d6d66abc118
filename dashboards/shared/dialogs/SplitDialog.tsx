/** One look before a track comes apart again. */
import { useState } from "react";

import { request } from "../desk";
import { nameOfTrack } from "../map/track-name";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { word } from "../words/words";

export function SplitDialog({ track, close }: { track: number; close: () => void }) {
    const [isBusy, setBusy] = useState(false);
    const act = async () => {
        setBusy(true);
        const isDone = await request({ kind: "split_track", track }, "toast.split");
        setBusy(false);
        if (isDone) close();
    };
    return (
        <Dialog
            title={word("split.title", { track: nameOfTrack(track) })}
            description={word("split.what")}
            close={close}
        >
            <div className="flex justify-end gap-2">
                <Button onClick={close} autoFocus>
                    {word("dialog.back")}
                </Button>
                <Button tone="strong" disabled={isBusy} onClick={() => void act()}>
                    {word("split.submit")}
                </Button>
            </div>
        </Dialog>
    );
}
