import type { PictureStats, Stage } from "./types";

export const STAGES: readonly Stage[] = ["take", "model", "matte", "composite", "out"];

type Figures = Pick<
  PictureStats,
  "fps" | "matteMs" | "frameMs" | "stages" | "dropped" | "matteAgeMs" | "cameraFps"
>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Counts what `PictureStats` tells. Times are in milliseconds. */
export class Meter {
  /** How long the model took for the last of its answers. */
  lastModel = 0;
  #since = performance.now();
  #pictures = 0;
  #arrived = 0;
  #shown = 0;
  #matteMs: number[] = [];
  #frameMs: number[] = [];
  #ageMs: number[] = [];
  /** Of the frame in hand. */
  #spent = new Map<Stage, number>();
  #stages = new Map<Stage, number[]>(STAGES.map((stage) => [stage, []]));

  /** One picture went out. */
  picture(): void {
    this.#pictures += 1;
  }

  /** One frame came from the camera. */
  arrived(): void {
    this.#arrived += 1;
  }

  /** A part of the frame in hand has taken so long; parts of one stage add up. */
  spent(stage: Stage, ms: number): void {
    this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + ms);
  }

  /** Does it, and counts how long that took. */
  timed<T>(stage: Stage, act: () => T): T {
    const start = performance.now();
    const result = act();
    this.spent(stage, performance.now() - start);
    return result;
  }

  /** The model has answered, beside the frames. */
  modelTook(ms: number): void {
    this.#stages.get("model")?.push(ms);
    this.lastModel = ms;
  }

  /** What was spent on a frame that was not shown in the end. */
  forget(): void {
    this.#spent.clear();
  }

  /** The frame in hand was shown: how long its matte took, it took all in all, and how old its matte was then. */
  frame(matteMs: number, frameMs: number, ageMs: number): void {
    this.#shown += 1;
    this.lastModel = this.#spent.get("model") ?? this.lastModel;
    this.#matteMs.push(matteMs);
    this.#frameMs.push(frameMs);
    this.#ageMs.push(ageMs);
    for (const [stage, ms] of this.#spent) this.#stages.get(stage)?.push(ms);
    this.#spent.clear();
  }

  /** The figures since it was read last. */
  read(): Figures {
    const now = performance.now();
    const aSecond = 1000 / (now - this.#since);
    const of = (stage: Stage) => median(this.#stages.get(stage) ?? []);
    const figures: Figures = {
      fps: this.#pictures * aSecond,
      matteMs: median(this.#matteMs),
      frameMs: median(this.#frameMs),
      stages: {
        take: of("take"),
        model: of("model"),
        matte: of("matte"),
        composite: of("composite"),
        out: of("out"),
      },
      dropped: Math.max(0, this.#arrived - this.#shown),
      matteAgeMs: median(this.#ageMs),
      cameraFps: this.#arrived * aSecond,
    };
    this.#since = now;
    this.#pictures = this.#arrived = this.#shown = 0;
    this.#matteMs = [];
    this.#frameMs = [];
    this.#ageMs = [];
    for (const values of this.#stages.values()) values.length = 0;
    return figures;
  }
}
