import { Meter } from "./meter";
import { OutputClock } from "./output-clock";
import type { Segmenter } from "./segmenter";
import type { Backdrop, PictureState } from "./types";

/** What the pixels are done with: `KernelPainter`, or a fake in tests. It remembers the newest backdrop. Timestamps are in microseconds. */
export interface Painter<Frame> {
  /** Make the output fit frames like this one. */
  fit(frame: Frame): void;
  /** Take a camera frame in and give the picture for the model. Nothing else may be called meanwhile. */
  take(frame: Frame): Promise<Float32Array<ArrayBuffer>>;
  /** The matte of the frame taken last. */
  takeMatte(matte: Float32Array): void;
  forgetMatte(): void;
  /** The next backdrop; the one before stays for the crossfade. */
  setBackdrop(backdrop: Backdrop): void;
  /** The frame taken last over the backdrop. `mix`: 0 the backdrop before, 1 the backdrop. */
  composite(mix: number, timestamp: number): Frame;
  backgroundAlone(mix: number, timestamp: number): Frame;
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
/** Pictures without a camera are made at half the ticks: 12.5 a second. */
const IDLE_MS = 2 * TICK_MS;

const messages = {
  loading: "Getting ready to cut you out. The background is shown alone.",
  "no-camera": "There is no camera picture. The background is shown alone.",
  live: "",
  "no-matte": "No background: your room is shown.",
  stalled:
    "Cutting you out takes too long at the moment. The background is shown alone until it is fast enough again; " +
    "closing other tabs and programs helps.",
} as const;

/** The state after something that will not go away by waiting a moment; `why` has no full stop. */
export function failure(why: string): PictureState {
  const message =
    `Cutting you out does not work: ${why}. The background is shown alone. It is tried again by itself; if it ` +
    "stays like this, reload the page or take another browser.";
  return { kind: "failed", message };
}

/** A backdrop that is made from the camera's picture. */
function fromCamera(backdrop: Backdrop | null): boolean {
  return backdrop?.kind === "blur" || backdrop?.kind === "none";
}

/**
 * Decides for every picture whether it shows the person or the background alone.
 *
 * Without a matte of the very frame that is shown, nothing of the camera's picture goes out; the one exception
 * is the backdrop `none`, which only the creator sets. `emit` gets every picture, `report` every change of state.
 */
export class Director<Frame extends { readonly timestamp: number; close(): void }> {
  readonly meter = new Meter();
  readonly #painter: Painter<Frame>;
  readonly #segmenter: Segmenter;
  readonly #emit: (frame: Frame) => void;
  readonly #report: (state: PictureState) => void;
  readonly #clock = new OutputClock();

  #state: PictureState | null = null;
  #backdrop: Backdrop | null = null;
  /** The backdrop before, while it may still be seen. */
  #before: Backdrop | null = null;
  #next: Backdrop[] = [];
  #fadeStart = -Infinity;
  /** Counts cameras: what was begun with another one is not shown. */
  #camera = 0;
  /** The painter is taking a frame in. */
  #taking = false;
  /** Why the last frame could not be handled at all. */
  #trouble: string | null = null;
  #lastFrame = -Infinity;
  #firstFrame = -Infinity;
  #readySince = Infinity;
  #lastShown = -Infinity;
  #lastAlone = -Infinity;

  constructor(
    painter: Painter<Frame>,
    segmenter: Segmenter,
    emit: (frame: Frame) => void,
    report: (state: PictureState) => void,
  ) {
    this.#painter = painter;
    this.#segmenter = segmenter;
    this.#emit = emit;
    this.#report = report;
  }

  setBackdrop(backdrop: Backdrop): void {
    this.#next.push(backdrop);
    this.#turnToNext();
  }

