/** Send a field team, to the selected alert where one is selected. */
import { mayAct } from "../picture/alerts";
import { leadOf } from "../picture/incidents";
import type { Action } from "./action";

export const sendTeam: Action = {
    key: "t",
    label: "action.task",
    isAllowed: ({ picture }) => mayAct(picture.role),
    perform: ({ alert, incident, selection, picture, open }) => {
        const lead = incident === null ? null : leadOf(incident, picture.alerts);
        open({
            kind: "create_task",
            alert: alert?.id ?? lead?.id ?? null,
            team: selection?.kind === "team" ? selection.id : null,
        });
    },
};
