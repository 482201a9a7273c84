import { OutputClock } from "./output-clock";
import type { LiveBackdrop } from "./moving";

/** Puts what a painter has taken in before backdrops. It remembers the newest one. Timestamps are in microseconds. */
export interface Mixer<Frame> {
  /** The next backdrop; the one before stays for the crossfade. */
  setBackdrop(backdrop: LiveBackdrop): void;
  /** The frame taken last over the backdrop. `mix`: 0 the backdrop before, 1 the backdrop. */
  composite(mix: number, timestamp: number): Frame;
  backgroundAlone(mix: number, timestamp: number): Frame;
  /** Nothing will be painted any more. */
  close(): void;
}

/** What needs no backdrop. */
export interface Slates<Frame> {
  /** A dark plain picture. */
  neutral(timestamp: number): Frame;
  /** The camera's frame as it is. */
  untouched(frame: Frame, timestamp: number): Frame;
}

/** How long a matte may take, and how long the picture may stand still, before the background comes alone. */
export const PATIENCE_MS = 300;
export const FADE_MS = 400;
/** How often `tick` is to be called. */
export const TICK_MS = 40;
/** Pictures without a camera of what stands still are made at half the ticks: 12.5 a second. */
const IDLE_MS = 2 * TICK_MS;

/** A backdrop that is made from the camera's picture. */
function fromCamera(backdrop: LiveBackdrop | null): boolean {
  return backdrop?.kind === "blur" || backdrop?.kind === "none";
}

/** One output: the backdrop there, its crossfades, its clock, and the background alone when nobody was shown. */
export class Bus<Frame extends { readonly timestamp: number }> {
  backdrop: LiveBackdrop | null = null;
  readonly #mixer: Mixer<Frame>;
  readonly #slates: Slates<Frame>;
  readonly #emit: (frame: Frame) => void;
  readonly #clock = new OutputClock();
  /** The backdrop before, while it may still be seen. */
  #before: LiveBackdrop | null = null;
  #next: LiveBackdrop[] = [];
  #fadeStart = -Infinity;
  #lastShown: number;
  #lastAlone = -Infinity;

  /** `lastShown`: the person is there already, on another bus. */
  constructor(
    mixer: Mixer<Frame>,
    slates: Slates<Frame>,
    emit: (frame: Frame) => void,
    lastShown = -Infinity,
  ) {
    this.#mixer = mixer;
    this.#slates = slates;
    this.#emit = emit;
    this.#lastShown = lastShown;
  }

  /** When the frame came of which the person, or the room, was shown last. */
  get lastShown(): number {
    return this.#lastShown;
  }

  /** One backdrop is still being seen through another. */
  get fading(): boolean {
    return this.#mix() < 1;
  }

  /** The newest backdrop is seen, and no other. */
  get settled(): boolean {
    return this.#next.length === 0 && !this.fading;
  }

  /** It takes its place at the next `turnToNext`. */
  setBackdrop(backdrop: LiveBackdrop): void {
    this.#next.push(backdrop);
  }

  /** Leaving `none` is a cut: when the creator wants the room gone, it is gone. The first backdrop comes at once too. */
  turnToNext(): void {
    for (const next of this.#next.splice(0)) {
      this.#mixer.setBackdrop(next);
      const cut = this.backdrop === null || this.backdrop.kind === "none";
      this.#fadeStart = cut ? -Infinity : performance.now();
      this.#before = this.backdrop;
      this.backdrop = next;
    }
  }

  /** The room is to be shown, and no backdrop fades into it any more. */
  get showsRoom(): boolean {
    return this.backdrop?.kind === "none" && this.#mix() === 1;
  }

  showRoom(frame: Frame, frameStart: number): void {
    this.#lastShown = frameStart;
    this.#emit(this.#slates.untouched(frame, this.#clock.stamp(frame.timestamp, frameStart)));
  }

  /** `frame` is the one taken last, and the matte is its own. */
  showPerson(frame: Frame, frameStart: number): void {
    const stamp = this.#clock.stamp(frame.timestamp, frameStart);
    this.#lastShown = frameStart;
    this.#emit(this.#mixer.composite(this.#mix(), stamp));
  }

  /** The background alone comes with the next `tick`. */
  cameraGone(): void {
    this.#lastShown = -Infinity;
  }

  close(): void {
    for (const next of this.#next.splice(0)) if (next.kind === "video") next.frames.close();
    this.#mixer.close();
  }

  tick(now: number): void {
    if (now - this.#lastShown < PATIENCE_MS) return;
    const pause = this.#mix() < 1 || this.backdrop?.kind === "video" ? TICK_MS : IDLE_MS;
    // timers come a little early or late
    if (now - this.#lastAlone >= pause - TICK_MS / 4) this.#showBackground(now);
  }

  #showBackground(now: number): void {
    const stamp = this.#clock.stamp(null, now);
    this.#lastAlone = now;
    if (this.backdrop === null || fromCamera(this.backdrop)) this.#emit(this.#slates.neutral(stamp));
    else this.#emit(this.#mixer.backgroundAlone(fromCamera(this.#before) ? 1 : this.#mix(), stamp));
  }

  #mix(): number {
    return Math.min(1, (performance.now() - this.#fadeStart) / FADE_MS);
  }
}
