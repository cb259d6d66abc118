/** Hooks that read the picture and the time. */
import { useMemo, useSyncExternalStore } from "react";

import { linkNow, useDesk } from "../desk";
import { hiddenOf, queueOf } from "./alerts";
import { type Row, rowsOf } from "./queue";
import { type Link, hubNow } from "./link";
import type { Picture } from "./picture";
import type { Alert } from "./views";

/** The picture; only below `App`, which shows nothing else until there is one. */
export function usePicture<Part>(part: (picture: Picture) => Part): Part {
    return useDesk((state) => {
        if (state.picture === null) throw new Error("there is no picture yet");
        return part(state.picture);
    });
}

interface Tick {
    at_us: number;
    steady_ms: number;
    link: Link;
}

function ticker(every_ms: number) {
    let now: Tick = { at_us: 0, steady_ms: 0, link: linkNow() };
    let timer: ReturnType<typeof setInterval> | undefined;
    const listeners = new Set<() => void>();
    const tick = () => {
        const steady_ms = performance.now();
        now = { at_us: hubNow(linkNow(), steady_ms), steady_ms, link: linkNow() };
        for (const listener of listeners) listener();
    };
    return {
        subscribe(listener: () => void) {
            if (listeners.size === 0) {
                tick();
                timer = setInterval(tick, every_ms);
            }
            listeners.add(listener);
            return () => {
                listeners.delete(listener);
                if (listeners.size === 0) clearInterval(timer);
            };
        },
        read: () => now,
    };
}

const seconds = ticker(1_000);
const quarters = ticker(250);

/** The hub's clock, a second at a time. */
export function useHubTime(): number {
    return useSyncExternalStore(seconds.subscribe, seconds.read).at_us;
}

/** The link, four times a second: a lost one must show within two. */
export function useLink(): { link: Link; steady_ms: number } {
    return useSyncExternalStore(quarters.subscribe, quarters.read);
}

export function useQueue(): Alert[] {
    const alerts = usePicture((picture) => picture.alerts);
    return useMemo(() => queueOf(alerts.values()), [alerts]);
}

export function useHidden(): Alert[] {
    const alerts = usePicture((picture) => picture.alerts);
    return useMemo(() => hiddenOf(alerts.values()), [alerts]);
}

/** The queue as rows, with what a person has unfolded. */
export function useRows(): Row[] {
    const alerts = usePicture((picture) => picture.alerts);
    const incidents = usePicture((picture) => picture.incidents);
    const load = usePicture((picture) => picture.load);
    const unfolded = useDesk((state) => state.unfolded);
    return useMemo(
        () => rowsOf(alerts.values(), incidents, load, unfolded),
        [alerts, incidents, load, unfolded],
    );
}
