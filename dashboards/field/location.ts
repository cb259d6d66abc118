/** Where this phone is, when its owner allows it. */
import { useEffect, useState } from "react";

import type { EastNorth } from "../shared/contract";
import { earthAt } from "../shared/map/earth";
import type { Site } from "../shared/picture/views";

/** null until it is known. Browsers ask the owner; over plain HTTP most refuse. */
export function useLocation(site: Site, isWanted: boolean): EastNorth | null {
    const [place, setPlace] = useState<EastNorth | null>(null);
    useEffect(() => {
        if (!isWanted || !("geolocation" in navigator)) return undefined;
        const earth = earthAt(site);
        const watch = navigator.geolocation.watchPosition(
            ({ coords }) => {
                setPlace(earth.toEastNorth(coords.longitude, coords.latitude));
            },
            () => {
                setPlace(null);
            },
            { enableHighAccuracy: true, maximumAge: 5_000 },
        );
        return () => {
            navigator.geolocation.clearWatch(watch);
        };
    }, [site, isWanted]);
    return place;
}
