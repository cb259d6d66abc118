/** Write a M/ETHANE report of the selected incident or alert. */
import { mayAct } from "../picture/alerts";
import type { Action } from "./action";

export const report: Action = {
    key: "r",
    label: "action.report",
    isAllowed: ({ alert, incident, picture }) =>
        mayAct(picture.role) && (alert !== null || incident !== null),
    perform: ({ alert, incident, open }) => {
        if (incident !== null) open({ kind: "methane", of: "incidents", id: incident.id });
        else if (alert !== null) open({ kind: "methane", of: "alerts", id: alert.id });
    },
};
