/** A team's tasks on its phone: what, where from here, and answers as large as a thumb. */
import { Check, CloudOff, Flag, Footprints, X } from "lucide-react";
import { type ComponentType, useEffect, useState } from "react";

import type { EastNorth, ReceiptStatus } from "../shared/contract";
import { goTo, useDesk } from "../shared/desk";
import { TaskChip } from "../shared/detail/TaskChip";
import { direction } from "../shared/map/earth";
import { ExerciseMark } from "../shared/parts/marks";
import { ageText, distanceText } from "../shared/picture/ages";
import { answersTo, compareTeams, isOverTask, tasksOf, teamSign } from "../shared/picture/tasks";
import { useHubTime, usePicture } from "../shared/picture/use";
import type { Task } from "../shared/picture/work";
import { named, word } from "../shared/words/words";
import { answer, asAnswered, beTeam, receipt, useAnswers, useTeam } from "./answers";

export function TasksPage({ here, showMap }: { here: EastNorth | null; showMap(): void }) {
    const team = useTeam();
    const isKnown = usePicture((picture) => team !== null && picture.teams.has(team));
    const isOwn = useDesk((state) => (state.session?.team ?? null) !== null);
    const [isChoosing, setChoosing] = useState(false);
    if (team === null || !isKnown || isChoosing) {
        return (
            <ChooseTeam
                done={() => {
                    setChoosing(false);
                }}
            />
        );
    }
    return (
        <Mine
            team={team}
            here={here}
            showMap={showMap}
            choose={
                isOwn
                    ? null
                    : () => {
                          setChoosing(true);
                      }
            }
        />
    );
}

function ChooseTeam({ done }: { done(): void }) {
    const teams = usePicture((picture) => picture.teams);
    return (
        <section className="h-full overflow-y-auto bg-panel p-4" aria-label={word("field.which_team")}>
            <h2 className="mt-0 mb-3 text-[18px] font-semibold">{word("field.which_team")}</h2>
            {teams.size === 0 && <p className="text-ink-2">{word("team.none")}</p>}
            <div className="flex flex-col gap-2.5">
                {[...teams.values()].sort(compareTeams).map((team) => (
                    <button
                        key={team.id}
                        type="button"
                        onClick={() => {
                            beTeam(team.id);
                            done();
                        }}
                        className="min-h-16 rounded-lg border border-edge-2 bg-raised px-4 text-left text-[17px] font-medium"
                    >
                        {teamSign(team)} <span className="text-[14px] font-normal text-ink-2">{team.name}</span>
                    </button>
                ))}
            </div>
        </section>
    );
}

interface MineProps {
    team: string;
    here: EastNorth | null;
    showMap(): void;
    /** null: whoever is signed in speaks for this team and no other. */
    choose: (() => void) | null;
}

function Mine({ team: id, here, showMap, choose }: MineProps) {
    const team = usePicture((picture) => picture.teams.get(id));
    const all = usePicture((picture) => picture.tasks);
    const answers = useAnswers();
    const { owed } = answers;
    const isMute = useDesk(({ session }) => session?.role === "field" && (session.team ?? null) === null);
    const isLate = useLasting(owed.length > 0);
    const tasks = tasksOf(all.values(), (task) => task.team === id && !isOverTask(task));
    return (
        <section className="h-full overflow-y-auto bg-panel" aria-label={word("task.list")}>
            <div className="flex min-h-14 items-center gap-3 border-b border-edge px-4">
                <h2 className="m-0 text-[17px] font-semibold">{team === undefined ? id : teamSign(team)}</h2>
                {choose !== null && (
                    <button type="button" className="min-h-12 px-2 text-[14px] text-ink-2 underline" onClick={choose}>
                        {word("field.other_team")}
                    </button>
                )}
            </div>
            {isMute && <p className="m-0 bg-[#2e2413] px-4 py-2.5 text-[15px] text-high">{word("field.no_team")}</p>}
            {isLate && owed.length > 0 && (
                <div role="status" data-owed={owed.length} className="flex items-center gap-2.5 bg-[#2e2413] px-4 py-2.5 text-[15px] text-high">
                    <CloudOff size={18} className="shrink-0" aria-hidden="true" />
                    {word("field.owed", { count: owed.length })}
                </div>
            )}
            {tasks.length === 0 && <p className="p-8 text-center text-[16px] text-ink-2">{word("task.none")}</p>}
            {tasks.map((task) => {
                const { task: shown, isOwed } = asAnswered(task, answers);
                return <TaskSheet key={task.id} task={shown} isOwed={isOwed && isLate} here={here} showMap={showMap} />;
            })}
        </section>
    );
}

