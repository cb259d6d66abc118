/** Declare how the site, or a zone of it, stands. */
import { mayAct } from "../picture/alerts";
import type { Action } from "./action";

export const setPosture: Action = {
    key: "y",
    label: "action.posture",
    isAllowed: ({ picture }) => mayAct(picture.role),
    perform: ({ selection, open }) => {
        open({ kind: "posture", zone: selection?.kind === "zone" ? selection.id : null });
    },
};
