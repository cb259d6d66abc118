/** Show or hide how unsure every track is. */
import type { Action } from "./action";

export const showUncertainty: Action = {
    key: "e",
    label: "action.uncertainty",
    isAllowed: () => true,
    perform: ({ toggle }) => {
        toggle("uncertainty");
    },
};
