/** Bring a shelved alert back now. */
import { canUnshelve } from "../picture/alerts";
import type { Action } from "./action";

export const unshelve: Action = {
    key: "u",
    label: "action.unshelve",
    isAllowed: ({ alert, picture }) => alert !== null && canUnshelve(alert, picture.role),
    perform: ({ alert, ask }) => {
        if (alert !== null) ask({ kind: "unshelve", alert: alert.id });
    },
};
