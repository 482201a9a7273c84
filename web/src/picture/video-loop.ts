import type { Pixels } from "./kernel";
import type { MovingPicture } from "./moving";

/** A decoded frame. Times are in seconds, by the file's own clock. */
export interface Sample {
  readonly timestamp: number;
  readonly duration: number;
  close(): void;
}

/** A video that can be decoded. */
export interface VideoTrack<S extends Sample> {
  /** When its last frame ends. */
  readonly end: number;
  /** Frames a second, where all are equally long; else null. What a file says of times may be rounded to milliseconds. */
  readonly rate: number | null;
  /** Decode it from the start, some frames ahead; `return` stops that. */
  samples(): AsyncIterator<S, void>;
  /** The frame's pixels, in `memory` where they fit into it. The frame stays the caller's to close. */
  read(sample: S, memory: ArrayBuffer | null): Promise<Pixels>;
  close(): void;
}

/** Frames that wait as pixels for their moment, beside those that the decoder has ahead. */
const AHEAD = 3;
/** The next round's start is decoded so long before this one's end. */
const EARLY_S = 1;
/** A picture that is later than this cannot catch up: its clock is set back, and it goes on from where it is. */
const LATE_S = 0.25;
/** What is due within so long is due. */
const NEAR_S = 0.001;
/** How much of what it is off by the clock is set right with each frame. */
const STEERING = 0.02;
/** Who asks after a longer pause than this was elsewhere meanwhile. */
const PAUSE_S = 0.2;
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 8_000;

interface Timed {
  /** Since the loop began, over all rounds, in seconds. */
  time: number;
  duration: number;
  pixels: Pixels;
}

/**
 * A video that goes round and round without a seam: the start of the next round is decoded while this one still
 * shows. Where decoding fails, the last picture stays and the decoder is made anew.
 */
export class VideoLoop<S extends Sample> implements MovingPicture {
  /** Its first frame is there; or why there is none. */
  readonly ready: Promise<void>;
  readonly #open: () => Promise<VideoTrack<S>>;
  readonly #trouble: (why: string) => void;
  #settle: { resolve: () => void; reject: (why: unknown) => void } | null = null;
  readonly #queue: Timed[] = [];
  /** `now` at time 0, in seconds; null until a frame was there and asked for. */
  #start: number | null = null;
  /** When it was asked for a frame last, and how long it is between two times, in seconds. */
  #asked = -Infinity;
  #pace = 0;
  /** When the last frame that was decoded ends. */
  #end = 0;
  #last: Pixels | null = null;
  #spare: ArrayBuffer[] = [];
  #wake: () => void = () => undefined;
  #failures = 0;
  #closed = false;
  #abort: () => void = () => undefined;

  /**
   * @param trouble hears when it stands still for longer than a moment
   */
  constructor(open: () => Promise<VideoTrack<S>>, trouble: (why: string) => void = () => undefined) {
    this.#open = open;
    this.#trouble = trouble;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    void this.#run();
  }

