/** Select the alert above in the queue, and have it in view. */
import { stopsOf } from "../picture/queue";
import type { Action } from "./action";
import { step } from "./next-alert";

export const previousAlert: Action = {
    key: "k",
    label: "action.previous",
    isAllowed: ({ rows }) => stopsOf(rows).length > 0,
    perform: (hand) => {
        step(hand, -1);
    },
};
