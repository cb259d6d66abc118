/** The hand: what actions use of the desk, and the keyboard that drives them. */
import { useEffect } from "react";

import type { Hand } from "./actions/action";
import { press } from "./actions/registry";
import { fold, goTo, merge, open, request, select, silence, toast, toggle, tracks, useDesk } from "./desk";
import { placeOfSelection } from "./map/place";
import { isUnacknowledged } from "./picture/alerts";
import { type Row, rowsOf } from "./picture/queue";
import type { Alert } from "./picture/views";
import type { Incident } from "./picture/work";
import { word } from "./words/words";

let shownRows: readonly Row[] | null = null;

/** The queue as it stands on the screen, where it may be held still under the pointer. */
export function showRows(rows: readonly Row[] | null): void {
    shownRows = rows;
}

export function handNow(): Hand | null {
    const { picture, selection, dialog, isFollowing, merging, unfolded } = useDesk.getState();
    if (picture === null) return null;
    const { alerts, incidents, load } = picture;
    return {
        picture,
        rows: shownRows ?? rowsOf(alerts.values(), incidents, load, unfolded),
        alert: selection?.kind === "alert" ? (alerts.get(selection.id) ?? null) : null,
        incident: selection?.kind === "incident" ? (incidents.get(selection.id) ?? null) : null,
        selection,
        dialog,
        isFollowing,
        merging,
        placeOf: placeOfSelection,
        hasTrack: (number) => tracks.rowOf(number) !== null,
        select,
        open,
        fold,
        goTo,
        merge,
        toggle,
        follow(is) {
            useDesk.setState({ isFollowing: is });
        },
        silence,
        ask(what, done) {
            void request(what, done);
        },
        tell(what) {
            toast("bad", word(what));
        },
    };
}

function isTyping(target: EventTarget | null): boolean {
    return (
        target instanceof HTMLElement &&
        (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
    );
}

export function useKeyboard(): void {
    useEffect(() => {
        const listen = (event: KeyboardEvent) => {
            // Escape that has just closed a dialog does not also close what lies behind it.
            if (event.defaultPrevented) return;
            if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
            const hand = handNow();
            if (hand !== null && press(event.key, hand)) event.preventDefault();
        };
        window.addEventListener("keydown", listen);
        return () => {
            window.removeEventListener("keydown", listen);
        };
    }, []);
}

/** How many open alerts nobody has. */
export function countNew(queue: readonly Alert[]): number {
    return queue.filter(isUnacknowledged).length;
}

/** Select an alert, and have it in view on the map. */
export function selectAlert(alert: Alert): void {
    const selection = { kind: "alert", id: alert.id } as const;
    select(selection);
    goTo(placeOfSelection(selection), true);
}

/** Select an incident, and have it in view on the map. */
export function selectIncident(incident: Incident): void {
    select({ kind: "incident", id: incident.id });
    goTo(incident.at, true);
}
