/** A field team: where it is and since when, what it can do, what it is on. */
import { Users } from "lucide-react";

import { open } from "../desk";
import { Button } from "../parts/Button";
import { mayAct } from "../picture/alerts";
import { isFresh, tasksOf } from "../picture/tasks";
import { useHubTime, usePicture } from "../picture/use";
import type { Team } from "../picture/work";
import { word } from "../words/words";
import { Fact, Facts, Heading } from "./Facts";
import { heardText } from "./SensorCard";
import { TaskList } from "./TaskList";

export function TeamCard({ team }: { team: Team }) {
    const at_us = useHubTime();
    const role = usePicture((picture) => picture.role);
    const all = usePicture((picture) => picture.tasks);
    const tasks = tasksOf(all.values(), (task) => task.team === team.id);
    return (
        <article className="p-4" data-card={team.id}>
            <div className="flex items-center gap-2 text-[12px] text-ink-2">
                <Users size={14} aria-hidden="true" /> {word("team.title")}
                {team.simulated && <span className="text-high">{word("device.simulated")}</span>}
                {team.silent && <span className="text-high">{word("condition.silent")}</span>}
            </div>
            <h2 className="mt-1.5 mb-3 text-[17px] leading-snug font-semibold">{team.name}</h2>
            {mayAct(role) && (
                <Button
                    className="mb-3"
                    onClick={() => {
                        open({ kind: "create_task", alert: null, team: team.id });
                    }}
                >
                    {word("task.create")}…
                </Button>
            )}
            <Facts>
                {team.call_sign !== null && <Fact name={word("team.call_sign")}>{team.call_sign}</Fact>}
                <Fact name={word("team.skills")}>{team.skills.join(", ") || word("device.none")}</Fact>
                <Fact name={word("team.place")}>
                    <span className="font-mono text-[12.5px]">{heardText(team.last_us, at_us)}</span>
                    {!isFresh(team, at_us) && team.at !== null && (
                        <span className="block text-high">{word("team.old_place")}</span>
                    )}
                </Fact>
            </Facts>
            <Heading>{word("task.list")}</Heading>
            {tasks.length === 0 ? <p className="m-0 text-ink-2">{word("task.none")}</p> : <TaskList tasks={tasks} />}
        </article>
    );
}
