/**
 * The pixel kernel's face for the worker: planar YUV in, composited planar YUV out.
 *
 * One `Compositor` serves one stream. For every frame:
 *
 * ```ts
 * await frame.copyTo(compositor.frame);
 * compositor.takeFrame();
 * model.run(compositor.modelInput) ...
 * compositor.takeMatte(confidence);
 * compositor.composite(mix);
 * new VideoFrame(compositor.output, { format: compositor.outputFormat, ... });
 * ```
 *
 * Views into the kernel's memory (`frame`, `modelInput`, `output`) hold until the next `resize`, and until a
 * new backdrop is first composited: memory may grow there, which detaches every view. So read the property
 * anew for each frame and keep none.
 */
import { DEFAULT_LOOK, lookValues, type Look } from "./look";
import kernelUrl from "../../../src/cyclorama/picture/kernel.wasm?url";

/** The pixel formats that cameras give; of the last four the fourth byte is ignored. */
export type FrameFormat = "I420" | "NV12" | "RGBA" | "RGBX" | "BGRA" | "BGRX";
export type Matrix = "bt601" | "bt709";

/** What the frames look like. A frame that differs in any of these needs a `resize`. */
export interface FrameShape {
  format: FrameFormat;
  /** Visible pixels; odd sizes are fine. */
  width: number;
  height: number;
  /** Of the frames; for RGB frames, what the output shall have. */
  matrix: Matrix;
  fullRange: boolean;
  /** Bytes from row to row of Y (or of RGBA); left out: no padding, as `copyTo` writes by default. */
  yStride?: number;
  /** Bytes from row to row of U and V, or of UV; left out: no padding. */
  cStride?: number;
}

/** A picture in memory: planes without padding, one after another. */
export interface Pixels {
  shape: FrameShape;
  data: Uint8Array | Uint8ClampedArray;
}

/**
 * What a model takes, `height x width x 3` floats, `(rgb - mean) / scale`, and gives: `height x width x channels`, of 1
 * channel, the confidence, or of 6 logits, the background's first.
 */
export interface ModelShape {
  width: number;
  height: number;
  mean: number;
  scale: number;
  channels: number;
}

const FORMATS: Record<FrameFormat, number> = { I420: 0, NV12: 1, RGBA: 2, RGBX: 2, BGRA: 3, BGRX: 3 };
const MATRICES: Record<Matrix, number> = { bt601: 0, bt709: 1 };
const PAGE = 65536;

/** The functions of kernel/kernel.h; addresses are bytes into the memory. */
interface Exports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  lay_out(
    format: number,
    width: number,
    height: number,
    yStride: number,
    cStride: number,
    matrix: number,
    range: number,
    modelWidth: number,
    modelHeight: number,
    channels: number,
    mean: number,
    scale: number,
  ): number;
  start(): void;
  frame(): number;
  frame_bytes(): number;
  output(): number;
  output_bytes(): number;
  output_alpha(): number;
  model_input(): number;
  model_output(): number;
  matte(): number;
  take_frame(): void;
  send_frame(): void;
  take_matte(): void;
  carry_matte(): void;
  reset_matte(): void;
  keyed(): number;
  find_screen(): number;
  backdrop_picture(format: number, width: number, height: number, matrix: number, range: number): void;
  replace_picture(format: number, width: number, height: number, matrix: number, range: number): void;
  upload(): number;
  upload_bytes(width: number, height: number): number;
  backdrop_colour(red: number, green: number, blue: number): void;
  backdrop_blur(): void;
  backdrop_none(): void;
  backdrop_transparent(): void;
  look(): number;
  composite(mix: number): void;
  background_alone(mix: number): void;
  output_rgba(address: number): void;
}

/** What a `VideoFrame`'s visible pixels look like; null for a format that the kernel does not read. */
export function shapeOf(frame: VideoFrame): FrameShape | null {
  const format = frame.format;
  const rect = frame.visibleRect;
  if (format === null || !(format in FORMATS) || rect === null) return null;
  const { matrix, fullRange } = frame.colorSpace;
  // A frame that does not say is taken as Chromium takes it: BT.601, at all sizes.
  const hd = matrix === "bt709" || matrix === "rgb";
  return {
    format: format as FrameFormat,
    width: rect.width,
    height: rect.height,
    matrix: hd ? "bt709" : "bt601",
    // Encoders expect the limited range of what once was RGB.
    fullRange: matrix !== "rgb" && fullRange === true,
  };
}

