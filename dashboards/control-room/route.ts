/** Which page of the control room is open: kept in the address, so that reloading stays there. */
import { useSyncExternalStore } from "react";

export const PAGES = ["operations", "alerts", "devices", "health"] as const;

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
