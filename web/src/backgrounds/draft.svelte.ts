import { sameSize, type Size } from "./sizes";
import { type Background, isVideo, type Wish } from "./types";

export const MAX_SEED = 2 ** 32 - 1;

/** What happens with a picture when it is ready. */
export type Arrival = "air" | "look";

/** What the creator wishes for, as it stands in the dialog. It stays when the dialog closes. */
export class Draft {
  text = $state("");
  negative = $state("");
  style = $state("");
  /** Null is the camera's own size. */
  size = $state.raw<Size | null>(null);
  count = $state(1);
  /** Whether it shall move. */
  motion = $state(false);
  /** "" is whoever the server's settings name. */
  generator = $state("");
  /** The seed that the next picture gets when it is locked, else the one that the last picture got. */
  seed = $state.raw<number | null>(null);
  locked = $state(false);
  /** What was recalled to be painted again with its seed. */
  again = $state.raw<Background | null>(null);
  /** Null until the creator says. */
  #arrival = $state<Arrival | null>(null);

  /** One picture is what was wished for; of several, one is picked. */
  get arrival(): Arrival {
    return this.#arrival ?? (this.count === 1 ? "air" : "look");
  }

  set arrival(arrival: Arrival) {
    this.#arrival = arrival;
  }

  get empty(): boolean {
    return this.text.trim() === "";
  }

  /** Take a seed as it was typed: none, or a whole number, is taken; the rest is not. */
  typeSeed(typed: string): void {
    const digits = typed.trim();
    if (digits !== "" && !/^\d{1,10}$/.test(digits)) return;
    this.seed = digits === "" ? null : Math.min(Number(digits), MAX_SEED);
    this.locked = this.seed !== null;
  }

  /** The request to send, for a camera of this size. */
  wish(camera: Size): Wish {
    const { width, height } = this.size ?? camera;
    return {
      prompt: this.text.trim(),
      ...(this.negative.trim() && { negative_prompt: this.negative.trim() }),
      ...(this.style && { style: this.style }),
      width,
      height,
      ...(this.locked && this.seed !== null && { seed: this.seed }),
      ...(this.count > 1 && { count: this.count }),
      ...(this.motion && { motion: true }),
      ...(this.generator && { generator: this.generator }),
    };
  }

  /** Fill in what was wished for before. A seed is only kept when it is to be used again. */
  recall(made: Wish | Background, camera: Size, keepSeed: boolean): void {
    this.text = made.prompt;
    this.negative = made.negative_prompt ?? "";
    this.style = made.style ?? "";
    this.size = sameSize(made, camera) ? null : { width: made.width, height: made.height };
    this.generator = made.generator ?? "";
    this.seed = made.seed ?? null;
    this.locked = keepSeed && this.seed !== null;
    this.motion = "media_type" in made ? isVideo(made) : (made.motion ?? false);
    this.again = keepSeed && "media_type" in made ? made : null;
    if (keepSeed) this.count = 1;
  }
}
