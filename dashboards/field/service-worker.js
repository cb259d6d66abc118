/**
 * Keeps the field screen's own files on the phone: it opens on a bad link, or on none. What the hub
 * says is never kept: without the hub the page says that it looks for it, and shows no old picture.
 */
const CACHE = "vedette-__BUILD__";
const FILES = __FILES__;
const PAGE = "/field";
// Whoever opens the page on a link this slow sees the one that is kept.
const WAIT_MS = 4_000;

self.addEventListener("install", (event) => {
    const keep = async () => {
        const cache = await caches.open(CACHE);
        await cache.addAll([PAGE, ...FILES]);
        await self.skipWaiting();
    };
    event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
    const begin = async () => {
        const names = await caches.keys();
        await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
        await self.clients.claim();
    };
    event.waitUntil(begin());
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin) return;
    if (request.mode === "navigate") event.respondWith(page(request));
    else if (pathname.startsWith("/assets/")) event.respondWith(file(request));
});

/** The hub's page where it comes soon, else the kept one. */
async function page(request) {
    const kept = await caches.match(PAGE);
    if (kept === undefined) return fetch(request);
    const slow = new Promise((done) => {
        setTimeout(() => done(kept), WAIT_MS);
    });
    const live = fetch(request).then((answer) => (answer.ok ? answer : kept));
    return Promise.race([live, slow]).catch(() => kept);
}

/** A file's name holds a hash of what is in it: the kept one is the same. */
async function file(request) {
    return (await caches.match(request)) ?? fetch(request);
}
