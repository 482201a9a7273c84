import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const server = "http://localhost:8000";

/** As our server sends them: wasm modules and workers are loaded under the same rules in `npm run dev`. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

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
    headers,
    // the kernel and the list of models are the Python package's
    fs: { allow: [".."] },
    proxy: {
      "^/(backgrounds|engines|stages|generators|styles|models|image|tokens|whip|whep|config)": server,
      "/roster": { target: server, ws: true },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
