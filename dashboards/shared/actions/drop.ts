/** Say that there is nothing where the selected track is: asks for a reason, and once more. */
import { type Action, correctable } from "./action";

export const drop: Action = {
    key: "d",
    label: "action.drop",
    isAllowed: (hand) => correctable(hand) !== null,
    perform: (hand) => {
        const track = correctable(hand);
        if (track !== null) hand.open({ kind: "drop", track });
    },
};
