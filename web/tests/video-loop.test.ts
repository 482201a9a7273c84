import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Pixels } from "../src/picture/kernel";
import { steadyRate } from "../src/picture/steady";
import { type Sample, VideoLoop, type VideoTrack } from "../src/picture/video-loop";

const FPS = 25;
const FRAME_MS = 1000 / FPS;

/** A frame that says which one it is. */
class FakeSample implements Sample {
  static open = 0;
  readonly timestamp: number;
  readonly duration = 1 / FPS;
  readonly number: number;

  constructor(number: number, start: number) {
    this.number = number;
    // to the millisecond, as WebM has it
    this.timestamp = Math.round((start + number / FPS) * 1000) / 1000;
    FakeSample.open += 1;
  }

  close(): void {
    FakeSample.open -= 1;
  }
}

/** A video whose decoder takes time to start and time for each frame. */
class FakeTrack implements VideoTrack<FakeSample> {
  readonly start = 0.5;
  rate: number | null = FPS;
  frames = 20;
  startMs = 60;
  decodeMs = 5;
  /** The frame at which decoding fails, in the next rounds so many times. */
  breaks: { at: number; times: number } | null = null;
  rounds = 0;
  running = 0;
  closed = 0;
  buffers = new Set<ArrayBuffer>();

  get end(): number {
    return this.start + this.frames / FPS;
  }

