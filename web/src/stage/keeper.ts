import { backoff, pause } from "./backoff";

/** Something open that may be lost: `lost` resolves, with a sentence that says why, once it is. */
export interface Holding {
  readonly lost: Promise<string>;
  close(): void;
}

/** Trying again would not help: the token is no good (any more). */
export class Refusal extends Error {
  override name = "Refusal";
}

/** Trying again helps only once something else has changed, so it is done rarely. */
export class Unsupported extends Error {
  override name = "Unsupported";
}

const SETTLED = 5000;
const RARELY = 30_000;

/** Keeps a holding open: opens it, and opens it again whenever it was lost, for as long as nobody says stop. */
export class Keeper<T extends Holding> {
  readonly #open: (signal: AbortSignal) => Promise<T>;
  readonly #changed: (holding: T | null, why: string) => void;
  readonly #refused: (why: string) => void;
  readonly #stopping = new AbortController();
  #holding: T | null = null;

  /**
   * `open` rejects with a Refusal when it is no use to try again. `changed` hears of every change: what is held
   * now or null, and why nothing is; `refused` of the end.
   */
  constructor(
    open: (signal: AbortSignal) => Promise<T>,
    changed: (holding: T | null, why: string) => void,
    refused: (why: string) => void,
  ) {
    this.#open = open;
    this.#changed = changed;
    this.#refused = refused;
    void this.#run();
  }

  get holding(): T | null {
    return this.#holding;
  }

  /** Let go, and open again. */
  renew(): void {
    this.#holding?.close();
  }

  stop(): void {
    this.#stopping.abort();
    this.#holding?.close();
    this.#holding = null;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopped();) {
      let why: string;
      let rest = 0;
      try {
        const holding = await this.#open(this.#stopping.signal);
        if (this.#stopped()) {
          holding.close();
          return;
        }
        const since = performance.now();
        this.#holding = holding;
        this.#changed(holding, "");
        why = await holding.lost;
        holding.close();
        this.#holding = null;
        failures = performance.now() - since > SETTLED ? 0 : failures + 1;
        if (failures > 0) rest = backoff(failures);
      } catch (error) {
        if (this.#stopped()) return;
        why = error instanceof Error ? error.message : String(error);
        if (error instanceof Refusal) {
          this.#refused(why);
          return;
        }
        failures += 1;
        rest = error instanceof Unsupported ? RARELY : backoff(failures);
      }
      if (this.#stopped()) return;
      this.#changed(null, why);
      if (rest > 0) await pause(rest, this.#stopping.signal);
    }
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}
