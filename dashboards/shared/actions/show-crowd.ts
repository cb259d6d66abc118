/** Show or hide how dense the crowd is. */
import type { Action } from "./action";

export const showCrowd: Action = {
    key: "p",
    label: "action.crowd",
    isAllowed: () => true,
    perform: ({ toggle }) => {
        toggle("crowd");
    },
};
