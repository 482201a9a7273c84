import type { Painter } from "./director";
import { type Compositor as Kernel, type FrameShape, sameShape, shapeOf } from "./kernel";
import type { Look } from "./look";
import type { Meter } from "./meter";
import { KernelMixer } from "./mixer";

/** A dark grey, and the same in limited-range BT.601. */
const NEUTRAL = { rgb: [32, 34, 38], yuv: [45, 130, 127], space: "smpte170m" } as const;

/** Until a camera says otherwise. */
const FIRST_SHAPE: FrameShape = {
  format: "I420",
  width: 1280,
  height: 720,
  matrix: "bt709",
  fullRange: false,
};

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

/** Paints with the pixel kernel: planar YUV from the camera's buffer to the output's. */
export class KernelPainter implements Painter<VideoFrame> {
  readonly air: KernelMixer;
  readonly #kernel: Kernel;
  #trial: KernelMixer | null = null;
  #neutral: { size: string; pixels: Uint8Array<ArrayBuffer> } | null = null;
  /** What the output says beside its size: the same as the camera's frames. */
  #saying: Partial<VideoFrameBufferInit> = {};
  #easel: OffscreenCanvasRenderingContext2D | null = null;

  constructor(kernel: Kernel, meter: Meter) {
    this.#kernel = kernel;
    kernel.setColour(...NEUTRAL.rgb);
    this.air = new KernelMixer(kernel, () => this.#saying, null, meter);
    this.air.resize(FIRST_SHAPE);
  }

  get size(): { width: number; height: number } {
    const { width, height } = this.#kernel.shape ?? FIRST_SHAPE;
    return { width, height };
  }

  fit(frame: VideoFrame): void {
    this.#fit(frame, readable(frame));
  }

  async take(frame: VideoFrame): Promise<Float32Array<ArrayBuffer>> {
    const shape = readable(frame);
    this.#fit(frame, shape);
    if (shape) await frame.copyTo(this.#kernel.frame);
    else this.#kernel.frame.set(this.#drawn(frame));
    this.#kernel.takeFrame();
    return this.#kernel.modelInput.slice();
  }

  takeMatte(matte: Float32Array): void {
    this.#kernel.takeMatte(matte);
  }

  forgetMatte(): void {
    this.#kernel.resetMatte();
  }

  trial(): KernelMixer {
    this.#trial = new KernelMixer(this.#kernel.fork(), () => this.#saying, this.#kernel);
    return this.#trial;
  }

  /** For all that is painted from now on. */
  setLook(look: Look): void {
    this.air.setLook(look);
    this.#trial?.setLook(look);
  }

  neutral(timestamp: number): VideoFrame {
    const { width, height } = this.size;
    const size = `${width}x${height}`;
    if (this.#neutral?.size !== size) {
      const luma = width * height;
      const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
      const [y, u, v] = NEUTRAL.yuv;
      const pixels = new Uint8Array(luma + 2 * chroma).fill(y, 0, luma);
      pixels.fill(u, luma, luma + chroma).fill(v, luma + chroma);
      this.#neutral = { size, pixels };
    }
    const { space } = NEUTRAL;
    return new VideoFrame(this.#neutral.pixels, {
      format: "I420",
      codedWidth: width,
      codedHeight: height,
      colorSpace: { matrix: space, primaries: space, transfer: space, fullRange: false },
      timestamp,
    });
  }

  untouched(frame: VideoFrame, timestamp: number): VideoFrame {
    return new VideoFrame(frame, { timestamp });
  }

  #fit(frame: VideoFrame, readable: FrameShape | null): void {
    const { displayWidth, displayHeight, colorSpace } = frame;
    const shape = readable ?? {
      format: "RGBA",
      width: displayWidth,
      height: displayHeight,
      matrix: "bt709",
      fullRange: false,
    };
    this.#saying = { displayWidth, displayHeight };
    const isYuv = shape.format === "I420" || shape.format === "NV12";
    if (isYuv && colorSpace.matrix !== null) this.#saying.colorSpace = colorSpace.toJSON();
    if (!this.#kernel.shape || !sameShape(shape, this.#kernel.shape)) this.air.resize(shape);
  }

  #drawn(frame: VideoFrame): Uint8ClampedArray {
    const { width, height } = this.size;
    this.#easel ??= new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!this.#easel) throw new Error("this browser gives no 2D canvas");
    if (this.#easel.canvas.width !== width) this.#easel.canvas.width = width;
    if (this.#easel.canvas.height !== height) this.#easel.canvas.height = height;
    this.#easel.drawImage(frame, 0, 0, width, height);
    return this.#easel.getImageData(0, 0, width, height).data;
  }
}
