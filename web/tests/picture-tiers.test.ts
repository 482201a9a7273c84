import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Accelerator, type Model, MODELS } from "../src/picture/model";
import type { Setup } from "../src/picture/rehearsal";
import type { Segmenter, SegmenterState } from "../src/picture/segmenter";
import { Tiers } from "../src/picture/tiers";
import type { ModelName, Tier } from "../src/picture/types";

class FakeSegmenter implements Segmenter {
  state: SegmenterState = { kind: "loading", received: 0, total: 0 };
  closed = false;
  readonly model: Model;
  readonly accelerator: Accelerator;

  constructor(model: ModelName, accelerator: Accelerator) {
    this.model = MODELS[model];
    this.accelerator = accelerator;
  }

  segment(): Promise<Float32Array> {
    return Promise.reject(new Error("nobody asks in these tests"));
  }

  close(): void {
    this.closed = true;
  }
}

let loaded: FakeSegmenter[];
let setups: Setup[];
let told: { tier: Tier; message: string }[];
let limits: (number | null)[];
let carried: boolean[];
let refusal: Error | null;
let first: FakeSegmenter;
let tiers: Tiers;
/** What frames are like. */
let camera: { width: number; height: number };
let busy: number;
let model: number;

async function begin(wish: "auto" | ModelName = "auto", gpu = false): Promise<void> {
  first = new FakeSegmenter("landscape", "wasm");
  tiers = new Tiers(first, wish, "carried", Promise.resolve(gpu), {
    load(model, accelerator) {
      const segmenter = new FakeSegmenter(model, accelerator);
      loaded.push(segmenter);
      return segmenter;
    },
    change(setup) {
      setups.push(setup);
      return Promise.resolve(refusal);
    },
    carry: (on) => carried.push(on),
    limit: (fps) => limits.push(fps),
    tell: (tier, message) => told.push({ tier, message }),
  });
  await run(0.5);
  ready(first, 3);
}

beforeEach(() => {
  vi.useFakeTimers();
  [loaded, setups, told, limits, carried] = [[], [], [], [], []];
  refusal = null;
  camera = { width: 1920, height: 1080 };
  busy = 8;
  model = 3;
});

afterEach(() => {
  vi.useRealTimers();
});

function ready(segmenter: FakeSegmenter | undefined, ms: number): void {
  if (segmenter) segmenter.state = { kind: "ready", ms };
}

async function run(seconds: number, stalled = false): Promise<void> {
  const frames = setInterval(() => {
    tiers.frame({ ...camera, interval: 33, cameraInterval: 33, busy, model, late: 0 });
  }, 33);
  const clock = setInterval(() => {
    tiers.tick(stalled);
  }, 250);
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  clearInterval(frames);
  clearInterval(clock);
}

const words = () => told.map(({ message }) => message).filter((message) => message !== "");

