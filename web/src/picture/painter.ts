import type { Painter } from "./director";
import { Intake } from "./intake";
import type { Compositor as Kernel, FrameShape, ModelShape } from "./kernel";
import type { Look } from "./look";
import type { Meter } from "./meter";
import { KernelMixer } from "./mixer";
import { type Shrink, Shrinker, shrunk } from "./shrinker";

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

/** Paints with the pixel kernel: planar YUV from the camera's buffer to the output's. */
export class KernelPainter implements Painter<VideoFrame> {
  readonly air: KernelMixer;
  /** Counts how often the kernel began anew, without a matte. */
  layouts = 0;
  readonly #shrinker: Shrinker;
  #intake: Intake;
  /** Beside the one on air, for another model or size. */
  #rehearsal: Intake | null = null;
  #trial: KernelMixer | null = null;
  #neutral: { size: string; pixels: Uint8Array<ArrayBuffer> } | null = null;
  /** What the output says beside its size: the same as the camera's frames. */
  #saying: Partial<VideoFrameBufferInit> = {};

  constructor(kernel: Kernel, meter: Meter) {
    this.#shrinker = new Shrinker(kernel);
    this.#intake = this.#intakeOf(kernel, 1);
    kernel.setColour(...NEUTRAL.rgb);
    this.air = new KernelMixer(kernel, () => this.#saying, null, meter);
    this.air.resize(FIRST_SHAPE);
  }

  get size(): { width: number; height: number } {
    const { width, height } = this.#kernel.shape ?? FIRST_SHAPE;
    return { width, height };
  }

  fit(frame: VideoFrame): void {
    this.#intake.fit(frame);
    this.#say(frame);
  }

  async take(frame: VideoFrame): Promise<Float32Array<ArrayBuffer>> {
    await this.#intake.take(frame);
    this.#say(frame);
    return this.#kernel.modelInput.slice();
  }

  sendFrame(): void {
    this.#kernel.sendFrame();
  }

  takeMatte(answer: Float32Array): void {
    this.#kernel.takeMatte(answer);
  }

  carryMatte(): void {
    this.#kernel.carryMatte();
  }

  forgetMatte(): void {
    this.#kernel.resetMatte();
  }

  async rehearse(frame: VideoFrame, model: ModelShape, shrink: Shrink): Promise<Float32Array<ArrayBuffer>> {
    const before = this.#rehearsal;
    const fits = before?.kernel.model === model && before.shrink === shrink;
    const intake = fits ? before : this.#intakeOf(this.#kernel.fork(model), shrink);
    this.#rehearsal = intake;
    await intake.take(frame);
    // now, and not when it goes on air: a large picture takes a moment
    intake.kernel.shareBackdrop(this.#kernel);
    intake.kernel.backgroundAlone(1);
    return intake.kernel.modelInput.slice();
  }

  change(model: ModelShape, shrink: Shrink, answer: Float32Array | null): void {
    const rehearsed = this.#rehearsal;
    this.#rehearsal = null;
    const next = rehearsed ?? this.#intakeOf(this.#kernel.fork(model), shrink);
    const { kernel } = next;
    if (!kernel.shape) kernel.resize(this.#kernel.shape ?? FIRST_SHAPE);
    kernel.setLook(this.#kernel.look);
    kernel.shareBackdrop(this.#kernel);
    kernel.backgroundAlone(1);
    if (answer) kernel.takeMatte(answer);
    this.#intake = next;
    this.air.use(kernel);
  }

  endRehearsal(): void {
    this.#rehearsal = null;
  }

  setShrink(shrink: Shrink): void {
    this.#intake = this.#intakeOf(this.#kernel, shrink);
  }

  trial(): KernelMixer {
    this.#trial = new KernelMixer(
      this.#kernel.fork(),
      () => this.#saying,
      () => this.#kernel,
    );
    return this.#trial;
  }

  /** For all that is painted from now on. */
  setLook(look: Look): void {
    this.air.setLook(look);
    this.#trial?.setLook(look);
  }

  /** Of the frame last taken: RGB, 0 to 255; null if none is seen. */
  findScreen(): [number, number, number] | null {
    return this.#kernel.screenColour();
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

  get #kernel(): Kernel {
    return this.#intake.kernel;
  }

  #intakeOf(kernel: Kernel, shrink: Shrink): Intake {
    const intake: Intake = new Intake(kernel, this.#shrinker, shrink, (shape) => {
      if (intake !== this.#intake) kernel.resize(shape);
      else {
        this.layouts += 1;
        this.air.resize(shape);
      }
    });
    return intake;
  }

  /** What the output says beside its pixels: what the camera's frames say, as far as their pixels were taken over. */
  #say({ displayWidth, displayHeight, colorSpace }: VideoFrame): void {
    const display = shrunk({ width: displayWidth, height: displayHeight }, this.#intake.shrink);
    this.#saying = { displayWidth: display.width, displayHeight: display.height };
    const format = this.#kernel.shape?.format;
    const isYuv = format === "I420" || format === "NV12";
    if (isYuv && colorSpace.matrix !== null) this.#saying.colorSpace = colorSpace.toJSON();
  }
}
