/** Select the alert below in the queue, and have it in view. */
import { neighbour } from "../picture/alerts";
import type { Action, Hand } from "./action";

export function step(hand: Hand, by: 1 | -1): void {
    const alert = neighbour(hand.queue, hand.alert?.id ?? null, by);
    if (alert === null) return;
    const selection = { kind: "alert", id: alert.id } as const;
    hand.select(selection);
    hand.goTo(hand.placeOf(selection), true);
}

export const nextAlert: Action = {
    key: "j",
    label: "action.next",
    isAllowed: ({ queue }) => queue.length > 0,
    perform: (hand) => {
        step(hand, 1);
    },
};
