import { Changeover } from "./changeover";
import { Bus, type Mixer, PATIENCE_MS, type Slates, TICK_MS } from "./bus";
import type { ModelShape } from "./kernel";
import { Matter, type MatteTaker } from "./matter";
import { Meter } from "./meter";
import type { LiveBackdrop } from "./moving";
import type { Setup } from "./rehearsal";
import type { Segmenter } from "./segmenter";
import type { Shrink } from "./shrinker";
import type { PictureState } from "./types";

/** What the pixels are done with: `KernelPainter`, or a fake in tests. */
export interface Painter<Frame> extends Slates<Frame>, MatteTaker {
  /** Make the output fit frames like this one. */
  fit(frame: Frame): void;
  /** Take a camera frame in and give the picture for the model. Nothing else may be called meanwhile. */
  take(frame: Frame): Promise<Float32Array<ArrayBuffer>>;
  forgetMatte(): void;
  /** How often all began anew because frames of another shape came: mattes and answers of before are for nothing. */
  readonly layouts: number;
  /** From the next frame on. */
  setShrink(shrink: Shrink): void;
  /** As `take`, for another model or size, beside what is on air. */
  rehearse(frame: Frame, model: ModelShape, shrink: Shrink): Promise<Float32Array<ArrayBuffer>>;
  /** Go on with another model or size, and with this answer for the frame that was rehearsed last. Throws: nothing is changed. */
  change(model: ModelShape, shrink: Shrink, answer: Float32Array | null): void;
  endRehearsal(): void;
  readonly air: Mixer<Frame>;
  /** A second mixer of the same frames and mattes. */
  trial(): Mixer<Frame>;
}

/** Where everything goes. */
export interface Outlets<Frame> {
  /** Every picture that is published. */
  air: (frame: Frame) => void;
  /** Every picture of a trial: for the creator's eyes. */
  trial: (frame: Frame) => void;
  /** Every change of state. */
  state: (state: PictureState) => void;
  /** The trial could not go on and has ended. */
  trialFailed: () => void;
}

/** Reading a camera's picture takes a few milliseconds; what takes this long will not come back. */
const HUNG_TAKE_MS = 2_000;

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

/**
 * Decides for every picture whether it shows the person or the background alone, on air and, while something is tried,
 * on a second output with another backdrop.
 *
 * Without a matte of the very frame that is shown, nothing of the camera's picture goes out; the one exception
 * is the backdrop `none`, which only the creator sets, and which cannot be tried. A trial that fails ends; it never
 * keeps a picture from the air.
 */
export class Director<Frame extends { readonly timestamp: number; close(): void }> {
  readonly meter: Meter;
  readonly #painter: Painter<Frame>;
  readonly #matter: Matter;
  readonly #changeover: Changeover<Frame>;
  readonly #outlets: Outlets<Frame>;
  readonly #air: Bus<Frame>;
  #trial: Bus<Frame> | null = null;

  #state: PictureState | null = null;
  /** Counts cameras: what was begun with another one is not shown. */
  #camera = 0;
  /** The painter is taking a frame in. */
  #taking = false;
  /** The painter's count when the last frame was taken in. */
  #layouts = 0;
  /** A frame is being handled. */
  #busy = false;
  /** Since when a frame's pixels are being read, here or for a rehearsal. */
  #readingSince = Infinity;
  /** Why the last frame could not be handled at all. */
  #trouble: string | null = null;
  #lastFrame = -Infinity;
  #firstFrame = -Infinity;
  #readySince = Infinity;