describe("without a graphics card", () => {
  test("the light model stays, and nothing is said", async () => {
    await begin();
    await run(20);
    expect(tiers.tier).toEqual({ model: "landscape", accelerator: "wasm", width: 1920, height: 1080 });
    expect([loaded, setups, told]).toEqual([[], [], []]);
  });

  test("a phone that is turned has the model of its shape", async () => {
    await begin();
    await run(3);
    camera = { width: 1080, height: 1920 };
    await run(1);
    expect(loaded.map(({ model }) => model.name)).toEqual(["square"]);
    expect(setups).toEqual([]);
    ready(loaded[0], 6);
    await run(1);
    expect(setups).toEqual([{ segmenter: loaded[0], shrink: 1, carried: false }]);
    expect(first.closed).toBe(true);
    expect(words()).toEqual([]);
    expect(tiers.tier).toEqual({ model: "square", accelerator: "wasm", width: 1080, height: 1920 });
  });

  test("the picture becomes smaller, then slower, when the machine is busy, and goes back up", async () => {
    await begin();
    await run(2);
    busy = 31;
    await run(1.2);
    expect(setups.at(-1)).toEqual({ segmenter: first, shrink: 1.5, carried: false });
    expect(words()).toEqual([
      "Your computer is busy: the picture is now 1280 by 720 so that it stays smooth.",
    ]);
    expect(tiers.tier).toMatchObject({ width: 1280, height: 720 });
    await run(15);
    expect(limits.at(-1)).toBe(15);
    expect(words().length).toBe(5);
    busy = 4;
    await run(60);
    expect(tiers.tier).toMatchObject({ width: 1920, height: 1080 });
    expect(limits.at(-1)).toBeNull();
    expect(words().at(-1)).toBe("There is room again: the picture is now 1920 by 1080.");
  });

  test("a machine that is far too slow goes where it fits in one step", async () => {
    await begin();
    busy = 80;
    await run(3);
    expect(setups[0]).toMatchObject({ shrink: 2 });
  });

  test("a hidden page and a step that was refused change nothing", async () => {
    await begin();
    await run(2);
    tiers.hidden(true);
    busy = 40;
    await run(10);
    expect(setups).toEqual([]);
    refusal = new Error("out of memory");
    tiers.hidden(false);
    await run(3);
    expect(setups.length).toBeGreaterThan(0);
    expect(tiers.tier).toMatchObject({ width: 1920, height: 1080 });
    expect(told).toEqual([]);
  });

  test("the finest model is carried at its own pace where it is wished for", async () => {
    await begin();
    tiers.wish("multiclass");
    ready(loaded[0], 240);
    model = 240;
    await run(1);
    expect(loaded[0]).toMatchObject({ accelerator: "wasm", model: { name: "multiclass" } });
    expect(setups.at(-1)).toEqual({ segmenter: loaded[0], shrink: 1, carried: true });
    expect(tiers.tier.model).toBe("multiclass");
    tiers.pace("matched");
    expect(carried).toEqual([false]);
    busy = 260; // frames wait for it: this is not the machine being busy
    await run(10);
    expect(setups.length).toBe(1);
  });

  test("one that is too slow to be live is refused, and the creator is told why, once", async () => {
    await begin();
    tiers.wish("multiclass");
    ready(loaded[0], 420);
    await run(10);
    expect(loaded.length).toBe(1);
    expect(loaded[0]?.closed).toBe(true);
    expect(setups).toEqual([]);
    expect(words()).toEqual([
      "The finest cut-out cannot be used: it takes 420 ms for one picture here. The one before goes on.",
    ]);
    tiers.wish("auto");
    tiers.wish("multiclass");
    expect(loaded.length).toBe(2);
  });

  test("a wish that is refused changes nothing, also where another model would be chosen", async () => {
    await begin("square");
    await run(0.5);
    ready(loaded[0], 6);
    await run(1);
    tiers.wish("multiclass");
    ready(loaded[1], 900);
    await run(10);
    expect(tiers.tier.model).toBe("square");
    expect(loaded.length).toBe(2);
  });

  test("one that becomes too slow on air makes way for a light one", async () => {
    await begin("multiclass");
    await run(0.5);
    ready(loaded[0], 200);
    await run(1);
    expect(tiers.tier.model).toBe("multiclass");
    await run(1, true);
    expect(loaded.map(({ model }) => model.name)).toEqual(["multiclass", "landscape"]);
    ready(loaded[1], 3);
    await run(1);
    expect(tiers.tier.model).toBe("landscape");
    expect(words().at(-1)).toContain("takes too long on this computer");
    await run(10);
    expect(loaded.length).toBe(2);
  });

  test("a long fetch is told", async () => {
    await begin();
    tiers.wish("multiclass");
    const [fetched] = loaded;
    if (fetched) fetched.state = { kind: "loading", received: 4_000_000, total: 16_400_000 };
    await run(1);
    expect(words()).toEqual([]);
    await run(2);
    expect(words()).toEqual([
      "The finest cut-out is being fetched: 4.0 of 16.4 MB are here. Until then the one before goes on.",
    ]);
    tiers.wish("auto");
    expect(fetched?.closed).toBe(true);
  });

  test("a model that cannot be loaded is told, and the one before goes on", async () => {
    await begin("square");
    await run(0.5);
    const [square] = loaded;
    if (square) square.state = { kind: "failed", message: "the model could not be fetched (404)" };
    await run(5);
    expect(words()).toEqual([
      "The light cut-out for upright pictures cannot be used: the model could not be fetched (404). The one before goes on.",
    ]);
    expect(loaded.length).toBe(1);
    expect(tiers.tier.model).toBe("landscape");
  });
});

describe("with a graphics card", () => {
  beforeEach(async () => {
    await begin("auto", true);
    await run(0.5);
    expect(loaded.map(({ model, accelerator }) => `${model.name} ${accelerator}`)).toEqual([
      "multiclass webgpu",
    ]);
  });

  test("the finest model goes on air when it is fast enough, and the light one stays beside it", async () => {
    ready(loaded[0], 9);
    await run(1);
    expect(setups).toEqual([{ segmenter: loaded[0], shrink: 1, carried: false }]);
    expect(tiers.tier).toMatchObject({ model: "multiclass", accelerator: "webgpu" });
    expect(first.closed).toBe(false);
    expect(words().length).toBe(1);
  });

  test("one that is not fast enough is not used, and tried again much later", async () => {
    ready(loaded[0], 25);
    await run(50);
    expect(loaded.length).toBe(1);
    expect(loaded[0]?.closed).toBe(true);
    expect(told).toEqual([]);
    await run(15);
    expect(loaded.length).toBe(2);
  });

  test("when the card is taken away, the light model is there at once", async () => {
    ready(loaded[0], 9);
    await run(1);
    const [fine] = loaded;
    if (fine) fine.state = { kind: "failed", message: "the device was lost" };
    await run(0.5);
    expect(setups.at(-1)).toEqual({ segmenter: first, shrink: 1, carried: false });
    expect(loaded.length).toBe(1);
    expect(fine?.closed).toBe(true);
    expect(words().at(-1)).toContain("The graphics card stopped");
    expect(tiers.tier).toMatchObject({ model: "landscape", accelerator: "wasm" });
  });

  test("a busy machine gives up the finest model first", async () => {
    ready(loaded[0], 9);
    await run(2);
    busy = 31;
    await run(1.2);
    expect(tiers.tier).toMatchObject({ model: "landscape", width: 1920 });
    expect(words().at(-1)).toContain("a lighter cut-out goes on");
    await run(3);
    expect(tiers.tier.width).toBeLessThan(1920);
  });

  test("an explicit wish for a light model is kept", async () => {
    tiers.wish("square");
    expect(loaded[0]?.closed).toBe(true);
    ready(loaded[1], 6);
    await run(30);
    expect(tiers.tier).toMatchObject({ model: "square", accelerator: "wasm" });
    expect(loaded.length).toBe(2);
  });
});
