/** I have this alert. */
import { canAcknowledge } from "../picture/alerts";
import type { Action } from "./action";

export const acknowledge: Action = {
    key: "a",
    label: "action.acknowledge",
    isAllowed: ({ alert, picture }) => alert !== null && canAcknowledge(alert, picture.role),
    perform: ({ alert, ask }) => {
        if (alert !== null) ask({ kind: "acknowledge", alert: alert.id });
    },
};