// An answer that the hub takes at once moves nothing under the thumb that gave it.
const LASTING_MS = 1_500;

function useLasting(is: boolean): boolean {
    const [isLasting, setLasting] = useState(false);
    useEffect(() => {
        setLasting(false);
        if (!is) return undefined;
        const timer = setTimeout(() => {
            setLasting(true);
        }, LASTING_MS);
        return () => {
            clearTimeout(timer);
        };
    }, [is]);
    return isLasting;
}

const LOOK: Readonly<Partial<Record<ReceiptStatus, { icon: ComponentType<{ size?: number }>; tone: string }>>> = {
    ACCEPTED: { icon: Footprints, tone: "border-good bg-good/20 text-good" },
    ON_SCENE: { icon: Flag, tone: "border-accent bg-accent/20 text-accent" },
    DONE: { icon: Check, tone: "border-good bg-good/20 text-good" },
    DECLINED: { icon: X, tone: "border-edge-2 bg-raised text-ink" },
};

interface SheetProps {
    task: Task;
    /** An answer of it waits on this phone. */
    isOwed: boolean;
    here: EastNorth | null;
    showMap(): void;
}

/** The phone says by itself that it has a task, and that it was shown. */
function useReceipts(task: Task): void {
    const { id, state } = task;
    useEffect(() => {
        if (state === "sent") receipt(id, "DEVICE_RECEIPT");
        if (state === "device_receipt") receipt(id, "READ");
    }, [id, state]);
}

function TaskSheet({ task, isOwed, here, showMap }: SheetProps) {
    const at_us = useHubTime();
    useReceipts(task);
    return (
        <article data-task={task.number} className="border-b-4 border-edge px-4 py-4">
            <div className="flex items-center gap-2.5">
                <span className="font-mono text-[14px] text-ink-2">T-{task.number}</span>
                <TaskChip state={task.state} />
                <ExerciseMark of={task} />
                {isOwed && <CloudOff size={16} className="text-high" aria-label={word("field.not_sent")} />}
                <span className="ml-auto font-mono text-[14px] text-ink-2">{ageText(at_us - task.created_us)}</span>
            </div>
            <p className="mt-2 mb-1 text-[19px] leading-snug font-semibold">{task.text}</p>
            <Where task={task} here={here} showMap={showMap} />
            <div className="mt-3 flex flex-col gap-2.5">
                {answersTo(task).map((status) => {
                    const look = LOOK[status];
                    const Icon = look?.icon ?? Check;
                    return (
                        <button
                            key={status}
                            type="button"
                            data-answer={status}
                            onClick={() => {
                                answer(task.id, status);
                            }}
                            className={`flex min-h-18 items-center justify-center gap-3 rounded-xl border-2 text-[20px] font-bold tracking-[0.04em] ${look?.tone ?? ""}`}
                        >
                            <Icon size={26} /> {named("answer_big", status)}
                        </button>
                    );
                })}
            </div>
        </article>
    );
}

function Where({ task, here, showMap }: Pick<SheetProps, "task" | "here" | "showMap">) {
    if (task.at === null) return null;
    const way = here === null ? null : direction(here, task.at);
    return (
        <button
            type="button"
            className="min-h-12 font-mono text-[16px] text-accent underline"
            onClick={() => {
                showMap();
                goTo(task.at);
            }}
        >
            {way === null
                ? word("field.on_map")
                : word("field.distance", { distance: distanceText(way.distance_m), point: way.point })}
        </button>
    );
}
