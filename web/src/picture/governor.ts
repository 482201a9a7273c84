/** From this share of the camera's interval on a frame takes too long: the next ones will be late. */
const FULL = 0.8;
/** A step up has to leave at least this much room, or it would be taken back. */
const ROOMY = 0.6;
/** Share of late frames from which on it shows. */
const MOST_LATE = 0.05;
/** Frames that take long now and then are another program's doing: half of them have to take at least this long. */
const BUSY = 0.4;
const DOWN_MS = 2_000;
/** The measurement at the start: it begins when all that comes but once is over, and the first steps come sooner. */
const SETTLE_MS = 1_000;
const FIRST_MS = 1_000;
const START_MS = 10_000;
const UP_MS = 5_000;
/** A step up that had to be taken back within this time was a mistake: the next one waits twice as long. */
const MISTAKE_MS = 30_000;
const LONGEST_UP_MS = 320_000;
const FEWEST = 10;
/** No camera pauses for so long between two frames. */
const PAUSE_MS = 500;

interface Handled {
  at: number;
  load: number;
  late: number;
}

/** The load that so many of a hundred frames do not exceed. */
function percentile(frames: readonly Handled[], of: number): number {
  const sorted = frames.map(({ load }) => load).toSorted((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * of) / 100) - 1] ?? 0;
}

/**
 * Watches how much of the time between two camera frames a frame takes, and says when the picture should be made with
 * less, before frames are lost, or may be made with more. Times are in milliseconds.
 */
export class Governor {
  #frames: Handled[] = [];
  /** When what is measured now began. */
  #since = -Infinity;
  #first: number | null = null;
  #lastUp = -Infinity;
  #upMs = UP_MS;

  /**
   * A frame has been handled.
   *
   * @param interval between two frames, as they are wanted
   * @param busy how long it was in hand
   * @param late how many frames before it came to nothing
   */
  frame(now: number, interval: number, busy: number, late: number): void {
    this.#first ??= now;
    if (now - this.#first < SETTLE_MS) return;
    const last = this.#frames.at(-1);
    if (last && now - last.at > PAUSE_MS) this.begin(now);
    if (this.#frames.length === 0) this.#since = Math.max(this.#since, now);
    this.#frames.push({ at: now, load: busy / interval, late });
    while ((this.#frames[0]?.at ?? now) < now - UP_MS) this.#frames.shift();
  }

  /** What was measured before does not count: the page was hidden, something else is on air, or the like. */
  begin(now: number): void {
    this.#frames = [];
    this.#since = now;
  }

  /** That of a usual frame of the last two seconds. */
  load(now: number): number {
    return percentile(this.#within(now, DOWN_MS), 50);
  }

  /** @param growth how many times what it does now a frame would take one step up; Infinity: there is none */
  judge(now: number, growth: number): "down" | "up" | null {
    const since = now - this.#since;
    const starting = now - (this.#first ?? now) < START_MS;
    const downMs = starting ? FIRST_MS : DOWN_MS;
    const recent = this.#within(now, downMs);
    if (since >= downMs && recent.length >= FEWEST) {
      const late = recent.reduce((sum, frame) => sum + frame.late, 0);
      const slow = percentile(recent, 90) > FULL || late > MOST_LATE * (recent.length + late);
      if (slow && percentile(recent, 50) > BUSY) return "down";
    }
    const window = this.#within(now, UP_MS);
    if (since < this.#upMs || window.length < FEWEST) return null;
    return percentile(window, 90) * growth < ROOMY ? "up" : null;
  }

  /** The step was taken. */
  stepped(direction: "down" | "up", now: number): void {
    if (direction === "up") this.#lastUp = now;
    else if (now - this.#lastUp < MISTAKE_MS) this.#upMs = Math.min(2 * this.#upMs, LONGEST_UP_MS);
    else this.#upMs = UP_MS;
    this.begin(now);
  }

  #within(now: number, ms: number): Handled[] {
    return this.#frames.filter(({ at }) => at >= now - ms);
  }
}