/** Whether frames of one shape can follow frames of the other without a `resize`. */
export function sameShape(a: FrameShape, b: FrameShape): boolean {
  return (
    FORMATS[a.format] === FORMATS[b.format] &&
    a.width === b.width &&
    a.height === b.height &&
    a.matrix === b.matrix &&
    a.fullRange === b.fullRange &&
    a.yStride === b.yStride &&
    a.cStride === b.cStride
  );
}

/** What a follower takes over is the matte, whatever the model gave. */
function followed(model: ModelShape): ModelShape {
  return { ...model, channels: 1 };
}

/** Composites one stream of frames. Before the first `resize` only the backdrop can be set. */
export class Compositor {
  #model: ModelShape;
  readonly #module: WebAssembly.Module;
  readonly #kernel: Exports;
  #shape: FrameShape | null = null;
  #look = DEFAULT_LOOK;
  /** Sets the newest backdrop; kept to set it again after a `resize`. */
  #backdrop: ((kernel: Compositor) => void) | null = null;
  #backdropWaits = false;
  /** Of the newest backdrop, if it is a picture or a video: as it came, to be fitted again. */
  #picture: Pixels | null = null;
  #pictureWaits = false;
  #memory = new ArrayBuffer(0);
  #frame = new Uint8Array(0);
  #output = new Uint8Array(0);
  #modelInput = new Float32Array(0);
  #modelOutput = new Float32Array(0);
  #matte = new Float32Array(0);

  private constructor(module: WebAssembly.Module, instance: WebAssembly.Instance, model: ModelShape) {
    this.#module = module;
    this.#kernel = instance.exports as unknown as Exports;
    this.#model = model;
  }

  /** Fetch and start the kernel. `wasm`: its bytes, if they are there already. */
  static async load(model: ModelShape, wasm?: BufferSource): Promise<Compositor> {
    const bytes = wasm ?? (await (await fetch(kernelUrl)).arrayBuffer());
    const { module, instance } = await WebAssembly.instantiate(bytes, {});
    return new Compositor(module, instance, model);
  }

