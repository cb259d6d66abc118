/** What the hub knows of one track by name, read once a second while it is selected. */
import { useEffect, useState } from "react";

import { tracks, useDesk } from "../desk";
import { Inquiry } from "../picture/inquiry";
import type { Track } from "../picture/views";
import { HubRefusal, readTrack } from "../session/hub";

const EVERY_MS = 1_000;
const NO_SUCH_TRACK = 404;

export function useTrack(number: number | null): Track | null {
    const [track, setTrack] = useState<Track | null>(null);
    useEffect(() => {
        setTrack(null);
        if (number === null) return undefined;
        let isOver = false;
        const inquiry = new Inquiry();
        const read = async () => {
            if (!inquiry.mayAsk(tracks.rowOf(number) !== null)) return;
            try {
                const now = await readTrack(number);
                if (!isOver) setTrack(now);
            } catch (error) {
                // The track ended, or the link did: the card says which, by what it still knows.
                if (!(error instanceof HubRefusal)) throw error;
                if (error.status === NO_SUCH_TRACK) inquiry.denied();
            }
        };
        void read();
        const timer = setInterval(() => void read(), EVERY_MS);
        return () => {
            isOver = true;
            clearInterval(timer);
        };
    }, [number]);
    return track;
}

/** The track in hand: the selected one, or the first that the selected alert names. */
export function useTrackInHand(): Track | null {
    const number = useDesk(({ selection, picture }) => {
        if (selection?.kind === "track") return selection.number;
        if (selection?.kind !== "alert") return null;
        return picture?.alerts.get(selection.id)?.tracks[0] ?? null;
    });
    return useTrack(number);
}
