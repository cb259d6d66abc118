/** Put down what is in hand: the dialog first, then the selection. */
import type { Action } from "./action";

export const deselect: Action = {
    key: "escape",
    label: "action.deselect",
    isAllowed: ({ selection, dialog }) => selection !== null || dialog !== null,
    perform: ({ select, open, dialog }) => {
        if (dialog !== null) open(null);
        else select(null);
    },
};
