import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createPicture } from "../src/picture";
import type { FromWorker, ToWorker } from "../src/picture/protocol";
import type { Backdrop, Picture, PictureState, VideoTrouble } from "../src/picture/types";

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
    const stats = { fps: 30, matteMs: 4, frameMs: 5, width: 640, height: 480 };
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

let workers: FakeWorker[];
let picture: Picture;
let states: PictureState[];
let tracks: MediaStreamTrack[];

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
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
const heard = () => newest().heard.map((message) => message.kind);

test("the worker hears of camera and backdrop when it is there, whatever came first", () => {
  picture.setCamera(camera);
  picture.setBackdrop(RED);
  picture.setBackdrop(BLUE);
  expect(heard()).toEqual([]);
  newest().say({ kind: "ready" });
  expect(heard()).toEqual(["start", "backdrop", "camera"]);
  expect(newest().heard[1]).toMatchObject({ kind: "backdrop", backdrop: BLUE });
  expect(newest().heard[2]).toEqual({ kind: "camera", present: true, frames: { of: camera } });
  picture.setCamera(null);
  expect(newest().heard[3]).toEqual({ kind: "camera", present: false, frames: null });
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
  expect(newest().heard.slice(1)).toMatchObject([
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
  expect(newest().heard[1]).toMatchObject({
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

test("nothing runs on after close", async () => {
  newest().say({ kind: "ready" });
  newest().speakOnceASecond();
  picture.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.length).toBe(1);
  expect(newest().terminated).toBe(true);
  expect((picture.track as unknown as FakeGenerator).stopped).toBe(true);
});

describe("a video that cannot be played", () => {
  const VIDEO: Backdrop = { kind: "video", blob: new Blob(["film"]) };
  const trouble = { message: "This video cannot be played here: no.", trial: false, lost: true };
  let told: VideoTrouble[];
  let opened: (() => void) | null;

  class FakeVideo {
    onloadeddata = () => undefined;
    onerror = () => undefined;
    load(): void {
      // nothing is held
    }
    removeAttribute(): void {
      // nothing is held
    }
    set src(_: string) {
      setTimeout(() => {
        if (opened) this.onloadeddata();
        else this.onerror();
      });
    }
  }

  beforeEach(() => {
    told = [];
    opened = () => undefined;
    vi.stubGlobal("document", { createElement: () => new FakeVideo() });
    vi.stubGlobal("createImageBitmap", () => Promise.resolve({ close: () => undefined }));
    picture.on("video", (about) => told.push(about));
    newest().say({ kind: "ready" });
    picture.setBackdrop(VIDEO);
  });

  const wish = () => {
    const message = newest().heard.at(-1);
    return message?.kind === "backdrop" ? message.wish : NaN;
  };

  test("is shown as its first picture, and that is said", async () => {
    newest().say({ kind: "video", trouble, wish: wish() });
    await vi.advanceTimersByTimeAsync(100);
    expect(newest().heard.at(-1)).toMatchObject({ kind: "backdrop", backdrop: { kind: "image" } });
    expect(told).toEqual([
      { message: `${trouble.message} Its first picture stands still instead.`, trial: false, lost: false },
    ]);
  });

  test("is given up where even that cannot be had", async () => {
    opened = null;
    newest().say({ kind: "video", trouble, wish: wish() });
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual([trouble]);
  });

  test("is of no interest any more when something else was chosen", async () => {
    const before = wish();
    picture.setBackdrop(RED);
    newest().say({ kind: "video", trouble, wish: before });
    await vi.advanceTimersByTimeAsync(100);
    expect(newest().heard.at(-1)).toMatchObject({ backdrop: RED });
    expect(told).toEqual([]);
  });
});
