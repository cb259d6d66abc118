/** This phone's team and the answers it owes: both outlive a closed page and a lost link. */
import { useEffect } from "react";
import { create } from "zustand";

import type { ReceiptStatus } from "../shared/contract";
import { linkNow, toast, useDesk } from "../shared/desk";
import { afterAnswer } from "../shared/picture/tasks";
import type { Task } from "../shared/picture/work";
import { ask } from "../shared/session/hub";
import { type Owed, readOwed, sent, withAnswer, without } from "../shared/session/outbox";
import { newUlid } from "../shared/session/ulid";
import { word } from "../shared/words/words";

const OWED = "vedette.owed";
const TEAM = "vedette.team";
// A phone looks this often whether the hub is there again; the link's return makes it look at once.
const TRY_EVERY_MS = 4_000;

interface Answers {
    /** Whom this phone was picked to speak for; whoever is signed in for a team speaks for that one. */
    picked: string | null;
    owed: readonly Owed[];
    /** What the hub has taken a moment ago: the picture that shows it is still on its way. */
    taken: readonly Owed[];
}

// The delta that shows an answer follows it within a second; after that the picture is right.
const TAKEN_MS = 5_000;

function stored(key: string): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return null; // A browser that keeps nothing still answers while it is open.
    }
}

function keep(key: string, text: string): void {
    try {
        localStorage.setItem(key, text);
    } catch {
        // As above: it is kept in memory.
    }
}

export const useAnswers = create<Answers>(() => ({
    picked: stored(TEAM),
    owed: readOwed(stored(OWED)),
    taken: [],
}));

export function beTeam(team: string): void {
    keep(TEAM, team);
    useAnswers.setState({ picked: team });
}

/** The team of whoever is signed in; else the one that was picked here. */
export function useTeam(): string | null {
    const own = useDesk((state) => state.session?.team ?? null);
    const picked = useAnswers((state) => state.picked);
    return own ?? picked;
}

function owe(owed: readonly Owed[]): void {
    keep(OWED, JSON.stringify(owed));
    useAnswers.setState({ owed });
}

/** Answer a task: at once where the hub is reached, else as soon as it is. */
export function answer(task: string, status: ReceiptStatus, text: string | null = null): void {
    owe(withAnswer(useAnswers.getState().owed, { id: newUlid(), task, status, text }));
    void flush();
}

const receipted = new Set<string>();

/** What the phone says by itself, once: that it has a task, that it was shown. */
export function receipt(task: string, status: "DEVICE_RECEIPT" | "READ"): void {
    const key = `${task}/${status}`;
    if (receipted.has(key)) return;
    receipted.add(key);
    answer(task, status);
}

function remember(gone: readonly Owed[]): void {
    useAnswers.setState(({ taken }) => ({ taken: [...taken, ...gone] }));
    setTimeout(() => {
        useAnswers.setState(({ taken }) => ({ taken: taken.filter((one) => !gone.includes(one)) }));
    }, TAKEN_MS);
}

let isSending = false;

export async function flush(): Promise<void> {
    const { owed } = useAnswers.getState();
    if (isSending || owed.length === 0) return;
    isSending = true;
    const refused = new Set<string>();
    try {
        const left = await sent(
            owed,
            ({ id, task, status, text }) => ask({ kind: "answer_task", task, status, text }, id),
            ({ id, status }, error) => {
                refused.add(id);
                // What nobody pressed is nothing that anybody has to read about.
                if (isByItself(status)) return;
                toast("bad", error.message === "" ? word(error.what) : error.message, error.fix);
            },
        );
        const ids = new Set(left.map(({ id }) => id));
        const gone = owed.filter(({ id }) => !ids.has(id));
        remember(gone.filter(({ id }) => !refused.has(id)));
        // What was answered meanwhile is still owed.
        owe(gone.reduce<readonly Owed[]>((now, { id }) => without(now, id), useAnswers.getState().owed));
    } finally {
        isSending = false;
    }
}

export function useSending(): void {
    useEffect(() => {
        const tryNow = () => {
            if (linkNow().connected) void flush();
        };
        const timer = setInterval(tryNow, TRY_EVERY_MS);
        window.addEventListener("online", tryNow);
        const unsubscribe = useDesk.subscribe((state, before) => {
            if (before.picture === null && state.picture !== null) tryNow();
        });
        tryNow();
        return () => {
            clearInterval(timer);
            window.removeEventListener("online", tryNow);
            unsubscribe();
        };
    }, []);
}

function isByItself(status: ReceiptStatus): boolean {
    return status === "DEVICE_RECEIPT" || status === "READ";
}

/** The task as this phone's answers make it, and whether the hub has them all. */
export function asAnswered(
    task: Task,
    { owed, taken }: Pick<Answers, "owed" | "taken">,
): { task: Task; isOwed: boolean } {
    const mine = owed.filter((one) => one.task === task.id);
    const all = [...taken.filter((one) => one.task === task.id), ...mine];
    return {
        task: all.reduce((before, { status }) => afterAnswer(before, status), task),
        isOwed: mine.length > 0,
    };
}
