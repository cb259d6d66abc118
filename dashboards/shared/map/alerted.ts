/** Which tracks the alerts and the selection point at. */
import type { Selection } from "../desk";
import type { Picture } from "../picture/picture";

/** The tracks that open alerts name. */
export function alertedTracks(picture: Picture): Set<number> {
    const numbers = new Set<number>();
    for (const alert of picture.alerts.values()) {
        if (alert.state === "shelved" || alert.state === "closed") continue;
        for (const number of alert.tracks) numbers.add(number);
    }
    return numbers;
}

/** The selected track, or those of the selected alert. */
export function selectedTracks(picture: Picture, selection: Selection | null): Set<number> {
    if (selection?.kind === "track") return new Set([selection.number]);
    if (selection?.kind !== "alert") return new Set();
    return new Set(picture.alerts.get(selection.id)?.tracks ?? []);
}
