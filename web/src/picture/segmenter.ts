import type { Accelerator, Model } from "./model";
import type { FromSegmenter, ToSegmenter } from "./segmenter-worker";

export type SegmenterState =
  /** `received` of `total` bytes of the model are there; both 0 until that is known. */
  | { kind: "loading"; received: number; total: number }
  /** `ms`: what one picture took when nothing else went on. */
  | { kind: "ready"; ms: number }
  | { kind: "failed"; message: string };

/** A frame becomes a matte. */
export interface Segmenter {
  readonly model: Model;
  readonly accelerator: Accelerator;
  readonly state: SegmenterState;
  /**
   * The answer for one picture (`model.shape`; its buffer is given away). One at a time: while one is being made,
   * asking for another rejects. Rejects too when the model fails.
   */
  segment(input: Float32Array<ArrayBuffer>): Promise<Float32Array>;
  close(): void;
}

/** What failed is tried again after this long, then after twice as long, up to the last. */
export const FIRST_RETRY_MS = 1_000;
export const LAST_RETRY_MS = 30_000;
const LOADING: SegmenterState = { kind: "loading", received: 0, total: 0 };
/** A model that has not answered for this long will not. */
const HUNG_MS = 3_000;

interface Waiting {
  resolve: (matte: Float32Array) => void;
  reject: (error: Error) => void;
  hung: ReturnType<typeof setTimeout>;
}

/**
 * Runs the model in a worker of its own, so that a hung or dead model leaves the one that makes the picture alive,
 * and puts another in its place: after 1 s, 2 s, 4 s up to 30 s, counted from its last matte.
 */
export class WorkerSegmenter implements Segmenter {
  readonly model: Model;
  readonly accelerator: Accelerator;
  state: SegmenterState = LOADING;
  readonly #makeWorker: () => Worker;
  #worker: Worker | null = null;
  #waiting: Waiting | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(makeWorker: () => Worker, model: Model, accelerator: Accelerator) {
    this.#makeWorker = makeWorker;
    this.model = model;
    this.accelerator = accelerator;
    this.#start();
  }

  segment(input: Float32Array<ArrayBuffer>): Promise<Float32Array> {
    const worker = this.#worker;
    if (!worker || this.state.kind !== "ready") return Promise.reject(new Error("the model is not ready"));
    if (this.#waiting) return Promise.reject(new Error("the model is busy"));
    return new Promise((resolve, reject) => {
      const hung = setTimeout(() => {
        this.#fail("it did not answer");
      }, HUNG_MS);
      this.#waiting = { resolve, reject, hung };
      worker.postMessage({ kind: "picture", input } satisfies ToSegmenter, [input.buffer]);
    });
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#stop("closed");
  }

  #start(): void {
    const worker = this.#makeWorker();
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromSegmenter>) => {
      if (data.kind === "ready") this.state = data;
      else if (data.kind === "progress")
        this.state = { kind: "loading", received: data.received, total: data.total };
      else if (data.kind === "failed") this.#fail(data.message);
      else this.#arrived(data.matte);
    };
    worker.onerror = (event) => {
      this.#fail(event.message || "its program could not be loaded");
    };
    const { model, accelerator } = this;
    worker.postMessage({ kind: "load", model: model.name, accelerator } satisfies ToSegmenter);
  }

  #arrived(matte: Float32Array): void {
    this.#retryMs = FIRST_RETRY_MS;
    const waiting = this.#waiting;
    this.#waiting = null;
    clearTimeout(waiting?.hung);
    waiting?.resolve(matte);
  }

  #fail(message: string): void {
    this.#stop(message);
    this.state = { kind: "failed", message };
    this.#retry = setTimeout(() => {
      this.#start();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #stop(message: string): void {
    if (this.#worker) {
      this.#worker.onmessage = this.#worker.onerror = null;
      this.#worker.terminate();
    }
    this.#worker = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    clearTimeout(waiting?.hung);
    waiting?.reject(new Error(message));
  }
}
