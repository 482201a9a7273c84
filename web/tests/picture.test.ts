import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { createPicture } from "../src/picture";
import type { FromWorker, ToWorker } from "../src/picture/protocol";
import type { Backdrop, Picture, PictureState } from "../src/picture/types";

class FakeWorker {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  terminated = false;
  readonly heard: ToWorker[] = [];

  constructor() {
    workers.push(this);
  }

  postMessage(message: ToWorker): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: FromWorker): void {
    this.onmessage?.({ data });
  }

  speakOnceASecond(): ReturnType<typeof setInterval> {
    const size = { width: 640, height: 480 };
    const tier = { model: "landscape", accelerator: "wasm", ...size } as const;
    const stages = { take: 1, model: 3, matte: 0.3, composite: 0.5, out: 0.2 };
    const figures = { fps: 30, matteMs: 4, frameMs: 5, dropped: 0, matteAgeMs: 6, cameraFps: 30 };
    const stats = { ...figures, ...size, tier, stages };
    return setInterval(() => {
      this.say({ kind: "stats", stats });
    }, 1000);
  }
}

class FakeGenerator {
  readonly writable = {};
  stopped = false;

  stop(): void {
    this.stopped = true;
  }
}

class FakeProcessor {
  readonly readable: unknown;

  constructor({ track }: { track: unknown }) {
    this.readable = { of: track };
  }
}

const camera = { label: "camera" } as unknown as MediaStreamTrack;
const RED: Backdrop = { kind: "colour", rgb: [255, 0, 0] };
const BLUE: Backdrop = { kind: "colour", rgb: [0, 0, 255] };

let page: EventTarget & { hidden: boolean };
let workers: FakeWorker[];
let picture: Picture;
let states: PictureState[];
let tracks: MediaStreamTrack[];

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal("document", page);
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("MediaStreamTrackGenerator", FakeGenerator);
  vi.stubGlobal("MediaStreamTrackProcessor", FakeProcessor);
  picture = createPicture();
  states = [];
  tracks = [];
  picture.on("state", (state) => states.push(state));
  picture.on("track", (track) => tracks.push(track));
});

