/** Putting a track right, and what people have put right about it before. */
import type { Action } from "../actions/action";
import { drop } from "../actions/drop";
import { mergeWith } from "../actions/merge-with";
import { relabel } from "../actions/relabel";
import { split } from "../actions/split";
import { useDesk } from "../desk";
import { handNow } from "../hand";
import { nameOfTrack } from "../map/track-name";
import { Button } from "../parts/Button";
import { canSplit, isOnlyClaimed } from "../picture/corrections";
import { usePicture } from "../picture/use";
import type { Track } from "../picture/views";
import { word } from "../words/words";
import { Heading } from "./Facts";

export function PastCorrections({ track }: { track: Track }) {
    if (track.merged.length === 0 && track.corrections.length === 0) return null;
    return (
        <section aria-label={word("correction.past")}>
            <Heading>{word("correction.past")}</Heading>
            <ul className="m-0 flex list-none flex-col gap-1 p-0 text-[12.5px]">
                {track.corrections.map((line) => (
                    <li key={line}>{line}</li>
                ))}
                {track.merged.length > 0 && (
                    <li className="text-ink-2">
                        {word("correction.merged", { tracks: track.merged.map(nameOfTrack).join(", ") })}
                    </li>
                )}
            </ul>
        </section>
    );
}

interface Props {
    number: number;
    track: Track | null;
    isRoomy: boolean;
}

/** One button an action that may be done now; each begins with a dialog or waits for the map. */
export function CorrectionButtons({ number, track, isRoomy }: Props) {
    const role = usePicture((picture) => picture.role);
    const merging = useDesk((state) => state.merging);
    const hand = handNow();
    const isNothingYet = track !== null && isOnlyClaimed(track);
    if (hand === null || isNothingYet || !relabel.isAllowed(hand)) return null;
    const offered: Action[] = [relabel, mergeWith, drop];
    if (canSplit(track, role)) offered.push(split);
    return offered.map((action) => (
        <Button
            key={action.key}
            size={isRoomy ? "large" : "normal"}
            aria-pressed={action === mergeWith ? merging === number : undefined}
            onClick={() => {
                const now = handNow();
                if (now !== null) action.perform(now);
            }}
        >
            {word(action.label)}…
            <span className="font-mono text-[11px] opacity-60 pointer-coarse:hidden">
                {action.key.toUpperCase()}
            </span>
        </Button>
    ));
}
