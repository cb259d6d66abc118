/** The screen of a team on the ground: map above, alerts below, everything large enough for a thumb. */
import { Activity, Bell, ClipboardCheck, LogOut, Map as MapIcon, Navigation, Radar, ShieldHalf, SlidersHorizontal } from "lucide-react";
import { type ComponentType, useState } from "react";

import { PlanPage } from "../control-room/plan/PlanPage";
import { pagesOf } from "../control-room/route";
import { DevicesPage } from "./DevicesPage";
import type { EastNorth } from "../shared/contract";
import { request, select, useDesk } from "../shared/desk";
import { Dialogs } from "../shared/dialogs/Dialogs";
import { countNew, selectAlert } from "../shared/hand";
import { direction } from "../shared/map/earth";
import { placeOfSelection } from "../shared/map/place";
import { SiteMap } from "../shared/map/SiteMap";
import { useTrackInHand } from "../shared/map/use-track";
import { AlertRow } from "../shared/parts/AlertRow";
import { Announcer } from "../shared/parts/Announcer";
import { Clock } from "../shared/parts/Header";
import { LinkBanner, useSilence } from "../shared/parts/LostLink";
import { PostureBand, PostureFrame } from "../shared/parts/PostureBand";
import { UnrealTag, Watermark } from "../shared/parts/Watermark";
import { HealthPage } from "../shared/pages/HealthPage";
import { distanceText } from "../shared/picture/ages";
import { canAcknowledge } from "../shared/picture/alerts";
import { answersTo } from "../shared/picture/tasks";
import { useHubTime, usePicture, useQueue, useHidden } from "../shared/picture/use";
import type { Alert, Track } from "../shared/picture/views";
import { leave } from "../shared/session/leave";
import { useTones } from "../shared/sound/use-tones";
import { type WordKey, word } from "../shared/words/words";
import { asAnswered, useAnswers, useSending, useTeam } from "./answers";
import { Sheet } from "./Sheet";
import { TasksPage } from "./TasksPage";
import { useLocation } from "./location";

type Tab = "map" | "tasks" | "alerts" | "devices" | "rules" | "health";

const TABS: readonly { tab: Tab; icon: ComponentType<{ size?: number }>; label: WordKey }[] = [
    { tab: "map", icon: MapIcon, label: "field.map" },
    { tab: "tasks", icon: ClipboardCheck, label: "task.list" },
    { tab: "alerts", icon: Bell, label: "nav.alerts" },
    { tab: "devices", icon: Radar, label: "nav.devices" },
    { tab: "rules", icon: SlidersHorizontal, label: "nav.rules" },
    { tab: "health", icon: Activity, label: "nav.health" },
];

export function Field() {
    const [tab, setTab] = useState<Tab>("map");
    const [isLocating, setLocating] = useState(false);
    const site = usePicture((picture) => picture.site);
    const here = useLocation(site, isLocating);
    const isLost = useSilence() !== null;
    const track = useTrackInHand();
    useTones();
    useSending();
    return (
        <div className="flex h-dvh flex-col">
            <FieldHeader />
            <PostureBand />
            <LinkBanner />
            <main className={`min-h-0 flex-1 ${isLost ? "opacity-70 grayscale" : ""}`} data-lost={isLost}>
                {tab === "map" && (
                    <div className="grid h-full grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,46fr)_minmax(0,54fr)]">
                        <section className="relative isolate min-h-0 overflow-hidden" aria-label={word("map.label")}>
                            <SiteMap site={site} track={track} />
                            <Watermark />
                            {!isLocating && (
                                <button
                                    type="button"
                                    onClick={() => {
                                        setLocating(true);
                                    }}
                                    className="absolute top-2.5 right-2.5 grid h-12 w-12 place-items-center rounded-md border border-edge bg-panel text-ink-2"
                                    aria-label={word("field.where")}
                                    title={word("field.where")}
                                >
                                    <Navigation size={19} />
                                </button>
                            )}
                        </section>
                        <FieldAlerts here={here} />
                    </div>
                )}
                {tab === "tasks" && (
                    <TasksPage
                        here={here}
                        showMap={() => {
                            setTab("map");
                        }}
                    />
                )}
                {tab === "alerts" && <FieldAlerts here={here} isWhole />}
                {tab === "devices" && <DevicesPage />}
                {tab === "rules" && <PlanPage />}
                {tab === "health" && <HealthPage />}
            </main>
            <Tabs tab={tab} turnTo={setTab} />
            <SelectedSheet here={here} track={track} />
            <Announcer />
            <Dialogs />
            <PostureFrame />
        </div>
    );
}

function FieldHeader() {
    return (
        <header className="flex min-h-13 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-edge bg-panel px-3 py-1.5">
            <ShieldHalf size={20} className="text-accent" aria-hidden="true" />
            <h1 className="m-0 text-[15px] font-semibold tracking-[0.05em]">VEDETTE</h1>
            <UnrealTag />
            <div className="flex-1" />
            <Clock />
        </header>
    );
}

