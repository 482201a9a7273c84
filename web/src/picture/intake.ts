import { type Compositor as Kernel, type FrameShape, sameShape, shapeOf } from "./kernel";
import { type Shrink, type Shrinker, shrunk } from "./shrinker";

/**
 * What the kernel can read as `copyTo` gives it; null for a frame that must be drawn first: one held sideways or
 * mirrored, one whose pixels are not square, or one in a format that the kernel does not know.
 */
function readable(frame: VideoFrame): FrameShape | null {
  const { rotation = 0, flip = false } = frame as { rotation?: number; flip?: boolean };
  const shape = rotation === 0 && !flip ? shapeOf(frame) : null;
  if (!shape) return null;
  const stretch = (frame.displayWidth / frame.displayHeight) * (shape.height / shape.width);
  return Math.abs(stretch - 1) > 0.01 ? null : shape;
}

function drawnShape({ displayWidth: width, displayHeight: height }: VideoFrame, shrink: Shrink): FrameShape {
  const size = shrunk({ width, height }, shrink);
  return { format: "RGBA", ...size, matrix: "bt709", fullRange: false };
}

/** Brings camera frames into a kernel, smaller where that is wanted. */
export class Intake {
  readonly kernel: Kernel;
  readonly shrink: Shrink;
  readonly #shrinker: Shrinker;
  readonly #resize: (shape: FrameShape) => void;
  #easel: OffscreenCanvasRenderingContext2D | null = null;

  /** @param resize makes the kernel fit other frames than those before */
  constructor(kernel: Kernel, shrinker: Shrinker, shrink: Shrink, resize: (shape: FrameShape) => void) {
    this.kernel = kernel;
    this.shrink = shrink;
    this.#shrinker = shrinker;
    this.#resize = resize;
  }

  /** Make the kernel fit frames like this one. */
  fit(frame: VideoFrame): void {
    const shape = this.#shape(frame);
    if (!this.kernel.shape || !sameShape(shape, this.kernel.shape)) this.#resize(shape);
  }

  /** Take a frame in. */
  async take(frame: VideoFrame): Promise<void> {
    this.fit(frame);
    const shape = this.#copied(frame);
    if (!shape) this.kernel.frame.set(this.#drawn(frame));
    else if (this.shrink === 1) await frame.copyTo(this.kernel.frame);
    else await this.#shrinker.take(frame, shape, this.shrink, this.kernel.frame);
    this.kernel.takeFrame();
  }

  #shape(frame: VideoFrame): FrameShape {
    const shape = this.#copied(frame);
    return shape ? { ...shape, ...shrunk(shape, this.shrink) } : drawnShape(frame, this.shrink);
  }

  /** Of a frame whose pixels need not be drawn; of RGB, a canvas makes smaller frames. */
  #copied(frame: VideoFrame): FrameShape | null {
    const shape = readable(frame);
    const isYuv = shape?.format === "I420" || shape?.format === "NV12";
    return isYuv || this.shrink === 1 ? shape : null;
  }

  #drawn(frame: VideoFrame): Uint8ClampedArray {
    const { width, height } = drawnShape(frame, this.shrink);
    this.#easel ??= new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!this.#easel) throw new Error("this browser gives no 2D canvas");
    if (this.#easel.canvas.width !== width) this.#easel.canvas.width = width;
    if (this.#easel.canvas.height !== height) this.#easel.canvas.height = height;
    this.#easel.drawImage(frame, 0, 0, width, height);
    return this.#easel.getImageData(0, 0, width, height).data;
  }
}
