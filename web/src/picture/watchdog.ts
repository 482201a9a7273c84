/** How often a worker says that it lives, in milliseconds, give or take a tick of its clock. */
export const BEAT_MS = 200;
/** How often the page looks whether it did, and after how many looks in vain the worker counts as silent: 1.25 s. */
const LOOK_MS = 250;
const LOOKS_IN_VAIN = 5;

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

  /** `silence` is called at every look from the fifth in vain on. */
  constructor(silence: () => void) {
    this.#silence = silence;
    this.#timer = setInterval(() => {
      if (this.#inVain === null) return;
      this.#inVain += 1;
      if (this.#inVain >= LOOKS_IN_VAIN) this.#silence();
    }, LOOK_MS);
  }

  get silent(): boolean {
    return this.#inVain !== null && this.#inVain >= LOOKS_IN_VAIN;
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

  /** Another worker is to be watched. */
  restart(): void {
    this.#inVain = null;
    this.#pictures = 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
