/** From an alert to the incident that it belongs to, and back to its gravest alert. */
import { leadOf } from "../picture/incidents";
import type { Action, Hand } from "./action";

function other({ alert, incident, picture }: Hand): { kind: "alert" | "incident"; id: string } | null {
    if (incident !== null) {
        const lead = leadOf(incident, picture.alerts);
        return lead === null ? null : { kind: "alert", id: lead.id };
    }
    const id = alert?.incident ?? null;
    return id !== null && picture.incidents.has(id) ? { kind: "incident", id } : null;
}

export const showIncident: Action = {
    key: "i",
    label: "action.incident",
    isAllowed: (hand) => other(hand) !== null,
    perform: (hand) => {
        const selection = other(hand);
        if (selection !== null) hand.select(selection);
    },
};
