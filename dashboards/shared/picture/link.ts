/** Is the picture alive, how late is it, and does this machine's clock agree with the hub's? */

/**
 * A hub sends at least one frame a second. The loss must show within two: this leaves the screen
 * time to draw it, and a frame that is late by half a second is no loss.
 */
export const SILENCE_MAX_MS = 1_600;
/** A socket that is known to be closed needs no such patience: only a quick return is forgiven. */
export const CLOSED_MAX_MS = 600;
/** A clock further off than this makes ages and times on the radio wrong. */
export const CLOCK_ERROR_MAX_MS = 2_000;

export interface Link {
    /** Is the socket open? */
    connected: boolean;
    /** When the latest frame came, on this machine's steady clock; null before the first. */
    heard_ms: number | null;
    /** The instant the latest frame shows, on the hub's clock. */
    at_us: number;
    /** Receive time minus the frame's time: the least of the last minute, and the latest smoothed. */
    least_ms: number;
    least_at_ms: number;
    smoothed_ms: number;
    /** Frames a second, smoothed. */
    rate_hz: number;
}

export const NO_LINK: Link = {
    connected: false,
    heard_ms: null,
    at_us: 0,
    least_ms: 0,
    least_at_ms: 0,
    smoothed_ms: 0,
    rate_hz: 0,
};

const WINDOW_MS = 60_000;
// Figures settle within a few seconds, however many frames that is: a burst does not count double.
const SETTLED_MS = 2_000;

/** The link after a frame stamped `at_us` came at `wall_ms` (Unix) and `steady_ms` (monotonic). */
export function heard(link: Link, at_us: number, wall_ms: number, steady_ms: number): Link {
    const difference_ms = wall_ms - at_us / 1000;
    if (link.heard_ms === null) {
        return {
            connected: true,
            heard_ms: steady_ms,
            at_us,
            least_ms: difference_ms,
            least_at_ms: steady_ms,
            smoothed_ms: difference_ms,
            rate_hz: 0,
        };
    }
    const isLeast =
        difference_ms <= link.least_ms || steady_ms - link.least_at_ms > WINDOW_MS;
    const interval_ms = Math.max(1, steady_ms - link.heard_ms);
    const part = 1 - Math.exp(-interval_ms / SETTLED_MS);
    return {
        connected: true,
        heard_ms: steady_ms,
        at_us,
        least_ms: isLeast ? difference_ms : link.least_ms,
        least_at_ms: isLeast ? steady_ms : link.least_at_ms,
        smoothed_ms: link.smoothed_ms + part * (difference_ms - link.smoothed_ms),
        rate_hz: link.rate_hz + part * (1000 / interval_ms - link.rate_hz),
    };
}

/** Milliseconds since the last frame, or null when it is recent enough. */
export function silence(link: Link, steady_ms: number): number | null {
    if (link.heard_ms === null) return null;
    const silent_ms = steady_ms - link.heard_ms;
    return silent_ms > (link.connected ? SILENCE_MAX_MS : CLOSED_MAX_MS) ? silent_ms : null;
}

/** How far this machine's clock is ahead of the hub's, or null when they agree well enough. */
export function clockError(link: Link): number | null {
    if (link.heard_ms === null) return null;
    return Math.abs(link.least_ms) > CLOCK_ERROR_MAX_MS ? link.least_ms : null;
}

/** How late frames come. With clocks that disagree, how much later than the quickest one. */
export function delay(link: Link): number {
    const agree = link.least_ms >= 0 && clockError(link) === null;
    return Math.max(0, agree ? link.smoothed_ms : link.smoothed_ms - link.least_ms);
}

/** What the hub's clock reads now: ages are right even where this machine's clock is wrong. */
export function hubNow(link: Link, steady_ms: number): number {
    if (link.heard_ms === null) return 0;
    return link.at_us + Math.round((steady_ms - link.heard_ms) * 1000);
}

/** A picture that comes later than this may show a street that is no longer empty. */
export const DELAY_MAX_MS = 2_000;

/** How late the picture is, or null when it is timely enough. */
export function lateness(link: Link): number | null {
    const late_ms = delay(link);
    return late_ms > DELAY_MAX_MS ? late_ms : null;
}
