/** Say that the selected track is more than one thing: asks once more. */
import { type Action, correctable } from "./action";

export const split: Action = {
    key: "x",
    label: "action.split",
    isAllowed: (hand) => correctable(hand) !== null,
    perform: (hand) => {
        const track = correctable(hand);
        if (track !== null) hand.open({ kind: "split", track });
    },
};
