/** A word on what the pointer rests on, beside it; the card says the rest. */
import type { ReactNode } from "react";

import { type Selection, tracks, useDesk } from "../desk";
import { heardText } from "../detail/SensorCard";
import { CalibrationMark } from "../parts/CalibrationMark";
import { ConditionMark } from "../parts/marks";
import { ageText, distanceText } from "../picture/ages";
import { offGround } from "../picture/calibration";
import { coverageOfZone, unseen } from "../picture/coverage";
import { crowdOfZone, personsText } from "../picture/crowd";
import { SIGMAS_95, hearersOf } from "../picture/cues";
import { conditionOf } from "../picture/devices";
import { nameOfTrack } from "./track-name";
import { useHubTime, usePicture } from "../picture/use";
import type { Sensor, Track } from "../picture/views";
import { named, word } from "../words/words";
import type { Hover } from "./engine";

const WIDTH_PX = 216;

export function MapHint({ hover, track }: { hover: Hover; track: Track | null }) {
    const content = useHint(hover, track);
    // What is in hand has its card, and who picks looks at the map: a hint would only hide it.
    const isInTheWay = useDesk(
        ({ selection, merging }) => merging !== null || isSame(selection, hover.selection),
    );
    if (content === null || isInTheWay) return null;
    const isRight = hover.x > WIDTH_PX + 40;
    return (
        <div
            aria-hidden="true"
            data-hint={hover.selection.kind}
            className="pointer-events-none absolute z-20 rounded-md border border-edge-2 bg-panel/95 px-2.5 py-2 text-[12px] shadow-xl pointer-coarse:hidden"
            style={{
                width: WIDTH_PX,
                top: Math.max(6, hover.y - 12),
                left: isRight ? hover.x - WIDTH_PX - 20 : hover.x + 20,
            }}
        >
            {content}
        </div>
    );
}

function isSame(one: Selection | null, other: Selection): boolean {
    if (one?.kind !== other.kind) return false;
    const key = (selection: Selection) => (selection.kind === "track" ? selection.number : selection.id);
    return key(one) === key(other);
}

function useHint(hover: Hover, track: Track | null): ReactNode {
    const picture = usePicture((all) => all);
    const at_us = useHubTime();
    const { selection } = hover;
    switch (selection.kind) {
        case "track":
            return <TrackHint number={selection.number} track={track} />;
        case "sensor": {
            const sensor = picture.sensors.get(selection.id);
            return sensor === undefined ? null : <SensorHint sensor={sensor} />;
        }
        case "actuator":
            return <Title text={picture.actuators.get(selection.id)?.name ?? ""} />;
        case "zone":
            return <ZoneHint id={selection.id} />;
        case "cue": {
            const cue = picture.cues.find(({ id }) => id === selection.id);
            if (cue === undefined) return null;
            return (
                <>
                    <Title text={named("cue", cue.kind)} />
                    <Line text={word("cue.heard_by", { sensors: hearersOf(cue).join(", ").toUpperCase() })} />
                    <Line text={ageText(at_us - cue.observed_us)} />
                </>
            );
        }
        case "team": {
            const team = picture.teams.get(selection.id);
            if (team === undefined) return null;
            return (
                <>
                    <Title text={team.name} note={team.call_sign ?? ""} />
                    <Line text={heardText(team.last_us, at_us)} />
                </>
            );
        }
        case "alert":
        case "incident":
        case "task":
            return null;
    }
}

function Title({ text, note }: { text: string; note?: string }) {
    return (
        <div className="flex justify-between gap-2 font-semibold">
            <span className="truncate">{text}</span>
            {note !== undefined && <span className="font-mono font-normal text-ink-2">{note}</span>}
        </div>
    );
}

function Line({ text, tone = "text-ink-2" }: { text: string; tone?: string }) {
    return <div className={tone}>{text}</div>;
}

function TrackHint({ number, track }: { number: number; track: Track | null }) {
    useHubTime(); // The columns are no state of React: look again each second.
    const row = tracks.rowOf(number);
    if (row === null) return null;
    const stale_s = tracks.staleness_s(row, performance.now());
    const spread_m = track === null ? (tracks.sigma_m[row] ?? 0) : track.sigma_major_m;
    return (
        <>
            <Title text={nameOfTrack(number)} note={stale_s > 0 ? `${stale_s}s` : ""} />
            <Line text={word("track.within", { distance: distanceText(spread_m * SIGMAS_95) })} />
            {stale_s > 0 && <Line text={word("track.not_seen_for", { age: `${stale_s}s` })} tone="text-high" />}
            {track !== null && track.number === number && (
                <Line text={track.sensors.map((id) => id.toUpperCase()).join(" + ") || word("device.none")} />
            )}
        </>
    );
}

function SensorHint({ sensor }: { sensor: Sensor }) {
    const { calibration } = sensor;
    return (
        <>
            <Title text={sensor.name} note={sensor.id.toUpperCase()} />
            <ConditionMark condition={conditionOf(sensor)} />
            {calibration !== null && (
                <div className="flex items-center justify-between gap-2">
                    <CalibrationMark state={calibration.state} />
                    <span className="font-mono text-ink-2">{distanceText(offGround(calibration))}</span>
                </div>
            )}
        </>
    );
}

function ZoneHint({ id }: { id: string }) {
    const zone = usePicture((picture) => picture.site.zones.find((one) => one.id === id));
    const seen = usePicture((picture) => coverageOfZone(picture.coverage, id));
    const field = usePicture((picture) => picture.crowd);
    if (zone === undefined) return null;
    const crowd = crowdOfZone(field, id);
    return (
        <>
            <Title text={zone.name} />
            {seen !== null && (
                <Line text={word("coverage.unseen_share", { percent: Math.round(unseen(seen) * 100) })} />
            )}
            {crowd !== null && (
                <Line text={word("crowd.persons", { persons: personsText(crowd.persons, crowd.sigma_persons) })} />
            )}
            {crowd?.lost === true && <Line text={word("crowd.lost_short")} tone="text-high" />}
        </>
    );
}