  samples(): AsyncIterator<FakeSample, void> {
    this.rounds += 1;
    this.running += 1;
    const decode = this.#decode();
    return {
      next: () => decode.next(),
      // as mediabunny's: at once, not after what is under way
      return: () => {
        void decode.return(undefined);
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async read(sample: FakeSample, memory: ArrayBuffer | null): Promise<Pixels> {
    await pause(1);
    const data = new Uint8Array(memory ?? new ArrayBuffer(1));
    this.buffers.add(data.buffer);
    data[0] = sample.number;
    return { shape: { format: "I420", width: 1, height: 1, matrix: "bt601", fullRange: false }, data };
  }

  close(): void {
    this.closed += 1;
  }

  async *#decode(): AsyncGenerator<FakeSample, void> {
    try {
      await pause(this.startMs);
      for (let number = 0; number < this.frames; number++) {
        await pause(this.decodeMs);
        if (this.breaks?.at === number && this.breaks.times-- > 0) throw new Error("a bad packet");
        yield new FakeSample(number, this.start);
      }
    } finally {
      this.running -= 1;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

let track: FakeTrack;
let loop: VideoLoop<FakeSample>;
let troubles: string[];

/** What is seen, every `step` ms, over so many: the number of the frame that is there. */
async function watch(ms: number, step = 10): Promise<number[]> {
  const seen: number[] = [];
  for (let passed = 0; passed < ms; passed += step) {
    const frame = loop.at(performance.now());
    seen.push(frame ? (frame.data[0] ?? NaN) : (seen.at(-1) ?? NaN));
    await vi.advanceTimersByTimeAsync(step);
  }
  return seen;
}

/** How long each frame in turn was seen, in steps. */
function runs(seen: number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const number of seen) {
    const last = found.at(-1);
    if (last?.[0] === number) last[1] += 1;
    else found.push([number, 1]);
  }
  return found;
}

async function begin(change: (track: FakeTrack) => void = () => undefined): Promise<void> {
  track = new FakeTrack();
  change(track);
  troubles = [];
  loop = new VideoLoop(
    () => Promise.resolve(track),
    (why) => troubles.push(why),
  );
  const { ready } = loop;
  await vi.advanceTimersByTimeAsync(500);
  await ready;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSample.open = 0;
});

afterEach(async () => {
  loop.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSample.open).toBe(0);
  expect(track.running).toBe(0);
  expect(track.closed).toBeGreaterThan(0);
  vi.useRealTimers();
});

describe("a video loop", () => {
  test("shows each frame for its time, round after round, without a seam", async () => {
    await begin();
    const seen = runs(await watch(2900)).slice(0, -1);
    expect(seen.map(([number]) => number)).toEqual(seen.map((_, i) => i % 20));
    for (const [, steps] of seen) expect(steps).toBe(FRAME_MS / 10);
    expect(seen.length).toBeGreaterThan(60);
  });

  test("shows each frame once to who asks as often, however their clock trembles", async () => {
    await begin();
    let [random, before] = [1, 0];
    const seen: number[] = [];
    for (let asked = 0; asked < 400; asked++) {
      random = (random * 16807) % 2147483647;
      // a quarter of a frame to either side
      const tremble = asked === 0 ? 0 : Math.round((random / 2147483647 - 0.5) * 18);
      const at = asked * FRAME_MS + tremble;
      await vi.advanceTimersByTimeAsync(at - before);
      before = at;
      seen.push(loop.at(performance.now())?.data[0] ?? NaN);
    }
    const steps = seen.slice(201).map((number, i) => (number - (seen[200 + i] ?? 0) + 20) % 20);
    expect(steps.filter((step) => step !== 1)).toEqual([]);
  });

  test("whose frames have lengths of their own keeps to them", async () => {
    await begin((own) => (own.rate = null));
    const seen = runs(await watch(1800)).slice(0, -1);
    expect(seen.map(([number]) => number)).toEqual(seen.map((_, i) => i % 20));
    for (const [, steps] of seen) expect(steps).toBe(FRAME_MS / 10);
  });

  test("keeps few frames, and their memory is used again", async () => {
    await begin();
    await watch(2000);
    expect(track.buffers.size).toBeLessThanOrEqual(6);
    await vi.advanceTimersByTimeAsync(2000);
    expect(FakeSample.open).toBeLessThanOrEqual(3);
  });

  test("leaves out what is late, and does not run after what cannot be caught up", async () => {
    await begin();
    expect((await watch(40, 40))[0]).toBe(0);
    await vi.advanceTimersByTimeAsync(80);
    // two frames are due, and the newer one is shown
    expect(loop.at(performance.now())?.data[0]).toBe(3);
    await vi.advanceTimersByTimeAsync(5000);
    // nobody looked for long: it goes on from where it is, at its own pace
    const seen = runs(await watch(1000)).slice(1, -1);
    for (const [, steps] of seen) expect(steps).toBe(FRAME_MS / 10);
  });

  test("plays as fast as a slow decoder can", async () => {
    await begin((slow) => (slow.decodeMs = 100));
    const seen = runs(await watch(3000));
    expect(seen.length).toBeGreaterThan(20);
    expect(troubles).toEqual([]);
  });

  test("gives a frame once", async () => {
    await begin();
    expect(loop.at(performance.now())).not.toBeNull();
    expect(loop.at(performance.now())).toBeNull();
  });

  test("of a single frame stands still", async () => {
    await begin((still) => (still.frames = 1));
    expect(runs(await watch(1000))).toEqual([[0, 100]]);
    expect(track.rounds).toBeLessThanOrEqual(2);
  });

  test("goes on after an error, from the last good picture", async () => {
    await begin();
    track.breaks = { at: 10, times: 1 };
    const seen = runs(await watch(3000)).map(([number]) => number);
    expect(track.closed).toBe(1);
    expect(seen).not.toContain(NaN);
    expect(seen.slice(8, 12)).toEqual([8, 9, 0, 1]);
    expect(troubles).toEqual([]);
  });

  test("says so when it stands still for longer", async () => {
    await begin();
    track.breaks = { at: 0, times: 3 };
    await watch(5000);
    expect(troubles).toEqual(["a bad packet"]);
    expect(runs(await watch(500)).length).toBeGreaterThan(10);
  });
});

test("what cannot be opened is no video", async () => {
  track = new FakeTrack();
  track.closed = 1;
  loop = new VideoLoop<FakeSample>(() => Promise.reject(new Error("no decoder")));
  await expect(loop.ready).rejects.toThrow("no decoder");
});

test("what has no frame that can be decoded is no video", async () => {
  track = new FakeTrack();
  track.frames = 0;
  loop = new VideoLoop(() => Promise.resolve(track));
  const refused = expect(loop.ready).rejects.toThrow("no picture");
  await vi.advanceTimersByTimeAsync(500);
  await refused;
});

describe("a steady rate", () => {
  const rounded = (rate: number, frames: number) =>
    Array.from({ length: frames }, (_, n) => Math.round((n * 1000) / rate) / 1000);

  test.each([
    [30, 240],
    [30, 12],
    [25, 50],
    [24, 100],
    [60, 600],
    [30 / 1.001, 900],
    [24 / 1.001, 1200],
  ])("of %f is known from times that are rounded", (rate, frames) => {
    expect(steadyRate(rounded(rate, frames))).toBeCloseTo(rate, 9);
  });

  test("is none where frames have lengths of their own, or there is but one", () => {
    expect(steadyRate([0, 0.033, 0.1, 0.133])).toBeNull();
    expect(steadyRate([0])).toBeNull();
    expect(steadyRate([])).toBeNull();
  });
});
