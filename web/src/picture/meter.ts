import type { PictureStats } from "./types";

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Counts what `PictureStats` tells. */
export class Meter {
  #since = performance.now();
  #pictures = 0;
  #matteMs: number[] = [];
  #frameMs: number[] = [];

  /** One picture went out. */
  picture(): void {
    this.#pictures += 1;
  }

  /** One camera frame was handled: milliseconds until its matte, and all in all. */
  frame(matteMs: number, frameMs: number): void {
    this.#matteMs.push(matteMs);
    this.#frameMs.push(frameMs);
  }

  /** The figures since it was read last. */
  read(): Pick<PictureStats, "fps" | "matteMs" | "frameMs"> {
    const now = performance.now();
    const fps = (this.#pictures * 1000) / (now - this.#since);
    const figures = { fps, matteMs: median(this.#matteMs), frameMs: median(this.#frameMs) };
    this.#since = now;
    this.#pictures = 0;
    this.#matteMs = [];
    this.#frameMs = [];
    return figures;
  }
}
