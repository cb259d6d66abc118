/** Hide this alert for a stated time and reason: asks for both. */
import { canShelve, isGrave } from "../picture/alerts";
import type { Action } from "./action";

export const shelve: Action = {
    key: "h",
    label: "action.shelve",
    isAllowed: ({ alert, picture }) => alert !== null && canShelve(alert, picture.role),
    perform: ({ alert, open }) => {
        if (alert !== null) open({ kind: "shelve", alert: alert.id });
    },
    refusal: ({ alert }) => (alert !== null && isGrave(alert.priority) ? "shelve.grave" : null),
};
