/** Close an acknowledged alert: asks what it was, and for a note. */
import { canClear } from "../picture/alerts";
import type { Action } from "./action";

export const clear: Action = {
    key: "c",
    label: "action.clear",
    isAllowed: ({ alert, picture }) => alert !== null && canClear(alert, picture.role),
    perform: ({ alert, open }) => {
        if (alert !== null) open({ kind: "clear", alert: alert.id });
    },
};
