/** Begin a playbook by hand, for the selected alert where one is selected. */
import { mayAct } from "../picture/alerts";
import { leadOf } from "../picture/incidents";
import type { Action } from "./action";

export const startPlaybook: Action = {
    key: "b",
    label: "action.playbook",
    isAllowed: ({ picture }) => mayAct(picture.role) && picture.site.playbooks.length > 0,
    perform: ({ alert, incident, picture, open }) => {
        const lead = incident === null ? null : leadOf(incident, picture.alerts);
        open({ kind: "start_playbook", alert: alert?.id ?? lead?.id ?? null });
    },
};
