import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { FADE_MS, type Mixer, PATIENCE_MS, TICK_MS } from "../src/picture/bus";
import { Director, type Painter } from "../src/picture/director";
import { type Accelerator, type Model, MODELS } from "../src/picture/model";
import type { Segmenter, SegmenterState } from "../src/picture/segmenter";
import type { LiveBackdrop } from "../src/picture/moving";
import type { PictureState } from "../src/picture/types";

const RED: LiveBackdrop = { kind: "colour", rgb: [255, 0, 0] };
const BLUE: LiveBackdrop = { kind: "colour", rgb: [0, 0, 255] };
const BLUR: LiveBackdrop = { kind: "blur" };
const NONE: LiveBackdrop = { kind: "none" };

/** A picture that says what it shows. */
class FakeFrame {
  closed = false;
  readonly timestamp: number;
  readonly shows: string;

  constructor(timestamp: number, shows: string) {
    this.timestamp = timestamp;
    this.shows = shows;
  }

  close(): void {
    this.closed = true;
  }
}

class FakeMixer implements Mixer<FakeFrame> {
  broken = false;
  readonly #painter: FakePainter;
  readonly #backdrops: LiveBackdrop[] = [];
  closed = false;

  constructor(painter: FakePainter) {
    this.#painter = painter;
  }

  setBackdrop(backdrop: LiveBackdrop): void {
    if (this.broken) throw new Error("out of memory");
    this.#backdrops.push(backdrop);
  }

  composite(mix: number, timestamp: number): FakeFrame {
    if (this.broken) throw new Error("out of memory");
    const { person, matte } = this.#painter;
    expect(matte).toBe(person);
    this.#painter.composites += 1;
    return new FakeFrame(timestamp, `${person} before ${this.#background(mix)}`);
  }

  backgroundAlone(mix: number, timestamp: number): FakeFrame {
    if (this.broken) throw new Error("out of memory");
    return new FakeFrame(timestamp, this.#background(mix));
  }

  close(): void {
    this.closed = true;
  }

  #background(mix: number): string {
    const name = (backdrop: LiveBackdrop | undefined) =>
      backdrop?.kind === "colour" ? `colour ${backdrop.rgb.join(" ")}` : (backdrop?.kind ?? "nothing");
    const now = name(this.#backdrops.at(-1));
    return mix === 1 ? now : `${now} fading in over ${name(this.#backdrops.at(-2))}`;
  }
}

class FakePainter implements Painter<FakeFrame> {
  readonly air = new FakeMixer(this);
  readonly trials: FakeMixer[] = [];
  takeMs = 0;
  broken = false;
  noTrials = false;
  noChanges = false;
  taken = 0;
  composites = 0;
  carries = 0;
  readonly sent: string[] = [];
  layouts = 0;
  shrink = 1;
  model = "landscape";
  person = "";
  matte: string | null = null;
  #rehearsed: { person: string; model: string; shrink: number } | null = null;

  fit(): void {
    // one size fits all fakes
  }

  setShrink(shrink: number): void {
    this.shrink = shrink;
  }

  async take(frame: FakeFrame): Promise<Float32Array<ArrayBuffer>> {
    if (this.broken) throw new Error("its pixels cannot be read");
    if (this.takeMs > 0) await new Promise((resolve) => setTimeout(resolve, this.takeMs));
    this.taken += 1;
    this.person = frame.shows;
    return new Float32Array(1);
  }

  sendFrame(): void {
    this.sent.push(this.person);
  }

  takeMatte(): void {
    // an answer for an older frame is carried to the one taken last
    this.matte = this.person;
  }

  carryMatte(): void {
    expect(this.matte).not.toBeNull();
    this.carries += 1;
    this.matte = this.person;
  }

  forgetMatte(): void {
    this.matte = null;
  }

  async rehearse(
    frame: FakeFrame,
    model: Model["shape"],
    shrink: number,
  ): Promise<Float32Array<ArrayBuffer>> {
    await Promise.resolve();
    this.#rehearsed = { person: frame.shows, model: nameOf(model), shrink };
    return new Float32Array(1);
  }

  change(model: Model["shape"], shrink: number, answer: Float32Array | null): void {
    if (this.noChanges) throw new Error("out of memory");
    this.model = nameOf(model);
    this.shrink = shrink;
    this.matte = answer && this.#rehearsed ? this.#rehearsed.person : null;
    this.person = this.matte ?? "";
    this.#rehearsed = null;
  }

