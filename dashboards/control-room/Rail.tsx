/** The pages, as a rail of icons; and the way out. */
import { Activity, Bell, ClipboardList, Gauge, LogOut, Map as MapIcon, Radar, SlidersHorizontal, Users } from "lucide-react";
import type { ComponentType } from "react";

import { open, useDesk } from "../shared/desk";
import { countNew } from "../shared/hand";
import { useQueue } from "../shared/picture/use";
import { leave } from "../shared/session/leave";
import { word } from "../shared/words/words";
import { type Page, pagesOf, turnTo } from "./route";

const ICON: Readonly<Record<Page, ComponentType<{ size?: number }>>> = {
    operations: MapIcon,
    alerts: Bell,
    teams: Users,
    devices: Radar,
    rules: SlidersHorizontal,
    load: Gauge,
    handover: ClipboardList,
    health: Activity,
};

export function Rail({ page }: { page: Page }) {
    const count = countNew(useQueue());
    const name = useDesk((state) => state.session?.display_name ?? "");
    const role = useDesk((state) => state.session?.role);
    return (
        <nav
            aria-label={word("nav.label")}
            className="flex flex-col items-center gap-2 border-r border-edge bg-panel py-2"
        >
            {pagesOf(role).map((each) => {
                const Icon = ICON[each];
                const isHere = each === page;
                return (
                    <button
                        key={each}
                        type="button"
                        title={word(`nav.${each}`)}
                        aria-label={word(`nav.${each}`)}
                        aria-current={isHere ? "page" : undefined}
                        onClick={() => {
                            turnTo(each);
                        }}
                        className={`relative grid h-10 w-10 place-items-center rounded-md ${isHere ? "bg-chosen text-accent" : "text-ink-2 hover:bg-raised hover:text-ink"}`}
                    >
                        <Icon size={19} />
                        {each === "alerts" && count > 0 && (
                            <span className="absolute top-0.5 right-0.5 min-w-4 rounded-full bg-critical px-1 text-center text-[10px] leading-4 font-bold text-[#1c0606]">
                                {count}
                            </span>
                        )}
                    </button>
                );
            })}
            <div className="flex-1" />
            <button
                type="button"
                title={word("keys.title")}
                aria-label={word("keys.title")}
                onClick={() => {
                    open({ kind: "keys" });
                }}
                className="grid h-10 w-10 place-items-center rounded-md font-mono text-[15px] text-ink-3 hover:bg-raised hover:text-ink"
            >
                ?
            </button>
            <button
                type="button"
                title={word("nav.sign_out", { name })}
                aria-label={word("nav.sign_out", { name })}
                onClick={() => void leave()}
                className="grid h-10 w-10 place-items-center rounded-md text-ink-3 hover:bg-raised hover:text-ink"
            >
                <LogOut size={18} />
            </button>
        </nav>
    );
}
