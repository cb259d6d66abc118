/** Field teams and their tasks: who is where, who is free, what nobody has answered. */
import { ListChecks, Plus } from "lucide-react";

import { goTo, open, select, useDesk } from "../shared/desk";
import { Detail } from "../shared/detail/Detail";
import { RunCards } from "../shared/detail/RunCard";
import { heardText } from "../shared/detail/SensorCard";
import { TaskChip } from "../shared/detail/TaskChip";
import { Button } from "../shared/parts/Button";
import { Empty, Part } from "../shared/parts/Part";
import { Cell, Row, Table } from "../shared/parts/Table";
import { ageText } from "../shared/picture/ages";
import { mayAct } from "../shared/picture/alerts";
import { runsByHand } from "../shared/picture/runs";
import { compareTasks, compareTeams, isFresh, teamSign } from "../shared/picture/tasks";
import { useHubTime, usePicture } from "../shared/picture/use";
import { named, word } from "../shared/words/words";

export function TeamsPage() {
    const may = usePicture((picture) => mayAct(picture.role));
    const hasPlaybooks = usePicture((picture) => picture.site.playbooks.length > 0);
    return (
        <div className="grid h-full grid-cols-[minmax(0,1fr)_clamp(300px,23vw,400px)] grid-rows-[minmax(0,1fr)]">
            <div className="min-h-0 overflow-y-auto p-5">
                {may && (
                    <div className="mb-5 flex flex-wrap gap-2.5">
                        <Button
                            onClick={() => {
                                open({ kind: "create_task", alert: null, team: null });
                            }}
                        >
                            <Plus size={15} aria-hidden="true" /> {word("task.create")}…
                        </Button>
                        {hasPlaybooks && (
                            <Button
                                onClick={() => {
                                    open({ kind: "start_playbook", alert: null });
                                }}
                            >
                                <ListChecks size={15} aria-hidden="true" /> {word("playbook.start")}…
                            </Button>
                        )}
                    </div>
                )}
                <Playbooks />
                <Tasks />
                <Teams />
            </div>
            <div className="grid min-h-0 border-l border-edge bg-panel">
                <Detail track={null} hasRuns={false} />
            </div>
        </div>
    );
}

/** What people have begun for no alert, drills among it. */
function Playbooks() {
    const all = usePicture((picture) => picture.runs);
    const runs = runsByHand(all.values());
    if (runs.length === 0) return null;
    return (
        <Part title={`${word("playbook.by_hand")} (${runs.length})`}>
            <div className="grid gap-x-8 gap-y-2 min-[1500px]:grid-cols-2">
                <RunCards runs={runs} />
            </div>
        </Part>
    );
}

function useSelected(kind: "task" | "team"): string | null {
    return useDesk(({ selection }) => (selection?.kind === kind ? selection.id : null));
}

function Tasks() {
    const all = usePicture((picture) => picture.tasks);
    const teams = usePicture((picture) => picture.teams);
    const at_us = useHubTime();
    const selected = useSelected("task");
    const tasks = [...all.values()].sort(compareTasks);
    return (
        <Part title={`${word("task.list")} (${tasks.length})`}>
            {tasks.length === 0 ? (
                <Empty text={word("task.none")} />
            ) : (
                <Table heads={[word("task.title"), word("device.state"), word("task.team"), word("task.asked_by"), word("task.age")]}>
                    {tasks.map((task) => {
                        const team = task.team === null ? undefined : teams.get(task.team);
                        return (
                            <Row
                                key={task.id}
                                isSelected={task.id === selected}
                                choose={() => {
                                    select({ kind: "task", id: task.id });
                                    goTo(task.at);
                                }}
                            >
                                <Cell>
                                    <span className="font-mono text-[12px] text-ink-2">T-{task.number}</span> {task.text}
                                </Cell>
                                <Cell>
                                    <TaskChip state={task.state} />
                                </Cell>
                                <Cell>{team === undefined ? word("task.nobody") : teamSign(team)}</Cell>
                                <Cell>{task.asked_by}</Cell>
                                <Cell isMono>{ageText(at_us - task.created_us)}</Cell>
                            </Row>
                        );
                    })}
                </Table>
            )}
        </Part>
    );
}

function Teams() {
    const all = usePicture((picture) => picture.teams);
    const tasks = usePicture((picture) => picture.tasks);
    const at_us = useHubTime();
    const selected = useSelected("team");
    const teams = [...all.values()].sort(compareTeams);
    return (
        <Part title={`${word("team.list")} (${teams.length})`}>
            {teams.length === 0 ? (
                <Empty text={word("team.none")} />
            ) : (
                <Table heads={[word("team.title"), word("team.call_sign"), word("team.skills"), word("team.on"), word("team.place")]}>
                    {teams.map((team) => {
                        const task = team.task === null ? undefined : tasks.get(team.task);
                        return (
                            <Row
                                key={team.id}
                                isSelected={team.id === selected}
                                choose={() => {
                                    select({ kind: "team", id: team.id });
                                    goTo(team.at);
                                }}
                            >
                                <Cell>{team.name}</Cell>
                                <Cell isMono>{team.call_sign ?? "–"}</Cell>
                                <Cell>{team.skills.join(", ") || "–"}</Cell>
                                <Cell>
                                    {task === undefined ? (
                                        word("team.free")
                                    ) : (
                                        <>
                                            T-{task.number} · {named("task_state", task.state)}
                                        </>
                                    )}
                                </Cell>
                                <Cell isMono>
                                    <span className={isFresh(team, at_us) ? "" : "text-high"}>
                                        {heardText(team.last_us, at_us)}
                                        {team.silent && ` · ${word("condition.silent")}`}
                                    </span>
                                </Cell>
                            </Row>
                        );
                    })}
                </Table>
            )}
        </Part>
    );
}
