/** Say what the selected track really is: asks for the label. */
import { type Action, correctable } from "./action";

export const relabel: Action = {
    key: "l",
    label: "action.relabel",
    isAllowed: (hand) => correctable(hand) !== null,
    perform: (hand) => {
        const track = correctable(hand);
        if (track !== null) hand.open({ kind: "relabel", track });
    },
};
