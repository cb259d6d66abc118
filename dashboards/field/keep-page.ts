/** Lets the browser keep the field screen's files, so that it opens where the link is bad. */

const SCREEN = "/field";

export function keepPage(): void {
    if (!import.meta.env.PROD || !location.pathname.startsWith(SCREEN)) return;
    // Without TLS a browser keeps nothing; the page then needs the hub to open, as any other.
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register("/service-worker.js", { scope: SCREEN }).catch(() => undefined);
}
