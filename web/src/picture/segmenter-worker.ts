import { loadModel, type Run } from "./litert";
import type { WorkerScope } from "./scope";

export type ToSegmenter = Float32Array<ArrayBuffer>;
export type FromSegmenter =
  { kind: "ready" } | { kind: "matte"; matte: Float32Array } | { kind: "failed"; message: string };

const scope = self as unknown as WorkerScope<ToSegmenter, FromSegmenter>;

function say(message: FromSegmenter): void {
  scope.postMessage(message, message.kind === "matte" ? [message.matte.buffer] : []);
}

function fail(error: unknown): void {
  say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}

async function answer(run: Run, input: ToSegmenter): Promise<void> {
  say({ kind: "matte", matte: await run(input) });
}

loadModel().then((run) => {
  scope.onmessage = ({ data }) => void answer(run, data).catch(fail);
  say({ kind: "ready" });
}, fail);
