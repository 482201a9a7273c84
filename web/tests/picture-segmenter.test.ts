import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { WorkerSegmenter } from "../src/picture/segmenter";
import type { FromSegmenter } from "../src/picture/segmenter-worker";

class FakeWorker {
  onmessage: ((event: { data: FromSegmenter }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  terminated = false;
  asked = 0;

  postMessage(): void {
    this.asked += 1;
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
  segmenter = new WorkerSegmenter(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  });
});

afterEach(() => {
  segmenter.close();
  vi.useRealTimers();
});

const picture = () => new Float32Array(3);
const newest = () => workers.at(-1) ?? new FakeWorker();

test("gives the worker's matte", async () => {
  expect(segmenter.state.kind).toBe("loading");
  await expect(segmenter.segment(picture())).rejects.toThrow("not ready");
  newest().say({ kind: "ready" });
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
  newest().say({ kind: "ready" });
  expect(segmenter.state.kind).toBe("ready");
});

test("a worker that does not answer, or dies, fails the matte it owed", async () => {
  newest().say({ kind: "ready" });
  const hung = segmenter.segment(picture());
  const outcome = expect(hung).rejects.toThrow("did not answer");
  await vi.advanceTimersByTimeAsync(3000);
  await outcome;
  await vi.advanceTimersByTimeAsync(1000);
  newest().say({ kind: "ready" });
  const owed = segmenter.segment(picture());
  newest().onerror?.({ message: "boom" });
  await expect(owed).rejects.toThrow("boom");
  expect(segmenter.state).toEqual({ kind: "failed", message: "boom" });
});

test("waits only a second again after a matte", async () => {
  newest().say({ kind: "failed", message: "no model" });
  await vi.advanceTimersByTimeAsync(1000);
  newest().say({ kind: "ready" });
  const matte = segmenter.segment(picture());
  newest().say({ kind: "matte", matte: new Float32Array(1) });
  await matte;
  newest().say({ kind: "failed", message: "no memory" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(workers.length).toBe(3);
});
