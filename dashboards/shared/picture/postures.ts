/** The declared state of the site and of its zones, and what a screen says of it. Pure. */
import type { Posture } from "../contract";
import type { Picture } from "./picture";
import type { Declared } from "./work";

export const POSTURES: readonly Posture[] = ["normal", "raised", "incident", "evacuating", "exercise"];

/** The id under which the whole site's posture goes. */
export const WHOLE_SITE = "site";

type Part = Pick<Picture, "postures" | "hub" | "site">;

export function sitePosture({ postures, hub }: Part): Posture {
    return postures.get(WHOLE_SITE)?.posture ?? hub.posture;
}

/** Who declared the site's posture, since when and why; null where only the hub's word is known. */
export function declaredOf({ postures }: Part): Declared | null {
    return postures.get(WHOLE_SITE) ?? null;
}

/** A zone's own posture, else the site's; a drill in it hides nothing that is meant for the site. */
export function zonePosture(picture: Part, zone: string): Posture {
    const own = picture.postures.get(zone)?.posture ?? "normal";
    const site = sitePosture(picture);
    const isHidden = own === "exercise" && site !== "normal";
    return own === "normal" || isHidden ? site : own;
}

export interface ZonePosture {
    name: string;
    declared: Declared;
}

/** The zones that stand out from a normal site: not normal, and not as the site is. */
export function zonesApart(picture: Part): ZonePosture[] {
    const site = sitePosture(picture);
    return picture.site.zones.flatMap(({ id, name }) => {
        const declared = picture.postures.get(id);
        if (declared === undefined || zonePosture(picture, id) === site) return [];
        return [{ name, declared }];
    });
}

/** Is any of it a drill? Then every screen says so, and nothing hides it. */
export function isExercise(picture: Part): boolean {
    return picture.hub.exercise || sitePosture(picture) === "exercise";
}