  constructor(painter: Painter<Frame>, segmenter: Segmenter, outlets: Outlets<Frame>, meter = new Meter()) {
    this.meter = meter;
    this.#painter = painter;
    this.#matter = new Matter(segmenter, painter, meter);
    this.#changeover = new Changeover(painter, this.#matter);
    this.#outlets = outlets;
    this.#air = new Bus(painter.air, painter, (picture) => {
      this.meter.picture();
      this.meter.timed("out", () => {
        outlets.air(picture);
      });
    });
  }

  setBackdrop(backdrop: LiveBackdrop): void {
    this.#air.setBackdrop(backdrop);
    this.#turnToNext();
  }

  /** What is on air shows its newest backdrop alone. */
  get settled(): boolean {
    return this.#air.settled;
  }

  /** Begin a trial, change what is tried, or end it: null. */
  setTrial(backdrop: Exclude<LiveBackdrop, { kind: "none" }> | null): void {
    if (backdrop === null) {
      this.#trial?.close();
      this.#trial = null;
      return;
    }
    this.#trial ??= this.#openTrial();
    this.#trial?.setBackdrop(backdrop);
    this.#turnToNext();
  }

  /** What the picture is made with. */
  get setup(): Setup {
    return this.#changeover.setup;
  }

  /** Frames do not wait for their mattes; see `Matter`. */
  carry(carried: boolean): void {
    this.#matter.carried = carried;
  }

  /**
   * Make the picture with something else. What is on air goes on until the new setup has made its first matte; nobody
   * sees that anything changes but by the result. One at a time: another change takes the place of one that waits.
   *
   * @returns why it could not be done, and the old setup goes on; null when it was done
   */
  change(setup: Setup): Promise<Error | null> {
    return this.#changeover.change(setup);
  }

  /** Frames of another camera follow, or none at all. */
  cameraChanged(present: boolean): void {
    this.#camera += 1;
    this.#lastFrame = -Infinity;
    this.#forgetMatte();
    this.#changeover.forget();
    if (!present) {
      this.#air.cameraGone();
      this.#trial?.cameraGone();
    }
    this.tick();
  }

  /**
   * One camera frame, which is closed here. Call it again when it has resolved, with the newest frame there is.
   *
   * @param arrival when it came, in milliseconds
   */
  async frame(frame: Frame, arrival = performance.now()): Promise<void> {
    const start = performance.now();
    this.meter.forget();
    const camera = this.#camera;
    this.#busy = true;
    try {
      this.#frameCame(start);
      this.#turnToNext();
      if (!this.#air.fading) this.#changeover.takeOver(true);
      const ready = this.#ready();
      const room = this.#air.backdrop?.kind === "none" && (this.#air.showsRoom || !ready);
      if (room) this.#showRoom(frame, start);
      if (ready && (!room || this.#trial)) await this.#showPerson(frame, start, arrival, room);
      else if (!room) this.#painter.fit(frame);
      if (!this.#air.fading) {
        this.#readingSince = performance.now();
        await this.#changeover.rehearse(frame, arrival);
      }
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
    } finally {
      frame.close();
      this.#busy = false;
      this.#readingSince = Infinity;
      // frames that came meanwhile were waiting
      if (camera === this.#camera) this.#lastFrame = performance.now();
    }
  }

  /**
   * Keeps the output going without a camera or a matte, and tells how the picture is doing.
   *
   * Throws when a camera's picture is being read for ever: its pixels may still come at any time, into memory where the
   * next one would lie, so all must begin anew.
   */
  tick(): void {
    const now = performance.now();
    if (now - this.#readingSince > HUNG_TAKE_MS) throw new Error("the camera's picture cannot be read");
    this.#turnToNext();
    if (!this.#busy && !this.#hasCamera(now)) this.#changeover.takeOver(false);
    this.#air.tick(now);
    this.#withTrial((trial) => {
      trial.tick(now);
    });
    this.#tell(now);
  }

  #frameCame(now: number): void {
    if (now - this.#lastFrame >= PATIENCE_MS) this.#firstFrame = now;
    this.#lastFrame = now;
  }

  #ready(): boolean {
    const ready = this.#matter.segmenter.state.kind === "ready";
    if (!ready) this.#readySince = Infinity;
    else if (this.#readySince === Infinity) this.#readySince = performance.now();
    return ready;
  }

  #hasCamera(now: number): boolean {
    return now - this.#lastFrame < PATIENCE_MS + TICK_MS;
  }

  #forgetMatte(): void {
    this.#matter.forget();
    if (!this.#taking) this.#painter.forgetMatte();
  }

  #turnToNext(): void {
    if (this.#taking) return;
    this.#air.turnToNext();
    this.#withTrial((trial) => {
      trial.turnToNext();
    });
  }

  #openTrial(): Bus<Frame> | null {
    try {
      const { lastShown } = this.#air;
      return new Bus(this.#painter.trial(), this.#painter, this.#outlets.trial, lastShown);
    } catch {
      this.#outlets.trialFailed();
      return null;
    }
  }

  #withTrial(act: (trial: Bus<Frame>) => void): void {
    if (!this.#trial) return;
    try {
      act(this.#trial);
    } catch {
      this.#trial.close();
      this.#trial = null;
      this.#outlets.trialFailed();
    }
  }

  #showRoom(frame: Frame, start: number): void {
    this.#air.showRoom(frame, start);
    this.#wentWell();
    this.meter.frame(0, performance.now() - start, 0);
  }

  /** `onAir`: the air has had its picture of this frame; this one is for the trial alone. */
  async #showPerson(frame: Frame, start: number, arrival: number, onAir: boolean): Promise<void> {
    const camera = this.#camera;
    this.#taking = true;
    this.#readingSince = start;
    let input: Float32Array<ArrayBuffer>;
    try {
      input = await this.#painter.take(frame);
    } finally {
      this.#taking = false;
      this.#readingSince = Infinity;
    }
    if (camera !== this.#camera) {
      this.#forgetMatte();
      return;
    }
    if (this.#layouts !== this.#painter.layouts) this.#matter.forget();
    this.#layouts = this.#painter.layouts;
    const taken = performance.now();
    this.meter.spent("take", taken - start);
    this.#turnToNext();
    const from = await this.#matter.matte(input, arrival);
    if (from === null || camera !== this.#camera) return;
    const matted = performance.now();
    if (!onAir) this.#air.showPerson(frame, start);
    this.#withTrial((trial) => {
      trial.showPerson(frame, start);
    });
    if (onAir) return;
    this.#wentWell();
    const now = performance.now();
    this.meter.frame(matted - start, now - start, now - from);
  }

  #wentWell(): void {
    this.#trouble = null;
    this.#tell(performance.now());
  }

  #tell(now: number): void {
    const state = this.#stateAt(now);
    if (state.kind === this.#state?.kind && state.message === this.#state.message) return;
    this.#state = state;
    this.#outlets.state(state);
  }

  #stateAt(now: number): PictureState {
    const plain = (kind: keyof typeof messages): PictureState => ({ kind, message: messages[kind] });
    const segmenter = this.#matter.segmenter.state;
    const ready = this.#ready();
    const hasCamera = this.#hasCamera(now);
    if (this.#air.backdrop?.kind === "none" && hasCamera) return plain("no-matte");
    const trouble = segmenter.kind === "failed" ? segmenter.message : this.#trouble;
    if (trouble !== null) return failure(trouble);
    if (!hasCamera) return plain("no-camera");
    if (!ready) return plain("loading");
    if (now - this.#air.lastShown < PATIENCE_MS) return plain("live");
    const waiting = now - Math.max(this.#readySince, this.#firstFrame);
    if (waiting < PATIENCE_MS) return this.#state ?? plain("loading");
    return plain("stalled");
  }
}
