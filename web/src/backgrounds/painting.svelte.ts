import { isNumber, recall, remember } from "../lib/prefs";
import { ApiError, type Api, type Background, type Generating, type Wish } from "./api";

/** One background being painted. It goes on while its dialog is closed; `cancel` ends it. */
export class Painting {
  prompt = $state("");
  busy = $state(false);
  progress = $state.raw<Generating | null>(null);
  complaint = $state("");
  /** Seconds since the start, while busy; seconds it took, afterwards. */
  seconds = $state(0);
  /** Seconds it took the last time, here, with this generator; null when not known yet. */
  usual = $state<number | null>(null);
  readonly #api: Api;
  readonly #generator: () => string;
  #abort: AbortController | null = null;

  constructor(api: Api, generator: () => string) {
    this.#api = api;
    this.#generator = generator;
  }

  /** Read how long it took the last time; call once the generator is known. */
  recallUsual(): void {
    const seconds = recall(`seconds.${this.#generator()}`, -1, isNumber);
    this.usual = seconds > 0 ? seconds : null;
  }

  /** @returns the stored background, or null when it was cancelled or failed (then `complaint` says why) */
  async start(size: Pick<Wish, "width" | "height">): Promise<Background | null> {
    const prompt = this.prompt.trim();
    if (this.busy || prompt === "") return null;
    const abort = new AbortController();
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    const ticking = setInterval(() => (this.seconds = elapsed()), 100);
    this.#abort = abort;
    this.busy = true;
    this.complaint = "";
    this.progress = null;
    this.seconds = 0;
    const report = (event: Generating) => (this.progress = event);
    try {
      const background = await this.#api.generate({ prompt, ...size }, report, abort.signal);
      this.seconds = elapsed();
      this.usual = this.seconds;
      remember(`seconds.${this.#generator()}`, this.seconds);
      return background;
    } catch (error) {
      if (!abort.signal.aborted) {
        this.complaint =
          error instanceof ApiError ? error.message : `Something went wrong in the page: ${String(error)}`;
      }
      return null;
    } finally {
      clearInterval(ticking);
      this.busy = false;
      this.#abort = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}
