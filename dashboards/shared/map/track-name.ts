/** What a track of the picture is called now. */
import { LABELS } from "../contract";
import { tracks } from "../desk";
import { trackName } from "../picture/tracks";

/** `P1104`, by the label that the map shows; `U1104` once it has ended. */
export function nameOfTrack(number: number): string {
    const row = tracks.rowOf(number);
    return trackName(LABELS[row === null ? 0 : (tracks.label[row] ?? 0)] ?? "unknown", number);
}
