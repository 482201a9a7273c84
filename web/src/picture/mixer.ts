import type { Mixer } from "./bus";
import type { Compositor as Kernel, FrameShape } from "./kernel";
import type { Look } from "./look";
import type { Meter } from "./meter";
import type { LiveBackdrop, MovingPicture } from "./moving";

/** The pixels of a bitmap, row by row, RGBA. */
function pixelsOf(bitmap: ImageBitmap): ImageData {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser gives no 2D canvas");
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** Mixes with a kernel. */
export class KernelMixer implements Mixer<VideoFrame> {
  #kernel: Kernel;
  readonly #saying: () => Partial<VideoFrameBufferInit>;
  readonly #leader: (() => Kernel) | null;
  readonly #meter: Meter | null;
  /** The kernel holds the backdrop before, so that a crossfade starts from it. */
  #canFade = false;
  /** What the newest backdrop's frames come from. One that it fades from stands still. */
  #moving: MovingPicture | null = null;

  /**
   * @param saying what the output says beside its size
   * @param leader which one takes the frames and mattes, that this one takes over; null: the kernel itself does
   * @param meter counts how long it takes
   */
  constructor(
    kernel: Kernel,
    saying: () => Partial<VideoFrameBufferInit>,
    leader: (() => Kernel) | null = null,
    meter: Meter | null = null,
  ) {
    this.#kernel = kernel;
    this.#saying = saying;
    this.#leader = leader;
    this.#meter = meter;
  }

  resize(shape: FrameShape): void {
    this.#kernel.resize(shape);
    this.#placeBackdrop();
    this.#canFade = false;
  }

  /** Go on with another kernel, which has the same backdrop. */
  use(kernel: Kernel): void {
    this.#kernel = kernel;
    this.#canFade = false;
  }

  setBackdrop(backdrop: LiveBackdrop): void {
    this.#fitLeader();
    this.close();
    if (backdrop.kind === "image") {
      const { data, width, height } = pixelsOf(backdrop.bitmap);
      backdrop.bitmap.close();
      this.#kernel.setPicture(data, width, height);
    } else if (backdrop.kind === "video") {
      const first = backdrop.frames.at(performance.now());
      if (!first) throw new Error("a video came without its first frame");
      this.#kernel.setVideo(first);
      this.#moving = backdrop.frames;
    } else if (backdrop.kind === "colour") this.#kernel.setColour(...backdrop.rgb);
    else if (backdrop.kind === "blur") this.#kernel.setBlur();
    else this.#kernel.setNone();
    this.#placeBackdrop();
    this.#canFade = true;
  }

  setLook(look: Look): void {
    this.#kernel.setLook(look);
  }

  composite(mix: number, timestamp: number): VideoFrame {
    this.#fitLeader();
    const start = performance.now();
    if (this.#leader) this.#kernel.follow(this.#leader());
    this.#move();
    this.#kernel.composite(this.#canFade ? mix : 1);
    const composited = performance.now();
    const picture = this.#output(timestamp);
    this.#meter?.spent("composite", composited - start);
    this.#meter?.spent("out", performance.now() - composited);
    return picture;
  }

  backgroundAlone(mix: number, timestamp: number): VideoFrame {
    this.#fitLeader();
    this.#move();
    this.#kernel.backgroundAlone(this.#canFade ? mix : 1);
    return this.#output(timestamp);
  }

  close(): void {
    this.#moving?.close();
    this.#moving = null;
  }

  #move(): void {
    const frame = this.#moving?.at(performance.now());
    if (frame) this.#kernel.setVideoFrame(frame);
  }

  #fitLeader(): void {
    const leader = this.#leader?.();
    if (!leader || this.#kernel.follows(leader)) return;
    this.#kernel.fitTo(leader);
    this.#placeBackdrop();
    this.#canFade = false;
  }

  #output(timestamp: number): VideoFrame {
    const { shape } = this.#kernel;
    if (!shape) throw new Error("there is no frame yet");
    return new VideoFrame(this.#kernel.output, {
      colorSpace: this.#kernel.outputColorSpace,
      ...this.#saying(),
      format: this.#kernel.outputFormat,
      codedWidth: shape.width,
      codedHeight: shape.height,
      timestamp,
    });
  }

  /** The kernel takes a backdrop over when it next paints; two in a row must not become one. */
  #placeBackdrop(): void {
    this.#kernel.backgroundAlone(1);
  }
}
