/** Field tasks and teams: who has what, what may be answered, how fresh a place is. Pure. */
import type { ReceiptStatus, Role, TaskState } from "../contract";
import { mayAct } from "./alerts";
import type { Task, Team } from "./work";

/** The states that a task goes through when all is well, for the chain on the screen. */
export const COURSE: readonly TaskState[] = [
    "sent",
    "device_receipt",
    "read",
    "accepted",
    "on_scene",
    "done",
];

const OVER: ReadonlySet<TaskState> = new Set(["done", "cancelled"]);

export function isOverTask(task: Task): boolean {
    return OVER.has(task.state);
}

/** Does the control room have to do something about it: nobody is there to take it? */
export function isStranded(task: Task): boolean {
    return task.state === "unanswered" || task.state === "waiting";
}

/** What needs somebody first; then what is under way; then what is over, latest first. */
export function compareTasks(one: Task, other: Task): number {
    const rank = (task: Task) => (isStranded(task) ? 0 : isOverTask(task) ? 2 : 1);
    return rank(one) - rank(other) || other.created_us - one.created_us || other.number - one.number;
}

export function tasksOf(tasks: Iterable<Task>, isWanted: (task: Task) => boolean): Task[] {
    return [...tasks].filter(isWanted).sort(compareTasks);
}

const RECEIPTS: Readonly<Partial<Record<ReceiptStatus, TaskState>>> = {
    DEVICE_RECEIPT: "device_receipt",
    READ: "read",
    ACCEPTED: "accepted",
    ON_SCENE: "on_scene",
    DONE: "done",
};

/** The task as it will stand once an answer has reached the hub; unchanged where it says nothing new. */
export function afterAnswer(task: Task, status: ReceiptStatus): Task {
    const state = RECEIPTS[status];
    if (state === undefined || COURSE.indexOf(state) <= COURSE.indexOf(task.state)) return task;
    return { ...task, state };
}

/** The answers that a team may give now, the likeliest first. */
export function answersTo(task: Task): ReceiptStatus[] {
    switch (task.state) {
        case "sent":
        case "device_receipt":
        case "read":
        case "unanswered":
            return task.team === null ? [] : ["ACCEPTED", "DECLINED"];
        case "accepted":
            return ["ON_SCENE", "DONE", "DECLINED"];
        case "on_scene":
            return ["DONE"];
        case "waiting":
        case "done":
        case "cancelled":
            return [];
    }
}

export function canAnswer(task: Task, role: Role): boolean {
    return (mayAct(role) || role === "field") && answersTo(task).length > 0;
}

export function canCancelTask(task: Task, role: Role): boolean {
    return mayAct(role) && !isOverTask(task);
}

/** How far an answer is overdue or away; null once somebody has taken it. */
export function answerDue(task: Task): number | null {
    const isAsked = task.state === "sent" || task.state === "device_receipt" || task.state === "read";
    return isAsked ? task.answer_due_us : null;
}

/** A place older than this is drawn as where a team was. */
export const TEAM_FRESH_US = 30_000_000;

export function isFresh(team: Team, at_us: number): boolean {
    return !team.silent && team.last_us !== null && at_us - team.last_us <= TEAM_FRESH_US;
}

/** What is written beside a team: its call sign, else its name. */
export function teamSign(team: Team): string {
    return team.call_sign ?? team.name;
}

/** Free ones first, then by name: who can be sent stands on top. */
export function compareTeams(one: Team, other: Team): number {
    return (
        Number(one.silent) - Number(other.silent) ||
        Number(one.task !== null) - Number(other.task !== null) ||
        one.name.localeCompare(other.name)
    );
}
