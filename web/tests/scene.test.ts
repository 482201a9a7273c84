import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Api } from "../src/backgrounds/api";
import { ApiError } from "../src/backgrounds/http";
import type { Library } from "../src/backgrounds/library.svelte";
import type { Background } from "../src/backgrounds/types";
import { FALLBACK } from "../src/studio/choice";
import { Scene } from "../src/studio/scene.svelte";

const { setBackdrop, setTrial } = vi.hoisted(() => ({ setBackdrop: vi.fn(), setTrial: vi.fn() }));

vi.mock("../src/picture", () => ({
  createPicture: () => ({
    setBackdrop,
    setTrial,
    setLook: vi.fn(),
    setModel: vi.fn(),
    setPace: vi.fn(),
    on: (event: string, listener: (value: unknown) => void) => {
      heard[event] = listener;
      return () => undefined;
    },
    track: {},
  }),
}));

/** Who listens to the picture, by the event. */
const heard: Record<string, (value: unknown) => void> = {};

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

test("a loop takes over from its still: the preview keeps it until the air shows it and nothing else", async () => {
  const loop = { id: "loop", image: "/loop", media_type: "video/webm" } as Background;
  fetched = () => Promise.resolve(loop);
  await scene.tryPicture(new Blob(["still"]));
  heard.trial?.({});
  await scene.choose({ kind: "background", id: "loop" });
  // the preview goes over to the loop at the same moment as the air
  expect(setTrial).toHaveBeenLastCalledWith(expect.objectContaining({ kind: "video" }));
  expect(setBackdrop).toHaveBeenLastCalledWith(expect.objectContaining({ kind: "video" }));
  expect(scene.trial).toBeNull();
  heard.settled?.(null);
  await Promise.resolve();
  await Promise.resolve();
  expect(setTrial).toHaveBeenLastCalledWith(null);
});

test("what is tried meanwhile is not ended by what came before", async () => {
  await scene.tryPicture(new Blob(["still"]));
  heard.trial?.({});
  await scene.choose({ kind: "background", id: "beach" });
  await scene.tryChoice({ kind: "blur" });
  heard.settled?.(null);
  await Promise.resolve();
  await Promise.resolve();
  expect(setTrial).toHaveBeenLastCalledWith({ kind: "blur" });
});
