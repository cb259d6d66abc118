/** Show or hide where nobody looks. */
import type { Action } from "./action";

export const showCoverage: Action = {
    key: "v",
    label: "action.coverage",
    isAllowed: ({ picture }) => picture.coverage !== null,
    perform: ({ toggle }) => {
        toggle("coverage");
    },
    refusal: () => "layer.coverage_none",
};