  endRehearsal(): void {
    this.#rehearsed = null;
  }

  trial(): FakeMixer {
    if (this.noTrials) throw new Error("out of memory");
    const mixer = new FakeMixer(this);
    this.trials.push(mixer);
    return mixer;
  }

  neutral(timestamp: number): FakeFrame {
    return new FakeFrame(timestamp, "neutral");
  }

  untouched(frame: FakeFrame, timestamp: number): FakeFrame {
    return new FakeFrame(timestamp, `room with ${frame.shows}`);
  }
}

function nameOf(shape: Model["shape"]): string {
  return Object.values(MODELS).find((model) => model.shape === shape)?.name ?? "unknown";
}

class FakeSegmenter implements Segmenter {
  readonly model: Model;
  readonly accelerator: Accelerator;
  state: SegmenterState = { kind: "ready", ms: 5 };
  matteMs = 5;
  fails = false;
  asked = 0;
  #busy = false;

  constructor(model: Model = MODELS.landscape, accelerator: Accelerator = "wasm") {
    this.model = model;
    this.accelerator = accelerator;
  }

  async segment(): Promise<Float32Array> {
    if (this.#busy) throw new Error("the model is busy");
    if (this.state.kind !== "ready") throw new Error("the model is not ready");
    this.asked += 1;
    this.#busy = true;
    await new Promise((resolve) => setTimeout(resolve, this.matteMs));
    this.#busy = false;
    if (this.fails) throw new Error("no matte");
    return new Float32Array(1);
  }

  close(): void {
    // nothing is held
  }
}

let painter: FakePainter;
let segmenter: FakeSegmenter;
let director: Director<FakeFrame>;
let shown: FakeFrame[];
let tried: FakeFrame[];
let failures: number;
let states: PictureState[];

beforeEach(() => {
  vi.useFakeTimers();
  painter = new FakePainter();
  segmenter = new FakeSegmenter();
  shown = [];
  tried = [];
  failures = 0;
  states = [];
  director = new Director<FakeFrame>(painter, segmenter, {
    air: (frame) => shown.push(frame),
    trial: (frame) => tried.push(frame),
    state: (state) => states.push(state),
    trialFailed: () => (failures += 1),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

const labels = () => shown.map((frame) => frame.shows);
const triedLabels = () => tried.map((frame) => frame.shows);
const kinds = () => states.map((state) => state.kind);

/** The worker's clock runs for so long; with a camera, frames come at 30 a second, one handled at a time. */
async function run(ms: number, who: string | null): Promise<FakeFrame[]> {
  const frames: FakeFrame[] = [];
  let busy = false;
  const clock = setInterval(() => {
    director.tick();
  }, TICK_MS);
  const feed = () => {
    if (who === null || busy) return;
    busy = true;
    const frame = new FakeFrame(Math.round(performance.now() * 1000) + 77, who);
    frames.push(frame);
    void director.frame(frame).then(() => (busy = false));
  };
  const camera = setInterval(feed, 33);
  await vi.advanceTimersByTimeAsync(ms);
  clearInterval(clock);
  clearInterval(camera);
  await vi.advanceTimersByTimeAsync(segmenter.matteMs + painter.takeMs);
  return frames;
}

test("the background comes alone until the model is there, then the person", async () => {
  segmenter.state = { kind: "loading", received: 0, total: 0 };
  director.setBackdrop(RED);
  await run(1000, "Ada");
  expect(new Set(labels())).toEqual(new Set(["colour 255 0 0"]));
  expect(shown.length).toBeGreaterThanOrEqual(10);
  expect(shown.length).toBeLessThanOrEqual(15);
  expect(kinds().at(-1)).toBe("loading");

  segmenter.state = { kind: "ready", ms: 5 };
  shown = [];
  await run(500, "Ada");
  expect(labels().at(-1)).toBe("Ada before colour 255 0 0");
  expect(kinds().slice(-1)).toEqual(["live"]);
  expect(kinds()).not.toContain("stalled");
});

test("a plain dark picture comes before there is a backdrop", async () => {
  await run(500, null);
  expect(new Set(labels())).toEqual(new Set(["neutral"]));
});

test("the camera may come long after the model", async () => {
  director.setBackdrop(RED);
  await run(2000, null);
  expect(kinds()).toEqual(["no-camera"]);
  await run(500, "Ada");
  expect(labels().at(-1)).toBe("Ada before colour 255 0 0");
  expect(kinds()).toEqual(["no-camera", "live"]);
});

test("a slow matte gives the background alone and a notice, and the person again when it is fast", async () => {
  director.setBackdrop(RED);
  await run(500, "Ada");
  segmenter.matteMs = PATIENCE_MS * 2;
  shown = [];
  await run(2000, "Ada");
  expect(kinds().at(-1)).toBe("stalled");
  expect(kinds()).not.toContain("no-camera");
  expect(states.at(-1)?.message).toMatch(/background is shown alone/);
  // the person that was being shown, then nobody
  expect(new Set(labels().slice(2))).toEqual(new Set(["colour 255 0 0"]));
  expect(shown.length).toBeGreaterThan(15);

  segmenter.matteMs = 5;
  await run(500, "Ada");
  expect(kinds().at(-1)).toBe("live");
  expect(labels().at(-1)).toBe("Ada before colour 255 0 0");
});

test("a failed model gives the background alone and says so, until it works again", async () => {
  director.setBackdrop(RED);
  await run(500, "Ada");
  segmenter.state = { kind: "failed", message: "out of memory" };
  shown = [];
  await run(1000, "Ada");
  expect(new Set(labels())).toEqual(new Set(["colour 255 0 0"]));
  expect(states.at(-1)).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("out of memory") as string,
  });
  segmenter.state = { kind: "ready", ms: 5 };
  await run(500, "Ada");
  expect(kinds().at(-1)).toBe("live");
});

test("mattes that fail one by one are a stall", async () => {
  director.setBackdrop(RED);
  segmenter.fails = true;
  await run(1500, "Ada");
  expect(labels().every((label) => label === "colour 255 0 0")).toBe(true);
  expect(kinds().at(-1)).toBe("stalled");
});

test("a frame that cannot be read is said, not shown", async () => {
  director.setBackdrop(RED);
  painter.broken = true;
  await run(1000, "Ada");
  expect(labels().every((label) => label === "colour 255 0 0")).toBe(true);
  expect(states.at(-1)).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("cannot be read") as string,
  });
});

test("a camera that gives no frames, or is taken away, gives the background alone", async () => {
  director.setBackdrop(RED);
  await run(500, "Ada");
  shown = [];
  await run(1000, null);
  expect(labels().every((label) => label === "colour 255 0 0")).toBe(true);
  expect(shown.length).toBeGreaterThan(6);
  expect(kinds().at(-1)).toBe("no-camera");

  await run(500, "Ada");
  shown = [];
  director.cameraChanged(false);
  expect(labels()).toEqual(["colour 255 0 0"]);
  expect(kinds().at(-1)).toBe("no-camera");
});

test("what was begun with one camera is not shown after another has come", async () => {
  director.setBackdrop(RED);
  painter.takeMs = 20;
  const frame = new FakeFrame(1, "Ada");
  const done = director.frame(frame);
  await vi.advanceTimersByTimeAsync(10);
  director.cameraChanged(true);
  await vi.advanceTimersByTimeAsync(100);
  await done;
  expect(frame.closed).toBe(true);
  expect(labels().some((label) => label.includes("Ada"))).toBe(false);

  painter.takeMs = 0;
  segmenter.matteMs = 50;
  const other = director.frame(new FakeFrame(2, "Bob"));
  await vi.advanceTimersByTimeAsync(10);
  director.cameraChanged(true);
  await vi.advanceTimersByTimeAsync(100);
  await other;
  expect(labels().some((label) => label.includes("Bob"))).toBe(false);
});

test("backdrops fade into one another; the first comes at once", async () => {
  director.setBackdrop(RED);
  await run(200, "Ada");
  expect(labels()).not.toContain("Ada before colour 255 0 0 fading in over nothing");
  director.setBackdrop(BLUE);
  shown = [];
  await run(FADE_MS - 50, "Ada");
  expect(labels().at(-1)).toBe("Ada before colour 0 0 255 fading in over colour 255 0 0");
  await run(200, "Ada");
  expect(labels().at(-1)).toBe("Ada before colour 0 0 255");
});

test("a backdrop set while a frame is being taken in comes with the next picture", async () => {
  director.setBackdrop(RED);
  painter.takeMs = 20;
  void director.frame(new FakeFrame(1, "Ada"));
  await vi.advanceTimersByTimeAsync(10);
  director.setBackdrop(BLUE);
  await vi.advanceTimersByTimeAsync(100);
  expect(labels().at(-1)).toContain("colour 0 0 255");
});

test("a camera picture that is being read for ever is an error, and the background goes on until then", async () => {
  director.setBackdrop(RED);
  await run(500, "Ada");
  painter.takeMs = 60_000;
  void director.frame(new FakeFrame(1, "Ada"));
  shown = [];
  for (let waited = 0; waited < 2_000; waited += TICK_MS) {
    director.tick();
    await vi.advanceTimersByTimeAsync(TICK_MS);
  }
  expect(new Set(labels())).toEqual(new Set(["colour 255 0 0"]));
  expect(shown.length).toBeGreaterThan(15);
  await vi.advanceTimersByTimeAsync(TICK_MS);
  expect(() => {
    director.tick();
  }).toThrow("cannot be read");
});

test("no background shows the room, also without a model, and leaving it is a cut", async () => {
  segmenter.state = { kind: "failed", message: "out of memory" };
  director.setBackdrop(NONE);
  await run(200, "Ada");
  expect(new Set(labels().slice(1))).toEqual(new Set(["room with Ada"]));
  expect(kinds().at(-1)).toBe("no-matte");

  segmenter.state = { kind: "ready", ms: 5 };
  await run(200, "Ada");
  shown = [];
  director.setBackdrop(RED);
  await run(300, "Ada");
  expect(new Set(labels())).toEqual(new Set(["Ada before colour 255 0 0"]));
});

test("no background without a camera is a plain picture", async () => {
  director.setBackdrop(NONE);
  await run(200, "Ada");
  director.cameraChanged(false);
  shown = [];
  await run(500, null);
  expect(new Set(labels())).toEqual(new Set(["neutral"]));
});

test("blur shows nothing of the camera without a matte", async () => {
  director.setBackdrop(BLUR);
  segmenter.matteMs = PATIENCE_MS * 2;
  await run(1000, "Ada");
  expect(new Set(labels())).toEqual(new Set(["neutral"]));
  // nor does a fade away from it
  director.setBackdrop(RED);
  shown = [];
  await run(300, "Ada");
  expect(new Set(labels())).toEqual(new Set(["colour 255 0 0"]));
});

test("timestamps rise through every change, and keep the camera's spacing", async () => {
  director.setBackdrop(RED);
  await run(400, "Ada");
  await run(700, null);
  const frames = await run(400, "Ada");
  director.cameraChanged(false);
  await run(400, null);
  const stamps = shown.map((frame) => frame.timestamp);
  expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  expect(new Set(stamps).size).toBe(stamps.length);
  expect(frames.every((frame) => frame.closed)).toBe(true);
});

test("figures are medians of the last second", async () => {
  director.setBackdrop(RED);
  director.meter.read();
  await run(1000, "Ada");
  const figures = director.meter.read();
  expect(figures.fps).toBeGreaterThan(25);
  expect(figures.matteMs).toBeCloseTo(5, 0);
  expect(figures.frameMs).toBeGreaterThanOrEqual(figures.matteMs);
});

describe("a trial", () => {
  const AIR = "Ada before colour 255 0 0";
  const TRIAL = "Ada before colour 0 0 255";

  /** Ada on air before red, for a while. */
  beforeEach(async () => {
    director.setBackdrop(RED);
    await run(500, "Ada");
    shown = [];
    states = [];
  });

  test("shows every frame that is on air before another backdrop, at once and without a fade", async () => {
    director.setTrial(BLUE);
    await run(500, "Ada");
    expect(new Set(triedLabels())).toEqual(new Set([TRIAL]));
    expect(tried.length).toBe(shown.length);
    expect(tried.map((frame) => frame.timestamp)).toEqual(
      tried.map((frame) => frame.timestamp).toSorted((a, b) => a - b),
    );
  });

  test("changes nothing on air when it begins, changes or ends", async () => {
    const { taken } = painter;
    await run(1000, "Ada");
    const usual = shown.length;
    const usuallyTaken = painter.taken - taken;
    for (const backdrop of [BLUE, BLUR, RED, null]) {
      shown = [];
      const before = painter.taken;
      director.setTrial(backdrop);
      await run(1000, "Ada");
      expect(new Set(labels())).toEqual(new Set([AIR]));
      expect(shown.length).toBe(usual);
      expect(painter.taken - before).toBe(usuallyTaken);
    }
    expect(states).toEqual([]);
  });

  test("costs nothing once it has ended", async () => {
    director.setTrial(BLUE);
    await run(200, "Ada");
    director.setTrial(null);
    tried = [];
    await run(1000, "Ada");
    await run(1000, null);
    expect(tried).toEqual([]);
  });

  test("begins anew without what was tried before", async () => {
    director.setTrial(BLUE);
    await run(200, "Ada");
    director.setTrial(null);
    director.setTrial({ kind: "colour", rgb: [0, 255, 0] });
    tried = [];
    await run(200, "Ada");
    expect(new Set(triedLabels())).toEqual(new Set(["Ada before colour 0 255 0"]));
    expect(painter.trials.length).toBe(2);
  });

  test("fades from one backdrop to the next, and so does the air, each for itself", async () => {
    director.setTrial(BLUE);
    await run(200, "Ada");
    director.setTrial(RED);
    await run(FADE_MS - 50, "Ada");
    expect(triedLabels().at(-1)).toBe(`${AIR} fading in over colour 0 0 255`);
    expect(new Set(labels())).toEqual(new Set([AIR]));
    await run(200, "Ada");
    tried = [];
    director.setBackdrop(BLUE);
    await run(FADE_MS - 50, "Ada");
    expect(labels().at(-1)).toBe(`${TRIAL} fading in over colour 255 0 0`);
    expect(new Set(triedLabels())).toEqual(new Set([AIR]));
  });

  test("shows the background alone whenever the air does", async () => {
    director.setTrial(BLUE);
    segmenter.matteMs = PATIENCE_MS * 2;
    await run(1000, "Ada");
    tried = [];
    await run(1000, "Ada");
    expect(new Set(triedLabels())).toEqual(new Set(["colour 0 0 255"]));

    segmenter.matteMs = 5;
    await run(500, "Ada");
    tried = [];
    segmenter.state = { kind: "failed", message: "out of memory" };
    await run(PATIENCE_MS, "Ada");
    tried = [];
    await run(500, "Ada");
    expect(new Set(triedLabels())).toEqual(new Set(["colour 0 0 255"]));

    segmenter.state = { kind: "ready", ms: 5 };
    await run(500, "Ada");
    tried = [];
    director.cameraChanged(false);
    await run(500, null);
    expect(new Set(triedLabels())).toEqual(new Set(["colour 0 0 255"]));
  });

  test("of a blur shows nothing of the camera without a matte", async () => {
    director.setTrial(BLUR);
    director.cameraChanged(false);
    tried = [];
    segmenter.matteMs = PATIENCE_MS * 2;
    await run(1000, "Ada");
    expect(new Set(triedLabels())).toEqual(new Set(["neutral"]));
  });

  test("that begins without a camera shows the background alone", async () => {
    await run(1000, null);
    director.setTrial(BLUE);
    await run(500, null);
    expect(new Set(triedLabels())).toEqual(new Set(["colour 0 0 255"]));
  });

  test("cuts the person out while the room is on air, and never shows the room itself", async () => {
    director.setBackdrop(NONE);
    await run(FADE_MS + 100, "Ada");
    shown = [];
    await run(500, "Ada");
    const usual = shown.length;
    const { taken } = painter;
    shown = [];
    director.setTrial(BLUE);
    await run(500, "Ada");
    expect(new Set(labels())).toEqual(new Set(["room with Ada"]));
    expect(shown.length).toBe(usual);
    expect(new Set(triedLabels())).toEqual(new Set([TRIAL]));

    segmenter.state = { kind: "failed", message: "out of memory" };
    await run(PATIENCE_MS + 100, "Ada");
    tried = [];
    await run(500, "Ada");
    expect(new Set(triedLabels())).toEqual(new Set(["colour 0 0 255"]));
    segmenter.state = { kind: "ready", ms: 5 };

    expect(painter.taken).toBeGreaterThan(taken);
    director.setTrial(null);
    const before = painter.taken;
    await run(500, "Ada");
    expect(painter.taken).toBe(before);
  });

  test("that cannot go on ends and leaves the air as it is", async () => {
    director.setTrial(BLUE);
    await run(200, "Ada");
    const [mixer] = painter.trials;
    if (mixer) mixer.broken = true;
    shown = [];
    await run(500, "Ada");
    expect(failures).toBe(1);
    expect(new Set(labels())).toEqual(new Set([AIR]));
    expect(states).toEqual([]);

    director.setTrial(BLUE);
    const second = painter.trials.at(-1);
    if (second) second.broken = true;
    director.setTrial(RED);
    expect(failures).toBe(2);

    painter.noTrials = true;
    director.setTrial(BLUE);
    expect(failures).toBe(3);
    await run(500, "Ada");
    expect(new Set(labels())).toEqual(new Set([AIR]));
  });

  test("set while a frame is being taken in comes with that frame", async () => {
    painter.takeMs = 20;
    void director.frame(new FakeFrame(1, "Ada"));
    await vi.advanceTimersByTimeAsync(10);
    director.setTrial(BLUE);
    await vi.advanceTimersByTimeAsync(100);
    expect(triedLabels()).toEqual([TRIAL]);
  });
});

describe("another setup", () => {
  const RED_AIR = "Ada before colour 255 0 0";
  const GAP = 2 * 33 + 10;

  beforeEach(async () => {
    director.setBackdrop(RED);
    await run(500, "Ada");
    shown = [];
    states = [];
  });

  /** Nothing but Ada before red was shown, with never more than two frames left out. */
  function expectUninterrupted(gap = GAP): void {
    expect(new Set(labels())).toEqual(new Set([RED_AIR]));
    const times = shown.map((frame) => frame.timestamp / 1000);
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(gap);
    expect(states).toEqual([]);
  }

  test("goes on air between two frames, and nobody sees it", async () => {
    const square = new FakeSegmenter(MODELS.square);
    let outcome: unknown = "pending";
    void director.change({ segmenter: square, shrink: 1.5, carried: false }).then((why) => (outcome = why));
    await run(1000, "Ada");
    expect(outcome).toBeNull();
    expect(director.setup).toEqual({ segmenter: square, shrink: 1.5, carried: false });
    expect(painter).toMatchObject({ model: "square", shrink: 1.5 });
    expectUninterrupted();
    expect(shown.length).toBeGreaterThanOrEqual(28);
    const { asked } = segmenter;
    await run(500, "Ada");
    expect(segmenter.asked).toBe(asked);
  });

  test("that is slow goes on beside the air until its first matte is there, then its mattes are carried", async () => {
    const slow = new FakeSegmenter(MODELS.multiclass);
    slow.matteMs = 240;
    const change = director.change({ segmenter: slow, shrink: 1, carried: true });
    await run(200, "Ada");
    expect(painter.model).toBe("landscape");
    await run(1000, "Ada");
    expect(await change).toBeNull();
    expect(painter.model).toBe("multiclass");
    expectUninterrupted();
    expect(painter.carries).toBeGreaterThan(10);
    expect(slow.asked).toBeLessThan(7);
    // a change of size alone asks for one matte of the same model
    shown = [];
    const smaller = director.change({ segmenter: slow, shrink: 2, carried: true });
    await run(1500, "Ada");
    expect(await smaller).toBeNull();
    expect(painter.shrink).toBe(2);
    expectUninterrupted();
    // and back to one that frames wait for
    shown = [];
    const back = director.change({ segmenter, shrink: 1, carried: false });
    await run(500, "Ada");
    expect(await back).toBeNull();
    expectUninterrupted();
  });

  test("that fails leaves the old one on air", async () => {
    const broken = new FakeSegmenter(MODELS.square);
    broken.fails = true;
    const failing = director.change({ segmenter: broken, shrink: 1, carried: false });
    await run(500, "Ada");
    expect((await failing)?.message).toContain("too long");
    painter.noChanges = true;
    const full = director.change({ segmenter: new FakeSegmenter(MODELS.square), shrink: 1, carried: false });
    await run(500, "Ada");
    expect((await full)?.message).toBe("out of memory");
    const hung = new FakeSegmenter(MODELS.multiclass);
    hung.matteMs = 100_000;
    const hanging = director.change({ segmenter: hung, shrink: 1, carried: true });
    await run(1000, "Ada");
    expect((await hanging)?.message).toContain("too long");
    expect(director.setup.segmenter).toBe(segmenter);
    expectUninterrupted();
  });

  test("takes the place of one that died, within two frames", async () => {
    segmenter.state = { kind: "failed", message: "the graphics card was taken away" };
    segmenter.fails = true;
    const change = director.change({
      segmenter: new FakeSegmenter(MODELS.square),
      shrink: 1,
      carried: false,
    });
    await run(500, "Ada");
    expect(await change).toBeNull();
    expect(new Set(labels())).toEqual(new Set([RED_AIR]));
    expect(shown.length).toBeGreaterThanOrEqual(12);
    expect(kinds().at(-1)).not.toBe("failed");
  });

  test("waits for a fade, and another backdrop for nothing", async () => {
    director.setBackdrop(BLUE);
    const change = director.change({
      segmenter: new FakeSegmenter(MODELS.square),
      shrink: 1,
      carried: false,
    });
    await run(FADE_MS - 50, "Ada");
    expect(painter.model).toBe("landscape");
    await run(300, "Ada");
    expect(await change).toBeNull();
    expect(labels().at(-1)).toBe("Ada before colour 0 0 255");
  });

  test("comes at once where there is no camera", async () => {
    director.cameraChanged(false);
    const change = director.change({
      segmenter: new FakeSegmenter(MODELS.square),
      shrink: 1,
      carried: false,
    });
    await run(100, null);
    expect(await change).toBeNull();
    expect(new Set(labels())).toEqual(new Set(["colour 255 0 0"]));
  });

  test("is not begun with one camera and ended with another", async () => {
    const slow = new FakeSegmenter(MODELS.multiclass);
    slow.matteMs = 100;
    const change = director.change({ segmenter: slow, shrink: 1, carried: true });
    await run(50, "Ada");
    director.cameraChanged(true);
    await run(1000, "Bob");
    expect(await change).toBeNull();
    const first = labels().findIndex((label) => label.startsWith("Bob"));
    expect(
      labels()
        .slice(first)
        .some((label) => label.startsWith("Ada")),
    ).toBe(false);
  });
});

describe("carried mattes", () => {
  beforeEach(async () => {
    director.setBackdrop(RED);
    segmenter.matteMs = 150;
    director.carry(true);
    await run(1000, "Ada");
    shown = [];
  });

  test("show every frame of the camera", async () => {
    await run(1000, "Ada");
    expect(new Set(labels())).toEqual(new Set(["Ada before colour 255 0 0"]));
    expect(shown.length).toBeGreaterThanOrEqual(28);
    const { matteAgeMs, stages } = director.meter.read();
    expect(matteAgeMs).toBeGreaterThan(100);
    expect(stages.model).toBeCloseTo(150, -1);
  });

  test("are not carried for longer than patience allows", async () => {
    segmenter.matteMs = 2000;
    await run(2000, "Ada");
    const alone = labels().indexOf("colour 255 0 0");
    expect(alone).toBeGreaterThan(0);
    expect(alone).toBeLessThanOrEqual((150 + 2 * PATIENCE_MS) / 33);
    expect(new Set(labels().slice(alone))).toEqual(new Set(["colour 255 0 0"]));
    expect(kinds().at(-1)).toBe("stalled");
  });

  test("are not carried to frames of another camera, nor of another shape", async () => {
    director.cameraChanged(true);
    shown = [];
    await run(130, "Bob");
    expect(labels().some((label) => label.includes("before"))).toBe(false);
    await run(300, "Bob");
    expect(labels().at(-1)).toBe("Bob before colour 255 0 0");
    shown = [];
    painter.takeMs = 1;
    const { carries } = painter;
    const turn = setInterval(() => (painter.layouts += 1), 10);
    await run(500, "Bob");
    clearInterval(turn);
    expect(painter.carries).toBe(carries);
  });
});

describe("a video", () => {
  const frames = () => ({ at: () => null, close: vi.fn() });
  const count = async (backdrop: LiveBackdrop) => {
    director.setBackdrop(backdrop);
    director.tick();
    const before = shown.length;
    for (let i = 0; i < 20; i++) {
      await vi.advanceTimersByTimeAsync(TICK_MS);
      director.tick();
    }
    return shown.length - before;
  };

  test("moves at each tick while it is alone, a picture at every other", async () => {
    expect(await count(RED)).toBe(10);
    expect(await count({ kind: "video", frames: frames() })).toBe(20);
  });

  test("is let go of when its trial ends", () => {
    director.setTrial({ kind: "video", frames: frames() });
    const [trial] = painter.trials;
    expect(trial?.closed).toBe(false);
    director.setTrial(null);
    expect(trial?.closed).toBe(true);
  });
});