  at(now: number): Pixels | null {
    const seconds = now / 1000;
    this.#hear(seconds);
    let due: Timed | null = null;
    for (let [next] = this.#queue; next; [next] = this.#queue) {
      this.#start ??= seconds - next.time;
      if (this.#start + next.time > seconds + NEAR_S) break;
      if (due) this.#recycle(due.pixels);
      due = next;
      this.#queue.shift();
    }
    if (!due || this.#start === null) return null;
    const late = seconds - this.#start - due.time;
    if (late > LATE_S) this.#start += late;
    else this.#start += (late - Math.min(due.duration, this.#pace) / 2) * STEERING;
    if (this.#last) this.#recycle(this.#last);
    this.#last = due.pixels;
    this.#wake();
    return due.pixels;
  }

  /**
   * Who asks as often as frames change, as a camera does, shall ask in the middle of their time: at its end, every
   * tremble of a clock would show one twice, or none.
   */
  #hear(seconds: number): void {
    const gap = seconds - this.#asked;
    this.#asked = seconds;
    if (gap > PAUSE_S) return;
    this.#pace = this.#pace === 0 ? gap : this.#pace + (gap - this.#pace) / 16;
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    this.#spare = [];
    this.#abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        const track = await this.#open();
        try {
          await this.#play(track);
          return;
        } finally {
          track.close();
        }
      } catch (error) {
        if (!(await this.#goesOn(error))) return;
      }
    }
  }

  /** After an error: false where there never was a picture, or nobody wants one any more. */
  async #goesOn(error: unknown): Promise<boolean> {
    if (this.#closed) return false;
    if (this.#settle) {
      this.#settle.reject(error);
      return false;
    }
    this.#failures += 1;
    // the first time nobody need know: it goes on in a moment
    if (this.#failures === 2) this.#trouble(error instanceof Error ? error.message : String(error));
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LAST_PAUSE_MS);
    await new Promise((resolve) => setTimeout(resolve, pause));
    this.#start = null;
    return true;
  }

  /** Round after round, until it is closed; once, where there is but one frame. */
  async #play(track: VideoTrack<S>): Promise<void> {
    let round: Round<S> = new Round(track);
    let next: Round<S> | null = null;
    this.#abort = () => {
      round.stop();
      next?.stop();
    };
    try {
      for (;;) {
        let first: number | null = null;
        let count = 0;
        const base = this.#end;
        for (let sample = await round.next(); sample; sample = await round.next()) {
          first ??= sample.timestamp;
          count += 1;
          const { time, duration } = placed(sample, first, track.rate);
          this.#end = Math.max(this.#end, base + time + duration);
          if (sample.timestamp > track.end - EARLY_S) next ??= new Round(track);
          await this.#take(track, sample, base + time, duration);
          if (this.#closed) return;
        }
        if (this.#closed || count === 0 || (count === 1 && this.#end - base < EARLY_S)) break;
        round = next ?? new Round(track);
        next = null;
      }
      if (this.#settle) throw new Error("it has no picture that can be decoded");
    } finally {
      this.#abort();
      this.#abort = () => undefined;
    }
  }

  /** The frame's pixels come into the queue, once there is room; the frame itself is let go of. */
  async #take(track: VideoTrack<S>, sample: S, time: number, duration: number): Promise<void> {
    try {
      while (this.#queue.length >= AHEAD && !this.#closed)
        await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#closed) return;
      this.#queue.push({ time, duration, pixels: await track.read(sample, this.#spare.pop() ?? null) });
    } finally {
      sample.close();
    }
    this.#failures = 0;
    this.#settle?.resolve();
    this.#settle = null;
  }

  /** Its memory may hold another frame, when the next one is asked for. */
  #recycle({ data }: Pixels): void {
    if (data.buffer instanceof ArrayBuffer && this.#spare.length <= AHEAD) this.#spare.push(data.buffer);
  }
}

/** When a frame is shown, since the first one of its round, and for how long. */
function placed(sample: Sample, first: number, rate: number | null): { time: number; duration: number } {
  const time = sample.timestamp - first;
  return rate
    ? { time: Math.round(time * rate) / rate, duration: 1 / rate }
    : { time, duration: sample.duration };
}

/** Once through the video. Its first frame is asked for at once. */
class Round<S extends Sample> {
  readonly #samples: AsyncIterator<S, void>;
  #first: Promise<IteratorResult<S, void>> | null;
  #stopped = false;

  constructor(track: VideoTrack<S>) {
    this.#samples = track.samples();
    this.#first = this.#samples.next();
    // it is heard of when it is waited for
    this.#first.catch(() => undefined);
  }

  async next(): Promise<S | null> {
    const first = this.#first;
    this.#first = null;
    const result = await (first ?? this.#samples.next());
    if (result.done) return null;
    if (!this.#stopped) return result.value;
    result.value.close();
    return null;
  }

  /** What was decoded and not taken yet is closed. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#samples.return?.().catch(() => undefined);
    // nobody takes it any more
    this.#first?.then(
      ({ value }) => {
        if (value) value.close();
      },
      () => undefined,
    );
    this.#first = null;
  }
}
