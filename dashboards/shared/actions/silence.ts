/** Stop the tones of what is open now. It acknowledges nothing. */
import type { Action } from "./action";

export const silence: Action = {
    key: "s",
    label: "action.silence",
    isAllowed: () => true,
    perform: (hand) => {
        hand.silence();
    },
};
