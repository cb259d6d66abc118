/** The site's metres as degrees for the map engine. A site is small: a tangent plane is enough. */
import type { EastNorth } from "../contract";
import type { Site } from "../picture/views";

const WGS84_A_M = 6_378_137;
const WGS84_E2 = 6.694_379_990_141_3e-3;
const DEG = Math.PI / 180;

export interface Earth {
    toLonLat(place: EastNorth): [lon_deg: number, lat_deg: number];
    toEastNorth(lon_deg: number, lat_deg: number): EastNorth;
}

export function earthAt(site: Pick<Site, "origin_lat_deg" | "origin_lon_deg">): Earth {
    const lat = site.origin_lat_deg * DEG;
    const w2 = 1 - WGS84_E2 * Math.sin(lat) ** 2;
    const north_m_per_deg = ((WGS84_A_M * (1 - WGS84_E2)) / w2 ** 1.5) * DEG;
    const east_m_per_deg = (WGS84_A_M / Math.sqrt(w2)) * Math.cos(lat) * DEG;
    return {
        toLonLat: ({ east_m, north_m }) => [
            site.origin_lon_deg + east_m / east_m_per_deg,
            site.origin_lat_deg + north_m / north_m_per_deg,
        ],
        toEastNorth: (lon_deg, lat_deg) => ({
            east_m: (lon_deg - site.origin_lon_deg) * east_m_per_deg,
            north_m: (lat_deg - site.origin_lat_deg) * north_m_per_deg,
        }),
    };
}

/** `120 m NE`: where a place is, seen from another. */
export function direction(from: EastNorth, to: EastNorth): { distance_m: number; point: string } {
    const east_m = to.east_m - from.east_m;
    const north_m = to.north_m - from.north_m;
    const turn = Math.atan2(east_m, north_m) / (2 * Math.PI);
    const points = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"] as const;
    return {
        distance_m: Math.hypot(east_m, north_m),
        point: points[((Math.round(turn * 8) % 8) + 8) % 8] ?? "N",
    };
}
