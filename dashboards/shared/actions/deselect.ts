/** Put down what is in hand: the dialog first, then a merge that waits, then the selection. */
import type { Action } from "./action";

export const deselect: Action = {
    key: "escape",
    label: "action.deselect",
    isAllowed: ({ selection, dialog, merging }) =>
        selection !== null || dialog !== null || merging !== null,
    perform: ({ select, open, merge, dialog, merging }) => {
        if (dialog !== null) open(null);
        else if (merging !== null) merge(null);
        else select(null);
    },
};
