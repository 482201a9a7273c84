import type { Painter } from "./director";
import type { Matter } from "./matter";
import { Rehearsal, type Setup } from "./rehearsal";
import type { Shrink } from "./shrinker";

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** From one setup to another, between two frames. */
export class Changeover<Frame> {
  readonly #painter: Painter<Frame>;
  readonly #matter: Matter;
  #shrink: Shrink = 1;
  #rehearsal: Rehearsal<Frame> | null = null;

  constructor(painter: Painter<Frame>, matter: Matter) {
    this.#painter = painter;
    this.#matter = matter;
  }

  /** What the picture is made with. */
  get setup(): Setup {
    const { segmenter, carried } = this.#matter;
    return { segmenter, shrink: this.#shrink, carried };
  }

  /** See `Director.change`. */
  change(setup: Setup): Promise<Error | null> {
    this.#end(new Error("something else was wanted"));
    return new Promise((resolve) => {
      this.#rehearsal = new Rehearsal(setup, this.#painter, resolve);
    });
  }

  /** Another camera's frames follow. */
  forget(): void {
    this.#rehearsal?.forget();
  }

  /** Give it a frame that was shown: one is enough, so the air hardly waits. */
  async rehearse(frame: Frame, arrival: number): Promise<void> {
    const rehearsal = this.#rehearsal;
    if (!rehearsal) return;
    if (this.#keepsModel(rehearsal)) {
      if (!this.#matter.carried) return;
      this.#matter.resting = true;
      if (this.#matter.asking) return;
    }
    await rehearsal.frame(frame, arrival);
  }

  /**
   * Between two frames: change over if all is ready.
   *
   * @param frames whether frames come; with none there is nothing to rehearse with, and nobody to be seen
   */
  takeOver(frames: boolean): void {
    const rehearsal = this.#rehearsal;
    if (!rehearsal) return;
    const { segmenter, shrink } = rehearsal.setup;
    if (rehearsal.failure) {
      this.#end(rehearsal.failure);
      return;
    }
    // the next frame waits for a matte of its own, at any size
    if (this.#keepsModel(rehearsal) && !this.#matter.carried) this.#painter.setShrink(shrink);
    else {
      const rehearsed = rehearsal.take();
      if (!rehearsed && frames) return;
      try {
        this.#painter.change(segmenter.model.shape, shrink, rehearsed?.answer ?? null);
      } catch (error) {
        this.#end(errorOf(error));
        return;
      }
      this.#matter.use(segmenter, rehearsed?.arrival ?? null);
    }
    this.#shrink = shrink;
    this.#matter.carried = rehearsal.setup.carried;
    this.#end(null);
  }

  #keepsModel({ setup }: Rehearsal<Frame>): boolean {
    return setup.segmenter === this.#matter.segmenter;
  }

  #end(failure: Error | null): void {
    const rehearsal = this.#rehearsal;
    this.#rehearsal = null;
    this.#matter.resting = false;
    if (!rehearsal) return;
    this.#painter.endRehearsal();
    rehearsal.settle(failure);
  }
}