  /** Another compositor, with backdrops and memory of its own. @param model left out: it is to `follow` this one */
  fork(model: ModelShape = followed(this.#model)): Compositor {
    const other = new Compositor(this.#module, new WebAssembly.Instance(this.#module, {}), model);
    other.setLook(this.#look);
    return other;
  }

  /** The functions of another instance, which composites nothing. */
  instance(): WebAssembly.Exports {
    const { exports } = new WebAssembly.Instance(this.#module, {});
    (exports as unknown as Exports).lay_out(0, 2, 2, 0, 0, 0, 0, 2, 2, 1, 0, 1);
    return exports;
  }

  /** What the model takes and gives. */
  get model(): ModelShape {
    return this.#model;
  }

  /** Put the newest backdrop of another compositor before this one's next frames, without a crossfade. */
  shareBackdrop(other: Compositor): void {
    if (this.#picture !== other.#picture) this.#pictureWaits = true;
    this.#picture = other.#picture;
    if (this.#backdrop === other.#backdrop) return;
    this.#backdrop = other.#backdrop;
    this.#backdropWaits = this.#backdrop !== null;
  }

  get look(): Look {
    return this.#look;
  }

  /** A change shows from the next matte on, that of the backdrop's fit with the next picture. */
  setLook(look: Look): void {
    const { contain, focus_x, focus_y } = this.#look;
    if (look.contain !== contain || look.focus_x !== focus_x || look.focus_y !== focus_y)
      this.#pictureWaits = this.#picture !== null;
    this.#look = look;
    const values = lookValues(look);
    new Float32Array(this.#kernel.memory.buffer, this.#kernel.look(), values.length).set(values);
  }

  get shape(): FrameShape | null {
    return this.#shape;
  }

  /**
   * Make ready for frames of this shape. The matte is forgotten, the output is black, and the newest backdrop
   * comes back, fitted anew and without a crossfade. Cheap enough for a change of camera, not for every frame.
   */
  resize(shape: FrameShape): void {
    const { width, height, mean, scale, channels } = this.#model;
    const end = this.#kernel.lay_out(
      FORMATS[shape.format],
      shape.width,
      shape.height,
      shape.yStride ?? 0,
      shape.cStride ?? 0,
      MATRICES[shape.matrix],
      shape.fullRange ? 1 : 0,
      width,
      height,
      channels,
      mean,
      scale,
    );
    this.#reserve(end);
    this.#kernel.start();
    this.#shape = { ...shape };
    this.#memory = new ArrayBuffer(0);
    this.#backdropWaits = this.#backdrop !== null;
  }

  /** Where the next frame is to be written, plane after plane: the target of `VideoFrame.copyTo`. */
  get frame(): Uint8Array<ArrayBuffer> {
    this.#refresh();
    return this.#frame;
  }

  /** A frame has been written to `frame`: prepare `modelInput`. */
  takeFrame(): void {
    this.#expectShape();
    this.#kernel.take_frame();
  }

  /** What the model is to be given for the frame last taken: `height * width * 3` floats. */
  get modelInput(): Float32Array<ArrayBuffer> {
    this.#refresh();
    return this.#modelInput;
  }

  /**
   * The model begins with the frame last taken: the next `takeMatte` answers for it. For a model that is slower than the
   * camera: meanwhile more frames may be taken, and `carryMatte` serves them.
   */
  sendFrame(): void {
    this.#expectShape();
    this.#kernel.send_frame();
  }

  /**
   * Carry the last matte to the frame last taken, which has none of its own, by motion. If the frame is nothing like the
   * matte's, the matte is forgotten. How old a matte may get is for the caller to say: `resetMatte` then.
   */
  carryMatte(): void {
    this.#expectShape();
    this.#kernel.carry_matte();
  }

  /**
   * The model's answer for the frame that was sent, or else the one last taken: `height * width * channels` floats.
   * Call it once for each answer: how fast the matte follows depends on what moved since the last one. If its frame is
   * not the last one, it is carried to that by motion.
   */
  takeMatte(answer: Float32Array): void {
    this.#expectShape();
    this.#refresh();
    this.#modelOutput.set(answer);
    this.#kernel.take_matte();
  }

  /** Whether the last matte comes from a real screen's colour, as the look's `key` wishes, not from the model. */
  get keyed(): boolean {
    return this.#kernel.keyed() !== 0;
  }

  /**
   * Measure the colour of a screen behind the person in the frame last taken: RGB, 0 to 255; null if none is seen. It is
   * the most frequent saturated colour at the sides and the top; it has to fill a quarter of them.
   */
  screenColour(): [number, number, number] | null {
    this.#expectShape();
    const found = this.#kernel.find_screen();
    return found < 0 ? null : [found >> 16, (found >> 8) & 255, found & 255];
  }

  /** Forget the matte: `composite` gives the background alone until the next `takeMatte`. */
  resetMatte(): void {
    this.#expectShape();
    this.#kernel.reset_matte();
  }

  /** Whether a `resize` by `fitTo` must come first. */
  follows(other: Compositor): boolean {
    const { width, height } = other.#model;
    const same = this.#model.width === width && this.#model.height === height;
    return same && this.#shape !== null && other.#shape !== null && sameShape(this.#shape, other.#shape);
  }

  /** Make ready to `follow` another compositor. */
  fitTo(other: Compositor): void {
    if (!other.#shape) return;
    this.#model = followed(other.#model);
    this.resize(other.#shape);
  }

  /**
   * Take over the frame that another compositor took last, and its matte as it is, without making it anew. It has to be
   * fitted to that one.
   */
  follow(other: Compositor): void {
    this.#expectShape();
    this.frame.set(other.frame);
    this.#kernel.take_frame();
    // with none before it, a matte is taken as it is
    this.#kernel.reset_matte();
    this.takeMatte(other.#matte);
  }

  /**
   * The next backdrop: an opaque picture, fitted to the frame as the look says. `rgba` is `width * height * 4` bytes and is
   * kept, not copied. Like the other backdrops it takes its place at the next `composite` or `backgroundAlone`;
   * the one before stays below it, for the crossfade.
   */
  setPicture(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number): void {
    if (rgba.length !== width * height * 4)
      throw new RangeError(`${width}x${height} is not ${rgba.length} bytes`);
    this.setVideo({
      shape: { format: "RGBA", width, height, matrix: "bt601", fullRange: true },
      data: rgba,
    });
  }

  /** The next backdrop: a video, of which this is the first frame. It is kept, not copied. */
  setVideo(first: Pixels): void {
    this.#setBackdrop((to) => {
      to.#fit("backdrop_picture");
    }, first);
  }

  /**
   * The next frame of that video, of any size and format, takes the place of the one before with the next picture,
   * without a crossfade. It is kept, not copied.
   */
  setVideoFrame(frame: Pixels): void {
    if (this.#picture === null) throw new Error("there is no video that this could be the next frame of");
    this.#picture = frame;
    this.#pictureWaits = true;
  }

  /** The next backdrop: one colour, each part 0 to 255. */
  setColour(red: number, green: number, blue: number): void {
    this.#setBackdrop((to) => {
      to.#kernel.backdrop_colour(red, green, blue);
    });
  }

  /** The next backdrop: the room behind the person, blurred as strongly as the look says. */
  setBlur(): void {
    this.#setBackdrop((to) => {
      to.#kernel.backdrop_blur();
    });
  }

  /** The next backdrop: none. This shows the room, with a matte and without one. */
  setNone(): void {
    this.#setBackdrop((to) => {
      to.#kernel.backdrop_none();
    });
  }

  /** The next backdrop: nothing. The output is the person's colours alone then, and `alpha` says where. */
  setTransparent(): void {
    this.#setBackdrop((to) => {
      to.#kernel.backdrop_transparent();
    });
  }

