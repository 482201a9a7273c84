import type { Compositor as Kernel, FrameShape } from "./kernel";

/** How many camera pixels make one of the picture, on each side. */
export type Shrink = 1 | 1.5 | 2 | 3;

interface Size {
  width: number;
  height: number;
}

interface Exports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  upload(): number;
  shrink(
    from: number,
    stride: number,
    step: number,
    ratio: number,
    width: number,
    height: number,
    to: number,
    line: number,
  ): void;
}

const PAGE = 65536;

/** What becomes of a size; always even, so a last column or row may be left out. */
export function shrunk({ width, height }: Size, by: Shrink): Size {
  if (by === 1) return { width, height };
  const smaller = (side: number) => Math.max(2, 2 * Math.floor(side / by / 2));
  return { width: smaller(width), height: smaller(height) };
}

/** Makes frames smaller, in a kernel instance of its own: the compositing one never sees the large frame. */
export class Shrinker {
  readonly #kernel: Kernel;
  #instance: Exports | null = null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Copy a frame of this shape (planar YUV) out of the browser and write it smaller to `target`, without padding. */
  async take(frame: VideoFrame, shape: FrameShape, by: Shrink, target: Uint8Array): Promise<void> {
    const kernel = (this.#instance ??= this.#kernel.instance() as unknown as Exports);
    const { width, height } = shape;
    const chroma = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
    const interleaved = shape.format === "NV12";
    const from = 16 * Math.ceil(kernel.upload() / 16);
    const bytes = width * height + 2 * chroma.width * chroma.height;
    const to = from + 16 * Math.ceil(bytes / 16);
    const line = to + 16 * Math.ceil(target.length / 16);
    const missing = line + 6 * width + 64 - kernel.memory.buffer.byteLength;
    if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE));
    await frame.copyTo(new Uint8Array(kernel.memory.buffer, from, bytes));

    const small = shrunk(shape, by);
    let source = from;
    let result = to;
    const plane = (size: Size, out: Size, step: number) => {
      kernel.shrink(source, size.width * step, step, 2 * by, out.width, out.height, result, line);
      source += size.width * size.height * step;
      result += out.width * out.height * step;
    };
    const smallChroma = { width: small.width / 2, height: small.height / 2 };
    plane(shape, small, 1);
    if (interleaved) plane(chroma, smallChroma, 2);
    else for (let i = 0; i < 2; i++) plane(chroma, smallChroma, 1);
    target.set(new Uint8Array(kernel.memory.buffer, to, target.length));
  }
}
