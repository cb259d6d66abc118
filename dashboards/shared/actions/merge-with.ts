/** Say that the selected track and another are one thing: the other is then picked on the map. */
import { type Action, correctable } from "./action";

export const mergeWith: Action = {
    key: "w",
    label: "action.merge",
    isAllowed: (hand) => correctable(hand) !== null,
    perform: (hand) => {
        const track = correctable(hand);
        if (track !== null) hand.merge(hand.merging === track ? null : track);
    },
};
