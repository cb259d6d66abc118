/** I have this alert, or every alert of this incident. */
import { canAcknowledge, canAcknowledgeIncident } from "../picture/alerts";
import type { Action } from "./action";

export const acknowledge: Action = {
    key: "a",
    label: "action.acknowledge",
    isAllowed: ({ alert, incident, picture }) =>
        (alert !== null && canAcknowledge(alert, picture.role)) ||
        (incident !== null && canAcknowledgeIncident(incident, picture.role)),
    perform: ({ alert, incident, ask }) => {
        if (alert !== null) ask({ kind: "acknowledge", alert: alert.id });
        else if (incident !== null) ask({ kind: "acknowledge_incident", incident: incident.id });
    },
};
