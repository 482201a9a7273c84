/** How often a worker says that it lives, in milliseconds, give or take a tick of its clock. */
export const BEAT_MS = 200;
/** How often the page looks whether it did, and after how many looks in vain the worker counts as silent: 1.25 s. */
const LOOK_MS = 250;
const LOOKS_IN_VAIN = 5;
/** Where one after the other falls silent, patience doubles from the third on, up to ten seconds. */
const MOST_LOOKS = 40;
/** One replacement is forgotten after so many looks: half a minute. */
const FORGET_LOOKS = 120;

/**
 * Notices that a worker makes no pictures any more: it is dead, it hangs, or what it writes to takes nothing.
 *
 * It counts looks and not time. A page that is hidden looks once a second, and one that is frozen or asleep does not look
 * at all, so neither takes a pause of its own for the worker's silence.
 */
export class Watchdog {
  readonly #silence: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Null before the first sign of life: what it does until then is load. */
  #inVain: number | null = null;
  #pictures = 0;
  #looks = 0;
  #replaced = 0;

  /** `silence` is called at every look while the worker is silent. */
  constructor(silence: () => void) {
    this.#silence = silence;
    this.#timer = setInterval(() => {
      this.#looks += 1;
      if (this.#looks % FORGET_LOOKS === 0) this.#replaced = Math.max(0, this.#replaced - 1);
      if (this.#inVain !== null) this.#inVain += 1;
      if (this.silent) this.#silence();
    }, LOOK_MS);
  }

  get silent(): boolean {
    const enough = Math.min(LOOKS_IN_VAIN * 2 ** Math.max(0, this.#replaced - 1), MOST_LOOKS);
    return this.#inVain !== null && this.#inVain >= enough;
  }

  /**
   * The worker lives, and so many of its pictures were taken so far. Once there was one there must be more: a worker
   * makes some all the time, with or without a camera.
   */
  heard(pictures: number): void {
    if (pictures > 0 && pictures === this.#pictures) return;
    this.#pictures = pictures;
    this.#inVain = 0;
  }

  /** Another worker is to be watched. `silent`: the one before was replaced for its silence. */
  restart(silent = false): void {
    if (silent) this.#replaced += 1;
    this.#inVain = null;
    this.#pictures = 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
