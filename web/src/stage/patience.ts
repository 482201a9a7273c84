const STEP = 150;
const MOST = 1000;
const CALM = 30_000;

/**
 * How long a player should hold media back, in milliseconds, so that what was lost on a long way and is sent again
 * comes in time: longer after every freeze, less again after every 30 s without one.
 */
export class Patience {
  target = 0;
  #freezes = 0;
  #since = 0;

  /** `freezes` is how many there were in all, `now` in milliseconds. @returns whether `target` has changed */
  look(freezes: number, now: number): boolean {
    const before = this.target;
    if (freezes > this.#freezes) {
      this.target = Math.min(this.target + STEP, MOST);
      this.#since = now;
    } else if (this.target > 0 && now - this.#since >= CALM) {
      this.target = Math.max(this.target - STEP, 0);
      this.#since = now;
    }
    this.#freezes = freezes;
    return this.target !== before;
  }
}
