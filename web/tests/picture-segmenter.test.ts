import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { MODELS } from "../src/picture/model";
import { WorkerSegmenter } from "../src/picture/segmenter";
import type { FromSegmenter, ToSegmenter } from "../src/picture/segmenter-worker";

class FakeWorker {
  onmessage: ((event: { data: FromSegmenter }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  terminated = false;
  readonly heard: ToSegmenter[] = [];

  postMessage(message: ToSegmenter): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: FromSegmenter): void {
    this.onmessage?.({ data });
  }
}

let workers: FakeWorker[];
let segmenter: WorkerSegmenter;

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  segmenter = new WorkerSegmenter(
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    MODELS.multiclass,
    "webgpu",
  );
});

afterEach(() => {
  segmenter.close();
  vi.useRealTimers();
});

const picture = () => new Float32Array(3);
const newest = () => workers.at(-1) ?? new FakeWorker();

test("tells every worker what to load, and how far that is", () => {
  const load = { kind: "load", model: "multiclass", accelerator: "webgpu" };
  expect(newest().heard).toEqual([load]);
  newest().say({ kind: "progress", received: 3, total: 16 });
  expect(segmenter.state).toEqual({ kind: "loading", received: 3, total: 16 });
  newest().say({ kind: "ready", ms: 12 });
  expect(segmenter.state).toEqual({ kind: "ready", ms: 12 });
  newest().say({ kind: "failed", message: "no memory" });
  vi.advanceTimersByTime(1000);
  expect(workers.length).toBe(2);
  expect(newest().heard).toEqual([load]);
});

test("gives the worker's matte", async () => {
  expect(segmenter.state.kind).toBe("loading");
  await expect(segmenter.segment(picture())).rejects.toThrow("not ready");
  newest().say({ kind: "ready", ms: 3 });
  const matte = segmenter.segment(picture());
  await expect(segmenter.segment(picture())).rejects.toThrow("busy");
  newest().say({ kind: "matte", matte: Float32Array.of(0.5) });
  expect(await matte).toEqual(Float32Array.of(0.5));
});

test("puts another worker in the place of a failed one, ever more slowly", async () => {
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    newest().say({ kind: "failed", message: "no model" });
    expect(segmenter.state).toEqual({ kind: "failed", message: "no model" });
    expect(newest().terminated).toBe(true);
    const before = workers.length;
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(workers.length).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(workers.length).toBe(before + 1);
  }
  newest().say({ kind: "ready", ms: 3 });
  expect(segmenter.state.kind).toBe("ready");
});

test("a worker that does not answer, or dies, fails the matte it owed", async () => {
  newest().say({ kind: "ready", ms: 3 });
  const hung = segmenter.segment(picture());
  const outcome = expect(hung).rejects.toThrow("did not answer");
  await vi.advanceTimersByTimeAsync(3000);
  await outcome;
  await vi.advanceTimersByTimeAsync(1000);
  newest().say({ kind: "ready", ms: 3 });
  const owed = segmenter.segment(picture());
  newest().onerror?.({ message: "boom" });
  await expect(owed).rejects.toThrow("boom");
  expect(segmenter.state).toEqual({ kind: "failed", message: "boom" });
});

test("waits only a second again after a matte", async () => {
  newest().say({ kind: "failed", message: "no model" });
  await vi.advanceTimersByTimeAsync(1000);
  newest().say({ kind: "ready", ms: 3 });
  const matte = segmenter.segment(picture());
  newest().say({ kind: "matte", matte: new Float32Array(1) });
  await matte;
  newest().say({ kind: "failed", message: "no memory" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(workers.length).toBe(3);
});
