/** Write a line into the log of the shift. */
import { mayAct } from "../picture/alerts";
import type { Action } from "./action";

export const writeLog: Action = {
    key: "n",
    label: "action.log",
    isAllowed: ({ picture }) => mayAct(picture.role),
    perform: ({ alert, open }) => {
        open({ kind: "log", alert: alert?.id ?? null });
    },
};
