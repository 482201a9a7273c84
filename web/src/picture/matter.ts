import { PATIENCE_MS } from "./bus";
import type { Meter } from "./meter";
import type { Segmenter } from "./segmenter";

/** What takes the mattes: a painter. All of it is about the frame that was taken last. */
export interface MatteTaker {
  /** The frame goes to the model: the next `takeMatte` is the answer for it. */
  sendFrame(): void;
  /** The model's answer, for the frame sent last, or, with none sent, for the one taken last. */
  takeMatte(answer: Float32Array): void;
  /** The frame has no matte of its own: the last one is carried to it by motion. */
  carryMatte(): void;
}

interface Answer {
  matte: Float32Array;
  /** When the frame came that it is for. */
  arrival: number;
}

/**
 * Gets every frame its matte.
 *
 * Matched, the frame waits for its own. Carried, the model works beside the camera, at its own pace; frames between two
 * answers have the last matte carried to them by motion, for at most `PATIENCE_MS` after it came.
 */
export class Matter {
  carried = false;
  /** Ask for no more mattes for now: another picture is to be asked for. */
  resting = false;
  segmenter: Segmenter;
  readonly #taker: MatteTaker;
  readonly #meter: Meter;
  /** Counts what makes earlier frames worthless: another camera, another model. */
  #epoch = 0;
  /** Who was asked and has not answered. */
  #asked: Segmenter | null = null;
  #answer: Answer | null = null;
  /** The matte that is carried: when its frame came, and when it came itself. */
  #last: { arrival: number; came: number } | null = null;

  constructor(segmenter: Segmenter, taker: MatteTaker, meter: Meter) {
    this.segmenter = segmenter;
    this.#taker = taker;
    this.#meter = meter;
  }

  /** No frame taken before this moment counts any more. */
  forget(): void {
    this.#epoch += 1;
    this.#answer = null;
    this.#last = null;
  }

  /** The model has been asked and has not answered. */
  get asking(): boolean {
    return this.#asked === this.segmenter;
  }

  /** Go on with this model. Of a frame that came at `arrival` the taker has its matte already; null: of none. */
  use(segmenter: Segmenter, arrival: number | null): void {
    this.forget();
    this.segmenter = segmenter;
    this.#last = arrival === null ? null : { arrival, came: performance.now() };
  }

  /**
   * Have the frame taken last get its matte.
   *
   * @param input the model's picture of it
   * @param arrival when it came
   * @returns when the frame came that the matte is from; null: there is no matte, or it took too long
   */
  async matte(input: Float32Array<ArrayBuffer>, arrival: number): Promise<number | null> {
    if (this.carried) return this.#carry(input, arrival);
    const epoch = this.#epoch;
    const start = performance.now();
    const matte = await patiently(this.segmenter.segment(input));
    if (matte === null || epoch !== this.#epoch) return null;
    this.#meter.spent("model", performance.now() - start);
    this.#meter.timed("matte", () => {
      this.#taker.takeMatte(matte);
    });
    this.#last = { arrival, came: performance.now() };
    return arrival;
  }

  #carry(input: Float32Array<ArrayBuffer>, arrival: number): number | null {
    const now = performance.now();
    const answer = this.#answer;
    this.#answer = null;
    if (answer) {
      this.#last = { arrival: answer.arrival, came: now };
      this.#meter.timed("matte", () => {
        this.#taker.takeMatte(answer.matte);
      });
    } else if (this.#last && now - this.#last.came < PATIENCE_MS)
      this.#meter.timed("matte", () => {
        this.#taker.carryMatte();
      });
    else this.#last = null;
    if (!this.asking && !this.resting) this.#ask(input, arrival);
    return this.#last?.arrival ?? null;
  }

  #ask(input: Float32Array<ArrayBuffer>, arrival: number): void {
    const { segmenter } = this;
    const epoch = this.#epoch;
    const start = performance.now();
    this.#asked = segmenter;
    this.#taker.sendFrame();
    segmenter.segment(input).then(
      (matte) => {
        if (this.#asked === segmenter) this.#asked = null;
        if (epoch !== this.#epoch) return;
        this.#meter.modelTook(performance.now() - start);
        this.#answer = { matte, arrival };
      },
      () => {
        if (this.#asked === segmenter) this.#asked = null;
      },
    );
  }
}

/** The matte, or null when it takes longer than `PATIENCE_MS` or fails; `Segmenter.state` says why. */
export function patiently(matte: Promise<Float32Array>): Promise<Float32Array | null> {
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
