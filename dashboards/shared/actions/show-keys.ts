/** Show what each key does. */
import type { Action } from "./action";

export const showKeys: Action = {
    key: "?",
    label: "action.keys",
    isAllowed: () => true,
    perform: ({ open, dialog }) => {
        open(dialog?.kind === "keys" ? null : { kind: "keys" });
    },
};
