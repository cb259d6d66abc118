/** What the page asks the hub over HTTP, and how each refusal reads to a person. */
import type {
    ActionReply,
    ActionRequest,
    AlertView,
    EvidenceView,
    HandoverView,
    KpiView,
    MethaneView,
    Role,
    TrackView,
} from "../contract";
import { type Alert, type Track, completeAlert, completeTrack } from "../picture/views";
import type { WordKey } from "../words/words";
import { newUlid } from "./ulid";

export type Ask = ActionRequest["ask"];

export interface Session {
    name: string;
    display_name: string;
    role: Role;
    /** For whom a person of the field speaks. */
    team?: string | null;
}

/** A refusal: a word for what happened, and what the hub said if it said something. */
export class HubRefusal extends Error {
    readonly what: WordKey;
    readonly status: number;
    /** What to try next, in the hub's own words. */
    readonly fix: string;

    constructor(what: WordKey, status: number, said = "", fix = "") {
        super(said);
        this.what = what;
        this.status = status;
        this.fix = fix;
    }
}

// The hub answers from memory and one small write: longer than this, it is not answering.
const ANSWER_MAX_MS = 8_000;

export async function call(
    path: string,
    method: "GET" | "POST" | "DELETE",
    body?: object,
    wait_ms = ANSWER_MAX_MS,
): Promise<unknown> {
    let answer: Response;
    try {
        answer = await fetch(path, {
            method,
            signal: AbortSignal.timeout(wait_ms),
            headers: {
                "X-Vedette": "1",
                ...(body === undefined ? {} : { "Content-Type": "application/json" }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
    } catch {
        throw new HubRefusal("error.unreachable", 0);
    }
    const said = await answered(answer);
    if (answer.ok) return said;
    throw refusal(answer.status, said);
}

async function answered(answer: Response): Promise<unknown> {
    try {
        return await answer.json();
    } catch {
        return null; // A body is not owed, least of all by a proxy in between.
    }
}

const BY_STATUS: Readonly<Record<number, WordKey>> = {
    401: "error.signed_out",
    403: "error.forbidden",
    404: "error.not_found",
    409: "error.refused",
    422: "error.invalid",
    429: "error.too_many",
    503: "error.unavailable",
};

function refusal(status: number, said: unknown): HubRefusal {
    return new HubRefusal(
        BY_STATUS[status] ?? "error.other",
        status,
        firstText(said, ["what", "reason"]),
        firstText(said, ["fix"]),
    );
}

function firstText(said: unknown, names: readonly string[]): string {
    if (typeof said !== "object" || said === null) return "";
    for (const name of names) {
        const value = (said as Record<string, unknown>)[name];
        if (typeof value === "string" && value !== "") return value;
    }
    return "";
}

/** Who is signed in, or null. */
export async function currentSession(): Promise<Session | null> {
    try {
        return (await call("/api/session", "GET")) as Session;
    } catch (error) {
        if (error instanceof HubRefusal && error.status === 401) return null;
        throw error;
    }
}

export async function signIn(name: string, password: string): Promise<Session> {
    return (await call("/api/session", "POST", { name, password })) as Session;
}

export async function signOut(): Promise<void> {
    await call("/api/session", "DELETE");
}

/**
 * Ask the hub for something; it answers when it is on disk. Who may have to ask again says under
 * which id: asking twice with one id is asking once.
 */
export async function ask(what: Ask, id = newUlid()): Promise<void> {
    const reply = (await call("/api/actions", "POST", { id, ask: what })) as ActionReply;
    if (!reply.accepted) throw new HubRefusal("error.refused", 409, reply.reason ?? "");
}

export async function readTrack(number: number): Promise<Track> {
    return completeTrack((await call(`/api/tracks/${number}`, "GET")) as TrackView);
}

export async function readHistory(limit: number): Promise<Alert[]> {
    const said = (await call(`/api/alerts/history?limit=${limit}`, "GET")) as
        | AlertView[]
        | { alerts: AlertView[] };
    return (Array.isArray(said) ? said : said.alerts).map(completeAlert);
}

/** Why an alert was raised, and what became of it. */
export async function readEvidence(alert: string): Promise<EvidenceView> {
    return (await call(`/api/alerts/${alert}/evidence`, "GET")) as EvidenceView;
}

/** A M/ETHANE report as far as the hub can write it. */
export async function readMethane(of: "alerts" | "incidents", id: string): Promise<MethaneView> {
    return (await call(`/api/${of}/${id}/methane`, "GET")) as MethaneView;
}

export async function readKpi(hours: number): Promise<KpiView> {
    return (await call(`/api/kpi?hours=${hours}`, "GET")) as KpiView;
}

export async function readHandover(hours: number): Promise<HandoverView> {
    return (await call(`/api/handover?hours=${hours}`, "GET")) as HandoverView;
}
