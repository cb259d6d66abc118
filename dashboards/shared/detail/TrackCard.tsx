/** A track by name: what it is, how sure, how fast, who sees it. */
import { Crosshair } from "lucide-react";
import { useCallback } from "react";

import { LABELS } from "../contract";
import { tracks, useDesk } from "../desk";
import { placeOfSelection } from "../map/place";
import { Button } from "../parts/Button";
import { ageText, bearingText, distanceText } from "../picture/ages";
import { trackName } from "../picture/tracks";
import { useHubTime } from "../picture/use";
import type { Track } from "../picture/views";
import { named, word } from "../words/words";
import { CloseUp } from "./CloseUp";
import { Fact, Facts, Heading, Meter } from "./Facts";

function stateOf(track: Track): string {
    if (track.coasting) return "coasting";
    return track.confirmed ? "confirmed" : "tentative";
}

export function TrackCard({ number, track }: { number: number; track: Track | null }) {
    const at_us = useHubTime();
    const isFollowing = useDesk((state) => state.isFollowing);
    const place = useCallback(() => placeOfSelection({ kind: "track", number }), [number]);
    const row = tracks.rowOf(number);
    const label = track?.label ?? (row === null ? "unknown" : (LABELS[tracks.label[row] ?? 0] ?? "unknown"));
    return (
        <article className="p-4" data-card={number}>
            <div className="flex items-center gap-2 text-[12px] text-ink-2">
                {word("alert.track")}
                {track?.simulated === true && <span className="text-high">{word("device.simulated")}</span>}
            </div>
            <h2 className="mt-1.5 mb-3 font-mono text-[19px] leading-snug font-semibold">
                {trackName(label, number)}
            </h2>
            {row === null ? (
                <div className="mb-3 text-high">{word("track.ended")}</div>
            ) : (
                <CloseUp caption={named("label", label)} at_us={at_us} place={place} />
            )}
            {row !== null && (
                <div className="mt-3 grid">
                    <Button
                        aria-pressed={isFollowing}
                        tone={isFollowing ? "strong" : "quiet"}
                        onClick={() => {
                            useDesk.setState({ isFollowing: !isFollowing });
                        }}
                    >
                        <Crosshair size={15} aria-hidden="true" />
                        {word(isFollowing ? "alert.following" : "action.follow")}
                    </Button>
                </div>
            )}
            {track !== null && (
                <div className="mt-4">
                    <Facts>
                        <Fact name={word("track.label")}>
                            {named("label", track.label)} · {Math.round(track.label_confidence * 100)}%
                        </Fact>
                        <Fact name={word("alert.confidence")}>
                            <Meter ratio={track.existence} />
                        </Fact>
                        <Fact name={word("track.state")}>{named("track_state", stateOf(track))}</Fact>
                        <Fact name={word("track.speed")} isMono>
                            {track.speed_mps.toFixed(1)} m/s · {Math.round(track.speed_mps * 3.6)} km/h
                        </Fact>
                        <Fact name={word("track.heading")} isMono>
                            {bearingText(track.heading_deg)}
                        </Fact>
                        <Fact name={word("track.uncertainty")} isMono>
                            {distanceText(track.sigma_major_m)} × {distanceText(track.sigma_minor_m)}
                        </Fact>
                        <Fact name={word("track.since")} isMono>
                            {ageText(at_us - track.born_us)}
                        </Fact>
                        <Fact name={word("track.updated")} isMono>
                            {ageText(at_us - track.updated_us)}
                        </Fact>
                    </Facts>
                    <Heading>{word("track.sensors")}</Heading>
                    <div className="font-mono text-[12.5px]">
                        {track.sensors.map((id) => id.toUpperCase()).join(" + ") || word("device.none")}
                    </div>
                </div>
            )}
        </article>
    );
}
