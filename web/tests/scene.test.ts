import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Api } from "../src/backgrounds/api";
import { ApiError } from "../src/backgrounds/http";
import type { Library } from "../src/backgrounds/library.svelte";
import type { Background } from "../src/backgrounds/types";
import { FALLBACK } from "../src/studio/choice";
import { Scene } from "../src/studio/scene.svelte";

vi.mock("../src/picture", () => ({
  createPicture: () => ({
    setBackdrop: vi.fn(),
    setTrial: vi.fn(),
    setLook: vi.fn(),
    setModel: vi.fn(),
    setPace: vi.fn(),
    on: vi.fn(),
    track: {},
  }),
}));

const beach = { id: "beach", image: "/beach", media_type: "image/png" } as Background;
const forest = { id: "forest", image: "/forest", media_type: "image/png" } as Background;

let stored: Map<string, string>;
/** What the server does with a request for a picture, or for what it knows of a background. */
let file: () => Promise<Blob>;
let fetched: (id: string) => Promise<Background | null>;
let scene: Scene;

const remembered = () => JSON.parse(stored.get("cyclorama.choice") ?? "null") as unknown;

/** A page that was loaded; it remembers what the one before did. */
function page(): Scene {
  const api = { file: () => file() } as unknown as Api;
  const library = { list: [forest, beach], fetch: (id: string) => fetched(id) } as unknown as Library;
  return new Scene(api, library);
}

beforeEach(() => {
  stored = new Map();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
  vi.stubGlobal("createImageBitmap", () => Promise.resolve({ close: vi.fn() }));
  file = () => Promise.resolve(new Blob());
  fetched = (id) => Promise.resolve([beach, forest].find((one) => one.id === id) ?? null);
  scene = page();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a page that is left while the background is on its way comes back to it", async () => {
  file = () => new Promise(() => undefined);
  void scene.choose({ kind: "background", id: "beach" });
  file = () => Promise.resolve(new Blob());
  const next = page();
  await next.resume();
  expect(next.choice).toEqual({ kind: "background", id: "beach" });
});

test("a background that does not come leaves the one before, also for the next page", async () => {
  await scene.choose({ kind: "background", id: "forest" });
  file = () => Promise.reject(new ApiError("no answer", 0));
  await scene.choose({ kind: "background", id: "beach" });
  expect(scene.choice).toEqual({ kind: "background", id: "forest" });
  expect(scene.complaint).toBe("no answer");
  expect(remembered()).toEqual({ kind: "background", id: "forest" });
});

test("a server that does not answer for a while does not make the page forget", async () => {
  await scene.choose({ kind: "background", id: "beach" });
  fetched = () => Promise.reject(new ApiError("no answer", 0));
  const next = page();
  await next.resume();
  expect(next.choice).toEqual(FALLBACK);
  expect(next.complaint).toBe("no answer");
  expect(remembered()).toEqual({ kind: "background", id: "beach" });
});

test("a background that is gone for good gives way to the newest one", async () => {
  await scene.choose({ kind: "background", id: "beach" });
  fetched = (id) => Promise.resolve(id === "forest" ? forest : null);
  const next = page();
  await next.resume();
  expect(next.choice).toEqual({ kind: "background", id: "forest" });
});

test("the room is never remembered", async () => {
  await scene.choose({ kind: "blur" });
  await scene.choose({ kind: "none" });
  expect(remembered()).toEqual({ kind: "blur" });
});