  /** Write the person in front of the backdrop to `output`. mix: 0 is the backdrop before, 1 the newest. */
  composite(mix = 1): void {
    this.#placeBackdrop();
    this.#kernel.composite(mix);
  }

  /** Write the backdrop alone to `output`, whatever the matte. */
  backgroundAlone(mix = 1): void {
    this.#placeBackdrop();
    this.#kernel.background_alone(mix);
  }

  /** The composited frame, planes without padding; see `outputFormat` and `outputColorSpace`. */
  get output(): Uint8Array<ArrayBuffer> {
    this.#refresh();
    return this.#output;
  }

  /** How much of the output is there, 0 to 255 for each pixel, after `setTransparent`. */
  get alpha(): Uint8Array<ArrayBuffer> {
    this.#expectShape();
    const { width, height } = this.#shape ?? { width: 0, height: 0 };
    return new Uint8Array(this.#kernel.memory.buffer, this.#kernel.output_alpha(), width * height);
  }

  get outputFormat(): "I420" | "NV12" {
    return this.#shape?.format === "NV12" ? "NV12" : "I420";
  }

  /** For `new VideoFrame(output, { colorSpace })` where the camera's frame was RGB or said nothing. */
  get outputColorSpace(): VideoColorSpaceInit {
    const matrix = this.#shape?.matrix === "bt601" ? "smpte170m" : "bt709";
    return { matrix, primaries: matrix, transfer: matrix, fullRange: this.#shape?.fullRange ?? false };
  }

  /** The output as RGBA, for a canvas. `rgba` has `width * height * 4` bytes, like an `ImageData`'s. */
  readRgba(rgba: Uint8ClampedArray): void {
    this.#expectShape();
    const upload = this.#kernel.upload();
    this.#reserve(upload + rgba.length);
    this.#kernel.output_rgba(upload);
    rgba.set(new Uint8ClampedArray(this.#kernel.memory.buffer, upload, rgba.length));
  }

  #setBackdrop(set: (to: Compositor) => void, picture: Pixels | null = null): void {
    this.#backdrop = set;
    this.#picture = picture;
    this.#pictureWaits = false;
    this.#backdropWaits = true;
  }

  /** Deferred to a moment when no `copyTo` can be under way: memory may grow. */
  #placeBackdrop(): void {
    this.#expectShape();
    if (this.#backdropWaits) this.#backdrop?.(this);
    else if (this.#pictureWaits) this.#fit("replace_picture");
    this.#backdropWaits = this.#pictureWaits = false;
  }

  #fit(how: "backdrop_picture" | "replace_picture"): void {
    if (!this.#picture) return;
    const { data, shape } = this.#picture;
    const { width, height } = shape;
    const upload = this.#kernel.upload();
    this.#reserve(upload + this.#kernel.upload_bytes(width, height));
    new Uint8Array(this.#kernel.memory.buffer, upload, data.length).set(data);
    this.#kernel[how](FORMATS[shape.format], width, height, MATRICES[shape.matrix], shape.fullRange ? 1 : 0);
  }

  #expectShape(): void {
    if (this.#shape === null) throw new Error("the compositor needs a resize before its first frame");
  }

  #reserve(end: number): void {
    const missing = end - this.#kernel.memory.buffer.byteLength;
    if (missing > 0) this.#kernel.memory.grow(Math.ceil(missing / PAGE));
  }

  /** Look into memory anew if it has moved. */
  #refresh(): void {
    const buffer = this.#kernel.memory.buffer;
    if (this.#memory === buffer || this.#shape === null) return;
    const { width, height, channels } = this.#model;
    const kernel = this.#kernel;
    this.#memory = buffer;
    this.#frame = new Uint8Array(buffer, kernel.frame(), kernel.frame_bytes());
    this.#output = new Uint8Array(buffer, kernel.output(), kernel.output_bytes());
    // The cast undoes @litertjs/core's global typings, which widen what this constructor gives.
    const floats = (address: number, count: number) =>
      new Float32Array(buffer, address, count) as Float32Array<ArrayBuffer>;
    this.#modelInput = floats(kernel.model_input(), width * height * 3);
    this.#modelOutput = floats(kernel.model_output(), width * height * channels);
    this.#matte = floats(kernel.matte(), width * height);
  }
}
