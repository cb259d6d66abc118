/** Which tracks the alerts and the selection point at. */
import type { Selection } from "../desk";
import { isHidden } from "../picture/alerts";
import type { Picture } from "../picture/picture";

/** The tracks that open alerts name. */
export function alertedTracks(picture: Picture): Set<number> {
    const numbers = new Set<number>();
    for (const alert of picture.alerts.values()) {
        if (isHidden(alert) || alert.state === "closed") continue;
        for (const number of alert.tracks) numbers.add(number);
    }
    return numbers;
}

/** The selected track, or those of the selected alert. */
export function selectedTracks(picture: Picture, selection: Selection | null): Set<number> {
    if (selection?.kind === "track") return new Set([selection.number]);
    if (selection?.kind === "incident") {
        const ids = picture.incidents.get(selection.id)?.alerts ?? [];
        return new Set(ids.flatMap((id) => picture.alerts.get(id)?.tracks ?? []));
    }
    if (selection?.kind !== "alert") return new Set();
    return new Set(picture.alerts.get(selection.id)?.tracks ?? []);
}
