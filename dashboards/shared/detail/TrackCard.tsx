/** A track by name: what it is, how sure, how fast, who sees it, and putting it right. */
import { Crosshair, EyeOff } from "lucide-react";
import { useCallback } from "react";

import { LABELS } from "../contract";
import { tracks, useDesk } from "../desk";
import { placeOfSelection } from "../map/place";
import { Button } from "../parts/Button";
import { ageText, bearingText, clockText, distanceText } from "../picture/ages";
import { isAirborne, isHidden, isOnlyClaimed } from "../picture/corrections";
import { SIGMAS_95 } from "../picture/cues";
import { trackName } from "../picture/tracks";
import { useHubTime } from "../picture/use";
import type { Track } from "../picture/views";
import { named, word } from "../words/words";
import { CloseUp } from "./CloseUp";
import { Fact, Facts, Meter } from "./Facts";
import { TrackClaims } from "./TrackClaims";
import { CorrectionButtons, PastCorrections } from "./TrackCorrections";
import { TrackSources } from "./TrackSources";

function stateOf(track: Track): string {
    if (isOnlyClaimed(track)) return "claimed";
    if (track.coasting) return "coasting";
    return track.confirmed ? "confirmed" : "tentative";
}

interface Props {
    number: number;
    track: Track | null;
    /** On a phone the map itself is the close-up. */
    isRoomy?: boolean;
}

export function TrackCard({ number, track, isRoomy = false }: Props) {
    const at_us = useHubTime();
    const place = useCallback(() => placeOfSelection({ kind: "track", number }), [number]);
    const row = tracks.rowOf(number);
    const label = track?.label ?? (row === null ? "unknown" : (LABELS[tracks.label[row] ?? 0] ?? "unknown"));
    const isInCrowd = row !== null && tracks.isInCrowd(row);
    // Of what has ended the facts stand as they were: nobody knows it for any longer.
    const known_us = row === null && track !== null ? Math.max(track.updated_us, track.born_us) : at_us;
    return (
        <article className="p-4" data-card={number}>
            <div className="flex items-center gap-2 text-[12px] text-ink-2">
                {word("alert.track")}
                {track?.simulated === true && <span className="text-high">{word("device.simulated")}</span>}
            </div>
            <h2 className="mt-1.5 mb-3 flex items-baseline gap-2.5 font-mono text-[19px] leading-snug font-semibold">
                {trackName(label, number)}
                <span className="font-sans text-[14px] font-normal text-ink-2">{named("label", label)}</span>
            </h2>
            {row === null && <Ended track={track} at_us={at_us} />}
            {isInCrowd && <p className="mt-0 mb-3 text-high">{word("track.in_crowd")}</p>}
            {row !== null && !isRoomy && (
                <CloseUp caption={named("label", label)} at_us={at_us} place={place} track={track} />
            )}
            {row !== null && (
                <div className="mt-3 grid grid-cols-2 gap-2" role="group" aria-label={word("correction.title")}>
                    <Follow isRoomy={isRoomy} />
                    <CorrectionButtons number={number} track={track} isRoomy={isRoomy} />
                </div>
            )}
            {track !== null && (
                <>
                    <div className="mt-4">
                        <TrackFacts track={track} at_us={known_us} />
                    </div>
                    <TrackSources track={track} at_us={known_us} />
                    <TrackClaims claims={track.claims} at_us={known_us} />
                    <PastCorrections track={track} />
                </>
            )}
        </article>
    );
}

/** That it has ended, and when somebody last saw it. */
function Ended({ track, at_us }: { track: Track | null; at_us: number }) {
    return (
        <div className="mb-3 text-high" role="status">
            {word("track.ended")}
            {track !== null && (
                <>
                    {" "}
                    {word("track.last_seen", {
                        time: clockText(track.updated_us),
                        age: ageText(at_us - track.updated_us),
                    })}
                </>
            )}
        </div>
    );
}

function Follow({ isRoomy }: { isRoomy: boolean }) {
    const isFollowing = useDesk((state) => state.isFollowing);
    return (
        <Button
            aria-pressed={isFollowing}
            tone={isFollowing ? "strong" : "quiet"}
            size={isRoomy ? "large" : "normal"}
            onClick={() => {
                useDesk.setState({ isFollowing: !isFollowing });
            }}
        >
            <Crosshair size={15} aria-hidden="true" />
            {word(isFollowing ? "alert.following" : "action.follow")}
        </Button>
    );
}

function TrackFacts({ track, at_us }: { track: Track; at_us: number }) {
    return (
        <Facts>
            <Fact name={word("track.label")}>
                {named("label", track.label)} · {Math.round(track.label_confidence * 100)}%
            </Fact>
            <Fact name={word("alert.confidence")}>
                <Meter ratio={track.existence} />
            </Fact>
            <Fact name={word("track.visible")}>
                <Meter ratio={track.visible} />
                {isHidden(track) && (
                    <span className="mt-0.5 flex items-center gap-1.5 text-ink-2">
                        <EyeOff size={13} aria-hidden="true" /> {word("track.hidden")}
                    </span>
                )}
            </Fact>
            <Fact name={word("track.state")}>{named("track_state", stateOf(track))}</Fact>
            <Fact name={word("track.speed")} isMono>
                {track.speed_mps.toFixed(1)} m/s · {Math.round(track.speed_mps * 3.6)} km/h
            </Fact>
            <Fact name={word("track.heading")} isMono>
                {bearingText(track.heading_deg)}
            </Fact>
            {(isAirborne(track) || track.height_m !== null) && (
                <Fact name={word("track.height")} isMono>
                    {heightText(track)}
                </Fact>
            )}
            <Fact name={word("track.uncertainty")}>
                <span className="font-mono text-[12.5px]">
                    {distanceText(track.sigma_major_m * SIGMAS_95)} × {distanceText(track.sigma_minor_m * SIGMAS_95)}
                </span>
                <span className="block text-[12px] text-ink-2">{word("track.uncertainty_what")}</span>
            </Fact>
            <Fact name={word("track.since")} isMono>
                {ageText(at_us - track.born_us)}
            </Fact>
            <Fact name={word("track.updated")} isMono>
                {ageText(at_us - track.updated_us)}
            </Fact>
        </Facts>
    );
}

function heightText({ height_m, sigma_height_m }: Track): string {
    if (height_m === null) return word("track.height_unknown");
    const spread = sigma_height_m === null ? "" : ` ± ${distanceText(sigma_height_m)}`;
    return `${distanceText(height_m)}${spread}`;
}
