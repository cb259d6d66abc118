/** How the dashboards are built: one page, its workers and fonts, into the hub's static folder. */
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
    plugins: [react(), tailwindcss()],
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
