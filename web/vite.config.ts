import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const server = "http://localhost:8000";

/** The page is built into the Python package, so that an installed wheel needs neither Node nor this folder. */
export default defineConfig({
  plugins: [svelte()],
  base: "/",
  build: {
    outDir: "../src/cyclorama/server/static",
    emptyOutDir: true,
    target: "es2023",
    rolldownOptions: { input: ["index.html", "watch.html"] },
    assetsInlineLimit: 0,
  },
  worker: { format: "es" },
  server: {
    proxy: Object.fromEntries(
      ["/backgrounds", "/image", "/tokens", "/whip", "/whep", "/config", "/healthz"].map((path) => [path, server]),
    ),
  },
  test: { include: ["tests/**/*.test.ts"] },
});
