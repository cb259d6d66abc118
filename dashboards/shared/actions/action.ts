/** What an operator can do by a key or a button: one file an action, all of the same shape. */
import { canCorrect } from "../picture/corrections";
import type { Row } from "../picture/queue";
import type { Alert } from "../picture/views";
import type { Incident } from "../picture/work";
import type { Picture } from "../picture/picture";
import type { Ask } from "../session/hub";
import type { Dialog, Layers, Selection } from "../desk";
import type { EastNorth } from "../contract";
import type { WordKey } from "../words/words";

/** What actions see and use of the desk; tests give their own. */
export interface Hand {
    picture: Picture;
    /** The queue in the order on the screen. */
    rows: readonly Row[];
    /** The selected alert, if an alert is selected. */
    alert: Alert | null;
    /** The selected incident, if one is selected. */
    incident: Incident | null;
    selection: Selection | null;
    dialog: Dialog | null;
    /** The track that waits for another to be picked. */
    merging: number | null;
    /** Is a track of that number in the picture? */
    hasTrack(number: number): boolean;
    placeOf(selection: Selection): EastNorth | null;
    select(selection: Selection | null): void;
    open(dialog: Dialog | null): void;
    /** Unfold a row of the queue, or fold it. */
    fold(key: string): void;
    goTo(place: EastNorth | null, isLoose?: boolean): void;
    merge(track: number | null): void;
    toggle(layer: keyof Layers): void;
    follow(is: boolean): void;
    isFollowing: boolean;
    silence(): void;
    ask(what: Ask, done?: WordKey): void;
    /** Say why nothing happens. */
    tell(what: WordKey): void;
}

export interface Action {
    /** The key as the keyboard names it, in lower case. */
    key: string;
    label: WordKey;
    isAllowed(hand: Hand): boolean;
    perform(hand: Hand): void;
    /** Why not, where a person would wonder. */
    refusal?(hand: Hand): WordKey | null;
}

/** The number of the selected track, where that may be corrected. */
export function correctable({ selection, picture, hasTrack }: Hand): number | null {
    if (selection?.kind !== "track" || !canCorrect(picture.role)) return null;
    return hasTrack(selection.number) ? selection.number : null;
}
