/** Which page of the control room is open: kept in the address, so that reloading stays there. */
import { useSyncExternalStore } from "react";

import type { Role } from "../shared/contract";

export const PAGES = [
    "operations",
    "alerts",
    "teams",
    "devices",
    "rules",
    "load",
    "handover",
    "health",
] as const;

export type Page = (typeof PAGES)[number];

export function pageOf(hash: string): Page {
    const name = hash.replace(/^#\/?/, "");
    return PAGES.find((page) => page === name) ?? "operations";
}

function subscribe(listener: () => void): () => void {
    window.addEventListener("hashchange", listener);
    return () => {
        window.removeEventListener("hashchange", listener);
    };
}

export function usePage(): Page {
    return useSyncExternalStore(subscribe, () => pageOf(location.hash));
}

export function turnTo(page: Page): void {
    location.hash = page === "operations" ? "" : `#${page}`;
}

/** Who answers for the plan, and who looks into it afterwards. */
const PLAN_ROLES: ReadonlySet<Role> = new Set(["supervisor", "planner", "admin", "auditor"]);

/** The pages that a role has. */
export function pagesOf(role: Role | undefined): Page[] {
    return PAGES.filter((page) => page !== "rules" || (role !== undefined && PLAN_ROLES.has(role)));
}
