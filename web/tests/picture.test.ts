import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createPicture } from "../src/picture";
import type { FromWorker, ToWorker } from "../src/picture/protocol";
import type { Backdrop, Picture, PictureState, VideoTrouble } from "../src/picture/types";
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
  newest().begin();
  expect(heard()).toEqual(["start", "backdrop", "camera"]);
  expect(said()[1]).toMatchObject({ kind: "backdrop", backdrop: BLUE });
  expect(said()[2]).toEqual({ kind: "camera", present: true, frames: { of: camera } });
  picture.setCamera(null);
  expect(said()[3]).toEqual({ kind: "camera", present: false, frames: null });
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

  test("is given ever more time where one after the other falls silent, and no more once all is well", async () => {
    clearInterval(pulse);
    for (const seconds of [1.5, 1.5, 2.75, 5.25, 10.25, 10.25]) {
      const count = workers.length;
      await vi.advanceTimersByTimeAsync((seconds - 0.5) * 1_000);
      expect(workers.length).toBe(count);
      await vi.advanceTimersByTimeAsync(500);
      expect(workers.length).toBe(count + 1);
      newest().begin();
      newest().say({ kind: "beat", pictures: 3 });
    }
    pulse = newest().beat(() => (made += 6));
    await vi.advanceTimersByTimeAsync(180_000);
    clearInterval(pulse);
    const count = workers.length;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(workers.length).toBe(count + 1);
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
  expect(said().slice(1)).toMatchObject([
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
  expect(said()[1]).toMatchObject({
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

test("a screen is looked for where the frames are, and its colour comes back", () => {
  const found: unknown[] = [];
  picture.on("screen", (colour) => found.push(colour));
  picture.findScreen();
  newest().begin();
  picture.findScreen();
  expect(said().filter(({ kind }) => kind === "find-screen")).toHaveLength(1);
  newest().say({ kind: "screen", colour: [10, 200, 60] });
  newest().say({ kind: "screen", colour: null });
  expect(found).toEqual([[10, 200, 60], null]);
});

test("wishes reach the worker that is there, and the next one", () => {
  picture.setModel("square");
  newest().begin();
  expect(said()[0]).toMatchObject({ kind: "start", wish: "square", pace: "carried" });
  picture.setModel("multiclass");
  picture.setPace("matched");
  expect(said().slice(1)).toEqual([
    { kind: "model", wish: "multiclass" },
    { kind: "pace", pace: "matched" },
  ]);
  newest().onerror?.({ message: "" });
  vi.advanceTimersByTime(1000);
  newest().begin();
  expect(said()[0]).toMatchObject({ kind: "start", wish: "multiclass", pace: "matched" });
});

test("tiers are told, and the worker knows whether the page is seen", () => {
  const tiers: unknown[] = [];
  picture.on("tier", (tier) => tiers.push(tier));
  page.hidden = true;
  newest().begin();
  expect(newest().heard).toContainEqual({ kind: "hidden", hidden: true });
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  expect(newest().heard.at(-1)).toEqual({ kind: "hidden", hidden: false });
  const tier = { model: "square", accelerator: "wasm", width: 1280, height: 720 } as const;
  newest().say({ kind: "tier", tier, message: "Your computer is busy." });
  expect(tiers).toEqual([{ tier, message: "Your computer is busy." }]);
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
    vi.stubGlobal(
      "document",
      Object.assign(new EventTarget(), {
        hidden: false,
        createElement: (name: string) => (name === "canvas" ? canvas : video),
      }),
    );
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
    expect(said()[0]).toMatchObject({ kind: "start", output: "track" });
    expect(said()[1]).toEqual({
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
    expect(said()[2]).toEqual({ kind: "camera", present: false, frames: null });
  });

  test("a worker that dies, or whose track takes nothing, brings the canvas back for good", async () => {
    newest().begin(true);
    const made = new FakeTrack("worker");
    newest().say({ kind: "track", track: asTrack(made) });
    for (let beat = 0; beat < 20; beat += 1) newest().say({ kind: "beat", pictures: 0 });
    expect(states.at(-1)?.message).toContain("takes no pictures");
    expect(picture.track).toBe(canvasTrack);
    expect(tracks).toEqual([made, canvasTrack]);
    expect(made.stopped).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    newest().begin(true);
    expect(said()).toEqual([
      expect.objectContaining({ kind: "start", output: null }),
      { kind: "camera", present: true, frames: null },
    ]);
  });

  test("the canvas stays where tracks cannot be given away, or the worker makes none", () => {
    transferable = false;
    newest().begin(true);
    expect(said()[0]).toMatchObject({ kind: "start", output: null });
    expect(said()[1]).toEqual({ kind: "camera", present: true, frames: null });
    newest().onerror?.({ message: "" });
    transferable = true;
    vi.advanceTimersByTime(1_000);
    newest().begin(false);
    expect(said()[0]).toMatchObject({ kind: "start", output: null });
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
    vi.stubGlobal("document", Object.assign(document, { createElement: () => new FakeVideo() }));
    vi.stubGlobal("createImageBitmap", () => Promise.resolve({ close: () => undefined }));
    picture.on("video", (about) => told.push(about));
    newest().begin();
    picture.setBackdrop(VIDEO);
  });

  const turn = () => {
    const message = newest().heard.at(-1);
    return message?.kind === "backdrop" ? message.turn : NaN;
  };

  test("is shown as its first picture, and that is said", async () => {
    newest().say({ kind: "video", trouble, turn: turn() });
    await vi.advanceTimersByTimeAsync(100);
    expect(newest().heard.at(-1)).toMatchObject({ kind: "backdrop", backdrop: { kind: "image" } });
    expect(told).toEqual([
      { message: `${trouble.message} Its first picture stands still instead.`, trial: false, lost: false },
    ]);
  });

  test("is given up where even that cannot be had", async () => {
    opened = null;
    newest().say({ kind: "video", trouble, turn: turn() });
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual([trouble]);
  });

  test("is of no interest any more when something else was chosen", async () => {
    const before = turn();
    picture.setBackdrop(RED);
    newest().say({ kind: "video", trouble, turn: before });
    await vi.advanceTimersByTimeAsync(100);
    expect(newest().heard.at(-1)).toMatchObject({ backdrop: RED });
    expect(told).toEqual([]);
  });
});
