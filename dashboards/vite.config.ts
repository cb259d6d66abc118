/** How the dashboards are built: one page, its workers and fonts, into the hub's static folder. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Fonts of other scripts are fetched where a text needs them.
const KEPT = /\.(js|css|svg)$|-latin-wght/;

/** Writes the field screen's service worker, which keeps the files of this very build. */
function serviceWorker(): Plugin {
    return {
        name: "service-worker",
        apply: "build",
        generateBundle(_, bundle) {
            const files = Object.keys(bundle)
                .filter((name) => name.startsWith("assets/") && KEPT.test(name))
                .sort()
                .map((name) => `/${name}`);
            const source = readFileSync(new URL("field/service-worker.js", import.meta.url), "utf-8");
            const build = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
            this.emitFile({
                type: "asset",
                fileName: "service-worker.js",
                source: source.replace("__FILES__", JSON.stringify(files)).replace("__BUILD__", build),
            });
        },
    };
}

export default defineConfig({
    plugins: [react(), tailwindcss(), serviceWorker()],
    build: {
        outDir: "../hub/adapters/web/static",
        emptyOutDir: true,
        target: "es2023",
        // The map engine alone is above the default: the page comes from the same machine.
        chunkSizeWarningLimit: 1500,
        // Inlined fonts and workers would need `data:` and `blob:` in the content security policy.
        assetsInlineLimit: 0,
    },
    worker: { format: "es" },
    test: {
        include: ["**/*.test.ts"],
        environment: "node",
        coverage: {
            reporter: ["text"],
            include: ["shared/**/*.ts"],
            thresholds: {
                "shared/picture/**": { lines: 90 },
                "shared/actions/**": { lines: 90 },
            },
        },
    },
});
