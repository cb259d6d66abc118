/** Show the alerts of an incident in the queue, or fold them into one row again. */
import { FLOOD } from "../picture/queue";
import type { Action, Hand } from "./action";

function keyOf({ alert, incident, picture, rows }: Hand): string | null {
    const id = incident?.id ?? alert?.incident ?? null;
    const isRow = (key: string) => rows.some((row) => row.kind !== "alert" && row.key === key);
    if (id !== null && isRow(id)) return id;
    return picture.load.flood_since_us !== null && isRow(FLOOD) ? FLOOD : null;
}

export const unfold: Action = {
    key: "o",
    label: "action.unfold",
    isAllowed: (hand) => keyOf(hand) !== null,
    perform: (hand) => {
        const key = keyOf(hand);
        if (key !== null) hand.fold(key);
    },
};
