/** Far enough from the wall clock that the camera's clock must have changed, in microseconds. */
const JUMP_US = 1_000_000;

/**
 * One line of rising timestamps for the output track, in microseconds, whatever feeds it: frames keep the spacing
 * their camera gave them, other cameras' clocks are lined up with it, and pictures without a camera take the wall
 * clock's time.
 */
export class OutputClock {
  #last = 0;
  #offset: number | null = null;

  /** `timestamp` as the camera gave it; null for a picture without one. `now` in milliseconds. */
  stamp(timestamp: number | null, now: number): number {
    const wall = now * 1000;
    let stamped = wall;
    if (timestamp !== null) {
      this.#offset ??= wall - timestamp;
      if (Math.abs(timestamp + this.#offset - wall) > JUMP_US) this.#offset = wall - timestamp;
      stamped = timestamp + this.#offset;
    }
    this.#last = Math.max(Math.round(stamped), this.#last + 1);
    return this.#last;
  }
}
