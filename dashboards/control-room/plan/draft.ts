/** The draft of a plan on this screen: it outlives a look at another page, not the session. */
import { create } from "zustand";

import type { PlanChange, PlanDraft, PlanView, TrialView } from "../../shared/contract";
import { HubRefusal, call } from "../../shared/session/hub";
import { word } from "../../shared/words/words";
import { type JsonSchema, type RuleKind, kindsOf } from "./schema";
import type { Part, Parts } from "./settings";

export interface DraftState {
    /** The plan that was in force when it was read; null: it was not read yet. */
    plan: PlanView | null;
    kinds: readonly RuleKind[];
    text: string;
    /** The editable parts of the draft, or of the last one that was right. */
    parts: Parts;
    /** What the hub said of the draft; null while it was not asked. */
    checked: PlanDraft | null;
    trial: TrialView | null;
    /** The text that was tried: a trial of another one says nothing about this one. */
    tried: string;
    busy: "" | "reading" | "checking" | "trying" | "applying";
    complaint: string;
    /** Did somebody else put a plan into force meanwhile? */
    isOvertaken: boolean;
}

const NOTHING: DraftState = {
    plan: null,
    kinds: [],
    text: "",
    parts: {},
    checked: null,
    trial: null,
    tried: "",
    busy: "",
    complaint: "",
    isOvertaken: false,
};

export const useDraft = create<DraftState>(() => NOTHING);

// The hub gives up a trial after three minutes.
const TRIAL_MAX_MS = 190_000;

// One array for all that have none: a new one at each look would be a change at each look.
const NO_CHANGES: readonly PlanChange[] = [];

/** The parts that the draft changes. */
export function changesOf({ checked }: DraftState): readonly PlanChange[] {
    return checked?.changes ?? NO_CHANGES;
}

export function isChanged({ plan, text }: DraftState): boolean {
    return plan !== null && plan.text !== text;
}

/** Read the plan in force. A draft that was begun stays, but for a first look. */
export async function readPlan(): Promise<void> {
    await busyWith("reading", async () => {
        const [plan, schema] = await Promise.all([
            call("/api/plan", "GET") as Promise<PlanView>,
            call("/api/plan/schema", "GET") as Promise<JsonSchema>,
        ]);
        const before = useDraft.getState();
        const text = isChanged(before) ? before.text : plan.text;
        useDraft.setState({ plan, kinds: kindsOf(schema), text, isOvertaken: false });
        await look(text);
    });
}

/** Begin anew from the plan in force, or from an earlier version. */
export async function beginFrom(text: string): Promise<void> {
    useDraft.setState({ text, trial: null });
    await busyWith("checking", () => look(text));
}

export async function readVersion(version: number): Promise<string> {
    return ((await call(`/api/plan/versions/${version}`, "GET")) as PlanDraft).text;
}

/** Type in the draft; `checkDraft` asks the hub about it. */
export function write(text: string): void {
    useDraft.setState({ text, checked: null });
}

export async function checkDraft(): Promise<void> {
    const { text } = useDraft.getState();
    await busyWith("checking", () => look(text));
}

/** Put one rule into the draft, or take it out; return what is wrong with that, or nothing. */
export async function editRule(id: string, part: Part | null): Promise<string> {
    let wrong = "";
    const complaint = await busyWith("checking", async () => {
        const { text } = useDraft.getState();
        const body = { text, table: "rule", id, part };
        const draft = (await call("/api/plan/edit", "POST", body)) as PlanDraft;
        const { problem } = draft;
        if (problem !== undefined && problem !== null) {
            wrong = `${problem.what}. ${problem.fix}`;
            return;
        }
        useDraft.setState({ text: draft.text, checked: draft });
        await readParts(draft.text);
    });
    return wrong || complaint;
}

export async function tryDraft(): Promise<void> {
    await busyWith("trying", async () => {
        const { text } = useDraft.getState();
        const trial = (await call("/api/plan/try", "POST", { text }, TRIAL_MAX_MS)) as TrialView;
        useDraft.setState({ trial, tried: text });
    });
}

/** Put the draft into force; true when it is. */
export async function apply(reason: string): Promise<boolean> {
    const complaint = await busyWith("applying", async () => {
        const { text, plan } = useDraft.getState();
        const body = { text, based_on: plan?.version ?? 0, reason };
        await call("/api/plan", "POST", body);
        const now = (await call("/api/plan", "GET")) as PlanView;
        useDraft.setState({ plan: now, text: now.text, trial: null });
        await look(now.text);
    });
    if (complaint === "") return true;
    const now = (await call("/api/plan", "GET").catch(() => null)) as PlanView | null;
    useDraft.setState(({ plan }) => ({
        isOvertaken: now !== null && now.version !== plan?.version,
    }));
    return false;
}

async function look(text: string): Promise<void> {
    const { plan } = useDraft.getState();
    if (text === plan?.text) {
        const parts = (await call("/api/plan/parts", "GET")) as Parts;
        useDraft.setState({ parts, checked: { text } });
        return;
    }
    const checked = (await call("/api/plan/check", "POST", { text })) as PlanDraft;
    // Who types on meanwhile is answered about what is there then.
    if (useDraft.getState().text !== text) return;
    useDraft.setState({ checked });
    if (checked.problem === undefined || checked.problem === null) await readParts(text);
}

async function readParts(text: string): Promise<void> {
    const parts = (await call("/api/plan/parts", "POST", { text })) as Parts;
    if (useDraft.getState().text === text) useDraft.setState({ parts });
}

/** Do one thing at a time; return why it was not done, or nothing. */
async function busyWith(busy: DraftState["busy"], act: () => Promise<void>): Promise<string> {
    useDraft.setState({ busy, complaint: "" });
    let complaint = "";
    try {
        await act();
    } catch (error) {
        if (!(error instanceof HubRefusal)) throw error;
        complaint = [error.message || word(error.what), error.fix].filter(Boolean).join(". ");
    }
    useDraft.setState({ busy: "", complaint });
    return complaint;
}
