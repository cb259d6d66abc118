/** The card on the right: whatever is selected, and what can be done about it. */
import { MousePointer2 } from "lucide-react";

import { useDesk } from "../desk";
import { Key } from "../parts/Button";
import { runsByHand } from "../picture/runs";
import { usePicture } from "../picture/use";
import type { Track } from "../picture/views";
import { type WordKey, word } from "../words/words";
import { ActuatorCard } from "./ActuatorCard";
import { AlertCard } from "./AlertCard";
import { CueCard } from "./CueCard";
import { IncidentCard } from "./IncidentCard";
import { RunCards } from "./RunCard";
import { SensorCard } from "./SensorCard";
import { TaskCard } from "./TaskCard";
import { TeamCard } from "./TeamCard";
import { TrackCard } from "./TrackCard";
import { ZoneCard } from "./ZoneCard";

interface Props {
    track: Track | null;
    /** On a phone everything to touch is large. */
    isRoomy?: boolean;
    /** With nothing selected, does it show what runs for no alert? */
    hasRuns?: boolean;
}

export function Detail({ track, isRoomy = false, hasRuns = true }: Props) {
    return (
        <aside className="min-h-0 overflow-x-hidden overflow-y-auto bg-panel" aria-label={word("detail.empty")}>
            <Card track={track} isRoomy={isRoomy} hasRuns={hasRuns} />
        </aside>
    );
}

function Card({ track, isRoomy = false, hasRuns = true }: Props) {
    const selection = useDesk((state) => state.selection);
    const alerts = usePicture((picture) => picture.alerts);
    const sensors = usePicture((picture) => picture.sensors);
    const actuators = usePicture((picture) => picture.actuators);
    const cues = usePicture((picture) => picture.cues);
    const site = usePicture((picture) => picture.site);
    const incidents = usePicture((picture) => picture.incidents);
    const tasks = usePicture((picture) => picture.tasks);
    const teams = usePicture((picture) => picture.teams);
    if (selection === null) return hasRuns ? <Standing /> : <Nothing />;
    switch (selection.kind) {
        case "alert": {
            const alert = alerts.get(selection.id);
            return alert === undefined ? <Gone /> : <AlertCard key={alert.id} alert={alert} track={track} />;
        }
        case "sensor": {
            const sensor = sensors.get(selection.id);
            return sensor === undefined ? <Gone /> : <SensorCard sensor={sensor} />;
        }
        case "actuator": {
            const actuator = actuators.get(selection.id);
            return actuator === undefined ? <Gone /> : <ActuatorCard actuator={actuator} />;
        }
        case "incident": {
            const incident = incidents.get(selection.id);
            return incident === undefined ? (
                <Gone text="incident.gone" />
            ) : (
                <IncidentCard key={incident.id} incident={incident} />
            );
        }
        case "task": {
            const task = tasks.get(selection.id);
            return task === undefined ? <Gone text="task.gone" /> : <TaskCard task={task} />;
        }
        case "team": {
            const team = teams.get(selection.id);
            return team === undefined ? <Gone text="team.gone" /> : <TeamCard team={team} />;
        }
        case "track":
            return <TrackCard number={selection.number} track={track} isRoomy={isRoomy} />;
        case "zone": {
            const zone = site.zones.find(({ id }) => id === selection.id);
            return zone === undefined ? <Gone /> : <ZoneCard zone={zone} />;
        }
        case "cue": {
            const cue = cues.find(({ id }) => id === selection.id);
            return cue === undefined ? <Gone text="cue.gone" /> : <CueCard cue={cue} />;
        }
    }
}

/** With nothing in hand: the playbooks that run for no alert, which no other card shows. */
function Standing() {
    const runs = usePicture((picture) => picture.runs);
    const shown = runsByHand(runs.values());
    if (shown.length === 0) return <Nothing />;
    return (
        <div className="p-4 pt-0">
            <RunCards runs={shown} />
        </div>
    );
}

function Nothing() {
    return (
        <div className="grid h-full place-items-center p-8 text-center text-ink-3">
            <div className="flex max-w-56 flex-col items-center gap-3">
                <MousePointer2 size={24} strokeWidth={1.5} aria-hidden="true" />
                <div>{word("detail.empty")}</div>
                <div className="flex items-center gap-1.5">
                    <Key name="J" /> <Key name="K" /> {word("detail.keys")}
                </div>
            </div>
        </div>
    );
}

function Gone({ text = "alert.gone" }: { text?: WordKey }) {
    return <div className="p-6 text-center text-ink-3">{word(text)}</div>;
}