function bearingTo(here: EastNorth | null, alert: Alert): string | null {
    const there = placeOfSelection({ kind: "alert", id: alert.id });
    if (here === null || there === null) return null;
    const { distance_m, point } = direction(here, there);
    return word("field.distance", { distance: distanceText(distance_m), point });
}

function FieldAlerts({ here, isWhole = false }: { here: EastNorth | null; isWhole?: boolean }) {
    const queue = useQueue();
    const hidden = useHidden();
    const role = usePicture((picture) => picture.role);
    const at_us = useHubTime();
    const selected = useDesk(({ selection }) => (selection?.kind === "alert" ? selection.id : null));
    const count = countNew(queue);
    const shown = isWhole ? [...queue, ...hidden] : queue;
    return (
        <section
            className={`flex min-h-0 flex-col border-t border-edge bg-panel ${isWhole ? "h-full" : ""}`}
            aria-label={word("alerts.title")}
        >
            <div className="flex h-12 shrink-0 items-center gap-2.5 border-b border-edge px-4">
                <h2 className="m-0 text-[16px] font-semibold">{word("alerts.title")}</h2>
                {count > 0 && (
                    <span className="rounded-full bg-critical/20 px-2.5 font-mono text-[13px] leading-6 text-critical">
                        {word("alerts.new", { count })}
                    </span>
                )}
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto" role="list">
                {shown.length === 0 && (
                    <div className="p-8 text-center text-ink-3">{word("alerts.none")}</div>
                )}
                {shown.map((alert) => (
                    <AlertRow
                        key={alert.id}
                        alert={alert}
                        at_us={at_us}
                        isRoomy
                        isSelected={alert.id === selected}
                        bearing={bearingTo(here, alert)}
                        select={() => {
                            selectAlert(alert);
                        }}
                        acknowledge={
                            canAcknowledge(alert, role)
                                ? () => void request({ kind: "acknowledge", alert: alert.id })
                                : null
                        }
                    />
                ))}
            </div>
        </section>
    );
}

/** How many tasks of this phone's team wait for an answer. */
function useAskedCount(): number {
    const answers = useAnswers();
    const team = useTeam();
    const tasks = usePicture((picture) => picture.tasks);
    return [...tasks.values()].filter(
        (task) =>
            task.team === team && answersTo(asAnswered(task, answers).task).includes("ACCEPTED"),
    ).length;
}

function Tabs({ tab, turnTo }: { tab: Tab; turnTo: (tab: Tab) => void }) {
    const asked = useAskedCount();
    const name = useDesk((state) => state.session?.display_name ?? "");
    const hasRules = useDesk((state) => pagesOf(state.session?.role).includes("rules"));
    return (
        <nav
            aria-label={word("nav.label")}
            className="flex justify-around border-t border-edge bg-panel px-2 pt-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))]"
        >
            {TABS.filter(({ tab: each }) => each !== "rules" || hasRules).map(({ tab: each, icon: Icon, label }) => (
                <button
                    key={each}
                    type="button"
                    aria-current={each === tab ? "page" : undefined}
                    aria-label={word(label)}
                    title={word(label)}
                    onClick={() => {
                        turnTo(each);
                    }}
                    className={`relative grid h-13 w-14 min-w-0 place-items-center rounded-lg ${each === tab ? "bg-chosen text-accent" : "text-ink-2"}`}
                >
                    <Icon size={23} />
                    {each === "tasks" && asked > 0 && (
                        <span className="absolute top-1 right-1.5 min-w-5 rounded-full bg-high px-1 text-center text-[12px] leading-5 font-bold text-[#1f1302]">
                            {asked}
                        </span>
                    )}
                </button>
            ))}
            <button
                type="button"
                aria-label={word("nav.sign_out", { name })}
                title={word("nav.sign_out", { name })}
                onClick={() => void leave()}
                className="grid h-13 w-14 place-items-center rounded-lg text-ink-3"
            >
                <LogOut size={22} />
            </button>
        </nav>
    );
}

function SelectedSheet({ here, track }: { here: EastNorth | null; track: Track | null }) {
    const selection = useDesk((state) => state.selection);
    const isMerging = useDesk((state) => state.merging !== null);
    const alerts = usePicture((picture) => picture.alerts);
    // While the map waits for the other half of a merge, nothing lies over it.
    if (selection === null || isMerging) return null;
    const alert = selection.kind === "alert" ? alerts.get(selection.id) : undefined;
    return (
        <Sheet
            track={track}
            bearing={alert === undefined ? null : bearingTo(here, alert)}
            close={() => {
                select(null);
            }}
        />
    );
}
