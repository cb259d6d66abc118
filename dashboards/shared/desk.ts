/** The desk: everything one screen knows now, and what a person has in hand. */
import { create } from "zustand";

import type { EastNorth } from "./contract";
import type { Feed } from "./feed/feed";
import { soundingPriority } from "./picture/alerts";
import { type Link, NO_LINK, heard } from "./picture/link";
import { type Frame, type Picture, apply } from "./picture/picture";
import { NO_SERIES, type Series, sampled } from "./picture/series";
import { TrackTable } from "./picture/tracks";
import { HubRefusal, type Session, ask } from "./session/hub";
import type { Ask } from "./session/hub";
import { type WordKey, word } from "./words/words";

export type Selection =
    | { kind: "alert"; id: string }
    | { kind: "sensor"; id: string }
    | { kind: "actuator"; id: string }
    | { kind: "track"; number: number }
    | { kind: "zone"; id: string }
    | { kind: "cue"; id: string }
    | { kind: "incident"; id: string }
    | { kind: "task"; id: string }
    | { kind: "team"; id: string };

/** What the map shows beside the plan, the tracks and the alerts. */
export interface Layers {
    /** Where nobody looks. */
    coverage: boolean;
    /** The crowd's density where single people can still be told apart; where not, it always shows. */
    crowd: boolean;
    /** How unsure every track's place is, not only the selected one's. */
    uncertainty: boolean;
}

export type Dialog =
    | { kind: "shelve"; alert: string }
    | { kind: "clear"; alert: string }
    | { kind: "confirm"; command: string }
    | { kind: "order"; actuator: string; action: string }
    | { kind: "relabel"; track: number }
    | { kind: "merge"; track: number; other: number }
    | { kind: "split"; track: number }
    | { kind: "drop"; track: number }
    | { kind: "reset_calibration"; sensor: string }
    | { kind: "assess"; alert: string }
    | { kind: "join"; alert: string }
    | { kind: "posture"; zone: string | null }
    | { kind: "start_playbook"; alert: string | null }
    | { kind: "stop_playbook"; run: string }
    | { kind: "skip_step"; run: string; step: string }
    | { kind: "methane"; of: "incidents" | "alerts"; id: string }
    | { kind: "create_task"; alert: string | null; team: string | null }
    | { kind: "cancel_task"; task: string }
    | { kind: "answer_task"; task: string }
    | { kind: "out_of_service"; target: string }
    | { kind: "log"; alert: string | null }
    | { kind: "hand_over" }
    | { kind: "keys" };

export interface Toast {
    id: number;
    tone: "bad" | "good";
    text: string;
    fix: string;
}

export interface DeskState {
    /** undefined: not known yet; null: nobody is signed in. */
    session: Session | null | undefined;
    picture: Picture | null;
    series: Series;
    selection: Selection | null;
    dialog: Dialog | null;
    /** Does the map stay with the selected thing? */
    isFollowing: boolean;
    layers: Layers;
    /** The track that waits for another one to be picked on the map: both are one thing. */
    merging: number | null;
    isSoundArmed: boolean;
    /** Alerts whose tone was silenced: that is not acknowledging them. */
    silenced: ReadonlySet<string>;
    /** Keys of the rows of the queue that are open to what they hold. */
    unfolded: ReadonlySet<string>;
    /** Notices that were looked at on this screen. */
    noticed: ReadonlySet<string>;
    toasts: readonly Toast[];
    /** Where the map is asked to go; each ask is a new object. */
    destination: { place: EastNorth; isLoose: boolean } | null;
}

export const useDesk = create<DeskState>(() => ({
    session: undefined,
    picture: null,
    series: NO_SERIES,
    selection: null,
    dialog: null,
    isFollowing: false,
    layers: { coverage: false, crowd: true, uncertainty: false },
    merging: null,
    isSoundArmed: false,
    silenced: new Set<string>(),
    unfolded: new Set<string>(),
    noticed: new Set<string>(),
    toasts: [],
    destination: null,
}));

/** Tracks stay outside the store: they change ten times a second and React need not know. */
export const tracks = new TrackTable();

let link: Link = NO_LINK;

export function linkNow(): Link {
    return link;
}

