import type { Painter } from "./director";
import { patiently } from "./matter";
import type { Segmenter } from "./segmenter";
import type { Shrink } from "./shrinker";

/** What the picture is made with. */
export interface Setup {
  /** Who cuts the person out. */
  segmenter: Segmenter;
  /** How much smaller than the camera's frames it is. */
  shrink: Shrink;
  /** Frames do not wait for their mattes; see `Matter`. */
  carried: boolean;
}

/** A matte of another setup, and when its frame came. */
export interface Rehearsed {
  answer: Float32Array;
  arrival: number;
}

/**
 * Another setup gets ready beside the one on air: it makes a matte that nobody sees, so that it can go on air with one.
 */
export class Rehearsal<Frame> {
  readonly setup: Setup;
  /** Why it cannot go on air. */
  failure: Error | null = null;
  readonly #painter: Pick<Painter<Frame>, "rehearse">;
  readonly #settle: (failure: Error | null) => void;
  #rehearsed: Rehearsed | null = null;
  #asking = false;
  #epoch = 0;

  /** @param settle is called once: with null when it is on air, else with what went wrong */
  constructor(
    setup: Setup,
    painter: Pick<Painter<Frame>, "rehearse">,
    settle: (failure: Error | null) => void,
  ) {
    this.setup = setup;
    this.#painter = painter;
    this.#settle = settle;
  }

  /** Make a matte of this frame, if none is there or in the making. Resolves when the frame is not needed any more. */
  async frame(frame: Frame, arrival: number): Promise<void> {
    if (this.#asking || this.#rehearsed || this.failure) return;
    const { segmenter, shrink } = this.setup;
    const epoch = this.#epoch;
    this.#asking = true;
    let input: Float32Array<ArrayBuffer>;
    try {
      input = await this.#painter.rehearse(frame, segmenter.model.shape, shrink);
    } catch (error) {
      this.#asking = false;
      this.failure = error instanceof Error ? error : new Error(String(error));
      return;
    }
    void patiently(segmenter.segment(input)).then((answer) => {
      this.#asking = false;
      if (epoch !== this.#epoch) return;
      if (answer) this.#rehearsed = { answer, arrival };
      else
        this.failure = new Error(
          segmenter.state.kind === "failed" ? segmenter.state.message : "it takes too long for one picture",
        );
    });
  }

  /** The matte is there: the setup may go on air. It is given once. */
  take(): Rehearsed | null {
    const rehearsed = this.#rehearsed;
    this.#rehearsed = null;
    return rehearsed;
  }

  /** Another camera's frames follow. */
  forget(): void {
    this.#epoch += 1;
    this.#rehearsed = null;
  }

  settle(failure: Error | null): void {
    this.#settle(failure);
  }
}
