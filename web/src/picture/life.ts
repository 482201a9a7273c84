import type { FromWorker, ToWorker } from "./protocol";
import { FIRST_RETRY_MS, LAST_RETRY_MS } from "./segmenter";
import { Watchdog } from "./watchdog";

type Ready = Extract<FromWorker, { kind: "ready" }>;

interface LifeEvents {
  /** Another worker serves from now on. It knows nothing yet. */
  ready(message: Ready): void;
  /** What the one that serves says. */
  heard(message: Exclude<FromWorker, Ready>): void;
  /** There is none at the moment, or it was no good and had to go. */
  died(why: string): void;
}

/**
 * Has a worker serve at all times.
 *
 * In the place of one that died another is started: at once where the last one worked, else after 1 s, 2 s, 4 s up to
 * 30 s. Beside one that is silent another is loaded, and takes its place when it is ready; the silent one may go on if
 * it speaks before that. So on a machine that is merely slow, where loading is slow as well, nothing is replaced.
 */
export class WorkerLife {
  readonly #make: () => Worker;
  readonly #on: LifeEvents;
  readonly #watchdog: Watchdog;
  #worker: Worker | null = null;
  /** It loads. */
  #next: Worker | null = null;
  #retryMs = FIRST_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(make: () => Worker, on: LifeEvents) {
    this.#make = make;
    this.#on = on;
    this.#watchdog = new Watchdog(() => {
      if (!this.#next && this.#retry === undefined) this.#load();
    });
    this.#load();
  }

  /** Whether there is anybody to talk to. */
  get serves(): boolean {
    return this.#worker !== null;
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  /** The one that serves is no good. */
  dismiss(why: string): void {
    if (this.#worker) this.#failed(this.#worker, why);
  }

  close(): void {
    this.#watchdog.close();
    clearTimeout(this.#retry);
    end(this.#worker);
    end(this.#next);
    this.#worker = this.#next = null;
  }

  #load(): void {
    const worker = this.#make();
    this.#next = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "ready") this.#enter(worker, data);
      else this.#hear(data);
    };
    worker.onerror = (event) => {
      this.#failed(worker, event.message || "its program could not be loaded");
    };
  }

  #enter(worker: Worker, message: Ready): void {
    const silent = this.#worker !== null;
    end(this.#worker);
    if (silent) this.#on.died("its worker gave no sign of life");
    this.#worker = worker;
    this.#next = null;
    this.#watchdog.restart(silent);
    this.#on.ready(message);
  }

  #hear(message: Exclude<FromWorker, Ready>): void {
    if (message.kind === "beat") {
      this.#watchdog.heard(message.pictures);
      if (!this.#watchdog.silent) {
        end(this.#next);
        this.#next = null;
      }
    } else if (message.kind === "stats") this.#retryMs = 0;
    this.#on.heard(message);
  }

  #failed(worker: Worker, why: string): void {
    end(worker);
    if (worker === this.#worker) this.#worker = null;
    else this.#next = null;
    this.#watchdog.restart();
    this.#on.died(why);
    if (this.#next) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#load();
    }, this.#retryMs);
    this.#retryMs = Math.min(Math.max(this.#retryMs * 2, FIRST_RETRY_MS), LAST_RETRY_MS);
  }
}

function end(worker: Worker | null): void {
  if (!worker) return;
  worker.onmessage = worker.onerror = null;
  worker.terminate();
}