/** Feed the desk until the session ends. */
export function attend(feed: Feed): () => void {
    let isResyncing = false;
    feed.open({
        frame(frame) {
            // What was on its way when the gap was found fits no better than what showed it.
            if (isResyncing && frame.kind !== "snapshot") return;
            isResyncing = !take(frame);
            if (isResyncing) feed.resync();
        },
        connected(is) {
            link = { ...link, connected: is };
        },
        signedOut() {
            useDesk.setState({ session: null, picture: null });
        },
    });
    return () => {
        feed.close();
        link = NO_LINK;
    };
}

/** Take one frame; false if one before it was missed. */
export function take(frame: Frame): boolean {
    const now_ms = performance.now();
    const before = useDesk.getState();
    const picture = apply(before.picture, frame);
    if (picture === "gap") return false;
    link = heard(link, frame.at_us, Date.now(), now_ms);
    if (picture === before.picture) return true;
    if (frame.kind === "snapshot") tracks.replace(frame.tracks, now_ms);
    else tracks.update(frame.tracks, frame.tracks_gone ?? [], now_ms);
    useDesk.setState({
        picture,
        series: sampled(
            before.series,
            picture.at_us,
            tracks.count("person"),
            picture.hub.detections_per_s,
            picture.alerts.values(),
        ),
    });
    return true;
}

export function select(selection: Selection | null): void {
    useDesk.setState({ selection, isFollowing: false, merging: null });
}

/** Take what somebody pointed at on the map: it is selected, or it is the other half of a merge. */
export function pointAt(selection: Selection | null): void {
    const { merging } = useDesk.getState();
    if (merging === null) {
        select(selection);
        return;
    }
    // Who misses the track has not given up: Escape does.
    if (selection?.kind !== "track" || selection.number === merging) return;
    useDesk.setState({
        merging: null,
        dialog: { kind: "merge", track: merging, other: selection.number },
    });
}

/** Wait for somebody to point at the track that is the same thing; null waits no longer. */
export function merge(track: number | null): void {
    useDesk.setState({ merging: track });
}

export function toggle(layer: keyof Layers): void {
    useDesk.setState(({ layers }) => ({ layers: { ...layers, [layer]: !layers[layer] } }));
}

function flipped(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
    const after = new Set(set);
    if (!after.delete(key)) after.add(key);
    return after;
}

/** Show what a row of the queue holds, or fold it again. */
export function fold(key: string): void {
    useDesk.setState(({ unfolded }) => ({ unfolded: flipped(unfolded, key) }));
}

/** This notice was looked at: it leaves this screen, and no other. */
export function notice(id: string): void {
    useDesk.setState(({ noticed }) => ({ noticed: new Set([...noticed, id]) }));
}

export function open(dialog: Dialog | null): void {
    useDesk.setState({ dialog });
}

/** Take the map to a place. Loosely: only if it is not well in view, so that the map seldom moves. */
export function goTo(place: EastNorth | null, isLoose = false): void {
    if (place !== null) useDesk.setState({ destination: { place, isLoose } });
}

/** Silence what sounds now; what is raised later sounds again. */
export function silence(): void {
    const { picture, silenced } = useDesk.getState();
    if (picture === null) return;
    useDesk.setState({ silenced: new Set([...silenced, ...picture.alerts.keys()]) });
}

export function sounding(state: DeskState): ReturnType<typeof soundingPriority> {
    return state.picture === null
        ? null
        : soundingPriority(state.picture.alerts.values(), state.silenced);
}

let toastId = 0;
const TOAST_SHOWN_MS = 8_000;
const TOASTS_MAX = 4;

export function toast(tone: Toast["tone"], text: string, fix = ""): void {
    toastId += 1;
    const id = toastId;
    useDesk.setState(({ toasts }) => ({
        toasts: [...toasts, { id, tone, text, fix }].slice(-TOASTS_MAX),
    }));
    setTimeout(() => {
        dismiss(id);
    }, TOAST_SHOWN_MS);
}

export function dismiss(id: number): void {
    useDesk.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
}

/** Ask the hub; a refusal becomes a toast that says what happened and what to try. */
export async function request(what: Ask, done?: WordKey): Promise<boolean> {
    try {
        await ask(what);
        if (done !== undefined) toast("good", word(done));
        return true;
    } catch (error) {
        if (!(error instanceof HubRefusal)) throw error;
        if (error.status === 401) useDesk.setState({ session: null, picture: null });
        toast("bad", error.message === "" ? word(error.what) : error.message, error.fix);
        return false;
    }
}