afterEach(() => {
  picture.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const newest = () => workers.at(-1) ?? new FakeWorker();
const said = () => newest().heard.filter(({ kind }) => kind !== "hidden");
const heard = () => said().map((message) => message.kind);

test("the worker hears of camera and backdrop when it is there, whatever came first", () => {
  picture.setCamera(camera);
  picture.setBackdrop(RED);
  picture.setBackdrop(BLUE);
  expect(heard()).toEqual([]);
  newest().say({ kind: "ready" });
  expect(heard()).toEqual(["start", "backdrop", "camera"]);
  expect(said()[1]).toEqual({ kind: "backdrop", backdrop: BLUE });
  expect(said()[2]).toEqual({ kind: "camera", present: true, frames: { of: camera } });
  picture.setCamera(null);
  expect(said()[3]).toEqual({ kind: "camera", present: false, frames: null });
});

test("a worker that falls silent is replaced, and the new track is told", async () => {
  picture.setCamera(camera);
  picture.setBackdrop(RED);
  newest().say({ kind: "ready" });
  const first = picture.track;
  const voice = newest().speakOnceASecond();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.length).toBe(1);

  clearInterval(voice);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(workers.map((worker) => worker.terminated)).toEqual([true, false]);
  expect(states.at(-1)).toMatchObject({ kind: "failed" });
  newest().say({ kind: "ready" });
  expect(heard()).toEqual(["start", "backdrop", "camera"]);
  expect(tracks).toEqual([picture.track]);
  expect(picture.track).not.toBe(first);
  expect((first as unknown as FakeGenerator).stopped).toBe(true);
});

test("a worker that never loaded is replaced with the same track, ever more slowly", async () => {
  const first = picture.track;
  for (const seconds of [1, 2, 4]) {
    const count = workers.length;
    newest().onerror?.({ message: "" });
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(workers.length).toBe(count);
    await vi.advanceTimersByTimeAsync(1);
    expect(workers.length).toBe(count + 1);
  }
  newest().say({ kind: "ready" });
  expect(picture.track).toBe(first);
  expect(tracks).toEqual([]);
});

test("a slow start is not taken for death", async () => {
  newest().say({ kind: "ready" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.length).toBe(1);
});

test("a trial has a track of its own, and the published one stays", () => {
  const trials: (MediaStreamTrack | null)[] = [];
  picture.on("trial", (track) => trials.push(track));
  newest().say({ kind: "ready" });
  const air = picture.track;
  picture.setTrial(RED);
  const { trial } = picture;
  expect(trial).not.toBeNull();
  expect(trial).not.toBe(air);
  picture.setTrial(BLUE);
  expect(picture.trial).toBe(trial);
  picture.setTrial(null);
  picture.setTrial(null);
  expect(said().slice(1)).toEqual([
    { kind: "trial", backdrop: RED, output: expect.anything() as unknown },
    { kind: "trial", backdrop: BLUE },
    { kind: "trial-end" },
  ]);
  expect(trials).toEqual([trial, null]);
  expect(picture.trial).toBeNull();
  vi.runOnlyPendingTimers();
  expect((trial as unknown as FakeGenerator).stopped).toBe(true);
  expect(picture.track).toBe(air);
  expect((air as unknown as FakeGenerator).stopped).toBe(false);
  expect(tracks).toEqual([]);
});

test("a trial may begin before there is a worker, and goes on with the next one", () => {
  const trials: (MediaStreamTrack | null)[] = [];
  picture.on("trial", (track) => trials.push(track));
  picture.setTrial(RED);
  expect(picture.trial).toBeNull();
  newest().say({ kind: "ready" });
  expect(heard()).toEqual(["start", "trial"]);
  const first = picture.trial;

  newest().onerror?.({ message: "" });
  picture.setTrial(BLUE);
  vi.advanceTimersByTime(1000);
  newest().say({ kind: "ready" });
  expect(said()[1]).toEqual({
    kind: "trial",
    backdrop: BLUE,
    output: expect.anything() as unknown,
  });
  expect(picture.trial).not.toBe(first);
  expect((first as unknown as FakeGenerator).stopped).toBe(true);
  expect(trials).toEqual([first, picture.trial]);
});

test("a trial that ends while there is no worker is not begun by the next one", () => {
  newest().say({ kind: "ready" });
  picture.setTrial(RED);
  newest().onerror?.({ message: "" });
  picture.setTrial(null);
  vi.advanceTimersByTime(1000);
  newest().say({ kind: "ready" });
  expect(heard()).toEqual(["start"]);
  expect(picture.trial).toBeNull();
});

test("a trial that the worker gives up has ended", () => {
  const trials: (MediaStreamTrack | null)[] = [];
  newest().say({ kind: "ready" });
  picture.setTrial(RED);
  picture.on("trial", (track) => trials.push(track));
  newest().say({ kind: "trial-failed" });
  expect(trials).toEqual([null]);
  expect(picture.trial).toBeNull();
});

test("pictures that nobody needs any more are let go", () => {
  const image = () => {
    const close = vi.fn();
    return { close, backdrop: { kind: "image", bitmap: { close } as unknown as ImageBitmap } as const };
  };
  const [air, first, second] = [image(), image(), image()];
  picture.setBackdrop(air.backdrop);
  picture.setTrial(first.backdrop);
  picture.setTrial(second.backdrop);
  expect(first.close).toHaveBeenCalledOnce();
  picture.setTrial(null);
  expect(second.close).toHaveBeenCalledOnce();
  expect(air.close).not.toHaveBeenCalled();
});

test("wishes reach the worker that is there, and the next one", () => {
  picture.setModel("square");
  newest().say({ kind: "ready" });
  expect(said()[0]).toMatchObject({ kind: "start", wish: "square", pace: "carried" });
  picture.setModel("multiclass");
  picture.setPace("matched");
  expect(said().slice(1)).toEqual([
    { kind: "model", wish: "multiclass" },
    { kind: "pace", pace: "matched" },
  ]);
  newest().onerror?.({ message: "" });
  vi.advanceTimersByTime(1000);
  newest().say({ kind: "ready" });
  expect(said()[0]).toMatchObject({ kind: "start", wish: "multiclass", pace: "matched" });
});

test("tiers are told, and the worker knows whether the page is seen", () => {
  const tiers: unknown[] = [];
  picture.on("tier", (tier) => tiers.push(tier));
  page.hidden = true;
  newest().say({ kind: "ready" });
  expect(newest().heard).toContainEqual({ kind: "hidden", hidden: true });
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  expect(newest().heard.at(-1)).toEqual({ kind: "hidden", hidden: false });
  const tier = { model: "square", accelerator: "wasm", width: 1280, height: 720 } as const;
  newest().say({ kind: "tier", tier, message: "Your computer is busy." });
  expect(tiers).toEqual([{ tier, message: "Your computer is busy." }]);
});

test("nothing runs on after close", async () => {
  newest().say({ kind: "ready" });
  newest().speakOnceASecond();
  picture.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.length).toBe(1);
  expect(newest().terminated).toBe(true);
  expect((picture.track as unknown as FakeGenerator).stopped).toBe(true);
});
