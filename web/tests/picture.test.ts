import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createPicture } from "../src/picture";
import type { FromWorker, ToWorker } from "../src/picture/protocol";
import type { Backdrop, Picture, PictureState } from "../src/picture/types";
import { BEAT_MS } from "../src/picture/watchdog";
import { FakeMediaStream } from "./fakes/media";

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

  begin(makesTracks = false): void {
    this.say({ kind: "ready", makesTracks });
  }

  /** Says that it lives, and that its pictures are taken. */
  beat(pictures: () => number): ReturnType<typeof setInterval> {
    return setInterval(() => {
      this.say({ kind: "beat", pictures: pictures() });
    }, BEAT_MS);
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

const SIZE = { width: 640, height: 480 };
const STATS = {
  ...SIZE,
  ...{ fps: 30, matteMs: 4, frameMs: 5, dropped: 0, matteAgeMs: 6, cameraFps: 30 },
  tier: { model: "landscape", accelerator: "wasm", ...SIZE },
  stages: { take: 1, model: 3, matte: 0.3, composite: 0.5, out: 0.2 },
} as const;

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
  newest().begin();
  expect(heard()).toEqual(["start", "backdrop", "camera"]);
  expect(newest().heard[1]).toEqual({ kind: "backdrop", backdrop: BLUE });
  expect(newest().heard[2]).toEqual({ kind: "camera", present: true, frames: { of: camera } });
  picture.setCamera(null);
  expect(newest().heard[3]).toEqual({ kind: "camera", present: false, frames: null });
});

describe("a worker that makes no pictures any more", () => {
  let made: number;
  let pulse: ReturnType<typeof setInterval>;
  let old: FakeWorker;

  beforeEach(async () => {
    picture.setCamera(camera);
    picture.setBackdrop(RED);
    old = newest();
    old.begin();
    made = 0;
    pulse = old.beat(() => (made += 6));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers).toEqual([old]);
  });

  afterEach(() => {
    clearInterval(pulse);
  });

  test("is replaced within 1.5 s and the new track is told, once another is ready", async () => {
    const first = picture.track;
    clearInterval(pulse);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(workers.length).toBe(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(workers.length).toBe(2);
    expect(old.terminated).toBe(false);

    newest().begin();
    expect(old.terminated).toBe(true);
    expect(states).toEqual([
      { kind: "failed", message: expect.stringContaining("no sign of life") as string },
    ]);
    expect(heard()).toEqual(["start", "backdrop", "camera"]);
    expect(tracks).toEqual([picture.track]);
    expect(picture.track).not.toBe(first);
    expect((first as unknown as FakeGenerator).stopped).toBe(true);
  });

  test("goes on if it speaks before another is ready", async () => {
    clearInterval(pulse);
    await vi.advanceTimersByTimeAsync(2_000);
    const next = newest();
    pulse = old.beat(() => (made += 6));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(next.terminated).toBe(true);
    expect(workers).toEqual([old, next]);
    expect(states).toEqual([]);
    expect(tracks).toEqual([]);
  });

  test("is one that lives while nothing takes its pictures", async () => {
    clearInterval(pulse);
    pulse = old.beat(() => made);
    await vi.advanceTimersByTimeAsync(2_000);
    newest().begin();
    expect(old.terminated).toBe(true);
    expect(tracks).toEqual([picture.track]);
  });

  test("is looked for again after it was replaced", async () => {
    clearInterval(pulse);
    await vi.advanceTimersByTimeAsync(1_500);
    newest().begin();
    const second = newest();
    second.say({ kind: "beat", pictures: 3 });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(workers.length).toBe(3);
    newest().begin();
    expect(second.terminated).toBe(true);
  });

  test("and cannot be replaced is tried again, ever more slowly", async () => {
    clearInterval(pulse);
    await vi.advanceTimersByTimeAsync(1_500);
    for (const seconds of [1, 2, 4]) {
      const count = workers.length;
      newest().onerror?.({ message: "" });
      await vi.advanceTimersByTimeAsync(seconds * 1000);
      expect(workers.length).toBe(count + 1);
    }
    expect(states.at(-1)).toMatchObject({ kind: "failed" });
    newest().begin();
    expect(old.terminated).toBe(true);
    expect(heard()).toEqual(["start", "backdrop", "camera"]);
  });

  test("is replaced at once when it crashes, however often that was needed before", async () => {
    old.say({ kind: "stats", stats: STATS });
    old.onerror?.({ message: "out of memory" });
    expect(states.at(-1)?.message).toContain("out of memory");
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.length).toBe(2);
    newest().begin();
    expect(tracks).toEqual([picture.track]);
  });
});

test("a page whose clock is slow does not take that for its worker's silence", async () => {
  picture.close();
  const every = setInterval;
  vi.stubGlobal("setInterval", (act: () => void, ms: number) => every(act, Math.max(ms, 1_000)));
  picture = createPicture();
  newest().begin();
  let made = 0;
  const pulse = newest().beat(() => (made += 30));
  const count = workers.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.length).toBe(count);
  clearInterval(pulse);
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
  newest().begin();
  expect(picture.track).toBe(first);
  expect(tracks).toEqual([]);
});

test("a slow start is not taken for death", async () => {
  newest().begin();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.length).toBe(1);
});