  /** Frames of another camera follow, or none at all. */
  cameraChanged(present: boolean): void {
    this.#camera += 1;
    this.#lastFrame = -Infinity;
    if (!this.#taking) this.#painter.forgetMatte();
    if (!present) this.#lastShown = -Infinity;
    this.tick();
  }

  /** One camera frame, which is closed here. Call it again when it has resolved, with the newest frame there is. */
  async frame(frame: Frame): Promise<void> {
    const start = performance.now();
    const camera = this.#camera;
    try {
      this.#frameCame(start);
      this.#turnToNext();
      if (this.#backdrop?.kind === "none" && (this.#mix() === 1 || !this.#ready()))
        this.#showRoom(frame, start);
      else if (this.#ready()) await this.#showPerson(frame, start);
      else this.#painter.fit(frame);
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
    } finally {
      frame.close();
      // frames that came meanwhile were waiting
      if (camera === this.#camera) this.#lastFrame = performance.now();
    }
  }

  /** Keeps the output going without a camera or a matte, and tells how the picture is doing. */
  tick(): void {
    const now = performance.now();
    this.#turnToNext();
    if (now - this.#lastShown >= PATIENCE_MS) {
      const pause = this.#mix() < 1 ? TICK_MS : IDLE_MS;
      // timers come a little early or late
      if (now - this.#lastAlone >= pause - TICK_MS / 4) this.#showBackground(now);
    }
    this.#tell(now);
  }

  #frameCame(now: number): void {
    if (now - this.#lastFrame >= PATIENCE_MS) this.#firstFrame = now;
    this.#lastFrame = now;
  }

  #ready(): boolean {
    const ready = this.#segmenter.state.kind === "ready";
    if (!ready) this.#readySince = Infinity;
    else if (this.#readySince === Infinity) this.#readySince = performance.now();
    return ready;
  }

  /** Leaving `none` is a cut: when the creator wants the room gone, it is gone. The first backdrop comes at once too. */
  #turnToNext(): void {
    if (this.#taking) return;
    for (const next of this.#next.splice(0)) {
      this.#painter.setBackdrop(next);
      const cut = this.#backdrop === null || this.#backdrop.kind === "none";
      this.#fadeStart = cut ? -Infinity : performance.now();
      this.#before = this.#backdrop;
      this.#backdrop = next;
    }
  }

  #mix(): number {
    return Math.min(1, (performance.now() - this.#fadeStart) / FADE_MS);
  }

  #showRoom(frame: Frame, start: number): void {
    this.#shown(this.#painter.untouched(frame, this.#clock.stamp(frame.timestamp, start)), start);
    this.meter.frame(0, performance.now() - start);
  }

  async #showPerson(frame: Frame, start: number): Promise<void> {
    const camera = this.#camera;
    this.#taking = true;
    let input: Float32Array<ArrayBuffer>;
    try {
      input = await this.#painter.take(frame);
    } finally {
      this.#taking = false;
    }
    if (camera !== this.#camera) {
      this.#painter.forgetMatte();
      return;
    }
    this.#turnToNext();
    const matte = await patiently(this.#segmenter.segment(input));
    if (matte === null || camera !== this.#camera) return;
    const matteMs = performance.now() - start;
    this.#painter.takeMatte(matte);
    const stamp = this.#clock.stamp(frame.timestamp, start);
    this.#shown(this.#painter.composite(this.#mix(), stamp), start);
    this.meter.frame(matteMs, performance.now() - start);
  }

  #shown(picture: Frame, frameStart: number): void {
    this.#lastShown = frameStart;
    this.#trouble = null;
    this.#out(picture);
    this.#tell(performance.now());
  }

  #showBackground(now: number): void {
    const stamp = this.#clock.stamp(null, now);
    this.#lastAlone = now;
    if (this.#backdrop === null || fromCamera(this.#backdrop)) this.#out(this.#painter.neutral(stamp));
    else this.#out(this.#painter.backgroundAlone(fromCamera(this.#before) ? 1 : this.#mix(), stamp));
  }

  #out(picture: Frame): void {
    this.meter.picture();
    this.#emit(picture);
  }

  #tell(now: number): void {
    const state = this.#stateAt(now);
    if (state.kind === this.#state?.kind && state.message === this.#state.message) return;
    this.#state = state;
    this.#report(state);
  }

  #stateAt(now: number): PictureState {
    const plain = (kind: keyof typeof messages): PictureState => ({ kind, message: messages[kind] });
    const segmenter = this.#segmenter.state;
    const ready = this.#ready();
    const hasCamera = now - this.#lastFrame < PATIENCE_MS + TICK_MS;
    if (this.#backdrop?.kind === "none" && hasCamera) return plain("no-matte");
    const trouble = segmenter.kind === "failed" ? segmenter.message : this.#trouble;
    if (trouble !== null) return failure(trouble);
    if (!hasCamera) return plain("no-camera");
    if (!ready) return plain("loading");
    if (now - this.#lastShown < PATIENCE_MS) return plain("live");
    const waiting = now - Math.max(this.#readySince, this.#firstFrame);
    if (waiting < PATIENCE_MS) return this.#state ?? plain("loading");
    return plain("stalled");
  }
}

/** The matte, or null when it takes longer than `PATIENCE_MS` or fails; `Segmenter.state` says why. */
function patiently(matte: Promise<Float32Array>): Promise<Float32Array | null> {
  return new Promise((resolve) => {
    const give = (value: Float32Array | null) => {
      clearTimeout(timer);
      resolve(value);
    };
    const timer = setTimeout(give, PATIENCE_MS, null);
    matte.then(give, () => {
      give(null);
    });
  });
}
