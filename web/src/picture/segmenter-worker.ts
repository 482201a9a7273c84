import { type Run, startModel } from "./litert";
import { median } from "./meter";
import { type Accelerator, MODELS } from "./model";
import type { WorkerScope } from "./scope";
import type { ModelName } from "./types";

/** First what to load; then pictures, one at a time. */
export type ToSegmenter =
  | { kind: "load"; model: ModelName; accelerator: Accelerator }
  | { kind: "picture"; input: Float32Array<ArrayBuffer> };

export type FromSegmenter =
  /** Of the model's file, so many bytes are there. */
  | { kind: "progress"; received: number; total: number }
  /** `ms`: what one picture takes when nothing else goes on. */
  | { kind: "ready"; ms: number }
  | { kind: "matte"; matte: Float32Array }
  | { kind: "failed"; message: string };

const TRIES = 3;
const PROGRESS_MS = 500;

const scope = self as unknown as WorkerScope<ToSegmenter, FromSegmenter>;

function say(message: FromSegmenter): void {
  scope.postMessage(message, message.kind === "matte" ? [message.matte.buffer] : []);
}

function fail(error: unknown): void {
  say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}

async function fetched(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`the model could not be fetched (${response.status})`);
  const total = Number(response.headers.get("content-length")) || 0;
  const parts: Uint8Array[] = [];
  let received = 0;
  let told = performance.now();
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    received += read.value.length;
    if (performance.now() - told < PROGRESS_MS) continue;
    told = performance.now();
    say({ kind: "progress", received, total });
  }
  say({ kind: "progress", received, total: received });
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

async function measured(run: Run, count: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    await run(new Float32Array(count));
    times.push(performance.now() - start);
  }
  return median(times);
}

async function load(name: ModelName, accelerator: Accelerator): Promise<void> {
  const { url, shape } = MODELS[name];
  const run = await startModel(await fetched(url), shape, accelerator, fail);
  const ms = await measured(run, shape.width * shape.height * 3);
  scope.onmessage = ({ data }) => {
    if (data.kind === "picture") void answer(run, data.input).catch(fail);
  };
  say({ kind: "ready", ms });
}

async function answer(run: Run, input: Float32Array): Promise<void> {
  say({ kind: "matte", matte: await run(input) });
}

scope.onmessage = ({ data }) => {
  if (data.kind === "load") void load(data.model, data.accelerator).catch(fail);
};
