import type { Meter } from "./meter";

/** Frames wait here no longer than one frame takes; the oldest is dropped. */
const WAITING_FRAMES = 1;

/** Handles one frame after the other; of those that come meanwhile only the newest waits. */
export class Inlet {
  readonly #take: (frame: VideoFrame, arrival: number) => Promise<void>;
  readonly #meter: Meter;
  #newest: VideoFrame | null = null;
  #arrival = -Infinity;
  #busy = false;
  #reader: ReadableStreamDefaultReader<VideoFrame> | null = null;
  /** A track that was given to this worker, which is its own to stop. */
  #track: MediaStreamTrack | null = null;

  constructor(take: (frame: VideoFrame, arrival: number) => Promise<void>, meter: Meter) {
    this.#take = take;
    this.#meter = meter;
  }

  /** Frames of another camera follow: these, those of this track, or such as are pushed. */
  change(frames: ReadableStream<VideoFrame> | MediaStreamTrack | null): void {
    this.#newest?.close();
    this.#newest = null;
    this.#reader?.cancel().catch(() => undefined);
    this.#track?.stop();
    this.#track = null;
    if (frames && !("getReader" in frames)) {
      this.#track = frames;
      const track = frames as MediaStreamVideoTrack;
      frames = new MediaStreamTrackProcessor({ track, maxBufferSize: WAITING_FRAMES }).readable;
    }
    this.#reader = frames?.getReader() ?? null;
    if (this.#reader) void this.#read(this.#reader);
  }

  push(frame: VideoFrame): void {
    this.#newest?.close();
    this.#newest = frame;
    this.#arrival = performance.now();
    this.#meter.arrived();
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let frame = this.#next(); frame; frame = this.#next()) await this.#take(frame, this.#arrival);
    this.#busy = false;
  }

  #next(): VideoFrame | null {
    const frame = this.#newest;
    this.#newest = null;
    return frame;
  }

  async #read(reader: ReadableStreamDefaultReader<VideoFrame>): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        if (reader === this.#reader) this.push(value);
        else value.close();
      }
    } catch {
      // the camera is gone; the director sees that no frames come
    }
  }
}
