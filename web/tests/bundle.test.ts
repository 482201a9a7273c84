import { fileURLToPath } from "node:url";

import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

describe("the built pages", () => {
  let chunks: Map<string, Rolldown.OutputChunk>;
  let assets: Rolldown.OutputAsset[];

  beforeAll(async () => {
    const built = (await build({
      root: ROOT,
      logLevel: "silent",
      build: { write: false },
    })) as Rolldown.RolldownOutput;
    chunks = new Map(
      built.output.filter((each) => each.type === "chunk").map((chunk) => [chunk.fileName, chunk]),
    );
    assets = built.output.filter((each) => each.type === "asset");
  }, 60_000);

  /** The modules that a page has once it is there: those of its entry, and what that imports at once. */
  function atOnce(chunk: Rolldown.OutputChunk, seen = new Set<string>()): string[] {
    if (seen.has(chunk.fileName)) return [];
    seen.add(chunk.fileName);
    const imported = chunk.imports.map((name) => chunks.get(name)).filter((each) => each !== undefined);
    return [...chunk.moduleIds, ...imported.flatMap((each) => atOnce(each, seen))];
  }

  it("have nothing of Amazon's SDK, which is not open source", () => {
    for (const { moduleIds, code } of chunks.values()) {
      expect(moduleIds.filter((id) => id.includes("amazon-ivs-web-broadcast"))).toEqual([]);
      // its own names for its hosts and its licence
      expect(code).not.toMatch(/AWS Content|webrtc\.live-video\.net|AmazonIVSBroadcastClient/);
    }
  });

  it("load what reads videos in the picture's worker, once there is a video", () => {
    // a worker and its chunks are assets of the page
    const [reader] = assets.filter(({ fileName }) => /video-file-/.test(fileName));
    const [worker] = assets.filter(({ fileName }) => /\/worker-/.test(fileName));
    expect(reader?.source.length).toBeGreaterThan(100_000);
    expect(worker?.source.length).toBeLessThan(60_000);
    expect(worker?.source).toContain("video-file-");
  });

  it("load the client of OpenID Connect only where there is somebody to sign in with", () => {
    for (const entry of [...chunks.values()].filter(({ isEntry }) => isEntry))
      expect(atOnce(entry).filter((id) => id.includes("oidc-client"))).toEqual([]);
    const lazy = [...chunks.values()].filter(({ moduleIds }) =>
      moduleIds.some((id) => id.includes("node_modules/oidc-client-ts")),
    );
    expect(lazy).toHaveLength(1);
    expect(lazy[0]?.isDynamicEntry).toBe(true);
    expect(lazy[0]?.code.length).toBeLessThan(60_000);
  });

  it("load LiveKit's client only where it is needed", () => {
    const entries = [...chunks.values()].filter(({ isEntry }) => isEntry);
    expect(entries).toHaveLength(2);
    for (const entry of entries) {
      expect(atOnce(entry).filter((id) => id.includes("livekit"))).toEqual(
        atOnce(entry).filter((id) => id.includes("/src/stage/livekit/")),
      );
    }
    const lazy = [...chunks.values()].filter(({ moduleIds }) =>
      moduleIds.some((id) => id.includes("node_modules/livekit-client")),
    );
    expect(lazy).toHaveLength(1);
    expect(lazy[0]?.isDynamicEntry).toBe(true);
  });
});
