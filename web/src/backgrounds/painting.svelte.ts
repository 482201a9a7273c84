import { isNumber, recall, remember } from "../lib/prefs";
import type { Api } from "./api";
import { ApiError, inWords } from "./http";
import type { Background, Generating, Wish } from "./types";

/** How one of the pictures stands. */
export type Sample =
  | { kind: "waiting" }
  | { kind: "painting"; step: number; total: number; message: string; preview: Blob | null }
  | { kind: "ready"; background: Background }
  | { kind: "failed"; why: string };

/** Under which it is remembered how long a picture takes. */
function tookOf(generator: string, motion = false): string {
  return `seconds.${generator}${motion ? ".moving" : ""}`;
}

/** One generation: some pictures of one wish. It goes on while its dialog is closed; `cancel` ends it. */
export class Painting {
  /** What is, or was last, painted. */
  wish = $state.raw<Wish | null>(null);
  busy = $state(false);
  /** How many go first; 0 once it is being worked on. */
  position = $state(0);
  samples = $state.raw<Sample[]>([]);
  complaint = $state("");
  /** Seconds until the server takes another try, where it said so. */
  wait = $state(0);
  /** Seconds since the start, while busy; seconds it took, afterwards. */
  seconds = $state(0);
  /** Seconds it took the last time, here, for one picture, with this generator; null when not known yet. */
  usual = $state<number | null>(null);
  readonly #api: Api;
  #abort: AbortController | null = null;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Share of the work that is done, from 0 to 1; undefined when nobody can know. */
  get share(): number | undefined {
    let done = 0;
    for (const sample of this.samples) {
      if (sample.kind === "ready" || sample.kind === "failed") done++;
      else if (sample.kind === "painting") {
        if (sample.total === 0) return undefined;
        done += sample.step / sample.total;
      }
    }
    return done > 0 ? done / this.samples.length : undefined;
  }

  get ready(): Background[] {
    return this.samples.flatMap((sample) => (sample.kind === "ready" ? [sample.background] : []));
  }

  /** The first sample of which there is something to see, while none is finished; else -1. */
  get leader(): number {
    if (this.ready.length > 0) return -1;
    return this.samples.findIndex((sample) => sample.kind === "painting" && sample.preview !== null);
  }

  /** Read how long a picture, or a moving one, took the last time. */
  recallUsual(generator: string, motion = false): void {
    const seconds = recall(tookOf(generator, motion), -1, isNumber);
    this.usual = seconds > 0 ? seconds : null;
  }

  /**
   * Have `wish` painted by `generator`; `tell` hears every event once it is taken in here.
   *
   * @returns whether it came to its end with at least one picture; if not, `complaint` says why, or it was cancelled
   */
  async start(wish: Wish, generator: string, tell: (event: Generating) => void): Promise<boolean> {
    if (this.busy) return false;
    const abort = new AbortController();
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    const ticking = setInterval(() => (this.seconds = elapsed()), 100);
    this.#abort = abort;
    this.wish = wish;
    this.busy = true;
    this.position = 0;
    this.samples = Array.from({ length: wish.count ?? 1 }, () => ({ kind: "waiting" }));
    this.complaint = "";
    this.wait = 0;
    this.seconds = 0;
    this.recallUsual(generator, wish.motion);
    try {
      for await (const event of this.#api.generate(wish, abort.signal)) {
        this.#take(event);
        tell(event);
      }
      this.seconds = elapsed();
      remember(tookOf(generator, wish.motion), this.seconds / this.samples.length);
      this.recallUsual(generator, wish.motion);
      return true;
    } catch (error) {
      if (!abort.signal.aborted) this.#complain(error);
      this.samples = this.samples.filter(({ kind }) => kind === "ready");
      return false;
    } finally {
      clearInterval(ticking);
      this.busy = false;
      this.#abort = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Have done with the samples; they are in the library. */
  clear(): void {
    if (!this.busy) this.samples = [];
  }

  #take(event: Generating): void {
    switch (event.kind) {
      case "queued":
        this.position = event.position;
        break;
      case "progress": {
        const { sample, step, total, message } = event;
        const before = this.samples[sample];
        // a report without a preview leaves the one before
        const preview = event.preview ?? (before?.kind === "painting" ? before.preview : null);
        this.position = 0;
        this.#put(sample, { kind: "painting", step, total, message, preview });
        break;
      }
      case "image":
        this.#put(event.sample, { kind: "ready", background: event.background });
        break;
      case "done":
        for (const { sample, problem } of event.failed)
          this.#put(sample, { kind: "failed", why: problem.detail ?? problem.title ?? "It failed." });
    }
  }

  #complain(error: unknown): void {
    this.complaint = inWords(error);
    this.wait = error instanceof ApiError ? Math.ceil(error.retryAfter ?? 0) : 0;
    const waiting = setInterval(() => {
      this.wait = Math.max(0, this.wait - 1);
      if (this.wait === 0) clearInterval(waiting);
    }, 1000);
  }

  #put(at: number, sample: Sample): void {
    this.samples = this.samples.map((before, number) => (number === at ? sample : before));
  }
}
