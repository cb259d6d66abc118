/** Take the map to what is selected. */
import type { Action } from "./action";

export const centreMap: Action = {
    key: "m",
    label: "action.centre",
    isAllowed: ({ selection, placeOf }) => selection !== null && placeOf(selection) !== null,
    perform: ({ selection, placeOf, goTo }) => {
        if (selection !== null) goTo(placeOf(selection));
    },
};
