/** Where a selected thing is now. */
import type { EastNorth } from "../contract";
import { type Selection, tracks, useDesk } from "../desk";
import { placeOfAlert } from "../picture/picture";
import { middleOf } from "./plan";

export function placeOfSelection(selection: Selection): EastNorth | null {
    const { picture } = useDesk.getState();
    if (picture === null) return null;
    const trackPlace = (number: number) => tracks.placeOf(number, performance.now());
    switch (selection.kind) {
        case "track":
            return trackPlace(selection.number);
        case "sensor":
            return picture.sensors.get(selection.id)?.at ?? null;
        case "actuator":
            return picture.actuators.get(selection.id)?.at ?? null;
        case "zone": {
            const zone = picture.site.zones.find(({ id }) => id === selection.id);
            return zone === undefined ? null : middleOf(zone.polygon);
        }
        case "cue":
            return picture.cues.find(({ id }) => id === selection.id)?.at ?? null;
        case "incident":
            return picture.incidents.get(selection.id)?.at ?? null;
        case "task":
            return picture.tasks.get(selection.id)?.at ?? null;
        case "team":
            return picture.teams.get(selection.id)?.at ?? null;
        case "alert": {
            const alert = picture.alerts.get(selection.id);
            return alert === undefined ? null : placeOfAlert(alert, trackPlace);
        }
    }
}
