/** How old something is, in the fewest characters that a person reads without thinking. */

const SECOND_US = 1_000_000;

function two(value: number): string {
    return String(value).padStart(2, "0");
}

/** `6s`, `1m 35s`, `2h 05m`, `3d 04h`. A clock slightly ahead reads as `0s`. */
export function ageText(age_us: number): string {
    const seconds = Math.max(0, Math.floor(age_us / SECOND_US));
    if (seconds < 60) return `${seconds}s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return `${hours}h ${two(minutes % 60)}m`;
    return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

/** `14:32:08`, always UTC: one clock for everybody on the radio. */
export function clockText(at_us: number): string {
    return new Date(at_us / 1000).toISOString().slice(11, 19);
}

/** `2026-11-22 14:32:08`, UTC. */
export function dateTimeText(at_us: number): string {
    return new Date(at_us / 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** `214°`, three digits as spoken on the radio. */
export function bearingText(heading_deg: number): string {
    const whole = ((Math.round(heading_deg) % 360) + 360) % 360;
    return `${String(whole).padStart(3, "0")}°`;
}

/** `0.8 m`, `31 m`, `1.2 km`. */
export function distanceText(distance_m: number): string {
    if (distance_m >= 1000) return `${(distance_m / 1000).toFixed(1)} km`;
    return distance_m < 10 ? `${distance_m.toFixed(1)} m` : `${Math.round(distance_m)} m`;
}