test("a trial has a track of its own, and the published one stays", () => {
  const trials: (MediaStreamTrack | null)[] = [];
  picture.on("trial", (track) => trials.push(track));
  newest().begin();
  const air = picture.track;
  picture.setTrial(RED);
  const { trial } = picture;
  expect(trial).not.toBeNull();
  expect(trial).not.toBe(air);
  picture.setTrial(BLUE);
  expect(picture.trial).toBe(trial);
  picture.setTrial(null);
  picture.setTrial(null);
  expect(newest().heard.slice(1)).toEqual([
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
  newest().begin();
  expect(heard()).toEqual(["start", "trial"]);
  const first = picture.trial;

  newest().onerror?.({ message: "" });
  picture.setTrial(BLUE);
  vi.advanceTimersByTime(1000);
  newest().begin();
  expect(newest().heard[1]).toEqual({
    kind: "trial",
    backdrop: BLUE,
    output: expect.anything() as unknown,
  });
  expect(picture.trial).not.toBe(first);
  expect((first as unknown as FakeGenerator).stopped).toBe(true);
  expect(trials).toEqual([first, picture.trial]);
});

test("a trial that ends while there is no worker is not begun by the next one", () => {
  newest().begin();
  picture.setTrial(RED);
  newest().onerror?.({ message: "" });
  picture.setTrial(null);
  vi.advanceTimersByTime(1000);
  newest().begin();
  expect(heard()).toEqual(["start"]);
  expect(picture.trial).toBeNull();
});

test("a trial that the worker gives up has ended", () => {
  const trials: (MediaStreamTrack | null)[] = [];
  newest().begin();
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

describe("where only workers have track processors", () => {
  class FakeTrack {
    stopped = false;
    readonly of: string;

    constructor(of: string) {
      this.of = of;
    }

    clone(): FakeTrack {
      return new FakeTrack(`clone of ${this.of}`);
    }

    stop(): void {
      this.stopped = true;
    }
  }

  const asTrack = (track: FakeTrack) => track as unknown as MediaStreamTrack;
  let canvasTrack: FakeTrack;
  let transferable: boolean;

  beforeEach(() => {
    picture.close();
    delete (globalThis as Record<string, unknown>).MediaStreamTrackGenerator;
    delete (globalThis as Record<string, unknown>).MediaStreamTrackProcessor;
    canvasTrack = new FakeTrack("canvas");
    transferable = true;
    const canvas = { getContext: () => ({}), captureStream: () => ({ getVideoTracks: () => [canvasTrack] }) };
    const video = { requestVideoFrameCallback: vi.fn(), play: () => Promise.resolve(), srcObject: null };
    vi.stubGlobal("document", { createElement: (name: string) => (name === "canvas" ? canvas : video) });
    vi.stubGlobal("MediaStream", FakeMediaStream);
    vi.stubGlobal(
      "MessageChannel",
      class {
        readonly port1 = {
          postMessage: () => {
            if (!transferable) throw new DOMException("not transferable", "DataCloneError");
          },
          close: vi.fn(),
        };
        readonly port2 = { close: vi.fn() };
      },
    );
    picture = createPicture();
    picture.on("track", (track) => tracks.push(track));
    picture.on("state", (state) => states.push(state));
    picture.setCamera(asTrack(new FakeTrack("camera")));
  });

  test("the worker gets a clone of the camera's track and gives one back", () => {
    expect(picture.track).toBe(canvasTrack);
    newest().begin(true);
    expect(newest().heard[0]).toMatchObject({ kind: "start", output: "track" });
    expect(newest().heard[1]).toEqual({
      kind: "camera",
      present: true,
      frames: expect.objectContaining({ of: "clone of camera" }) as unknown,
    });
    expect(tracks).toEqual([]);
    const made = new FakeTrack("worker");
    newest().say({ kind: "track", track: asTrack(made) });
    expect(tracks).toEqual([made]);
    expect(picture.track).toBe(made);
    expect(canvasTrack.stopped).toBe(true);
    picture.setCamera(null);
    expect(newest().heard[2]).toEqual({ kind: "camera", present: false, frames: null });
  });

  test("the track of a worker that died stays until the next one has made its own", async () => {
    newest().begin(true);
    const first = new FakeTrack("first");
    newest().say({ kind: "track", track: asTrack(first) });
    newest().onerror?.({ message: "" });
    await vi.advanceTimersByTimeAsync(1_000);
    newest().begin(true);
    expect(heard()).toEqual(["start", "camera"]);
    expect(picture.track).toBe(first);
    const second = new FakeTrack("second");
    newest().say({ kind: "track", track: asTrack(second) });
    expect(tracks).toEqual([first, second]);
    expect(first.stopped).toBe(true);
  });

  test("the canvas stays where tracks cannot be given away, or the worker makes none", () => {
    transferable = false;
    newest().begin(true);
    expect(newest().heard[0]).toMatchObject({ kind: "start", output: null });
    expect(newest().heard[1]).toEqual({ kind: "camera", present: true, frames: null });
    newest().onerror?.({ message: "" });
    transferable = true;
    vi.advanceTimersByTime(1_000);
    newest().begin(false);
    expect(newest().heard[0]).toMatchObject({ kind: "start", output: null });
    expect(tracks).toEqual([]);
  });
});

test("nothing runs on after close", async () => {
  newest().begin();
  newest().beat(() => 1);
  picture.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.length).toBe(1);
  expect(newest().terminated).toBe(true);
  expect((picture.track as unknown as FakeGenerator).stopped).toBe(true);
});
