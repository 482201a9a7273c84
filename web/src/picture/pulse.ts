import { median } from "./meter";

const FRAMES = 30;
/** Until it is known, in microseconds: 30 a second. */
const USUAL_US = 33_333;

/** How often frames come, by their timestamps, which are in microseconds; and how many are to be shown. */
export class Pulse {
  /** At most so many frames a second are kept; null: all. */
  fps: number | null = null;
  #last: number | null = null;
  #gaps: number[] = [];
  /** When the next one to keep is due. */
  #due = -Infinity;

  /** Milliseconds from one camera frame to the next. */
  get cameraInterval(): number {
    return (this.#gaps.length < FRAMES / 3 ? USUAL_US : median(this.#gaps)) / 1000;
  }

  /** Milliseconds from one frame that is kept to the next. */
  get interval(): number {
    return Math.max(this.cameraInterval, this.fps === null ? 0 : 1000 / this.fps);
  }

  /** A frame came: whether to keep it, and how many did not come that should have. */
  frame(timestamp: number): { keep: boolean; missed: number } {
    const gap = this.#last === null ? 0 : timestamp - this.#last;
    this.#last = timestamp;
    const interval = this.cameraInterval * 1000;
    let missed = 0;
    if (gap > 0 && gap < 10 * interval) {
      missed = Math.max(0, Math.round(gap / interval) - 1);
      this.#gaps.push(gap);
      if (this.#gaps.length > FRAMES) this.#gaps.shift();
    }
    if (this.fps === null) return { keep: true, missed };
    const step = 1e6 / this.fps;
    // another camera's clock, or a pause
    if (Math.abs(timestamp - this.#due) > 4 * step) this.#due = timestamp;
    const keep = timestamp >= this.#due - interval / 2;
    if (keep) this.#due += step;
    return { keep, missed };
  }
}
