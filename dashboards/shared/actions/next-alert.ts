/** Select the row below in the queue, an alert or an incident, and have it in view. */
import { neighbour, stopsOf } from "../picture/queue";
import type { Action, Hand } from "./action";

export function step(hand: Hand, by: 1 | -1): void {
    const stop = neighbour(stopsOf(hand.rows), hand.alert?.id ?? hand.incident?.id ?? null, by);
    if (stop === null) return;
    const selection = { kind: stop.kind, id: stop.key } as const;
    hand.select(selection);
    hand.goTo(hand.placeOf(selection), true);
}

export const nextAlert: Action = {
    key: "j",
    label: "action.next",
    isAllowed: ({ rows }) => stopsOf(rows).length > 0,
    perform: (hand) => {
        step(hand, 1);
    },
};
